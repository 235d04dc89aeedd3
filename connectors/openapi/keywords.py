"""Single keywords of a schema, made what JSON Schema 2020-12 allows there.

Each function takes the raw value and gives the clean one, or raises Unusable with what is wrong.
"""

import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.openapi.shapes import as_flag

MAX_COUNT = 10**12


class Unusable(Exception):
    """The value cannot stand there; the message says what should."""


TYPES = {"string", "number", "integer", "boolean", "array", "object", "null"}
# Names from programming languages, and formats written as types, as documents really have them.
TYPE_ALIASES = {
    "file": "string",
    "text": "string",
    "str": "string",
    "date": "string",
    "datetime": "string",
    "date-time": "string",
    "uuid": "string",
    "int": "integer",
    "int32": "integer",
    "int64": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
    "map": "object",
}


def types(value: Any) -> list[str]:
    """The type names; an empty list for "any". Raises Unusable."""
    names = value if isinstance(value, list) else [value]
    if "any" in names:
        return []
    result = []
    for name in names:
        # YAML reads a bare null as no value at all.
        known = "null" if name is None else _type_name(name)
        if known not in result:
            result.append(known)
    return result


def _type_name(name: Any) -> str:
    lowered = name.lower() if isinstance(name, str) else ""
    known = lowered if lowered in TYPES else TYPE_ALIASES.get(lowered)
    if known is None:
        raise Unusable(f"{name!s:.50} is no type of JSON")
    return known


def text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise Unusable("it must be text")


def count(value: Any) -> int:
    number_ = number(value)
    if not 0 <= number_ <= MAX_COUNT or number_ != int(number_):
        raise Unusable("it must be a whole number, not negative")
    return int(number_)


def number(value: Any) -> int | Decimal | float:
    """A finite number, also where the document wrote it as text."""
    if isinstance(value, str):
        value = _from_text(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float):
        raise Unusable("it must be a number")
    if not (value.is_finite() if isinstance(value, Decimal) else isinstance(value, int) or math.isfinite(value)):
        raise Unusable("it must be a finite number")
    return value


def _from_text(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def step(value: Any) -> int | Decimal | float:
    result = number(value)
    if result <= 0:
        raise Unusable("it must be more than 0")
    return result


def choices(value: Any) -> list[Any]:
    if isinstance(value, list) and value:
        return value
    raise Unusable("it must be a list with at least one value")


def names(value: Any) -> list[str]:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return list(dict.fromkeys(value))
    raise Unusable("it must be a list of property names")


def names_by_name(value: Any) -> dict[str, list[str]]:
    if isinstance(value, dict):
        return {name: names(needed) for name, needed in value.items()}
    raise Unusable("it must be an object of lists of property names")


def anything(value: Any) -> Any:
    return value


CLEANERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("default", "const"), anything),
    **dict.fromkeys(("title", "description", "format", "contentEncoding", "contentMediaType"), text),
    **dict.fromkeys(("deprecated", "uniqueItems", "readOnly", "writeOnly"), as_flag),
    **dict.fromkeys(
        (
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "minContains",
            "maxContains",
        ),
        count,
    ),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), number),
    "multipleOf": step,
    "enum": choices,
    "required": names,
    "dependentRequired": names_by_name,
}
