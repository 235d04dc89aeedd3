"""Numbers that JavaScript cannot hold: kept where they need not enter it, announced where they must."""

import pytest

from flows.expressions import evaluate
from tests.flows.expressions.making import array_map, expression, make_scope


@pytest.mark.parametrize(
    ("data", "source", "named"),
    [
        ('{"id": 12345678901234567890}', "flow.trigger.data.id + 0", "`flow.trigger.data.id` 12345678901234567890"),
        (
            '{"a": [1, {"id": 9007199254740993}]}',
            "flow.trigger.data.a.length + 0",
            "`flow.trigger.data.a[1].id` 9007199254740993",
        ),
        (
            '{"price": 0.12345678901234567890}',
            "`${flow.trigger.data.price}`",
            "`flow.trigger.data.price` 0.12345678901234567890",
        ),
        ('{"n": 1e400}', "String(flow.trigger.data.n)", "`flow.trigger.data.n` 1E+400"),
    ],
)
def test_a_number_that_changes_is_named_in_the_run_log(data, source, named):
    (warning,) = evaluate(expression(source), make_scope(data)).warnings
    assert named in warning
    assert "A plain path" in warning


@pytest.mark.parametrize(
    "data",
    [
        '{"id": 9007199254740992, "p": 0.10, "q": 1.50, "e": 1e21, "t": "12345678901234567890"}',
        '{"id": -9007199254740991, "p": 123456789.12, "i": 123456789012345680000}',
        '{"id": 0, "p": 3.141592653589793, "s": "E+99"}',
    ],
)
def test_a_number_that_stays_the_same_is_not(data):
    assert evaluate(expression("flow.trigger.data.id + flow.trigger.data.p"), make_scope(data)).warnings == []


def test_a_number_that_stays_outside_is_not():
    scope = make_scope('{"id": 12345678901234567890, "lines": [1]}', config={"big": 2**70})
    assert evaluate(expression("flow.trigger.data.lines.length + 1"), scope).warnings == []
    assert evaluate(expression("flow.trigger.data.id"), scope).warnings == []


def test_steps_and_mapped_elements_are_named_as_an_expression_names_them():
    scope = make_scope('{"rows": [{"id": 12345678901234567890}]}', steps={"find": {"output": {"id": 2**63 + 1}}})
    (warning,) = evaluate(expression("flow.step('find').output.id + 1"), scope).warnings
    assert "`flow.step('find').output.id` 9223372036854775809" in warning
    mapped = array_map("flow.trigger.data.rows", expression("flow.mapItem().id + 1"))
    assert "`the list[0].id` 12345678901234567890" in evaluate(mapped, scope).warnings[0]


def test_helpers_are_named_as_an_expression_names_them():
    scope = make_scope(flow={"registrationId": 2**60 + 1}, workspace={"id": 2**60 + 3})
    (warning,) = evaluate(expression("[flow.info().url, workspace.info().name].length"), scope).warnings
    assert "`flow.info().registrationId`" in warning
    assert "`workspace.info().id`" in warning


@pytest.mark.parametrize(
    ("source", "is_told"),
    [
        ("12345678901234567890 + 0", True),
        ("[9007199254740993][0] + 0", True),
        ("`${12_345_678_901_234_567_890}`", True),
        ("9007199254740992 + 0", False),
        ("12345678901234567890n + 0n", False),
        ("'12345678901234567890' + 0", False),
        ("x1234567890123456789 => 1, 0.12345678901234567890 + 1", False),
    ],
)
def test_a_number_written_in_an_expression_is_told_where_it_changes(source, is_told):
    warnings = evaluate(expression(source), make_scope()).warnings
    assert any("the expression" in warning for warning in warnings) is is_told


def test_many_are_counted():
    scope = make_scope({"ids": [2**60 + 1 + number * 2 for number in range(10)]})
    (warning,) = evaluate(expression("flow.trigger.data.ids.length + 0"), scope).warnings
    assert "and 7 more" in warning
