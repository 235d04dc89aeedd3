"""A failed answer as a list of the values that one can pick, each under the group that it belongs to. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from connectors import exact_json
from flows.conditions.picks import Path, path_label

NODES_SHOWN = 200
DEPTH_LIMIT = 12
TEXT_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Node:
    """`path` is JSON; `text` the value, or for a group what it holds. Only values can be picked."""

    name: str
    label: str
    path: str
    text: str
    depth: int
    is_group: bool


def nodes_of(item: Any) -> list[Node]:
    """The first `NODES_SHOWN` of them, from the top down."""
    return list(islice(_below(item, ()), NODES_SHOWN))


def _below(value: Any, path: Path) -> Iterator[Node]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in pairs:
        here = (*path, key)
        is_group = isinstance(child, dict | list)
        name = f"[{key}]" if isinstance(key, int) else key
        yield Node(name, path_label(here), exact_json.dumps(here), _say(child), len(path), is_group)
        if is_group and len(here) < DEPTH_LIMIT:
            yield from _below(child, here)


def _say(value: Any) -> str:
    if isinstance(value, dict | list):
        count = len(value)
        return f"{count} value{'' if count == 1 else 's'}" if count else "nothing in it"
    text = exact_json.pretty(value)
    return text if len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN]}…"
