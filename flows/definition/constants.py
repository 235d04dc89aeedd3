"""What is wrong with the values of an action before it ever runs: those that are no expressions. Pure."""

from typing import Any

from connectors.unknowns import UNKNOWN, AnyNumberOf, check_known
from connectors.validation import SchemaError
from flows.typed_text import Schema
from flows.values import Value, object_template
from integrations.problems import Problem

CHOICE_RULES = ("enum", "const")


def constant_problems(properties: dict[str, Value], schema: dict[str, Any], place: str) -> list[Problem]:
    """Where constants, typed as they will be sent, break the input schema, and what is missing beside them.

    An expression is taken to give whatever fits. A property that is not included is not looked at.
    """
    root: Value = {"mode": "object", "properties": properties}
    known = _known(object_template(properties, Schema.of(schema)))
    return [_problem(error, root, place) for error in check_known(known, schema)]


def _known(template: dict[str, Any]) -> Any:
    """What a template comes to, as far as anybody knows without a run."""
    match template["mode"]:
        case "constant":
            return template["value"]
        case "object":
            return {name: _known(value) for name, value in template["properties"].items()}
        case "list":
            return [_known(item) for item in template["items"]]
        case "array_map":
            return AnyNumberOf([_known(template["item"])])
        case _:
            return UNKNOWN


def _problem(error: SchemaError, root: Value, place: str) -> Problem:
    place, value = _locate(error.steps, root, place)
    return Problem(place, _say(error, value))


def _locate(steps: tuple[str | int, ...], value: Value, place: str) -> tuple[str, Value | None]:
    """The innermost field on the way; None for the value of one that is missing."""
    for step in steps:
        match value["mode"]:
            case "object":
                place = f"{place}.{step}"
                if step not in value["properties"]:
                    return place, None
                value = value["properties"][step]
            case "list" if isinstance(step, int):
                place, value = f"{place}[{step}]", value["items"][step]
            case "array_map":
                place, value = f"{place}.item", value["item"]
            case _:
                break
    return place, value


def _say(error: SchemaError, value: Value | None) -> str:
    """What to do, then what the rule is: it begins with a verb, since names keep their own first letter."""
    name = error.path.removeprefix("$").removeprefix(".")
    rule = f"it {error.text.removeprefix(name or 'The input').strip()}"
    if error.rule == "required":
        return f"give {name} a value: {rule}"
    if error.rule == "additionalProperties":
        return f"remove {name}: it is not known here."
    if value and value["mode"] in ("object", "list", "array_map"):
        return f"correct {name or 'the properties'}, or give it as one expression: {rule}"
    if value and value["mode"] == "text" and error.rule in CHOICE_RULES:
        remedy = "or give" if value["value"] else "leave it out if it need not be there, or give"
        return f"choose another {name}, {remedy} an expression: {rule}"
    return f"give {name} another value, or an expression: {rule}"
