"""What changed in the values of a step, in plain sentences. Pure."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from flows.definition.words import counted, say_value, shortened

Value = dict[str, Any]


def property_changes(old: dict[str, Value], new: dict[str, Value], inside: str = "") -> Iterator[str]:
    """A sentence for each property that differs, e.g. "Property costs[2].code: now text “L”, before text “M”".

    What is left out on both sides is no difference, whatever it keeps.
    """
    for name in [*new, *(name for name in old if name not in new)]:
        path = f"{inside}.{name}" if inside else name
        before, now = _sent(old.get(name)), _sent(new.get(name))
        if before is None and now is not None:
            yield f"Property {path}: {'now included' if name in old else 'added'}, {say_value(now)}"
        elif now is None and before is not None:
            yield f"Property {path}: {'now left out' if name in new else 'removed'}, before {say_value(before)}"
        elif before is not None and now is not None:
            yield from _value_changes(before, now, path)


def _sent(value: Value | None) -> Value | None:
    return value if value and value.get("include", True) else None


def _value_changes(old: Value, new: Value, path: str) -> Iterator[str]:
    if old["mode"] != new["mode"]:
        yield f"Property {path}: now {say_value(new)}, before {say_value(old)}"
        return
    match new["mode"]:
        case "object":
            yield from property_changes(old["properties"], new["properties"], path)
        case "list":
            yield from _item_changes(old["items"], new["items"], path)
        case "array_map":
            if old["list"] != new["list"]:
                yield f"Property {path}: now made from {shortened(new['list'])}, before from {shortened(old['list'])}"
            yield from _value_changes(old["item"], new["item"], f"{path}[]")
        case _ if old.get("value") != new.get("value"):
            yield from _text_change(old, new, path)


def _text_change(old: Value, new: Value, path: str) -> Iterator[str]:
    before, now = say_value(old), say_value(new)
    # Two long texts may begin alike.
    yield f"Property {path}: {'changed further in, ' if before == now else ''}now {now}, before {before}"


def _item_changes(old: list[Value], new: list[Value], path: str) -> Iterator[str]:
    if len(old) != len(new):
        yield f"Property {path}: now {counted(len(new), 'item')}, before {len(old)}"
    for number, (before, now) in enumerate(zip_longest(old, new), start=1):
        if before is not None and now is not None:
            yield from _value_changes(before, now, f"{path}[{number}]")
