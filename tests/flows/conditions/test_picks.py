"""From a picked value of a failure to an expression, which must then be true of that failure."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors import exact_json
from flows.conditions.judging import judge_each
from flows.conditions.picks import ALL, ANY, Pick, expression_of, joined, kept, path_expression, pick_of, value_at
from flows.expressions import Scope, check
from flows.pages.step_forms.answer_tree import nodes_of
from flows.pages.step_forms.picking import Picking, changed, read_path

NOWHERE = Scope(trigger={}, steps={})


def failure(details=None, *, status=503, text="Batch 12 is in use by another user.", code="503"):
    error = {"text": text, "source": [], "details": {} if details is None else details}
    return {"status": status, "result": {"code": code, "user_defined_code": None, "errors": [error]}}


def judged(condition, *items):
    """True, False or why not, for each of the failures."""
    return [judgement.problem or judgement.matches for judgement in judge_each(condition, items, NOWHERE)]


@pytest.mark.parametrize(
    ("path", "expression"),
    [
        (("status",), "flow.mapItem().status"),
        (("result", "code"), "flow.mapItem().result.code"),
        (("result", "errors", 0, "text"), "flow.mapItem().result.errors[0].text"),
        (("result", "errors", 1, "text"), "flow.mapItem().result.errors[1]?.text"),
        (("result", "errors", 0, "source", 0), "flow.mapItem().result.errors[0].source[0]"),
        (("result", "errors", 0, "details", "batch"), "flow.mapItem().result.errors[0].details.batch"),
        (("result", "errors", 0, "details", "batch", "in use"), '…details.batch?.["in use"]'),
        (("result", "errors", 0, "details", "Größe", "2"), '…details["Größe"]?.["2"]'),
        (("result", "errors", 0, "details", 'a"b\\c', 3), '…details["a\\"b\\\\c"]?.[3]'),
        (("result", "errors", 0, "details", "class"), "…details.class"),
        (("result", "errors", 0, "details", ""), '…details[""]'),
    ],
)
def test_a_path_reads_without_throwing_what_a_failure_may_lack(path, expression):
    whole = expression.replace("…", "flow.mapItem().result.errors[0].")
    assert path_expression(path) == whole
    assert judged(
        f"{whole} === 'nothing like it'", failure(), failure({"batch": None}), failure({"batch": "text"})
    ) == [
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("path", "value", "expression"),
    [
        (("status",), 503, "flow.mapItem().status === 503"),
        (("status",), None, "flow.mapItem().status === null"),
        (("result", "code"), "Timeout", 'flow.mapItem().result.code === "Timeout"'),
        (("result", "errors", 0, "text"), "in use by Ünal", '….text.includes("in use by Ünal")'),
        (("result", "errors", 0, "details", "why"), "it is locked", '_.includes(….details.why, "it is locked")'),
        (("result", "errors", 0, "details", "retry"), True, "….details.retry === true"),
        (("result", "errors", 0, "details", "n"), 12345678901234567890, "….details.n === 12345678901234567890"),
    ],
)
def test_a_picked_value_gives_the_comparison_that_suits_it(path, value, expression):
    whole = expression.replace("…", "flow.mapItem().result.errors[0]")
    assert expression_of(pick_of(path, value)) == whole


def test_at_least_counts_numbers_only():
    pick = Pick(("status",), "number", "at_least", "500")
    assert judged(expression_of(pick), failure(), failure(status=422), failure(status=None)) == [True, False, False]


def test_contains_is_false_where_there_is_no_text():
    pick = Pick(("result", "errors", 0, "details", "why"), "text", "contains", "lock")
    answers = [failure({"why": why}) for why in ("it is locked", "no", None, 12)]
    assert judged(expression_of(pick), *answers, failure()) == [True, False, False, False, False]


@pytest.mark.parametrize("typed", ["", "many", "true", "null", "[503]", '"503"'])
def test_a_number_is_compared_with_a_number(typed):
    with pytest.raises(ValueError, match=r"status is compared with a number, e\.g\. 503"):
        expression_of(Pick(("status",), "number", "equals", typed))


def test_picks_are_joined_by_and_or_by_or():
    both = ["flow.mapItem().status === 503", 'flow.mapItem().result.code === "Timeout"']
    answers = [failure(), failure(status=None, code="Timeout")]
    assert judged(joined(both, ALL), *answers) == [False, False]
    assert judged(joined(both, ANY), *answers) == [True, True]


@pytest.mark.parametrize("typed", ["a => a; ", "flow.mapItem().status === 422 // closed", "1 || 0"])
def test_a_typed_condition_stays_one_part_of_a_larger_one(typed):
    assert check(joined([kept(typed), "true"], ALL)) == []


values = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
answers = st.recursive(values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4))


@settings(max_examples=40, deadline=None)
@example(details={"constructor": 2, "this": {"with `${x}`": "in use\nby us", "\u2028": [0, [-1]]}})
@example(details={"__proto__": "odd"})
@given(details=st.dictionaries(keys, answers, max_size=4))
def test_whatever_is_picked_matches_the_failure_that_it_was_picked_from(details):
    item = failure(details)
    paths = [read_path(node.path) for node in nodes_of(item) if not node.is_group]
    picked = [expression_of(pick_of(path, value_at(item, path))) for path in paths]
    assert judged(joined(picked, ALL), item) == [True]


# What the builder does with them.


def pick(picking, *path, item=None):
    return changed(picking, f"add:{exact_json.dumps(path)}", item or failure())


def test_the_first_picks_make_a_condition_in_an_empty_field():
    picking = pick(pick(Picking(""), "status"), "result", "code")
    assert picking.typed == 'flow.mapItem().status === 503\n&& flow.mapItem().result.code === "503"'


def test_the_same_value_counts_once():
    assert len(pick(pick(Picking(""), "status"), "status").picked) == 1


def test_what_was_typed_by_hand_stays_and_either_is_enough():
    picking = pick(Picking("flow.mapItem().status === 429;"), "status")
    assert picking.typed == "(flow.mapItem().status === 429)\n|| flow.mapItem().status === 503"
    assert changed(picking, "forget", failure()).typed == "flow.mapItem().status === 503"


def test_what_can_not_be_a_part_is_replaced_and_that_is_said():
    picking = pick(Picking("const s = flow.mapItem().status; return s === 429"), "status")
    assert picking.typed == "flow.mapItem().status === 503"
    assert "takes its place" in picking.note


def test_a_pick_that_is_removed_leaves_the_others():
    picking = pick(pick(Picking(""), "status"), "result", "code")
    assert changed(picking, "remove:0", failure()).typed == 'flow.mapItem().result.code === "503"'
    assert changed(picking, "remove:7", failure()).typed == picking.typed


def test_a_value_that_does_not_fit_leaves_the_condition_as_it_was():
    picking = pick(Picking(""), "status")
    picking.picked = [Pick(("status",), "number", "equals", "many")]
    after = changed(picking, "picked", failure())
    assert after.typed == "flow.mapItem().status === 503"
    assert "compared with a number" in after.rows[0].problem


def test_a_value_that_is_gone_meanwhile_is_said():
    assert "not among the last failures" in pick(Picking(""), "result", "nothing").note
