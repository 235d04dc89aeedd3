"""From a place in what was worked out, `$.lines[2].cost`, to the place of the field that gives it. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from connectors import exact_json
from flows.preview.results import Note, count, is_typed_in, say_value
from flows.values import Value

_SEGMENT = re.compile(r'\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|\.?([^.\[\]]+)')


def segments(path: str) -> list[str | int]:
    """The names and numbers of a path like lines[2]["unit cost"]."""
    found = _SEGMENT.findall(path.removeprefix("$"))
    return [_unquoted(quoted) if quoted else int(number) if number else name for quoted, number, name in found]


def locate(value: Value, path: list[str | int], place: str) -> tuple[str, Value]:
    """The innermost field on the way, with its value: an expression may give more than its field shows."""
    for segment in path:
        inside = _inside(value, segment, place)
        if inside is None:
            break
        place, value = inside
    return place, value


def values_in(value: Value, result: Any, place: str) -> Iterator[Note]:
    """What each field below comes to; of a list that is mapped, the first element."""
    mode = value["mode"]
    if mode == "object" and isinstance(result, dict):
        yield from _values_in_object(value, result, place)
    elif mode == "list" and isinstance(result, list):
        for number, (item, made) in enumerate(zip(value["items"], result, strict=False)):
            yield from values_in(item, made, f"{place}[{number}]")
    elif mode == "array_map" and isinstance(result, list):
        first = "; below, the first" if result else ""
        yield Note(f"{place}.list", f"{count(len(result), 'element', 'elements')}{first}")
        if result:
            yield from values_in(value["item"], result[0], f"{place}.item")
    elif not is_typed_in(value, result):
        yield Note(place, say_value(result))


def _values_in_object(value: Value, result: dict[str, Any], place: str) -> Iterator[Note]:
    for name, child in value["properties"].items():
        if name in result and child.get("include", True):
            yield from values_in(child, result[name], f"{place}.{name}")


def _inside(value: Value, segment: str | int, place: str) -> tuple[str, Value] | None:
    match value["mode"]:
        case "object" if segment in value["properties"]:
            return f"{place}.{segment}", value["properties"][segment]
        case "list" if isinstance(segment, int) and segment < len(value["items"]):
            return f"{place}[{segment}]", value["items"][segment]
        case "array_map" if isinstance(segment, int):
            return f"{place}.item", value["item"]
    return None


def _unquoted(text: str) -> str:
    """A name in quotes; the evaluator does not escape what stands inside of them."""
    try:
        return exact_json.loads(text)
    except exact_json.JSONError:
        return text[1:-1]
