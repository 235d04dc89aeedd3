"""The values that a builder gives: text, expression, null, object, list, array map. Pure.

    {"mode": "text", "value": "12.50"}             typed by the schema of the property
    {"mode": "expression", "value": "flow.trigger.data.x"}
    {"mode": "null"}
    {"mode": "object", "properties": {name: value}}
    {"mode": "list", "items": [value]}
    {"mode": "array_map", "list": "flow.step(\\"a\\").output", "item": value}

A value in an object may carry `"include": false`: it is kept, and not sent.
"""

from collections.abc import Callable, Iterator
from typing import Any

from flows.branches import nodes_for
from flows.typed_text import Schema, type_text

Value = dict[str, Any]

# What a mode needs must be there; what another mode had may stay, so that switching back loses nothing.
VALUE_SCHEMA = {
    "type": "object",
    "required": ["mode"],
    "additionalProperties": False,
    "properties": {
        "mode": {"enum": ["text", "expression", "null", "object", "list", "array_map"]},
        "include": {"type": "boolean"},
        "value": {"type": "string"},
        "properties": {"$ref": "#/$defs/properties"},
        "items": {"type": "array", "items": {"$ref": "#/$defs/value"}},
        "list": {"type": "string"},
        "item": {"$ref": "#/$defs/value"},
    },
    "allOf": [
        {"if": {"properties": {"mode": {"enum": ["text", "expression"]}}}, "then": {"required": ["value"]}},
        {"if": {"properties": {"mode": {"const": "object"}}}, "then": {"required": ["properties"]}},
        {"if": {"properties": {"mode": {"const": "list"}}}, "then": {"required": ["items"]}},
        {"if": {"properties": {"mode": {"const": "array_map"}}}, "then": {"required": ["list", "item"]}},
    ],
}
PROPERTIES_SCHEMA = {"type": "object", "additionalProperties": {"$ref": "#/$defs/value"}}
VALUE_DEFS = {"value": VALUE_SCHEMA, "properties": PROPERTIES_SCHEMA}


def to_template(value: Value, schema: Schema | None = None) -> dict[str, Any]:
    """The template that the evaluator fills (flows/expressions), with each text typed by `schema`."""
    match value["mode"]:
        case "expression":
            return {"mode": "expression", "value": value["value"]}
        case "text":
            return {"mode": "constant", "value": type_text(value["value"], schema)}
        case "null":
            return {"mode": "constant", "value": None}
        case "object":
            return object_template(value["properties"], schema)
        case "list":
            inside = schema_inside(schema, value)
            return {"mode": "list", "items": [to_template(item, inside(None)) for item in value["items"]]}
        case "array_map":
            return array_map_template(value["list"], to_template(value["item"], schema_inside(schema, value)(None)))
        case unknown:
            raise ValueError(f"unknown mode {unknown}")


def object_template(properties: dict[str, Value], schema: Schema | None = None) -> dict[str, Any]:
    inside = schema_inside(schema, {"mode": "object", "properties": properties})
    included = {
        name: to_template(value, inside(name)) for name, value in properties.items() if value.get("include", True)
    }
    return {"mode": "object", "properties": included}


def schema_inside(schema: Schema | None, value: Value) -> Callable[[str | None], Schema | None]:
    """Gives the schema of a property of the value, or (None) of its items: in the branches that it was meant for."""
    nodes = nodes_for(schema, value) if schema else []

    def inside(name: str | None) -> Schema | None:
        found = [node["items"] for node in nodes if "items" in node] if name is None else _declared(nodes, name)
        if schema is None or not found:
            return None
        return Schema(schema.root, found[0] if len(found) == 1 else {"allOf": found})

    return inside


def _declared(nodes: list[dict[str, Any]], name: str) -> list[Any]:
    declared = [node["properties"] for node in nodes if isinstance(node.get("properties"), dict)]
    return [properties[name] for properties in declared if name in properties]


def array_map_template(list_expression: str, item: dict[str, Any]) -> dict[str, Any]:
    return {"mode": "array_map", "list": {"mode": "expression", "value": list_expression}, "item": item}


def expressions_in(value: Value, place: str) -> Iterator[tuple[str, str]]:
    """Each (place, expression) inside a value, the left-out ones too: they must stay sound."""
    match value["mode"]:
        case "expression":
            yield place, value["value"]
        case "object":
            yield from expressions_in_properties(value["properties"], place)
        case "list":
            for number, item in enumerate(value["items"]):
                yield from expressions_in(item, f"{place}[{number}]")
        case "array_map":
            yield f"{place}.list", value["list"]
            yield from expressions_in(value["item"], f"{place}.item")


def expressions_in_properties(properties: dict[str, Value], place: str) -> Iterator[tuple[str, str]]:
    for name, value in properties.items():
        yield from expressions_in(value, f"{place}.{name}")
