"""The libraries: the versions that are promised, with their licences, and all of Day.js' plugins."""

from pathlib import Path

import pytest

from flows import expressions
from tests.flows.expressions.making import value_of

LIBRARIES = Path(expressions.__file__).parent / "libraries"


@pytest.mark.parametrize(
    ("name", "version"), [("lodash", "4.17.21"), ("dayjs", "1.11.13"), ("numeral", "2.0.6"), ("uuid", "9.0.1")]
)
def test_a_library_keeps_its_version_and_licence(name, version):
    text = (LIBRARIES / f"{name}.js").read_text()
    assert text.startswith(f"/*! {name} {version}\n")
    assert "Permission is hereby granted" in text[:2500]


def test_the_libraries_say_the_versions_that_are_promised():
    assert value_of("_.VERSION") == "4.17.21"
    assert value_of("numeral.version") == "2.0.6"


STATIC = """
    utc tz duration max isMoment updateLocale weekdays
"""
OF_A_DATE = """
    tz utc calendar dayOfYear isBetween isLeapYear isSameOrAfter isSameOrBefore isToday isTomorrow
    isYesterday isoWeek isoWeeksInYear localeData quarter fromNow toArray toObject week weekYear weekday
    years
"""


@pytest.mark.parametrize(
    "use", [f"dayjs.{name}" for name in STATIC.split()] + [f"dayjs().{name}" for name in OF_A_DATE.split()]
)
def test_a_plugin_of_dayjs_is_there(use):
    assert value_of(f"typeof {use}") == "function"


def test_dates_are_in_utc_unless_said_otherwise():
    assert value_of("dayjs('2026-03-05T10:00').toISOString()") == "2026-03-05T10:00:00.000Z"
    assert value_of("new Date().getTimezoneOffset()") == 0


@pytest.mark.parametrize(
    "source",
    [
        "dayjs('2026-03-05').add(flow.trigger.data.days, 'day').format()",
        "dayjs('2026-03-05').hour(NaN).format()",
        "dayjs('2026-03-05').set('month', undefined).format()",
        "String(new Date(new Date(0).setDate(NaN)))",
        "const date = new Date(0); date.setUTCFullYear('x'); String(date)",
    ],
)
def test_a_date_moved_by_what_is_missing_is_no_date(source):
    assert value_of(source, {}) == "Invalid Date"


def test_a_library_is_loaded_when_it_is_named_and_not_before(quick):
    is_loaded = "!Object.getOwnPropertyDescriptor(globalThis, 'num' + 'eral').get"
    assert value_of(is_loaded) is False
    assert value_of("numeral(1).value()") == 1
    value_of("1 + 1")
    value_of("1 + 1")  # by now the children that were made before are used up
    assert value_of(is_loaded) is True


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("(1234.5).toLocaleString('de-DE')", "the locale de-DE is not covered here"),
        ("new Intl.NumberFormat('en-US', { notation: 'compact' })", "notation 'compact' is not covered here"),
        ("new Date().toLocaleString('en-US', { timeZone: 'Mars/Base' })", "Invalid time zone specified: Mars/Base"),
    ],
)
def test_what_intl_does_not_cover_is_said(source, message):
    with pytest.raises(expressions.EvaluationError, match=message):
        value_of(source)
