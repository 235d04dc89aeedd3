"""What is found when a flow is saved, before any run."""

import pytest

from flows.expressions import check, check_many, stock


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
        ("1); (2", "nexpected"),
        ("const a = ;", "unexpected token"),
        ("await x", "nexpected"),
    ],
)
def test_a_syntax_error_is_found_with_its_place(source, message):
    (problem,) = check(source, place="Body.name")
    assert message in problem.message
    assert problem.place == "Body.name"


def test_a_column_counts_characters_whatever_stands_before_it():
    (found,) = check("1;\n'é😀日' + )")
    assert (found.line, found.column, found.message) == (2, 9, "unexpected token in expression: ')'")


def test_an_unknown_step_is_found_where_the_steps_are_given():
    sources = [("a", "flow.step('lookup').output"), ("b", '1 + flow.step("look-up").output.x')]
    assert check_many(sources, step_ids=None) == []
    (problem,) = check_many(sources, step_ids=["look-up"])
    assert (problem.place, problem.message) == ("a", "`flow.step('lookup')`: there is no step lookup")
    assert (problem.line, problem.column, problem.remedy) == (1, 1, "Did you mean look-up?")


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
