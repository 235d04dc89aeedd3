"""Plain paths: followed in Python, exactly, and just as JavaScript would follow them."""

from decimal import Decimal

import pytest

from flows.expressions import MISSING, EvaluationError, Scope, evaluate, paths, stock
from tests.flows.expressions.making import expression, make_scope, value_of

DATA = """{
    "id": 12345678901234567890, "price": 0.10, "nothing": null, "text": "añ😀", "empty": "",
    "lines": [{"code": "a", "cost": {"total": 1.50}}, {"code": "b"}],
    "odd name": {"0": "zero", "length": 7, "constructor": "own"}, "$a_1": 1
}"""


@pytest.fixture
def no_sandbox(monkeypatch):
    """Crossing to the sandbox is an error."""

    def refuse(*arguments):
        raise AssertionError("a plain path went to the sandbox")

    monkeypatch.setattr(stock, "cross", refuse)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("flow.trigger.data.id", 12345678901234567890),
        ("flow.trigger.data.price", Decimal("0.10")),
        ("flow.trigger.data.lines[0].cost.total", Decimal("1.50")),
        ("flow.trigger.data.lines[0]?.code", "a"),
        ("flow.trigger.data['odd name'][\"0\"]", "zero"),
        ("flow.trigger.data['odd name'][0]", "zero"),
        ("flow.trigger.data['odd name'].length", 7),
        ("flow.trigger.data['odd name'].constructor", "own"),
        ("flow.trigger.data.$a_1", 1),
        ("  flow . trigger . data\n  .lines [ 1 ] ?. code ;; ", "b"),
        ("flow.trigger.data.lines.length", 2),
        ("flow.trigger.data.text.length", 4),
        ("flow.trigger.data.text[1]", "ñ"),
        ("flow.trigger.data.nothing", None),
        ("flow.trigger.event.kind", "webhook"),
        ("flow.config.Company", "1"),
        ("workspace.info().name", "Northwind"),
        ("flow.info().url", "/f/1"),
        ("flow.mapItem().result?.code", "Unexpected Error"),
        ("flow.loopItem().result.code", "Unexpected Error"),
        ("flow.step('create').output.Request.n", 1),
        ('flow.step("create").actionRequest.n', 1),
        ("flow.step('create').actionResponse.data.id", 9007199254740993),
        ("return flow.trigger.data.id;", 12345678901234567890),
        ("flow.trigger.data.price; // as it came", Decimal("0.10")),
        ("flow.trigger.data.price /* as it came */ ;", Decimal("0.10")),
    ],
)
def test_a_plain_path_keeps_every_digit_and_needs_no_engine(no_sandbox, source, value):
    found = evaluate(expression(source), full_scope()).value
    assert found == value
    assert str(found) == str(value)


@pytest.mark.parametrize(
    "source",
    [
        "flow.trigger.data.absent",
        "flow.trigger.data.absent?.deeper.and.deeper",
        "flow.trigger.data.nothing?.x",
        "flow.trigger.data.lines[2]",
        f"flow.trigger.data.lines['{'1' * 5000}']",
        "flow.trigger.data.lines[0].cost.absent",
        "flow.trigger.data.price.absent",
        "flow.trigger.data.empty[0]",
        "flow.step('later').output",
        "flow.step('later').actionResponse?.data.id",
    ],
)
def test_what_is_not_there_is_undefined(no_sandbox, source):
    evaluation = evaluate(expression(source), full_scope())
    assert evaluation.missing
    assert evaluation.value is None


@pytest.mark.parametrize(
    ("source", "message", "remedy"),
    [
        (
            "flow.trigger.data.vendor.name",
            "`flow.trigger.data.vendor` was missing in this run, so `.name` cannot be read",
            "Write `flow.trigger.data.vendor?.name` if it may be absent.",
        ),
        (
            "flow.trigger.data.nothing[0]",
            "`flow.trigger.data.nothing` is null in this run, so `[0]` cannot be read",
            "Write `flow.trigger.data.nothing?.[0]` if it may be absent.",
        ),
        (
            "return flow.trigger.data.vendor.name // of the order",
            "`flow.trigger.data.vendor` was missing in this run, so `.name` cannot be read",
            "Write `flow.trigger.data.vendor?.name` if it may be absent.",
        ),
        ("flow.step('creat').output", "`flow.step('creat')`: there is no step creat", "Did you mean create?"),
        ("flow.trigger.data.lines.map", "`map` is a function of every such value, not a field", ""),
    ],
)
def test_a_path_that_cannot_be_followed_says_where_and_what_to_do(no_sandbox, source, message, remedy):
    with pytest.raises(EvaluationError) as caught:
        evaluate(expression(source), full_scope(), place="Body.vendor")
    (problem,) = caught.value.problems
    assert (problem.place, problem.message, problem.remedy) == ("Body.vendor", message, remedy)


def test_the_item_outside_any_map_is_a_mistake(no_sandbox):
    with pytest.raises(EvaluationError, match="no value here"):
        value_of("flow.mapItem().x", {})


@pytest.mark.parametrize(
    "source",
    [
        "flow.trigger.data.a + 1",
        "flow.trigger.data.a()",
        "flow.trigger.data[key]",
        "flow.trigger.data['a\\'b']",
        "flow.trigger.data.a, 1",
        "flow.trigger.data.1a",
        "flow.trigger.data[01]",
        "flow.trigger.data?.5:1",
        "flow.trigger.database",
        "flow.step('x')",
        "flow.step(x).output",
        "flow.trigger",
        "myflow.trigger.data.a",
        "return\nflow.trigger.data.a",
        "flow.trigger.data.a // c\u2028+ 1",
        "flow.trigger.data.a // c\r+ 1",
        "returnflow.trigger.data.a",
        "",
    ],
)
def test_anything_more_is_not_a_plain_path(source):
    assert paths.parse(source) is None


def test_a_problem_shows_a_caret_under_the_place():
    with pytest.raises(EvaluationError) as caught:
        evaluate(expression("flow.trigger.data\n  .vendor.name"), make_scope({}))
    assert str(caught.value.problems[0]).splitlines()[1:3] == [
        "line 2, column 10:   .vendor.name",
        "                            ^",
    ]


def full_scope() -> Scope:
    scope = make_scope(DATA)
    created = {"Request": {"n": 1}, "Response": {"Content": {"data": {"id": 9007199254740993}}}}
    return Scope(
        trigger=scope.trigger | {"event": {"kind": "webhook"}},
        steps={"create": {"output": created, "status": "ACTION_HANDLED_SUCCESSFUL"}},
        config={"Company": "1"},
        workspace={"id": "w", "name": "Northwind"},
        flow={"url": "/f/1"},
        map_item={"result": {"code": "Unexpected Error"}},
        step_ids=("create", "later"),
    )


def test_missing_is_false_and_one_of_a_kind():
    assert not MISSING
    assert repr(MISSING) == "MISSING"
