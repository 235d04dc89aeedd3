"""A constant leaves an action for a map step before it, where people look for such values. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connectors import exact_json
from flows.definition.edits import Definition, Step, add_step
from flows.graph import DEFAULT_CONDITION, PREVIOUS
from flows.typed_text import Schema, type_text
from flows.values import Value, schema_inside
from integrations.problems import Refused

# The list of a map step that makes exactly one object, whatever comes in.
ONE_OBJECT = "[{}]"
NAME = "Fixed values"
NOTHING: Value = {"mode": "null"}

# The names and numbers that lead to a value; any one of them leads to the item of an array map.
Way = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the constant is now: the name of the map step, and of its property."""

    step: str
    name: str


def move_constant(
    definition: Definition, position: int, way: Way, schema: dict[str, Any] | None
) -> tuple[Definition, Moved]:
    """The constant in a map step right before, and in its place an expression that gives the same value.

    `way` leads there from the action's properties, which `schema` describes. Raises Refused where no
    constant stands there, or one that an expression can't give exactly.
    """
    step = definition["steps"][position]
    constant, typed = _constant(step["settings"]["properties"], way, schema)
    value = _as_value(typed, constant["value"])
    definition, position, source = _with_map_step(definition, position)
    name = _name_for(value, _last_name(way), source["settings"]["properties"])
    mapped = _with_property(source, name, value)
    taken = {"mode": "expression", "value": _expression(source["id"], name)}
    action = definition["steps"][position]
    properties = _replaced(action["settings"]["properties"], way, {**constant, **taken})
    changed = {**action, "settings": {**action["settings"], "properties": properties}}
    steps = [*definition["steps"][: position - 1], mapped, changed, *definition["steps"][position + 1 :]]
    return {**definition, "steps": steps}, Moved(source["name"], name)


def _constant(properties: dict[str, Value], way: Way, schema: dict[str, Any] | None) -> tuple[Value, Any]:
    """The value at the end of the way, and what is sent for it."""
    value: Value = {"mode": "object", "properties": properties}
    typing = Schema.of(schema) if schema else None
    for part in way:
        inside = schema_inside(typing, value)
        if value["mode"] == "object":
            value, typing = value["properties"].get(part, NOTHING), inside(str(part))
        else:
            value, typing = value["items"][part] if value["mode"] == "list" else value["item"], inside(None)
    if value["mode"] != "text" or not value["value"]:
        raise Refused("There is no hard-coded value to move.")
    return value, type_text(value["value"], typing)


def _as_value(typed: Any, text: str) -> Value:
    """How a map step, which has no schema, gives the same: a text as it is, all else as JavaScript."""
    if isinstance(typed, str):
        return {"mode": "text", "value": text}
    if exact_json.is_number(typed) and not _is_kept(typed):
        raise Refused("This number has more digits than an expression keeps; leave it here.")
    literal = exact_json.dumps(typed)
    return {"mode": "expression", "value": f"({literal})" if isinstance(typed, dict) else literal}


def _is_kept(number: int | Decimal) -> bool:
    """Whether JavaScript's numbers hold it exactly."""
    try:
        return Decimal(str(number)) == Decimal(repr(float(number)))
    except OverflowError:
        return False


def _with_map_step(definition: Definition, position: int) -> tuple[Definition, int, Step]:
    """The definition with such a map step right before the action, the action's position then, and that step."""
    before = definition["steps"][position - 1] if position else None
    if before and before["kind"] == "map_json" and before["settings"]["list"].strip() == ONE_OBJECT:
        return definition, position, before
    definition, made = add_step(definition, position=position, kind="map_json", name=NAME)
    made = {**made, "settings": {"list": ONE_OBJECT, "properties": {}}}
    action = definition["steps"][position + 1]
    condition = action.get("run_condition")
    if condition:
        # The map step runs when the action would have; the action runs when the map step did.
        made = {**made, "run_condition": condition}
        action = {**action, "run_condition": _after(made, condition)}
    steps = [*definition["steps"][:position], made, action, *definition["steps"][position + 2 :]]
    return {**definition, "steps": steps}, position + 1, made


def _after(made: Step, condition: dict[str, str]) -> dict[str, str]:
    watches_previous = condition["step"] == PREVIOUS
    return {"step": made["id"], "status": DEFAULT_CONDITION["status"]} if watches_previous else condition


def _last_name(way: Way) -> str:
    return next((part for part in reversed(way) if isinstance(part, str)), "value")


def _name_for(value: Value, wanted: str, taken: dict[str, Value]) -> str:
    """The wanted name, or one made from it where another value has it already."""
    name, number = wanted, 1
    while name in taken and taken[name] != value:
        number += 1
        name = f"{wanted}_{number}"
    return name


def _with_property(step: Step, name: str, value: Value) -> Step:
    settings = step["settings"]
    return {**step, "settings": {**settings, "properties": {**settings["properties"], name: value}}}


def _expression(step_id: str, name: str) -> str:
    member = f".{name}" if name.isidentifier() and name.isascii() else f"[{exact_json.dumps(name)}]"
    return f"flow.step({exact_json.dumps(step_id)}).output[0]{member}"


def _replaced(properties: dict[str, Value], way: Way, value: Value) -> dict[str, Value]:
    name, *rest = way
    return {**properties, str(name): _replaced_in(properties[str(name)], tuple(rest), value)}


def _replaced_in(outer: Value, way: Way, value: Value) -> Value:
    if not way:
        return value
    if outer["mode"] == "object":
        return {**outer, "properties": _replaced(outer["properties"], way, value)}
    part, rest = way[0], way[1:]
    if outer["mode"] == "list":
        items = [_replaced_in(item, rest, value) if n == part else item for n, item in enumerate(outer["items"])]
        return {**outer, "items": items}
    return {**outer, "item": _replaced_in(outer["item"], rest, value)}
