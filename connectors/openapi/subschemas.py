"""Keywords of a schema that need more than cleaning: those that hold schemas, and a few special ones.

Each handler gets the converter, the schema so far, the raw value, its place, and what was found.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connectors.openapi import keywords
from connectors.openapi.shapes import as_dict, as_flag, as_list, escaped

if TYPE_CHECKING:
    from connectors.openapi.schemas import Converter, Found

Schema = dict[str, Any]
Handler = Callable[["Converter", Schema, Any, str, "Found"], None]
Convert = Callable[[Any, str, "Found"], Any]


def _type(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
    try:
        names = keywords.types(value)
    except keywords.Unusable as problem:
        converter.notes.add(place, f"Left out: {problem}.")
        return
    if names:
        schema["type"] = names[0] if len(names) == 1 else names
    if value == "file":
        schema.update(contentEncoding="base64", contentMediaType="application/octet-stream")


def _exclusive(keyword: str) -> Handler:
    def handle(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
        if isinstance(value, bool) or value in ("true", "false"):
            schema.update({keyword: True} if as_flag(value) else {})
        else:
            converter.clean(schema, keyword, keywords.number, value, place)

    return handle


def _pattern(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
    if isinstance(value, str) and converter.keeps(value, place):
        schema["pattern"] = value


def _example(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
    schema["examples"] = [value, *schema.get("examples", [])]


def _examples(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
    values = value if isinstance(value, list) else list(as_dict(value).values())
    if values:
        schema["examples"] = [*schema.get("examples", []), *values]


def _properties(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
    schema["properties"] = {
        name: converter.convert_apart(raw, f"{place}/{escaped(name)}", found)
        for name, raw in as_dict(value).items()
        if not converter.leaves_out(raw)
    }


def _pattern_properties(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
    schema["patternProperties"] = {
        pattern: converter.convert_apart(raw, f"{place}/{escaped(pattern)}", found)
        for pattern, raw in as_dict(value).items()
        if converter.keeps(pattern, place)
    }


def _dependent_schemas(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
    schema["dependentSchemas"] = {
        name: converter.convert(raw, f"{place}/{escaped(name)}", found) for name, raw in as_dict(value).items()
    }


def _items(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
    if isinstance(value, list):  # a tuple, as drafts before 2020-12 wrote it
        _convert_each("prefixItems", converter.convert_apart, schema, value, place, found)
    else:
        schema["items"] = converter.convert_apart(value, place, found)


def _single(keyword: str, *, apart: bool) -> Handler:
    def handle(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
        convert = converter.convert_apart if apart else converter.convert
        schema[keyword] = convert(value, place, found)

    return handle


def _several(keyword: str, *, apart: bool) -> Handler:
    def handle(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
        convert = converter.convert_apart if apart else converter.convert
        _convert_each(keyword, convert, schema, as_list(value), place, found)

    return handle


def _inverting(keyword: str) -> Handler:
    """A keyword that turns its schema around: one that was loosened would refuse more than before."""
    convert = _single(keyword, apart=False)

    def handle(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
        before = converter.patterns_left_out
        convert(converter, schema, value, place, found)
        if converter.patterns_left_out > before:
            del schema[keyword]

    return handle


def _one_of(converter: "Converter", schema: Schema, value: Any, place: str, found: "Found") -> None:
    """Branches that were loosened may overlap; they become an `anyOf`."""
    before = converter.patterns_left_out
    _several("oneOf", apart=False)(converter, schema, value, place, found)
    if converter.patterns_left_out > before and "oneOf" in schema:
        branches = schema.pop("oneOf")
        schema.setdefault("anyOf", branches)


def _convert_each(
    keyword: str, convert: Convert, schema: Schema, values: list[Any], place: str, found: "Found"
) -> None:
    members = [convert(raw, f"{place}/{index}", found) for index, raw in enumerate(values)]
    if members:
        schema[keyword] = members


HANDLERS: dict[str, Handler] = {
    "type": _type,
    "exclusiveMinimum": _exclusive("exclusiveMinimum"),
    "exclusiveMaximum": _exclusive("exclusiveMaximum"),
    "pattern": _pattern,
    "example": _example,
    "examples": _examples,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "dependentSchemas": _dependent_schemas,
    "items": _items,
    "prefixItems": _several("prefixItems", apart=True),
    "anyOf": _several("anyOf", apart=False),
    "oneOf": _one_of,
    "additionalProperties": _single("additionalProperties", apart=True),
    "unevaluatedProperties": _single("unevaluatedProperties", apart=True),
    "unevaluatedItems": _single("unevaluatedItems", apart=True),
    "propertyNames": _single("propertyNames", apart=True),
    "contains": _single("contains", apart=True),
    "contentSchema": _single("contentSchema", apart=True),
    "not": _inverting("not"),
    "if": _inverting("if"),
    "then": _single("then", apart=False),
    "else": _single("else", apart=False),
}
