"""Errors that the person who wrote the expression understands: where, what, and what to do."""

import time

import pytest

from flows.expressions import EvaluationError, Problem, evaluate
from tests.flows.expressions.making import array_map, expression, make_scope

DATA = {"lines": [{"code": "a"}], "name": "x", "nothing": None}


@pytest.mark.parametrize(
    ("source", "message", "remedy", "line", "column"),
    [
        (
            "flow.trigger.data.vendor.name + '!'",
            "`flow.trigger.data.vendor` was missing in this run, so `.name` cannot be read",
            "Write `flow.trigger.data.vendor?.name` if it may be absent.",
            1,
            25,
        ),
        (
            "1 +\n  flow.trigger.data.nothing.deep",
            "`flow.trigger.data.nothing` is null in this run, so `.deep` cannot be read",
            "Write `flow.trigger.data.nothing?.deep` if it may be absent.",
            2,
            28,
        ),
        (
            "flow.trigger.data.rows[0] + 1",
            "`flow.trigger.data.rows` was missing in this run, so `[0]` cannot be read",
            "Write `flow.trigger.data.rows?.[0]` if it may be absent.",
            1,
            23,
        ),
        (
            "flow.step('creat').output + 1",
            "`flow.step('creat')`: there is no step creat",
            "Did you mean create?",
            1,
            None,
        ),
        (
            "flow.step(`zzz`).output",
            "`flow.step('zzz')`: there is no step zzz",
            "The steps are create, later.",
            1,
            None,
        ),
        (
            "flow.trigger.data.lines.map(l => l.cost.total)",
            "`total` cannot be read, because what stands before it is undefined in this run",
            "Write `?.total` if it may be absent.",
            1,
            None,
        ),
        ("dayjss('2026-01-01')", "there is no `dayjss`", "Did you mean `dayjs`?", 1, 1),
        ("moment()", "there is no `moment`", "Dates are `dayjs(...)` here.", 1, 1),
        (
            "require('fs')",
            "there is no `require`",
            "The libraries are there already: `_`, `dayjs`, `numeral` and `uuid`.",
            1,
            1,
        ),
        (
            "flow.trigger.data.lines.mpa(l => l)",
            "`mpa(...)`: what stands before it has no such function",
            "Did you mean `map`?",
            1,
            None,
        ),
        (
            "flow.steps('create')",
            "`flow` has no `steps`",
            "Did you mean `step`?",
            1,
            None,
        ),
        ("flow.todo('the vendor')", "to do: the vendor", "Replace `flow.todo(...)` by the value.", 1, None),
        (
            "flow.mapItem().x + 1",
            "`flow.mapItem()` has no value here",
            "It is the current element inside an array map, a loop or a retry condition.",
            1,
            None,
        ),
        ("1 +", "the expression ends too early", "A bracket, a quote or a value is missing.", 1, 4),
        ("[1, 2", "the expression ends too early", "A bracket, a quote or a value is missing.", 1, 6),
        ("(1 + 2\n", "the expression ends too early", "A bracket, a quote or a value is missing.", 1, 7),
        ("1 +\n\n", "the expression ends too early", "A bracket, a quote or a value is missing.", 1, 4),
        (
            "flow.trigger.data.name.match(/y/)[1]",
            "`1` cannot be read, because what stands before it is null in this run",
            "Write `?.[1]` if it may be absent.",
            1,
            None,
        ),
        (
            "[...flow.trigger.data.rows]",
            "a list is needed here, and there is undefined in this run",
            "Write `?? []` behind what may be absent.",
            1,
            None,
        ),
        (
            "const nobody = null; throw nobody",
            "the expression threw null, or had no memory left",
            "Throw an `Error` with a message, or work on less data at a time.",
            0,
            0,
        ),
        ("throw new Error('haystack is missing')", "haystack is missing", "", 1, None),
        (
            "const f = flow.mapItem; flow.trigger.data.zz.q + 1",
            "`flow.trigger.data.zz` was missing in this run, so `.q` cannot be read",
            "Write `flow.trigger.data.zz?.q` if it may be absent.",
            1,
            None,
        ),
        ("`${flow.tigger.data.a}`", "`flow` has no `tigger`", "Did you mean `trigger`?", 1, 9),
        (
            "[...(flow.trigger.data.lines), 1].map(one => one.a.b)",
            "`b` cannot be read, because what stands before it is undefined in this run",
            "Write `?.b` if it may be absent.",
            1,
            None,
        ),
        ("throw { mistake: { kind: 'step' } }", "the expression threw [object Object]", "", 0, 0),
        ("", "the expression is empty", "Write one, or leave the value out.", 0, 0),
        (" ;\n", "the expression is empty", "Write one, or leave the value out.", 0, 0),
        (
            "const a = 1;\nconst b = a.b.c;\nreturn b",
            "`c` cannot be read, because what stands before it is undefined in this run",
            "Write `?.c` if it may be absent.",
            2,
            None,
        ),
        ("throw 'out of cheese'", "the expression threw out of cheese", "", 0, 0),
        ("throw new Error('no vendor')", "no vendor", "", 1, None),
        ("throw { toString() { throw 1 } }", "the expression threw something that is no text", "", 0, 0),
    ],
)
def test_a_mistake_is_explained(source, message, remedy, line, column):
    problem = problem_of(source)
    assert (problem.message, problem.remedy, problem.line) == (message, remedy, line)
    assert column in (None, problem.column)
    assert problem.expression == source


