"""Plain paths: `flow.trigger.data.lines[0]?.cost`, worked out exactly and without a JavaScript engine.

They are most of what people write, and here a number keeps every digit it came with.
"""

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Any

from flows.expressions import helpers
from flows.expressions.problems import Problem, position, unreadable
from flows.expressions.prototypes import inherited
from flows.expressions.scope import MISSING, Scope

_TEXT = r"""'(?P<single>[^'\\\n]*)'|"(?P<double>[^"\\\n]*)\""""
_ROOT = re.compile(
    r"\s*+(?:return(?=\s)[ \t]*)?(?P<root>"
    r"(?P<trigger>flow\s*+\.\s*+trigger\s*+\.\s*+(?P<part>data|event))(?![\w$])"
    r"|(?P<config>flow\s*+\.\s*+config)(?![\w$])"
    r"|(?P<item>flow\s*+\.\s*+(?:mapItem|loopItem)\s*+\(\s*+\))"
    r"|(?P<flow>flow\s*+\.\s*+info\s*+\(\s*+\))"
    r"|(?P<workspace>workspace\s*+\.\s*+info\s*+\(\s*+\))"
    r"|(?P<step>flow\s*+\.\s*+step\s*+\(\s*+(?:" + _TEXT + r")\s*+\))"
    r"\s*+\.\s*+(?P<member>output|actionResponse|actionRequest)(?![\w$])"
    r")"
)
_LINK = re.compile(
    r"\s*+(?:(?:(?P<optional>\?\.(?!\d))|\.)\s*+(?P<name>[\w$]+)"
    r"|(?:(?P<optional_index>\?\.)\s*+)?\[\s*+(?:(?P<index>0|[1-9]\d{0,8})|" + _TEXT + r")\s*+\])"
)
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_KINDS = ("trigger", "config", "item", "flow", "workspace", "step")
_MOST_NAMES = 1000  # to compare a mistyped one with
_END = re.compile(r"(?:[\s;]|//[^\n\r\u2028\u2029]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+\Z")


@dataclass(frozen=True, slots=True)
class Link:
    """One step down a path: `key`, whether `?.` leads to it, and where it stands in the text."""

    key: str
    optional: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed plain path. `root` is a helper (see helpers.py), `argument` its detail; it begins at `start`."""

    expression: str
    start: int
    root: str
    argument: tuple[str, ...]
    links: tuple[Link, ...]

    @property
    def uses_item(self) -> bool:
        return self.root == "item"


class PathProblem(Exception):
    """A plain path that cannot be followed in this run."""

    def __init__(self, message: str, remedy: str, line: int, column: int):
        super().__init__(message)
        self.message, self.remedy, self.line, self.column = message, remedy, line, column

    def at(self, place: str, expression: str) -> Problem:
        return Problem(place, self.message, expression, self.line, self.column, self.remedy)


@lru_cache(maxsize=4096)
def parse(expression: str) -> Path | None:
    """The path, or None where the expression is anything more than one."""
    root = _ROOT.match(expression)
    if not root:
        return None
    kind = next(name for name in _KINDS if root[name])
    links, end = _links(expression, root.end())
    if not _END.match(expression, end):
        return None
    return Path(expression, root.start("root"), kind, _argument(kind, root), tuple(links))


def resolve(path: Path, scope: Scope, item: Any) -> Any:
    """Follow the path. Gives MISSING for undefined; raises PathProblem as JavaScript would throw."""
    try:
        value = helpers.root(path.root, path.argument, scope, item)
    except helpers.HelperProblem as problem:
        raise PathProblem(problem.message, problem.remedy, *_start(path)) from None
    for link in path.links:
        if value is None or value is MISSING:
            if link.optional:
                return MISSING
            near = near_miss(path.expression[path.start : link.start], scope, item)
            raise _unreadable(path, link, near, null=value is None)
        value = _member(value, link, path)
    return value


def near_miss(base: str, scope: Scope, item: Any) -> str:
    """The field that is there with almost the last name of a plain path, where that one is not; or ""."""
    path = parse(base)
    if path is None or not path.links:
        return ""
    key = path.links[-1].key
    try:
        holder = resolve(replace(path, links=path.links[:-1]), scope, item)
    except PathProblem:
        return ""
    if not isinstance(holder, dict) or key in holder:
        return ""
    return next(iter(get_close_matches(key, list(islice(holder, _MOST_NAMES)), n=1)), "")


def _links(expression: str, end: int) -> tuple[list[Link], int]:
    links = []
    while match := _LINK.match(expression, end):
        key = match["name"] or match["index"] or _text(match)
        if match["name"] and not key.replace("$", "_").isidentifier():
            break
        optional = bool(match["optional"] or match["optional_index"])
        links.append(Link(key, optional, end, match.end()))
        end = match.end()
    return links, end


def _argument(kind: str, root: re.Match[str]) -> tuple[str, ...]:
    if kind == "trigger":
        return (root["part"],)
    if kind == "step":
        return (_text(root), root["member"])
    return ()


def _text(match: re.Match[str]) -> str:
    return match["single"] if match["single"] is not None else match["double"]


def _member(value: Any, link: Link, path: Path) -> Any:
    key = link.key
    if isinstance(value, dict):
        if key in value:
            return value[key]
    elif isinstance(value, list | str):
        if key == "length":
            return len(_units(value))
        if _INDEX.fullmatch(key):
            return _item(value, int(key))
    if inherited(value, key):
        line, column = position(path.expression, link.start)
        raise PathProblem(f"`{key}` is a function of every such value, not a field", "", line, column)
    return MISSING


def _item(value: list[Any] | str, index: int) -> Any:
    units = _units(value)
    return units[index] if index < len(units) else MISSING


def _units(value: list[Any] | str) -> list[Any] | str:
    """A list as it is; text as JavaScript counts it, in UTF-16 units."""
    if isinstance(value, list) or value.isascii():
        return value
    raw = value.encode("utf-16-le", "surrogatepass")
    return "".join(chr(int.from_bytes(raw[at : at + 2], "little")) for at in range(0, len(raw), 2))


def _unreadable(path: Path, link: Link, near: str, *, null: bool) -> PathProblem:
    text = path.expression
    base = text[path.start : link.start].strip()
    member = text[link.start : link.end].strip()
    optional = f"?.{member.removeprefix('.').strip()}"
    offset = link.start + len(text[link.start : link.end]) - len(text[link.start : link.end].lstrip())
    return PathProblem(*unreadable(base, member, optional, near, null=null), *position(text, offset))


def _start(path: Path) -> tuple[int, int]:
    return position(path.expression, path.start)
