"""A JSON value as nested <details>, opened level by level."""

from collections.abc import Iterator
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from connectors import exact_json

NODE_LIMIT = 2000
TEXT_LIMIT = 2000
# Deeper values stand as one line of JSON: the page must not nest without end.
DEPTH_LIMIT = 30
OPEN_DEPTH = 2


def json_tree(value: Any) -> SafeString:
    """HTML for any JSON value; what is past `NODE_LIMIT` entries is left out and says so."""
    return mark_safe(f'<div class="tree">{"".join(_node(value, None, 0, Budget()))}</div>')  # noqa: S308


class Budget:
    """Counts the nodes that may still be shown."""

    def __init__(self) -> None:
        self.left = NODE_LIMIT

    def spend(self) -> bool:
        self.left -= 1
        return self.left >= 0


def _node(value: Any, name: str | int | None, depth: int, budget: Budget) -> Iterator[str]:
    if not isinstance(value, dict | list) or not value or depth >= DEPTH_LIMIT:
        yield format_html('<div class="leaf">{}{}</div>', _name(name), _leaf(value))
        return
    opening = mark_safe(" open") if depth < OPEN_DEPTH else ""
    yield format_html(
        '<details{}><summary>{}<span class="size">{}</span></summary><ul>', opening, _name(name), _size(value)
    )
    yield from _children(value, depth, budget)
    yield "</ul></details>"


def _children(value: dict | list, depth: int, budget: Budget) -> Iterator[str]:
    pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    for position, (name, item) in enumerate(pairs):
        if not budget.spend():
            yield format_html('<li class="size">… {} more, not shown here</li>', len(pairs) - position)
            return
        yield "<li>"
        yield from _node(item, name, depth + 1, budget)
        yield "</li>"


def _name(name: str | int | None) -> str:
    return "" if name is None else format_html('<span class="name">{}</span>: ', name)


def _size(value: dict | list) -> str:
    count = len(value)
    noun = ("property" if count == 1 else "properties") if isinstance(value, dict) else "item" + "s" * (count != 1)
    return f"{count} {noun}"


def _leaf(value: Any) -> str:
    kind = "text" if isinstance(value, str) else "value"
    text = exact_json.pretty(value)
    if len(text) > TEXT_LIMIT:
        text = f"{text[:TEXT_LIMIT]}… ({len(text):,} characters)"
    return format_html('<span class="{}">{}</span>', kind, text)