@pytest.mark.parametrize("source", ["a b", "let x = ;", "'unclosed", "1 ? 2", "foo(", "x => {", "{a: 1", "`${"])
def test_a_syntax_error_has_a_position_within_the_expression(source):
    problem = problem_of(source)
    assert problem.line == 1
    assert 1 <= problem.column <= len(source) + 1


def test_an_error_inside_a_library_is_shown_where_it_was_called():
    problem = problem_of("1 +\n  _.map([1], (n) => n.a.b)[0]")
    assert problem.line == 2
    assert "_.map" in problem.excerpt()


def test_a_mistake_in_a_list_of_a_list_shows_its_own_expression():
    items = {"mode": "list", "items": [expression("1 + 1"), expression("nope.x + 1")]}
    with pytest.raises(EvaluationError) as caught:
        evaluate(array_map(items, expression("flow.mapItem() + 1")), make_scope({}))
    (problem,) = caught.value.problems
    assert (problem.expression, problem.message) == ("nope.x + 1", "there is no `nope`")


def test_an_element_that_lacks_a_field_is_named_with_its_place():
    template = array_map("flow.trigger.data.lines", expression("flow.mapItem().cost.total + 1"))
    with pytest.raises(EvaluationError) as caught:
        evaluate(template, make_scope({"lines": [{"cost": {"total": 1}}, {"code": "b"}]}), place="Body.lines")
    (problem,) = caught.value.problems
    assert problem.place == "Body.lines[1]"
    assert problem.message == "`flow.mapItem().cost` was missing in this run, so `.total` cannot be read"


def test_a_problem_names_place_line_caret_and_remedy():
    text = str(problem_of("1 + flow.trigger.data.vendor.name", place="Body.vendor"))
    assert text.splitlines() == [
        "Body.vendor: `flow.trigger.data.vendor` was missing in this run, so `.name` cannot be read",
        "line 1, column 29: 1 + flow.trigger.data.vendor.name",
        "                                               ^",
        "Write `flow.trigger.data.vendor?.name` if it may be absent.",
    ]


def test_the_excerpt_counts_lines_as_the_engine_does():
    problem = problem_of("'\u2028' + \x0b nope.x")
    shown, caret = problem.excerpt().split("\n")
    assert shown[caret.index("^") :].startswith("nope")


@pytest.mark.parametrize(
    "source",
    [
        f"const logo = '{'iVBORw0KGgoAAAANSUhEUgAA' * 4000}'; return flow.trigger.data.name.format(logo)",
        "/*" + "flow x[q] " * 3000 + "*/ (flow.trigger.data.zz).q + 1",
        "flow" + ".a" * 100_000 + "+1",
        "flow.step('x'.repeat(1e6))",
        "flow.todo('x'.repeat(1e6))",
        "(" * 50_000,
    ],
    ids=["a picture", "many readings", "a long path", "a long step", "a long message", "brackets"],
)
def test_an_explanation_takes_less_than_a_second(source):
    begun = time.process_time()
    assert len(problem_of(source).message) < 3000
    assert time.process_time() - begun < 1


