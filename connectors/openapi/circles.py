"""Schemas that stand for themselves.

`Node -> children -> Node` is an ordinary recursive schema: each step goes one level deeper into the
value. `Pet -> oneOf Cat -> allOf Pet` does not, and would be checked for ever.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from connectors.openapi.problems import Refusal
from connectors.openapi.references import Dangling, Source, reference_in
from connectors.openapi.shapes import as_dict, as_list

if TYPE_CHECKING:
    from connectors.openapi.schemas import Converter

Schema = dict[str, Any]

MAX_EXAMINED = 200

_SINGLE = ("not", "if", "then", "else")
_LISTS = ("allOf", "anyOf", "oneOf")


def leads_to(converter: "Converter", start: str, goal: str) -> bool:
    """Does the raw schema at one place stand, without a step into the value, for that at another?

    Also true where nobody can tell within reason.
    """
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        place = waiting.pop()
        if place == goal or len(seen) > MAX_EXAMINED:
            return True
        if place not in seen:
            seen.add(place)
            if place not in converter.stands_for:
                converter.stands_for[place] = _followed(converter.source, place)
            waiting += converter.stands_for[place]
    return False


def cut_circles(converter: "Converter", place: str) -> None:
    """Take out of a converted definition what leads back to it without a step into the value."""
    definition = converter.definition(place)
    back = {
        reference
        for reference in _references(definition.schema)
        if _returns(converter, converter.place_of(reference), place)
    }
    if back:
        definition.schema = _without(definition.schema, back)
        converter.notes.add(place, "The schema stands for itself in a circle; that part is left out.")


def _followed(source: Source, place: str) -> list[str]:
    try:
        raw = source.at(place, "")
        return [source.follow(reference, place)[1] for reference in _references(raw)]
    except (Dangling, Refusal):
        return []


def _returns(converter: "Converter", start: str, goal: str) -> bool:
    """As `leads_to`, over converted schemas."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        place = waiting.pop()
        if place == goal or len(seen) > MAX_EXAMINED:
            return True
        if place not in seen:
            seen.add(place)
            waiting += map(converter.place_of, _references(converter.definition(place).schema))
    return False


def _references(schema: Any) -> Iterator[str]:
    """The references of a schema, raw or converted, that apply to the value itself."""
    if not isinstance(schema, dict):
        return
    if reference := reference_in(schema):
        yield reference
    for part in _parts(schema):
        yield from _references(part)


def _parts(schema: Schema) -> list[Any]:
    listed = [member for keyword in _LISTS for member in as_list(schema.get(keyword))]
    single = [schema[keyword] for keyword in _SINGLE if keyword in schema]
    return listed + single + list(as_dict(schema.get("dependentSchemas")).values())


def _without(schema: Any, references: set[str]) -> Any:
    if not isinstance(schema, dict):
        return schema
    result = dict(schema)
    if result.get("$ref") in references:
        del result["$ref"]
    for keyword in _LISTS:
        if keyword in result:
            result[keyword] = [_without(member, references) for member in result[keyword]]
    for keyword in _SINGLE:
        if keyword in result:
            result[keyword] = _without(result[keyword], references)
    return result
