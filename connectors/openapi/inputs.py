"""The one object that an author fills in: parameters and body properties side by side."""

from typing import Any

from connectors.openapi.bodies import Body
from connectors.openapi.parameters import Parameter
from connectors.openapi.problems import Notes
from connectors.openapi.schemas import Schema
from connectors.openapi.shapes import as_dict, as_list

WHOLE = "body"

# What may stand beside `properties` and still be said of the whole input, parameters included.
_SPREADABLE = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "unevaluatedProperties",
    "dependentRequired",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "discriminator",
    "readOnly",
    "writeOnly",
    "minProperties",
    "maxProperties",
}
_CHOICES = ("allOf", "anyOf", "oneOf")
_IN_CHOICE = {"type", "properties", "required", "title", "description", "not", *_CHOICES}
_KEPT = ("additionalProperties", "unevaluatedProperties", "dependentRequired", "not", *_CHOICES)


def input_of(parameters: list[Parameter], body: Body, notes: Notes, place: str) -> tuple[Schema, list[dict[str, Any]]]:
    """The input schema, without its `$defs`, and where each of its properties is sent."""
    fields, entries, root = _body_part(body, notes, place)
    required = list(root.pop("required", []))
    before: Schema = {}
    after: Schema = {}
    for parameter in parameters:
        name = _free_name(parameter, {**fields, **before, **after}, notes, place)
        (before if parameter.location == "path" else after)[name] = parameter.schema
        wire = {"property": name, "name": parameter.name, "in": parameter.location, **parameter.wire}
        entries.append(wire)
        required += [name] if parameter.required else []
    properties = {**before, **fields, **after}
    schema = {"type": "object", "properties": properties, **root}
    if required:
        schema["required"] = [name for name in properties if name in required] + [
            name for name in required if name not in properties
        ]
    order = list(properties)
    return schema, sorted(entries, key=lambda entry: order.index(entry["property"]))


def _free_name(parameter: Parameter, taken: dict[str, Any], notes: Notes, place: str) -> str:
    if parameter.name not in taken:
        return parameter.name
    name = f"{parameter.name} ({parameter.location})"
    while name in taken:
        name += "*"
    notes.add(place, f"{parameter.name!r} stands for two things; that in the {parameter.location} is {name!r}.")
    return name


def _body_part(body: Body, notes: Notes, place: str) -> tuple[Schema, list[dict[str, Any]], Schema]:
    """The body's properties, their entries, and what is said of the input as a whole."""
    if body.kind == "none":
        return {}, [], {"additionalProperties": False}
    if not _spreads(body.schema):
        entry = {"property": WHOLE, "name": WHOLE, "in": "body", "whole": True, "body_required": body.required}
        root: Schema = {"additionalProperties": False}
        return {WHOLE: body.schema}, [entry], root | ({"required": [WHOLE]} if body.required else {})
    for keyword in ("minProperties", "maxProperties"):
        if keyword in body.schema:
            notes.add(place, f"{keyword} of the body is left to the other system to check.")
    entries = [
        {"property": name, "name": name, "in": "body", "body_required": body.required, **body.wires.get(name, {})}
        for name in body.schema["properties"]
    ]
    return body.schema["properties"], entries, _root(body)


def _spreads(schema: Any) -> bool:
    """Can the body's properties stand beside parameters, with all that is said of them still true?"""
    if not isinstance(schema, dict) or not schema.get("properties"):
        return False
    if schema.get("type") not in ("object", ["object"], ["object", "null"], ["null", "object"]):
        return False
    if schema.keys() - _SPREADABLE - {"not", *_CHOICES}:
        return False
    return all(_only_refines(member, schema["properties"]) for member in _choices(schema))


def _choices(schema: Schema) -> list[Any]:
    members = [member for keyword in _CHOICES for member in as_list(schema.get(keyword))]
    return members + ([schema["not"]] if "not" in schema else [])


def _only_refines(schema: Any, properties: Schema) -> bool:
    """Does a choice say nothing but what the known properties must be?"""
    if not isinstance(schema, dict) or schema.keys() - _IN_CHOICE:
        return False
    if as_dict(schema.get("properties")).keys() - properties.keys():
        return False
    return all(_only_refines(member, properties) for member in _choices(schema))


def _root(body: Body) -> Schema:
    root = {keyword: body.schema[keyword] for keyword in _KEPT if keyword in body.schema}
    if body.kind == "multipart":
        root["additionalProperties"] = False
    required = body.schema.get("required", [])
    if body.required and required:
        root["required"] = required
    elif needed := _all_or_none(body.schema["properties"], required, root):
        root["dependentRequired"] = needed
    return root


def _all_or_none(properties: Schema, required: list[str], root: Schema) -> dict[str, list[str]]:
    """A body that may be left out needs its required properties as soon as it has any."""
    known = root.get("dependentRequired", {})
    names = dict.fromkeys([*properties, *known])
    needed = {
        name: list(dict.fromkeys([*known.get(name, []), *(one for one in required if one != name)])) for name in names
    }
    return {name: names for name, names in needed.items() if names}
