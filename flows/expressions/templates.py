"""A template compiled for one scope: what Python works out itself, and what must go to the sandbox.

The sandbox is given units, in the order of the template: `["e", source, changes]` for an expression and
`["m", list, [units]]` for an array map. Everything else it never sees. A list is a small tree of
`["v", value]`, `["e", source, changes]`, `["o", {name: tree}]`, `["l", [trees]]` and `["m", tree, tree]`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from connectors import exact_json
from flows.expressions import paths
from flows.expressions.scope import Template

Tree = list[Any]
Unit = list[Any]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that stands in the template."""

    value: Any


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain path, followed in Python."""

    path: paths.Path


@dataclass(frozen=True, slots=True)
class Computed:
    """JavaScript for the sandbox."""

    expression: str


@dataclass(frozen=True, slots=True)
class Fields:
    properties: dict[str, "Node"]


@dataclass(frozen=True, slots=True)
class Items:
    items: list["Node"]


@dataclass(frozen=True, slots=True)
class Mapped:
    """An array map. `computed`: some of it is for the sandbox, which then walks the list as well."""

    source: "Node"
    item: "Node"
    computed: bool


# What may change data, read generously: a copy costs little, a changed value that another one sees costs trust.
_CHANGES_DATA = re.compile(
    r"(?<![=!<>])=(?![=>])|<<=|>>=|\+\+|--|\\[ux]|\]\s*(?:\?\.)?\(|\bfor\s*+\(|\bwith\b|\bdelete\w*\b|"
    r"\b(?:sort|reverse|splice|push|pop|shift|unshift|fill|copyWithin|freeze|seal|preventExtensions|mixin|toJSON|"
    r"assign\w*|extend\w*|defaults\w*|define\w*|__define\w*|set\w*|unset|update\w*|merge\w*|pull\w*|remove|"
    r"invoke\w*)\b"
)
# To give a name to a value changes no data.
_BLANK_DOTS = re.compile(r"(?<!\s)\s*+\.\s++")
_NAMING = re.compile(
    r"(?<![\w$.\])])[A-Za-z_$][\w$]*+\s*+(?:(?:\*\*|<<|>>>?|&&|\|\||\?\?|[-+*/%&|^])?=(?![=>])|\+\+|--)"
    r"|(?:\+\+|--)\s*+[A-Za-z_$][\w$]*+(?!\s*+[.\[(])"
    r"|\b(?:const|let|var)\s*+[\[{][^\[\]{}=.]*+[\]}]\s*+=(?![=>])"
    r"|\bfor\s*+\(\s*+(?:const|let|var)\b"
)

Node = Fixed | Plain | Computed | Fields | Items | Mapped


class TemplateError(ValueError):
    """The template itself is malformed: a fault of the caller, not of the person who wrote it."""


def compiled(template: Template, *, item_known: bool = True) -> Node:
    """The template as nodes. Inside a list that only the sandbox knows, so is `flow.mapItem()`."""
    mode = template.get("mode")
    if mode in ("text", "constant"):
        return Fixed(template["value"])
    if mode == "expression":
        return _expression(template["value"], item_known)
    if mode == "object":
        properties = template["properties"].items()
        return Fields({name: compiled(node, item_known=item_known) for name, node in properties})
    if mode == "list":
        return Items([compiled(node, item_known=item_known) for node in template["items"]])
    if mode == "array_map":
        return _array_map(template, item_known)
    raise TemplateError(f"There is no value mode {mode!r}.")


def is_computed(node: Node) -> bool:
    """Does any of it need the sandbox?"""
    if isinstance(node, Fields):
        return any(map(is_computed, node.properties.values()))
    if isinstance(node, Items):
        return any(map(is_computed, node.items))
    return isinstance(node, Computed) or (isinstance(node, Mapped) and node.computed)


def tree(node: Node) -> Tree:
    """The node as the sandbox works it out to a value, for the list of an array map."""
    if isinstance(node, Fixed):
        return ["v", node.value]
    if isinstance(node, Plain):
        return unit(node.path.expression)
    if isinstance(node, Computed):
        return unit(node.expression)
    if isinstance(node, Fields):
        return ["o", {name: tree(child) for name, child in node.properties.items()}]
    if isinstance(node, Items):
        return ["l", [tree(child) for child in node.items]]
    return ["m", tree(node.source), tree(node.item)]


def units(node: Node) -> Iterator[Unit]:
    """What the sandbox is asked for a node inside an array map, in order."""
    if isinstance(node, Computed):
        yield unit(node.expression)
    elif isinstance(node, Fields):
        for child in node.properties.values():
            yield from units(child)
    elif isinstance(node, Items):
        for child in node.items:
            yield from units(child)
    elif isinstance(node, Mapped) and node.computed:
        yield ["m", tree(node.source), list(units(node.item))]


@lru_cache(maxsize=4096)
def _unit(expression: str) -> tuple[str, str, bool]:
    return "e", expression, bool(_CHANGES_DATA.search(_NAMING.sub(" ", _BLANK_DOTS.sub(".", expression))))


def unit(expression: str) -> Unit:
    """One expression for the sandbox, and whether it may change the data that others then see."""
    return list(_unit(expression))


def written(asked: list[Unit]) -> str:
    """Units as JSON. Expressions recur from run to run, and are written once."""
    return f"[{','.join(_written(unit[1]) if unit[0] == 'e' else exact_json.dumps(unit) for unit in asked)}]"


@lru_cache(maxsize=4096)
def _written(expression: str) -> str:
    return exact_json.dumps(unit(expression))


def expressions_in(asked: list[Any]) -> Iterator[str]:
    """Every expression in a unit, a tree, or a list of them."""
    if asked and asked[0] == "e":
        yield asked[1]
    elif asked and asked[0] != "v":
        for part in asked[1:] if isinstance(asked[0], str) else asked:
            yield from expressions_in(list(part.values()) if isinstance(part, dict) else part)


def lists_in(asked: list[Unit]) -> Iterator[Any]:
    """Every list that travels with its units."""
    for kind, source, *units in asked:
        if kind == "m":
            if source[0] == "v":
                yield source[1]
            yield from lists_in(units[0])


@lru_cache(maxsize=4096)
def _expression(expression: str, item_known: bool) -> Node:
    path = paths.parse(expression)
    if path and (item_known or not path.uses_item):
        return Plain(path)
    return Computed(expression)


def _array_map(template: Template, item_known: bool) -> Node:
    source = compiled(template["list"], item_known=item_known)
    item = compiled(template["item"], item_known=not is_computed(source))
    return Mapped(source, item, is_computed(source) or is_computed(item))
