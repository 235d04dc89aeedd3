"""JSON that keeps every number as it came, and takes nothing that could not be written again."""

from decimal import Decimal

import pytest

from connectors import exact_json


@pytest.mark.parametrize(
    "text", ["12345678901234567890", "0.10", "-0.0", "1e400", '"\\ud800"', '{"b":1,"a":[null,true]}']
)
def test_a_value_is_written_as_it_was_read(text):
    assert exact_json.dumps(exact_json.loads(text)).lower() in {text, text.replace("1e400", "1e+400")}


def test_numbers_with_a_fraction_are_decimals():
    assert exact_json.loads("0.10") == Decimal("0.10")


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "[1,]", "{'a': 1}", "", b"\xff", "[" * 100_000])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(exact_json.JSONError):
        exact_json.loads(text)


def test_a_mistake_is_told_with_its_line_and_column():
    with pytest.raises(exact_json.JSONError, match="line 2, column 8"):
        exact_json.loads('{\n  "a": oops}')


@pytest.mark.parametrize("opening, closing", [("[", "]"), ('{"a":', "}")])
def test_nesting_ends_at_its_limit(opening, closing):
    limit = exact_json.DEPTH_LIMIT
    deepest = opening * limit + "1" + closing * limit
    assert exact_json.dumps(exact_json.loads(deepest)) == deepest
    with pytest.raises(exact_json.JSONError, match="levels deep"):
        exact_json.loads(opening + deepest + closing)


def test_many_brackets_side_by_side_are_no_nesting():
    assert len(exact_json.loads("[" + ",".join(["[]"] * 10_000) + "]")) == 10_000


def test_what_was_stored_is_restored_however_deep():
    wrapped = [[exact_json.loads("[" * exact_json.DEPTH_LIMIT + "]" * exact_json.DEPTH_LIMIT)]]
    assert exact_json.restore(exact_json.dumps(wrapped)) == wrapped


def test_text_for_people_can_be_sent_to_a_browser():
    assert exact_json.pretty("é \ud800").encode() == '"é \\ud800"'.encode()
