"""An error condition built from values that a person picked in a failed answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors import exact_json

ITEM = "flow.mapItem()"
EQUALS, CONTAINS, AT_LEAST = "equals", "contains", "at_least"
COMPARISONS = {EQUALS: "equals", CONTAINS: "contains", AT_LEAST: "is at least"}
ALL, ANY = "all", "any"
_SIGNS = {ALL: "&&", ANY: "||"}

TEXT, NUMBER, FIXED = "text", "number", "fixed"
KINDS = (TEXT, NUMBER, FIXED)
_COMPARISONS_OF = {TEXT: [EQUALS, CONTAINS], NUMBER: [EQUALS, AT_LEAST], FIXED: [EQUALS]}

Path = tuple[str | int, ...]
# What every failure has (connectors/outcome.py), so that it can be read without `?.`.
ALWAYS_THERE: frozenset[Path] = frozenset(
    {
        (),
        ("result",),
        ("result", "errors"),
        ("result", "errors", 0),
        ("result", "errors", 0, "source"),
        ("result", "errors", 0, "details"),
    }
)
ALWAYS_TEXT: frozenset[Path] = frozenset({("result", "code"), ("result", "errors", 0, "text")})
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


@dataclass(frozen=True, slots=True)
class Pick:
    """One comparison: the value at `path` of the failure, and what it is compared to, as typed.

    `kind` is that of the value which was picked: "text", "number", or "fixed" (true, false or null).
    """

    path: Path
    kind: str
    comparison: str
    value: str


def pick_of(path: Path, value: Any) -> Pick:
    """The pick that begins with a value of a failure: sentences are looked for, everything else is equal."""
    kind = kind_of(value)
    comparison = CONTAINS if kind == TEXT and " " in value.strip() else EQUALS
    return Pick(path, kind, comparison, value if kind == TEXT else exact_json.dumps(value))


def kind_of(value: Any) -> str:
    if isinstance(value, str):
        return TEXT
    return NUMBER if exact_json.is_number(value) else FIXED


def comparisons_of(kind: str) -> list[str]:
    return _COMPARISONS_OF[kind]


def expression_of(pick: Pick) -> str:
    """Gives true or false whatever the failure is. Raises ValueError, in words, for a value that fits not."""
    read, value = path_expression(pick.path), _literal(pick)
    if pick.comparison == AT_LEAST:
        return f"{read} >= {value}"
    if pick.comparison == CONTAINS:
        return f"{read}.includes({value})" if pick.path in ALWAYS_TEXT else f"_.includes({read}, {value})"
    return f"{read} === {value}"


def kept(condition: str) -> str:
    """A condition that somebody typed, as one part of a larger one."""
    text = condition.strip().rstrip(";").rstrip()
    # A comment at its end must not swallow what follows.
    return f"({text}\n)" if "//" in text else f"({text})"


def joined(expressions: Sequence[str], join: str) -> str:
    """All of them, or any of them, one on each line."""
    return f"\n{_SIGNS[join]} ".join(expressions)


def path_expression(path: Path) -> str:
    """For instance: flow.mapItem().result.errors[0].details.batch?.["in use by"]"""
    text = ITEM
    for depth, key in enumerate(path):
        text += _member(key, is_optional=path[:depth] not in ALWAYS_THERE)
    return text


def path_label(path: Path) -> str:
    """The path as the tree of the answer shows it: result.errors[0].text"""
    return "".join(_member(key, is_optional=False) for key in path).removeprefix(".")


def value_at(item: Any, path: Path) -> Any:
    """Raises LookupError where the failure has no such value."""
    for key in path:
        children = dict(enumerate(item)) if isinstance(item, list) else item
        if not isinstance(children, dict):
            raise LookupError(key)
        item = children[key]
    return item


def _member(key: str | int, *, is_optional: bool) -> str:
    if isinstance(key, str) and _NAME.fullmatch(key):
        return f"?.{key}" if is_optional else f".{key}"
    return f"{'?.' if is_optional else ''}[{_written(key)}]"


def _literal(pick: Pick) -> str:
    if pick.kind == TEXT:
        return _written(pick.value)
    try:
        value = exact_json.loads(pick.value)
    except exact_json.JSONError:
        value = pick.value
    if kind_of(value) != pick.kind or isinstance(value, dict | list):
        example = "a number, e.g. 503" if pick.kind == NUMBER else "true, false or null"
        raise ValueError(f"{path_label(pick.path)} is compared with {example}.")
    return _written(value)


def _written(value: Any) -> str:
    """JSON is JavaScript; in their own alphabet, for people read it."""
    return exact_json.pretty(value)
