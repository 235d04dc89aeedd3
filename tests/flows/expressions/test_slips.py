"""What people write who think in a spreadsheet, in C# or in plain English: each is told what to write instead."""

import pytest

from flows.expressions import EvaluationError, Problem, evaluate
from tests.flows.expressions.making import expression, make_scope

DATA = {"status": "Open", "vendor": {"name": "Acme"}, "lines": [{"id": 1}]}


@pytest.mark.parametrize(
    ("source", "message", "remedy", "column"),
    [
        ("“Open”", "`“` is a quote of a word processor", "straight quotes", 1),
        ("1 and 2", "`and` is no operator", "`&&`", 3),
        ("1 OR 2", "`OR` is no operator", "`||`", 3),
        ("not true", "`not` is no operator", "`!`", 1),
        ("1 <> 2", "`<>` is no operator", "`!==`", 3),
        ("1 =< 2", "`=<` is no operator", "`<=`", 3),
        ("if true then 1", "`then` is no JavaScript", "`condition ? value : otherwise`", 9),
        ("Return 5", "`Return` is no JavaScript", "`return`", 1),
        ("=A1", "does not begin with `=`", "Leave it out", 1),
        ("{{ flow.trigger.data.status", "`{{` is no JavaScript", "Leave out the {{ }}", 1),
        ("${flow.trigger.data.status}", "`${` stands outside a text", "backticks", 1),
        ("await fetch('x')", "nothing can be waited for here", "Remove `await`", 1),
        ("import x from 'y'", "`import` is not there", "The libraries are there already", 1),
        ("({ and: [1, 2 })", "`}` closes a bracket that is not open", "Remove it", 15),
        ("`${1}${2}` + [1", "the expression ends too early", "A bracket", 16),
        ("1 + 2)", "`)` closes a bracket that is not open", "Remove it", 6),
        ("'open", "a text is not closed", "A quote is missing", 1),
        ("Step('x').Output", "there is no `Step`", '`flow.step("id").output`', 1),
        ("GetConfigValue('a')", "there is no `GetConfigValue`", "`flow.config.name`", 1),
        ("DateTime.Now", "there is no `DateTime`", "`dayjs(...)`", 1),
        ("IF(1, 2, 3)", "there is no `IF`", "`condition ? value : otherwise`", 1),
        ("$('x')", "there is no `$`", '`flow.step("id").output`', 1),
        ("None", "there is no `None`", "`null`", 1),
        ("NULL", "there is no `NULL`", "`null`", 1),
        ("TRUE", "there is no `TRUE`", "`true`", 1),
        ("process.env", "there is no `process`", "Nothing outside can be reached", 1),
        ("uuid()", "`uuid(...)`: that is no function", "`uuid.v4()`", 1),
        ("'a'.Length()", "`Length(...)`", "`.length`, without `()`", None),
        ("'a'.ToString()", "`ToString(...)`", "Did you mean `toString`?", None),
        ("'a'.Contains('b')", "`Contains(...)`", "Did you mean `includes`?", None),
        ("flow.trigger.data.lines.Where(l => l.id)", "`Where(...)`", "Did you mean `filter`?", None),
        ("flow.trigger.data.lines.sumBy('id')", "`sumBy(...)`", "`_.sumBy(...)`", None),
        ("_.sumby([])", "`sumby(...)`", "Did you mean `_.sumBy`?", None),
        ("dayjs().fromat('YY')", "`fromat(...)`", "Did you mean `format`?", None),
        ("flow.trigger.data.status.format('YY')", "`format(...)`", "`dayjs(x).format(...)`", None),
        ("flow.trigger.data.vendor.map(v => v)", "`map(...)`", "Only lists have it, and it takes a function", None),
        ("flow.trigger.data.lines.map()", "`map(...)`", "it takes a function", None),
        ("(5).trim()", "`trim(...)`", "Only texts have it", None),
        ("'5'.toFixed(2)", "`toFixed(...)`", "Only numbers have it", None),
        ("new Intl.ListFormat('en-US')", "Intl.ListFormat is not covered", "", None),
        ("_.debounce(() => 1)()", "`debounce(...)`", "Nothing can be waited for", None),
        ("[].reduce((a, b) => a + b)", "`reduce` got an empty list", "a value to begin with", None),
    ],
)
def test_a_slip_is_told_what_to_write(source, message, remedy, column):
    problem = problem_of(source)
    assert message in problem.message
    assert remedy in problem.remedy
    assert column in (None, problem.column)
    assert problem.line == 1


@pytest.mark.parametrize("source", ["alert('x')", "'a'.xyzzy()", "dayjs().qwertz()", "frobnicate"])
def test_nothing_far_fetched_is_suggested(source):
    assert "Did you mean" not in problem_of(source).remedy


@pytest.mark.parametrize("source", ["'not and then'", "`or ${1}`", "({ and: 1 }).and // <> =<", "/and|or/.test('or')"])
def test_words_in_texts_are_nobodys_slip(source):
    evaluate(expression(source), make_scope(DATA))


def problem_of(source: str) -> Problem:
    with pytest.raises(EvaluationError) as caught:
        evaluate(expression(source), make_scope(DATA))
    (problem,) = caught.value.problems
    return problem
