"""No expression can forge an answer: of its own value, or of another value of the same step."""

import pytest

from flows.expressions import evaluate_many
from flows.expressions.answers import is_honest
from tests.flows.expressions.making import array_map, expression, make_scope

THROWN = [
    "{ mistake: {} }",
    "{ mistake: { kind: {} } }",
    "{ mistake: { kind: 'list' } }",
    "{ mistake: { kind: 'step', step: 5 } }",
    "{ mistake: { message: null, remedy: 5 } }",
    "{ mistake: { toJSON: () => 5 } }",
    "Object.assign(new Error('x'), { mistake: { kind: 'unavailable', message: {} } })",
    "Object.assign(new Error('x'), { message: JSON.rawJSON('1e999999'), stack: [] })",
    "Object.defineProperty(new Error('x'), 'message', { get() { throw 1 } })",
    "Object.defineProperty(new Error('x'), 'stack', { get() { throw null } })",
    "Object.assign(new SyntaxError('Unexpected token'), { stack: '' })",
    "new Proxy(new Error('x'), { get() { throw 1 } })",
    "new Proxy(new Error('x'), { getPrototypeOf() { throw 1 } })",
    "Object.assign(new Error(), { name: 'InternalError' })",
    "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()",
    "Symbol('x')",
    "null",
    "undefined",
    "new Error('\\ud800')",
    "new Error('x'.repeat(1e6))",
]
TAMPERED = [
    "Object.prototype.mistake = { kind: [] }",
    "Object.prototype.toJSON = () => 5",
    "Object.prototype.kind = 'list'",
    "Object.defineProperty(Object.prototype, 'message', { get: () => 5, set() {} })",
    "Object.defineProperty(Array.prototype, 0, { get: () => '[]', set() {} })",
    "String.prototype.slice = () => 5",
    "String.prototype.toWellFormed = () => 5",
    "String = () => ({ slice: () => [1] })",
    "JSON.stringify = () => 'x'",
    "RegExp.prototype.test = RegExp.prototype.exec = () => { throw 1 }",
    "WeakMap.prototype.get = () => ({ kind: 5 })",
    "Array.prototype[Symbol.iterator] = function* () { yield 5; yield 5; yield 5 }",
    "Map.prototype.get = Map.prototype.has = () => 5",
    "Object.defineProperty(Object, Symbol.hasInstance, { value: () => { throw 1 } })",
    "Function.prototype.call = Function.prototype.apply = () => '{}'",
    *(
        f"Array.prototype.join = () => {text!r}"
        for text in ("", "[]", "5", "null", '"abc"', '],"rows":5,"a":[', "[{},{}]")
    ),
]


@pytest.mark.parametrize("thrown", THROWN)
def test_whatever_is_thrown_is_a_problem_of_its_own_value(thrown):
    first, second = evaluate_many([("a", expression(f"throw {thrown}")), ("b", expression("1 + 1"))], make_scope({}))
    assert [problem.place for problem in first.problems] == ["a"]
    assert first.problems[0].message
    str(first.problems[0]).encode()
    assert second.value == 2


@pytest.mark.parametrize("thrown", THROWN)
def test_whatever_a_result_throws_is_a_problem_of_its_own_value(thrown):
    source = f"({{ toJSON() {{ throw {thrown} }} }})"
    (evaluation,) = evaluate_many([("a", expression(source))], make_scope({}))
    assert "sandbox" not in evaluation.problems[0].message


@pytest.mark.parametrize("tampered", TAMPERED)
def test_whatever_is_tampered_with_a_value_is_right_or_a_problem(tampered):
    templates = [
        ("a", expression(f"{tampered}; 1")),
        ("map", array_map("flow.trigger.data.rows", expression("flow.mapItem().n + 1"))),
        ("throw", expression("throw new Error('x')")),
        ("b", expression("20 + 22")),
    ]
    _, mapped, thrown, last = evaluate_many(templates, make_scope({"rows": [{"n": 1}, {"n": 2}]}))
    assert mapped.problems or mapped.value == [2, 3]
    assert thrown.problems
    assert last.problems or last.value == 42


def test_an_error_of_an_element_is_told_as_such():
    source = "const rows = [1]; Object.defineProperty(rows, 0, { get() { throw new Error('boo') } }); return rows"
    (evaluation,) = evaluate_many([("rows", array_map(source, expression("flow.mapItem() + 1")))], make_scope({}))
    assert evaluation.problems[0].message == "boo"


@pytest.mark.parametrize(
    "answer",
    [
        5,
        [],
        {"value": 1, "rows": []},
        {"rows": []},
        {"error": 5},
        {"error": {}},
        {"error": {"message": 5}},
        {"error": {"message": "x", "linesBefore": "1"}},
        {"error": {"kind": "step", "message": "x"}},
        {"error": {"kind": "list", "message": "x"}},
        {"error": {"kind": {}, "message": "x"}},
        {"surprise": 1},
    ],
)
def test_an_answer_of_another_shape_is_none(answer):
    assert not is_honest(answer, ["e", "1 + 1", False])


@pytest.mark.parametrize("rows", [5, [5], [[]], [[{"value": 1}, {"value": 2}]], [[{"rows": []}]]])
def test_rows_of_another_shape_are_none(rows):
    assert not is_honest({"rows": rows}, ["m", ["v", [1]], [["e", "1 + 1", False]]])


def test_the_output_of_a_step_whose_name_has_no_utf_8_is_not_found():
    scope = make_scope({}, steps={"\ud800": {"output": {"x": 1}}})
    (evaluation,) = evaluate_many([("a", expression("flow.step('\\ud800').output?.x ?? 'none'"))], scope)
    assert evaluation.value == "none"
