"""A retry policy as a timeline: what runs, what never will, and where it stands in the drawing."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.pages.step_forms.intervals import parse_minutes
from flows.pages.step_forms.timeline import timeline_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def timeline(interval_minutes=60, attempts=3, *, exponential_backoff=False):
    policy = {"interval_minutes": interval_minutes, "attempts": attempts, "exponential_backoff": exponential_backoff}
    return timeline_of(policy, NOON)


def percent(text):
    return float(text.removesuffix("%"))


def test_each_retry_has_its_clock_time():
    made = timeline(90)
    assert [mark.at - NOON for mark in made.marks] == [1.5 * HOUR, 3 * HOUR, 4.5 * HOUR]
    assert [mark.after for mark in made.marks] == ["1 h 30 min", "3 h", "4 h 30 min"]
    assert made.summary == "3 retries run, the last 4 h 30 min after the first failure."


def test_the_window_ends_after_24_hours_and_the_action_closes_with_its_last_retry():
    made = timeline(attempts=5, exponential_backoff=True)
    assert made.ends_at == NOON + 24 * HOUR
    assert made.closes_at == NOON + 15 * HOUR
    assert [mark.runs for mark in made.marks] == [True, True, True, True, False]
    assert made.summary == "4 of 5 retries run, the last 15 h after the first failure."


def test_a_single_retry_at_the_edge_of_the_window_runs():
    made = timeline(24 * 60, 5)
    assert [mark.runs for mark in made.marks] == [True, False, False, False, False]
    assert made.summary == "1 of 5 retries runs, 24 h after the first failure."
    assert timeline(24 * 60, 1).summary == "1 retry runs, 24 h after the first failure."


@pytest.mark.parametrize("interval", [30, 60, 400, 1440])
@pytest.mark.parametrize("exponential_backoff", [False, True])
def test_the_drawing_is_in_order_and_in_its_frame(interval, exponential_backoff):
    made = timeline(interval, 5, exponential_backoff=exponential_backoff)
    places = [percent(mark.x) for mark in made.marks]
    ends = percent(made.start) + percent(made.width)
    assert places == sorted(places)
    assert len(set(places)) == 5
    assert max(places) <= 98
    assert all((place <= ends) == mark.runs for place, mark in zip(places, made.marks, strict=True))
    assert percent(made.ticks[0][0]) == percent(made.start)
    assert percent(made.ticks[-1][0]) == ends


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("1 h 30", 90),
        ("1h30", 90),
        ("90 min", 90),
        ("1.5 h", 90),
        ("1,5 hours", 90),
        ("1½ h", 90),
        ("1:30", 90),
        ("1:30 h", 90),
        ("half an hour", 30),
        ("an hour and 30 minutes", 90),
        ("A day", 1440),
    ],
)
def test_an_interval_may_be_said_in_many_ways(said, minutes):
    assert parse_minutes(said) == minutes
