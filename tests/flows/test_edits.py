"""Changing the order of steps, taking one out and putting it back, and carrying one elsewhere."""

import copy

import pytest

from connectors import exact_json
from flows.definition import edits
from flows.definition.checks import publish_problems
from flows.definition.context import Context
from flows.definition.files import read_step, to_step_document
from integrations.problems import Refused
from tests.making import expression, map_step

NOWHERE = Context({})


def draft(*steps):
    return {"trigger": {"kind": "on_demand", "input_schema": None}, "steps": list(steps)}


def ids(definition):
    return "".join(step["id"] for step in definition["steps"])


def letters(word):
    return draft(*(map_step(letter) for letter in word))


def conditioned(step_id, watched):
    return map_step(step_id) | {"run_condition": {"step": watched, "status": "succeeded"}}


@pytest.mark.parametrize(
    ("position", "to", "order"), [(0, 2, "bca"), (2, 0, "cab"), (1, 1, "abc"), (0, 99, "bca"), (1, 2, "acb")]
)
def test_a_step_moves_to_any_place(position, to, order):
    before = letters("abc")
    assert ids(edits.move_step_to(before, position, to)) == order
    assert ids(before) == "abc"


def test_a_condition_on_the_previous_step_follows_the_new_order():
    moved = edits.move_step_to(letters("abc"), 2, 0)
    assert all("run_condition" not in step for step in moved["steps"])
    assert publish_problems(moved, NOWHERE) == []


def test_a_condition_set_by_hand_stays_with_its_step_and_is_marked_where_it_comes_too_early():
    before = draft(map_step("a"), map_step("b"), conditioned("c", "a"))
    later = edits.move_step_to(before, 1, 2)
    assert (later["steps"][1]["run_condition"]["step"], publish_problems(later, NOWHERE)) == ("a", [])
    early = edits.move_step_to(before, 2, 0)
    assert [problem.place for problem in publish_problems(early, NOWHERE)] == ["steps[0].run_condition.step"]


@pytest.mark.parametrize(
    ("deleted", "meanwhile", "order"),
    [
        ("b", "acd", "abcd"),
        ("b", "xacd", "xabcd"),
        ("b", "acxd", "abcxd"),
        ("b", "axcd", "abxcd"),
        ("b", "dca", "dcab"),
        ("b", "cd", "bcd"),
        ("b", "xy", "xyb"),
        ("a", "bcd", "abcd"),
        ("a", "xbcd", "xabcd"),
        ("a", "xy", "axy"),
        ("d", "abcx", "abcdx"),
        ("d", "", "d"),
    ],
)
def test_a_deleted_step_comes_back_beside_a_neighbour_that_is_still_there(deleted, meanwhile, order):
    before = letters("abcd")
    neighbours = edits.neighbours_of(before, "abcd".index(deleted))
    now = letters(meanwhile)
    assert ids(edits.insert_step(now, edits.place_between(now, neighbours), map_step(deleted))[0]) == order


def test_deleting_and_putting_back_changes_nothing():
    before = draft(map_step("a"), conditioned("b", "a"), map_step("c", x=expression('flow.step("b").output')))
    neighbours = edits.neighbours_of(before, 1)
    without = edits.delete_step(before, 1)
    assert edits.insert_step(without, edits.place_between(without, neighbours), before["steps"][1])[0] == before


def test_a_step_from_elsewhere_gets_a_free_id_only_where_its_own_is_taken():
    assert edits.insert_step(letters("ab"), 1, map_step("c"))[1]["id"] == "c"
    assert edits.insert_step(letters("ab"), 1, map_step("b"))[1]["id"] == "b-2"


def test_references_are_counted_in_expressions_and_conditions():
    uses = map_step("c", x=expression("flow.step(\"b\").output + flow.step('b').status"))
    assert edits.count_references(draft(map_step("b"), uses, conditioned("d", "b")), "b") == 3
    assert edits.count_references(letters("ab"), "b") == 0


def test_a_reference_to_a_deleted_step_is_marked_where_it_stands():
    uses = map_step("c", x=expression('flow.step("b").output'))
    problems = publish_problems(edits.delete_step(draft(map_step("b"), uses), 0), NOWHERE)
    assert [problem.place for problem in problems] == ["steps[0].settings.properties.x"]
    assert "there is no step b" in problems[0].text


# A step as a document.


def test_a_step_is_carried_as_json_and_comes_back_the_same():
    step = conditioned("b", "a") | {"name": "Ünïcode & more"}
    assert read_step(exact_json.pretty(to_step_document(step))) == step


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("no json", "no JSON"),
        ("[]", 'an object with "format": "throughline-step"'),
        ('{"format": "throughline-flow"}', 'an object with "format": "throughline-step"'),
        ('{"format": "throughline-step", "format_version": 2}', "format version 2"),
        ('{"format": "throughline-step", "format_version": 1}', "step"),
        ('{"format": "throughline-step", "format_version": 1, "step": {"kind": "magic"}}', "no step kind 'magic'"),
        ('{"format": "throughline-step", "format_version": 1, "step": 5}', "step"),
    ],
)
def test_what_is_no_step_is_refused_with_the_reason(pasted, said):
    with pytest.raises(Refused, match=said):
        read_step(pasted)


def test_a_step_with_a_setting_that_no_step_has_is_refused_at_its_place():
    step = copy.deepcopy(map_step("a"))
    step["settings"]["shell"] = "rm"
    with pytest.raises(Refused) as refused:
        read_step(exact_json.dumps(to_step_document(step)))
    assert refused.value.problems[0].place.startswith("step.settings")
