"""What changed between two definitions, in sentences that a reviewer reads before a flow is published."""

import copy

import pytest

from flows.definition.changes import changes
from tests.making import expression, map_step, retry_policy, text


def action(step_id="send", name="Send", **settings):
    """A Connector Action that needs no rows."""
    defaults = {
        "connector": "vista",
        "connection": "Vista",
        "action_path": "job-cost/phases/upsert",
        "real_time_processing": True,
        "retry_policy": retry_policy(),
        "wait_for_response": True,
        "use_existing_body": False,
        "existing_body": "",
        "properties": {"code": expression("flow.trigger.data.code"), "unit": text("EA")},
    }
    return {"id": step_id, "name": name, "kind": "connector_action", "settings": defaults | settings}


def flow(*steps, **trigger):
    return {"trigger": {"kind": "on_demand", "input_schema": None} | trigger, "steps": list(steps)}


def said(old, new):
    return [str(change) for change in changes(old, new)]


def test_nothing_changed_says_nothing():
    assert said(flow(map_step(), action()), copy.deepcopy(flow(map_step(), action()))) == []


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        (
            {"retry_policy": retry_policy(attempts=3)},
            {"retry_policy": retry_policy(attempts=5)},
            "Attempts from 3 to 5",
        ),
        (
            {"retry_policy": retry_policy(interval_minutes=60)},
            {"retry_policy": retry_policy(interval_minutes=90)},
            "Interval from 1 h to 1 h 30 min",
        ),
        ({"retry_policy": retry_policy(enabled=False)}, {}, "Retry Policy switched on"),
        ({}, {"wait_for_response": False}, "Wait For Response switched off"),
        ({"connection": ""}, {}, "Connection is Vista now"),
        ({}, {"connection": "Vista test"}, "Connection from Vista to Vista test"),
    ],
)
def test_a_setting_is_called_as_in_its_form(before, now, sentence):
    assert said(flow(action(**before)), flow(action(**now))) == [f"Step Send: {sentence}"]


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        (expression("flow.a"), expression("flow.b"), "Property code: now from flow.b, before from flow.a"),
        (text("03"), expression("flow.b"), "Property code: now from flow.b, before text “03”"),
        (text("03"), text(""), "Property code: now empty text, before text “03”"),
        (text("03"), {"mode": "null"}, "Property code: now null, before text “03”"),
        (text("03"), text("03", include=False), "Property code: now left out, before text “03”"),
        (text("03", include=False), text("03"), "Property code: now included, text “03”"),
        (None, text("L"), "Property code: added, text “L”"),
        (text("L"), None, "Property code: removed, before text “L”"),
    ],
)
def test_a_property_says_where_its_value_comes_from_now(before, now, sentence):
    old, new = ({"code": value} if value else {} for value in (before, now))
    assert said(flow(action(properties=old)), flow(action(properties=new))) == [f"Step Send: {sentence}"]


def test_what_is_left_out_before_and_after_is_no_change():
    old, new = {"code": text("1", include=False)}, {"code": text("2", include=False), "more": text("3", include=False)}
    assert said(flow(action(properties=old)), flow(action(properties=new))) == []


def test_nested_values_are_told_by_their_path():
    def costs(amount, *more):
        item = {"mode": "object", "properties": {"amount": text(amount)}}
        return {"costs": {"mode": "list", "items": [item, *more]}}

    old, new = flow(action(properties=costs("1"))), flow(action(properties=costs("2", text("x"))))
    assert changes(old, new)[0].sentences == [
        "Property costs: now 2 items, before 1",
        "Property costs[1].amount: now text “2”, before text “1”",
    ]


def test_what_another_mode_had_before_is_no_change():
    """The form keeps it, so that switching back loses nothing; nothing of it is sent."""
    old = action(properties={"code": expression("flow.a")})
    new = action(properties={"code": {**expression("flow.a"), "items": [text("kept")]}})
    assert said(flow(old), flow(new)) == []


def test_what_a_switch_that_is_off_keeps_is_no_change():
    off = retry_policy(enabled=False)
    old = action(use_existing_body=True, existing_body="flow.a", retry_policy=off)
    new = action(
        use_existing_body=True,
        existing_body="flow.a",
        retry_policy=off | {"attempts": 5},
        properties={"other": text("x")},
    )
    assert said(flow(old), flow(new)) == []
    switched = action(retry_policy=off, properties={"other": text("x")})
    assert "Property other: added, text “x”" in changes(flow(old), flow(switched))[0].sentences


def test_steps_added_deleted_and_renamed():
    old = flow(map_step("map"), action())
    new = flow(action("lookup", "Look up"), map_step("map"), {**action(), "name": "Upsert job phase"})
    assert said(old, new) == [
        "Step Look up: Added, as the first step",
        "Step Upsert job phase: Renamed; it was Send",
    ]
    assert said(new, flow(map_step("map"))) == ["Step Look up: Deleted", "Step Upsert job phase: Deleted"]


def test_a_new_id_is_told_once_and_not_again_by_all_that_follows_it():
    uses = action(properties={"code": expression('flow.step("map").output')})
    renamed_uses = action(properties={"code": expression('flow.step("phases").output')})
    condition, renamed_condition = ({"step": step, "status": "failed"} for step in ("map", "phases"))
    old = flow(map_step("map"), uses, {**action("last", "Last"), "run_condition": condition})
    new = flow(
        {**map_step("map"), "id": "phases"}, renamed_uses, old["steps"][2] | {"run_condition": renamed_condition}
    )
    assert said(old, new) == ["Step Map: ID from map to phases"]


def test_only_the_step_that_moved_is_said_to_have_moved():
    first, second, third = map_step("a"), map_step("b"), map_step("c")
    old = flow(first, second, third)
    assert said(old, flow(third, first, second)) == ["Step C: Moved: it stands as the first step now"]
    assert said(old, flow(second, third, first)) == ["Step A: Moved: it stands after C now"]


def test_a_run_condition_is_told_in_words_with_what_it_was():
    old = flow(map_step("map"), action())
    new = flow(map_step("map"), {**action(), "run_condition": {"step": "map", "status": "failed"}})
    assert said(old, new) == ["Step Send: Runs when Map failed (before: runs when the previous step succeeded)"]


def test_the_trigger_and_its_input_schema():
    schema = {"properties": {"job": {"type": "string"}, "old": {}}}
    other = {"properties": {"job": {"type": "integer"}, "phase": {}}}
    assert said(flow(), flow(kind="webhook", input_schema=schema)) == [
        "Trigger: Webhook instead of On demand; Input schema added"
    ]
    assert said(flow(input_schema=schema), flow(input_schema=other)) == [
        "Trigger: Input schema changed: with phase; without old; other rules for job"
    ]
    assert said(flow(input_schema=schema), flow()) == ["Trigger: Input schema removed: any data start a run"]
