"""A hard-coded value moves to a map step, and what is sent stays the same."""

import pytest

from flows.definition.moving import move_constant
from flows.definition.schema import definition_schema, structure_problems
from flows.expressions import Scope
from flows.graph import Execute, decide
from flows.statuses import ACTION_HANDLED_FAILED, ACTION_HANDLED_SUCCESSFUL, SKIPPED, SUCCESSFUL
from flows.steps.connector_action.execution import evaluate_input
from flows.steps.connector_action.settings import DEFAULTS
from flows.steps.map_json.execution import execute
from integrations.problems import Refused
from tests.making import expression, map_step, text

SCHEMA = {
    "type": "object",
    "properties": {
        "company": {"type": "string"},
        "amount": {"type": ["number", "null"]},
        "active": {"type": ["boolean", "string"]},
        "unit cost": {"type": "number"},
        "vendor": {"type": "object", "properties": {"code": {"type": "string"}}},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"cost": {"type": "number"}}}},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
PROPERTIES = {
    "company": text("Harbour"),
    "amount": text("12.50"),
    "active": text("true"),
    "unit cost": text("3"),
    "vendor": {"mode": "object", "properties": {"code": text("V-1")}},
    "lines": {
        "mode": "array_map",
        "list": "flow.trigger.data",
        "item": {"mode": "object", "properties": {"cost": text("9")}},
    },
    "tags": {"mode": "list", "items": [text("a"), text("b")]},
    "other": text("12"),
}


def definition(*before, properties=PROPERTIES, **more):
    action = {"id": "send", "name": "Send", "kind": "connector_action", **more}
    action["settings"] = {**DEFAULTS, "properties": properties}
    return {"trigger": {"kind": "on_demand"}, "steps": [*before, action]}


def sent(flow):
    """What the last step sends, after the map steps before it ran."""
    outputs = {}
    for step in flow["steps"][:-1]:
        scope = Scope(trigger={"data": [{}, {}]}, steps=outputs)
        outputs[step["id"]] = {"output": execute(step["settings"], scope, None).output}
    scope = Scope(trigger={"data": [{}, {}]}, steps=outputs)
    return evaluate_input(flow["steps"][-1]["settings"], SCHEMA, scope).value


WAYS = [
    ("company",),
    ("amount",),
    ("active",),
    ("unit cost",),
    ("vendor", "code"),
    ("lines", 0, "cost"),
    ("tags", 1),
    ("other",),
]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_sent_is_the_same_as_before(way):
    before = definition()
    after, _ = move_constant(before, 0, way, SCHEMA)
    assert sent(after) == sent(before)
    assert structure_problems(after, definition_schema()) == []


def test_the_map_step_stands_right_before_and_the_action_takes_the_value_from_it():
    after, moved = move_constant(definition(map_step("first")), 1, ("company",), SCHEMA)
    first, made, action = after["steps"]
    assert (first["id"], made["kind"], made["name"]) == ("first", "map_json", "Fixed values")
    assert made["settings"]["properties"] == {"company": text("Harbour")}
    assert action["settings"]["properties"]["company"] == expression('flow.step("fixed-values").output[0].company')
    assert (moved.step, moved.name) == ("Fixed values", "company")


def test_the_next_value_goes_to_the_same_step_and_a_taken_name_is_another():
    flow = definition(properties={"company": text("Harbour"), "vendor": PROPERTIES["vendor"], "code": text("X")})
    for way in [("company",), ("vendor", "code"), ("code",)]:
        flow, _ = move_constant(flow, len(flow["steps"]) - 1, way, SCHEMA)
    made, action = flow["steps"]
    assert list(made["settings"]["properties"]) == ["company", "code", "code_2"]
    assert action["settings"]["properties"]["code"] == expression('flow.step("fixed-values").output[0].code_2')


def test_a_map_step_that_may_make_no_object_at_all_is_left_alone():
    after, _ = move_constant(definition(map_step("lines")), 1, ("company",), SCHEMA)
    assert len(after["steps"]) == 3


@pytest.mark.parametrize(
    "condition", [None, *({"step": step, "status": s} for step in ("previous", "first") for s in ("failed", "any"))]
)
@pytest.mark.parametrize("outcome", [ACTION_HANDLED_SUCCESSFUL, ACTION_HANDLED_FAILED])
def test_the_action_runs_when_it_would_have_run_before(condition, outcome):
    more = {"run_condition": condition} if condition else {}
    before = definition(map_step("first"), **more)
    after, _ = move_constant(before, 1, ("company",), SCHEMA)

    def runs(flow):
        done = {"first": outcome}
        for step in flow["steps"][1:]:
            done[step["id"]] = SUCCESSFUL if isinstance(decide(flow["steps"], done), Execute) else SKIPPED
        return done["send"] == SUCCESSFUL

    assert runs(after) == runs(before)


@pytest.mark.parametrize(
    ("value", "schema"), [(expression("1"), SCHEMA), (text(""), SCHEMA), (text("12345678901234567890"), SCHEMA)]
)
def test_what_is_no_constant_or_would_lose_digits_stays(value, schema):
    with pytest.raises(Refused):
        move_constant(definition(properties={"amount": value}), 0, ("amount",), schema)
