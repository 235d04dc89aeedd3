"""Which pieces of a run's data its expressions can see, so that the others need not travel.

A piece is left behind only where the text proves that it cannot be asked for; anything unusual
(`flow` handed around, computed step ids, eval) brings everything.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from flows.expressions.prototypes import inherited
from flows.expressions.scope import MISSING, Scope

_UNUSUAL = re.compile(r"\\u|\b(?:eval|Function|constructor|globalThis|this|with|import|arguments|template)\b")
_HELPER = re.compile(r"(?<![\w$])(flow|workspace)(?![\w$])\s*(?:\??\.\s*([A-Za-z]+))?")
_FIELD = r"(?:\s*\??\.\s*([A-Za-z_][A-Za-z0-9_]*)(?![\w$]|[^\x00-\x7f]|\s*\())?"
_TRIGGER = re.compile(r"trigger\s*\??\.\s*([A-Za-z]+)" + _FIELD)
_STEP = re.compile(r"""step\s*\(\s*(?:'([^'\\\n]*)'|"([^"\\\n]*)")\s*\)(?:\s*\??\.\s*output\b""" + _FIELD + ")?")
_LIBRARIES = (
    ("_", re.compile(r"(?<![\w$.])_(?![\w$])")),
    ("dayjs", re.compile(r"\bdayjs\b")),
    ("numeral", re.compile(r"\bnumeral\b")),
    ("uuid", re.compile(r"\buuid\b|\brandomUUID\b")),
    ("Intl", re.compile(r"\bIntl\b|\btoLocale(?!Upper|Lower)|\blocaleCompare\b|\btz\b")),
)

# A piece, and the one field of it that is asked for; WHOLE for all of it.
Wish = tuple[str, str]
WHOLE = ""
EVERY_STEP = "step"
ALL = frozenset((name, WHOLE) for name in ("data", "event", "config", "flow", "workspace", "item", EVERY_STEP))


def gathered(sources: Iterable[str], scope: Scope) -> list[tuple[str, Any]]:
    """(name, value) of each piece that the expressions may ask for."""
    wanted: dict[str, set[str]] = {}
    for source in sources:
        for name, field in wishes(source):
            wanted.setdefault(name, set()).add(field)
    return list(_gathered(wanted, scope))


def libraries(sources: Iterable[str]) -> str:
    """The libraries that the expressions name, as globals, for the sandbox to have loaded next time."""
    return " ".join(sorted(frozenset[str]().union(*map(_libraries_of, sources))))


@lru_cache(maxsize=4096)
def wishes(source: str) -> frozenset[Wish]:
    """What one expression may ask for."""
    if _UNUSUAL.search(source):
        return ALL
    found: set[Wish] = set()
    for match in _HELPER.finditer(source):
        found |= ALL if match[2] is None else _of_helper(match[1], match[2], source, match.start(2))
        if found >= ALL:
            break
    return frozenset(found)


def _gathered(wanted: dict[str, set[str]], scope: Scope) -> Iterator[tuple[str, Any]]:
    plain = {
        "data": scope.trigger.get("data", MISSING),
        "event": scope.trigger.get("event", MISSING),
        "config": scope.config,
        "flow": scope.flow,
        "workspace": scope.workspace,
        "item": scope.map_item,
    }
    for name, value in plain.items():
        if name in wanted and value is not MISSING:
            yield name, _trimmed(value, wanted[name])
    for step_id, result in scope.steps.items():
        fields = {WHOLE} if EVERY_STEP in wanted else wanted.get(f"step {step_id}")
        if fields:
            yield f"step {step_id}", _trimmed_output(result, fields)


def _trimmed(value: Any, fields: set[str]) -> Any:
    if WHOLE in fields or not isinstance(value, dict):
        return value
    return {name: value[name] for name in fields if name in value}


def _trimmed_output(result: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    return result | {"output": _trimmed(result["output"], fields)} if "output" in result else result


def _of_helper(base: str, name: str, source: str, at: int) -> frozenset[Wish]:
    if name == "info":
        return frozenset(((base, WHOLE),))
    if base == "workspace":
        return ALL
    if name == "step":
        return _of_step(source, at)
    if name == "trigger":
        return _of_trigger(source, at)
    if name in ("mapItem", "loopItem"):
        return frozenset((("item", WHOLE),))
    return frozenset() if name == "todo" else frozenset((("config", WHOLE),)) if name == "config" else ALL


def _own(field: str | None) -> str:
    """A field that is no method of every object, which would see the whole of it."""
    return WHOLE if field is None or inherited({}, field) else field


def _of_trigger(source: str, at: int) -> frozenset[Wish]:
    member = _TRIGGER.match(source, at)
    if not member:
        return frozenset((("data", WHOLE), ("event", WHOLE)))
    return frozenset((("data", _own(member[2])),)) if member[1] == "data" else frozenset((("event", WHOLE),))


def _of_step(source: str, at: int) -> frozenset[Wish]:
    step = _STEP.match(source, at)
    if not step:
        return frozenset(((EVERY_STEP, WHOLE),))
    return frozenset(((f"step {step[1] if step[1] is not None else step[2]}", _own(step[3])),))


@lru_cache(maxsize=4096)
def _libraries_of(source: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _LIBRARIES if pattern.search(source))
