"""What a JSON Schema says about one value, in words a builder reads. Pure."""

from typing import Any

from connectors import exact_json

TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "object",
    "null": "null",
}
FORMATS = {
    "date": "date",
    "date-time": "date and time",
    "time": "time",
    "email": "e-mail address",
    "uri": "web address",
    "uuid": "UUID",
}
RULES = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "{} or more characters",
    "maxLength": "{} or fewer characters",
    "minItems": "{} or more items",
    "maxItems": "{} or fewer items",
    "pattern": "matches {}",
    "contentMediaType": "a file: {}",
    "const": "always {}",
    "default": "otherwise {}",
}
ENUM_SHOWN = 24


def type_words(schema: Any) -> str:
    """The kind of value, e.g. "list of text", "date or null"."""
    if not isinstance(schema, dict):
        return "anything" if schema is not False else "nothing"
    words = [_type_word(name, schema) for name in _types(schema)]
    if "null" in words:
        words = [word for word in words if word != "null"] + ["null"]
    return " or ".join(words) or _untyped_words(schema)


def rules(schema: Any) -> list[str]:
    """What is asked of the value beyond its type, each rule a few words."""
    if not isinstance(schema, dict):
        return []
    found = [words.format(_short(schema[key])) for key, words in RULES.items() if key in schema]
    if isinstance(schema.get("enum"), list):
        found.insert(0, _enum_words(schema["enum"]))
    if schema.get("uniqueItems") is True:
        found.append("no item twice")
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        found.append(f"for example {_short(examples[0])}")
    return found


def _types(schema: dict) -> list[str]:
    declared = schema.get("type")
    names = declared if isinstance(declared, list) else [declared]
    return [name for name in names if isinstance(name, str)]


def _type_word(name: str, schema: dict) -> str:
    if name == "string" and schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    if name == "array" and isinstance(schema.get("items"), dict):
        inner = type_words(schema["items"])
        return "list" if inner == "anything" else f"list of {'objects' if inner == 'object' else inner}"
    return TYPES.get(name, name)


def _untyped_words(schema: dict) -> str:
    if "enum" in schema:
        return "choice"
    if "properties" in schema:
        return "object"
    if options := schema.get("oneOf") or schema.get("anyOf"):
        return f"one of {len(options)} kinds"
    return "anything"


def _enum_words(values: list) -> str:
    shown = ", ".join(_short(value) for value in values[:ENUM_SHOWN])
    more = len(values) - ENUM_SHOWN
    return f"one of {shown}" + (f" and {more} more" if more > 0 else "")


def _short(value: Any) -> str:
    text = exact_json.pretty(value) if isinstance(value, dict | list) else _scalar(value)
    return text if len(text) <= 160 else f"{text[:160]}…"


def _scalar(value: Any) -> str:
    return value if isinstance(value, str) and value.strip() else exact_json.pretty(value)
