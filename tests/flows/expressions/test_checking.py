"""What is found when a flow is saved, before any run."""

import time

import pytest

from flows.expressions import check, check_many, evaluate, helper_use, stock
from tests.flows.expressions.making import expression, make_scope


@pytest.mark.parametrize(
    "source",
    [
        "1 + 1",
        "flow.trigger.data.x;",
        "const a = 1; return a",
        "let a = 1; a + 1",
        "({ a: 1 })",
        "{ a: 1 }",
        "for (;;);",
        "flow.config.a // c",
        "const double = (n) => { return 2 * n }; double(4)",
        "flow.step('a').output?.ouput + `${flow.step(`a`).actionResponse?.data}`",
        "flow.trigger.data.lines.map(({ flow }) => flow.rate)",
        "const flow = { rate: 2 }; flow.rate",
        "({ status: x == 'Open' ? 1 : 2 })",
        "'flow.tigger' + /flow.tigger/.source // flow.tigger",
        "if ((x) => x) 1",
        "flow.trigger.data.a = 1; return flow.trigger.data",
        "let found; const all = []; while (found = /a/g.exec('')) all.push(found); return all",
        "`a ${true ? `flow.name and if (x = 1)` : ''}`",
        "return /it's/.test('x') ? 'flow.foo' : 1",
        "typeof flow.mapItem",
        "flow.toString() + flow.hasOwnProperty('x')",
        "const { rates: flow } = { rates: { usd: 1 } }; return flow.usd",
        "((...flow) => flow.length)()",
        "if ([1].some((n = 1) => n)) return 1",
        "({ and: 1, or: 2, not: 3, then: 4 })",
        "['a'].map(flow.step).length + [flow.trigger.isCacheCreate].some((is) => is())",
        "const info = flow.info; return info().url",
        "flow.trigger.data.a = 1, flow.trigger.data",
        "let m; if (m = /a/.exec('a')) return m[0]",
        "({ name: workspace }) => workspace.length",
        "let x = 1, workspace; return workspace?.name",
        "flow.trigger.data. workspace?.name",
    ],
)
def test_what_is_javascript_passes_without_being_run(source):
    assert check(source) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 +", "the expression ends too early"),
        ("", "the expression is empty"),
        ("   ", "the expression is empty"),
        ("1); (2", "`)` closes a bracket that is not open"),
        ("const a = ;", "unexpected token"),
        ("await x", "nothing can be waited for here"),
    ],
)
def test_a_syntax_error_is_found_with_its_place(source, message):
    (problem,) = check(source, place="Body.name")
    assert message in problem.message
    assert problem.place == "Body.name"


def test_a_column_counts_characters_whatever_stands_before_it():
    (found,) = check("1;\n'é😀日' + *")
    assert (found.line, found.column, found.message) == (2, 9, "unexpected token in expression: '*'")


@pytest.mark.parametrize(
    ("source", "message", "remedy", "column"),
    [
        ("flow.tigger.data.id", "`flow` has no `tigger`", "Did you mean `trigger`?", 6),
        ("1 + flow.trigger.date.id", "`flow.trigger` has no `date`", "Did you mean `data`?", 18),
        ("flow.step('a').ouput", '`flow.step("id")` has no `ouput`', "Did you mean `output`?", 16),
        ("[...flow.mapItem.lines]", "`flow.mapItem` is a function", "Write `flow.mapItem()`.", 10),
        ("flow.config().company", "`flow.config` is no function", "Write `flow.config`, without `()`.", 6),
        ("workspace.id", "`workspace` has no `id`", "It has `info`.", 11),
        ("`${`${flow.stepp('a').output}`}`", "`flow` has no `stepp`", "Did you mean `step`?", 12),
        (
            "if (flow.trigger.data.status = 'Open') return 1",
            "a single `=` puts a value there instead of comparing",
            "Write `===` to compare.",
            30,
        ),
        (
            "if (flow.step('a').output.status = 'Open') return 1",
            "a single `=` puts a value there instead of comparing",
            "Write `===` to compare.",
            34,
        ),
        (
            "flow.trigger.data.status = 'Open' ? 1 : 2",
            "a single `=` puts a value there instead of comparing",
            "Write `===` to compare.",
            26,
        ),
    ],
)
def test_what_would_quietly_give_something_else_is_found(source, message, remedy, column):
    (found,) = check(source)
    assert (found.message, found.remedy, found.line, found.column) == (message, remedy, 1, column)


