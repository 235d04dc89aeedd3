"""Numbers that JavaScript cannot hold as they are, found before they enter it."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flows.expressions.code import code_of

_LARGEST = 2**53
_SHOWN = 3
# Cheap to look for in megabytes of JSON, and only what has them is walked: a long run of digits, or
# an exponent as Decimal writes it.
_AS_DIGITS = bytes(ord("0") if chr(code) in "0123456789." else ord(" ") for code in range(256))
_LONG_RUN = b"0" * 16
_LITERAL = re.compile(r"(?<![\w$.])[1-9](?:_?\d){15,4000}+(?![\w.])")


def losses(data: Iterable[tuple[str, Any]], texts: Iterable[str], sources: Iterable[str]) -> list[str]:
    """One warning for the numbers that change, in (name, value) pieces, given as JSON texts too, and in sources."""
    suspects = [piece for piece, text in zip(data, texts, strict=True) if _is_suspect(text)]
    found = [one for name, value in suspects for one in changed(value, _spoken(name))]
    literals = dict.fromkeys(number for source in sources for number in _literals(source))
    found += [("the expression", number) for number in literals]
    if not found:
        return []
    shown = ", ".join(f"`{place}` {number}" for place, number in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return [
        f"JavaScript cannot hold these numbers exactly: {shown}{more}. "
        "A plain path such as `flow.trigger.data.id` keeps every digit; so does text."
    ]


def changed(value: Any, place: str) -> Iterator[tuple[str, int | Decimal]]:
    """(place, number) of each number that is another one as a JavaScript number."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield from changed(child, f"{place}.{name}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from changed(child, f"{place}[{index}]")
    elif _is_changed(value):
        yield place, value


@lru_cache(maxsize=4096)
def _literals(source: str) -> tuple[int, ...]:
    """The whole numbers that an expression writes out and JavaScript bends."""
    return tuple(number for found in _LITERAL.finditer(code_of(source)) if _is_changed(number := int(found[0])))


def _is_suspect(text: str) -> bool:
    return _LONG_RUN in text.encode().translate(_AS_DIGITS) or "E+" in text or "E-" in text


def _is_changed(value: Any) -> bool:
    if isinstance(value, Decimal):
        return Decimal(repr(float(value))) != value
    return isinstance(value, int) and abs(value) > _LARGEST and float_of(value) != value


def float_of(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _spoken(name: str) -> str:
    """The piece as an expression names it."""
    if name.startswith("step "):
        return f"flow.step('{name.removeprefix('step ')}')"
    return _SPOKEN.get(name, name)


_SPOKEN = {
    "data": "flow.trigger.data",
    "event": "flow.trigger.event",
    "item": "flow.mapItem()",
    "config": "flow.config",
    "flow": "flow.info()",
    "workspace": "workspace.info()",
}
