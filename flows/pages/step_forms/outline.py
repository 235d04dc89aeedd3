"""A long form at a glance: its properties in their order, with what there is to say about each. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.pages.step_forms.fields import Field

# A form with fewer properties is seen at a glance by itself.
WORTH_AN_OUTLINE = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One property; `depth` counts the groups around it. `html_id` is that of the property's whole row."""

    name: str
    html_id: str
    depth: int
    required: bool
    include: bool
    has_problems: bool


def outline_of(root: Field) -> list[Entry]:
    """Every property that the form shows; empty where they are few."""
    found = list(_below(root, 0, ""))
    return found if len(found) > WORTH_AN_OUTLINE else []


def _below(parent: Field, depth: int, before: str) -> Iterator[Entry]:
    if parent.mode == "object":
        for child in [*parent.children, *parent.rows]:
            name = f"{before}{child.name}"
            yield Entry(name, f"{child.html_id}:row", depth, child.required, child.include, _has_problems(child))
            yield from _below(child, depth + 1, "")
    if parent.mode == "list":
        for number, item in enumerate(parent.items, start=1):
            yield from _below(item, depth, f"{number}. ")
    if parent.mode == "array_map" and parent.item:
        yield from _below(parent.item, depth, "each ")


def _has_problems(field: Field) -> bool:
    if field.problems or field.list_problems:
        return True
    inner = [*field.children, *field.rows, *field.items, *([field.item] if field.item else [])]
    return any(map(_has_problems, inner))
