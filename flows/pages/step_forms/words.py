"""What a property takes, in the words that stand beside its field. Pure."""

from typing import Any

from connectors import exact_json
from flows.pages.step_forms.shapes import Shape, shape_of
from flows.typed_text import Schema

TYPES = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "object": "group",
    "array": "list",
}
FORMATS = {
    "date": "date, 2026-03-31",
    "date-time": "date and time, 2026-03-31T14:05:00Z",
    "time": "time, 14:05:00Z",
    "email": "e-mail address",
    "uri": "web address",
    "uuid": "UUID",
    "byte": "file as base64",
    "binary": "file as base64",
}
LIMITS = {
    "minLength": "at least {} characters",
    "maxLength": "up to {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minItems": "at least {} items",
    "maxItems": "up to {} items",
    "pattern": "must match {}",
}


def describe(shape: Shape, *, required: bool) -> str:
    """For instance: "text · required · up to 6 characters · may be null"."""
    found = [_type(shape)]
    if required:
        found.append("required")
    limits = [(limit, words) for limit, words in LIMITS.items() if _says_something(limit, shape.words.get(limit))]
    found += [_limit(words, shape.words[limit]) for limit, words in limits]
    if shape.nullable:
        found.append("may be null")
    if shape.words.get("deprecated") is True:
        found.append("deprecated")
    return " · ".join(found)


def example(shape: Shape) -> str:
    """An example or the default, as one would type it; empty where there is none."""
    examples = shape.words.get("examples")
    listed = examples if isinstance(examples, list) else []
    given = [*listed, shape.words.get("example"), shape.words.get("default")]
    return next((as_text(value)[:120] for value in given if value not in (None, "")), "")


def alternative_label(schema: Schema, number: int) -> str:
    """How a person tells an alternative from the others: its title, fixed value, name, type or properties."""
    shape = shape_of(schema)
    if title := shape.words.get("title"):
        return str(title)
    fixed = [choices[0] for child in shape.properties.values() if len(choices := shape_of(child).choices) == 1]
    if fixed:
        return as_text(fixed[0])
    if reference := shape.words.get("$ref"):
        return str(reference).rpartition("/")[2].replace("-", " ").replace("_", " ")
    if not shape.is_object:
        return _type(shape)
    telling = [name for name in shape.properties if name in shape.required] or list(shape.properties)
    return f"with {', '.join(telling[:3])}" if telling else f"Alternative {number}"


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else exact_json.dumps(value)


def _type(shape: Shape) -> str:
    if shape.choices:
        return "fixed" if len(shape.choices) == 1 else "choice"
    form = shape.words.get("format")
    if shape.types == {"string"} and form in FORMATS:
        return FORMATS[form]
    return " or ".join(word for name, word in TYPES.items() if name in shape.types) or "any value"


def _limit(words: str, value: Any) -> str:
    text = words.format(value)
    return text.removesuffix("s") if value == 1 and text.endswith(("characters", "items")) else text


def _says_something(limit: str, value: Any) -> bool:
    is_plain = value is not None and not isinstance(value, bool | dict | list)
    return is_plain and not (value == 0 and limit in ("minLength", "minItems"))