def test_the_excerpt_of_a_long_line_keeps_the_place_in_sight():
    problem = Problem("", "wrong", "x" * 500 + "HERE" + "y" * 500, 1, 501)
    shown, caret = problem.excerpt().splitlines()
    assert shown[caret.index("^") :].startswith("HERE")
    assert len(shown) < 140


RESULTS = {
    "NaN": ("flow.trigger.data.name * 2", "the result is NaN, not a number"),
    "NaN inside": ("({ a: [1, 0 / 0] })", "result.a[1] is NaN, not a number"),
    "infinity": ("1 / 0", "the result is Infinity"),
    "a function": ("(() => 1)", "the result is a function, not a value"),
    "a symbol": ("Symbol('x')", "the result is a symbol, not a value"),
    "a cycle": ("const a = { b: {} }; a.b.c = a; return a", "the result contains itself"),
    "a date that is none": ("new Date('x')", "the result is not a valid date"),
    "a Day.js date that is none": ("({ due: dayjs('x') })", "result.due is not a valid date"),
    "a numeral": ("[numeral(4)]", "result[0] is a numeral object"),
    "a set": ("({ tags: new Set([1]) })", "result.tags is a Set"),
    "a map": ("new Map()", "the result is a Map"),
    "a pattern": ("/x/", "the result is a pattern"),
    "an error": ("new Error('x')", "the result is an error: x"),
    "a promise": ("(async () => 1)()", "the result is a promise"),
    "a whole number without end": ("10n ** 2000n", "more than 1000 digits"),
}


@pytest.mark.parametrize(("source", "message"), RESULTS.values(), ids=RESULTS.keys())
def test_what_has_no_json_form_is_refused_by_name(source, message):
    assert message in problem_of(source).message


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("12345678901234567890n + 1n", 12345678901234567891),
        ("({ id: BigInt('9007199254740993') })", {"id": 9007199254740993}),
        ("new Date(0)", "1970-01-01T00:00:00.000Z"),
        ("dayjs('2026-03-05')", "2026-03-05T00:00:00.000Z"),
        ("({ a: undefined, f: () => 1, s: Symbol('x'), b: [undefined, null] })", {"b": [None, None]}),
        ("-0", 0),
        ("'\\ud800'", "\ud800"),
        ("'a\\u0000b'", "a\0b"),
        ("'😀'", "😀"),
    ],
)
def test_every_other_result_has_one_json_form(source, value):
    assert evaluate(expression(source), make_scope(DATA)).value == value


def problem_of(source: str, place: str = "") -> Problem:
    scope = make_scope(DATA, steps={"create": {"output": {}}}, step_ids=("create", "later"))
    with pytest.raises(EvaluationError) as caught:
        evaluate(expression(source), scope, place=place)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("computed", ["", " + ''"], ids=["a plain path", "JavaScript"])
@pytest.mark.parametrize(
    ("source", "near"),
    [
        ("flow.trigger.data.vendro.name", "vendor"),
        ("flow.trigger.data.vendor.adress.city", "address"),
        ("flow.trigger.data.lines[0].cots.net", "cost"),
        ("flow.config.erp.compny.code", "company"),
        ("flow.step('lookup').output.custmer.mail", "customer"),
        ("flow.mapItem().prize.net", "price"),
    ],
)
def test_a_mistyped_field_however_deep_is_told_the_one_that_is_there(source, near, computed):
    scope = make_scope(
        {"vendor": {"address": {"city": "X"}}, "lines": [{"cost": {"net": 1}}]},
        steps={"lookup": {"output": {"customer": {"mail": "a"}}}},
        config={"erp": {"company": {"code": "1"}}},
        map_item={"price": {"net": 1}},
    )
    with pytest.raises(EvaluationError) as caught:
        evaluate(expression(source + computed), scope)
    base = source.rpartition(".")[0]
    field = source.rpartition(".")[2]
    assert caught.value.problems[0].remedy == f"Did you mean `{near}`? Write `{base}?.{field}` if it may be absent."


def test_no_field_is_suggested_that_has_another_name_altogether():
    with pytest.raises(EvaluationError) as caught:
        evaluate(expression("flow.trigger.data.customer.name"), make_scope({"rows": []}))
    assert caught.value.problems[0].remedy == "Write `flow.trigger.data.customer?.name` if it may be absent."