def test_a_long_text_in_many_alphabets_is_checked():
    (found,) = check("const label = '€ – 日本';\n" + "// a long comment\n" * 60 + "return (")
    assert found.message == "the expression ends too early"


def test_a_check_that_takes_all_the_time_leaves_the_others_unchecked_and_says_so(quick):
    slow = "(" * 800 + "+".join(["1"] * 100_000) + ")" * 800
    first, second = check_many([("a", slow), ("b", "1 +")])
    assert (first.place, second.place) == ("a", "b")
    assert "were not ready" in first.message or "took more than" in first.message
    assert "not checked" in second.message


@pytest.mark.parametrize(
    "source",
    [
        "}); for (;;); (function () { return 1",
        "1)}); for (;;); (function () { (1",
        "}\nfor (;;); { 'return'",
        "]; for (;;); [1",
        "}]; for (;;); [function () { return 1",
    ],
)
def test_what_slips_out_of_its_brackets_is_found_and_not_run(source):
    (found,) = check(source)
    assert "closes a bracket that is not open" in found.message


@pytest.mark.parametrize(
    "source",
    [
        "=/[" * 60_000,
        "flow.a=" + " " * 200_000 + "\nx",
        "flow.config" + " " * 200_000 + "+1",
        "flow.config //" + " " * 200_000 + "\n+1",
        "// " + "['" * 60_000 + "\n1",
        "/*" + "flow.todo;" * 30_000 + "*/1",
        "[" + "flow.xyz,\n" * 20_000 + "]",
        "[" + "flow.step('aaaab')," * 5_000 + "]",
    ],
    ids=lambda source: source[:8],
)
def test_a_text_takes_no_longer_to_look_through_than_it_is_long(source):
    begun = time.process_time()
    check_many([("a", source)], step_ids=[f"step-{number}" for number in range(50)])
    assert time.process_time() - begun < 5


def test_an_unknown_step_is_found_where_the_steps_are_given():
    sources = [("a", "flow.step('lookup').output"), ("b", '1 + flow.step("look-up").output.x')]
    assert check_many(sources, step_ids=None) == []
    assert check("// flow.step('nope')\n'flow.step(\"nope\")'", step_ids=["look-up"]) == []
    (problem,) = check_many(sources, step_ids=["look-up"])
    assert (problem.place, problem.message) == ("a", "`flow.step('lookup')`: there is no step lookup")
    assert (problem.line, problem.column, problem.remedy) == (1, 1, "Did you mean look-up?")


def test_every_helper_is_known_to_the_check():
    helpers = "[flow, flow.trigger, flow.step('a'), workspace].map((holder) => Object.keys(holder).sort())"
    there = evaluate(expression(helpers), make_scope(step_ids=("a",))).value
    assert there == [sorted(members) for _, _, members in helper_use.HELPERS]


def test_no_step_before_the_first():
    (problem,) = check("flow.step('a').output", step_ids=[])
    assert problem.remedy == "No step comes before this one."


def test_plain_paths_are_checked_without_the_sandbox(monkeypatch):
    monkeypatch.setattr(stock, "cross", None)
    assert check("flow.trigger.data.lines[0].code") == []


def test_all_expressions_of_a_flow_are_checked_in_one_crossing(monkeypatch):
    crossings = []
    real = stock.cross
    monkeypatch.setattr(stock, "cross", lambda *arguments: crossings.append(1) or real(*arguments))
    problems = check_many([(f"field{number}", f"{number} +" if number % 2 else "1 + 1") for number in range(40)])
    assert [problem.place for problem in problems] == [f"field{number}" for number in range(1, 40, 2)]
    assert len(crossings) == 1
