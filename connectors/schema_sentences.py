"""Says a schema error in a sentence that a builder understands."""

import re
from collections.abc import Iterable
from typing import Any

from jsonschema import ValidationError

from connectors import exact_json

TEXT_LIMIT = 80
LISTED_LIMIT = 10
PLAIN_NAME = re.compile(r"[A-Za-z_][\w-]*")

TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}
FORMATS = {
    "byte": "base64 text",
    "date": "a date like 2026-11-23",
    "date-time": "a date and time with its zone, like 2026-11-23T14:30:00Z",
    "duration": "a duration like P3DT12H",
    "email": "an e-mail address",
    "hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "time": "a time with its zone, like 14:30:00Z",
    "uri": "an address like https://example.com/page",
    "uuid": "a UUID like 123e4567-e89b-12d3-a456-426614174000",
}


def path(error: ValidationError) -> str:
    """Where: $.lines[0].cost"""
    return "$" + "".join(_step(step) for step in error.absolute_path)


def sentence(error: ValidationError) -> str:
    """What must be and what is: `cost must be a number, but is the text "12,500.50".`"""
    subject = path(error).removeprefix("$").removeprefix(".") or "The input"
    return f"{subject} {_predicate(error)}."


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if PLAIN_NAME.fullmatch(step) else f"[{exact_json.dumps(step)}]"


def _predicate(error: ValidationError) -> str:
    rule, wanted, value = str(error.validator), error.validator_value, error.instance
    if error.schema is False or rule == "None":
        return "is not allowed here"
    must = _must(rule, wanted, error.schema)
    if must:
        return f"must {must}, but {_is(rule, value)}"
    return {
        "additionalProperties": "is not known here; remove it",
        "dependentRequired": "lacks a property that another one of it asks for",
        "not": "has a form that is ruled out",
        "oneOf several": "fits more than one of the allowed forms, but must fit exactly one",
        "propertyNames": f"has a property name that is not allowed: {_shown(value)}",
        "required": "is missing",
        "unevaluatedProperties": "has properties that are not known here",
        "uniqueItems": "may not hold the same item twice",
    }.get(rule, f"does not follow the schema's rule {rule}")


def _must(rule: str, wanted: Any, schema: Any) -> str:
    match rule:
        case "type":
            return f"be {_either(TYPES.get(name, name) for name in _listed(wanted))}"
        case "format":
            return f"be {FORMATS.get(wanted, f'a text in the format {wanted}')}"
        case "contentEncoding":
            return "be base64 text"
        case "enum":
            return f"be {_choices(wanted)}"
        case "const":
            return f"be {_quoted(wanted)}"
        case "anyOf" | "oneOf":
            return _form(wanted)
        case "pattern":
            return f"match the pattern {wanted}"
        case "multipleOf":
            return f"be a multiple of {wanted}"
        case "minimum" | "maximum":
            return f"be {'at least' if rule == 'minimum' else 'at most'} {wanted}"
        case "exclusiveMinimum" | "exclusiveMaximum":
            return f"be {'more than' if rule == 'exclusiveMinimum' else 'less than'} {wanted}"
        case "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties":
            return f"have at {'least' if rule.startswith('min') else 'most'} {_count(wanted, rule)}"
    return ""


def _form(branches: list[Any]) -> str:
    names = [name for branch in branches if isinstance(branch, dict) for name in _listed(branch.get("type"))]
    if len(names) >= len(branches):
        return f"be {_either(TYPES.get(name, name) for name in dict.fromkeys(names))}"
    return f"have one of {len(branches)} allowed forms"


def _is(rule: str, value: Any) -> str:
    if rule.endswith(("Length", "Items", "Properties")):
        return f"has {len(value)}"
    if rule in {"anyOf", "oneOf"} and isinstance(value, dict | list):
        return "fits none of them" if isinstance(value, dict) else "is a list"
    return f"is {_shown(value)}"


def _count(number: Any, rule: str) -> str:
    unit = {"Length": "character", "Items": "item", "Properties": "property"}[rule[3:]]
    many = "properties" if unit == "property" else f"{unit}s"
    return f"{number} {unit if number == 1 else many}"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"the text {_quoted(value)}" if value else "an empty text"
    if isinstance(value, bool) or value is None:
        return _quoted(value)
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else f"the number {_quoted(value)}"


def _quoted(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value[:TEXT_LIMIT] + ("…" if len(value) > TEXT_LIMIT else "") + '"'
    return exact_json.pretty(value)[:TEXT_LIMIT]


def _choices(values: list[Any]) -> str:
    shown = [_quoted(value) for value in values[:LISTED_LIMIT]]
    if len(values) > LISTED_LIMIT:
        return f"one of {', '.join(shown)} and {len(values) - LISTED_LIMIT} more"
    return _either(shown) if len(shown) < 3 else f"one of {', '.join(shown)}"


def _either(words: Iterable[str]) -> str:
    listed = list(words)
    return " or ".join(filter(None, [", ".join(listed[:-1]), *listed[-1:]]))


def _listed(types: Any) -> list[str]:
    if isinstance(types, list):
        return types
    return [types] if types else []
