"""JSON that keeps every number as it came.

Business data crosses Throughline unharmed: 12345678901234567890 stays an integer, 0.10 stays
0.10 (a `Decimal`). Python's own json module cannot write a Decimal as a number; simplejson can.
"""

from decimal import Decimal
from typing import Any

import simplejson

# Far above any business data, and far below where Python's own recursion ends: what was taken can be
# wrapped a few times and written again, whoever does it.
DEPTH_LIMIT = 200
TOO_DEEP = f"the JSON is nested more than {DEPTH_LIMIT} levels deep"


class JSONError(ValueError):
    """The text is no JSON that we take; the message names the line and column."""


def _refuse_constant(name: str) -> None:
    raise JSONError(f"{name} is not a JSON number")


# Made once: making them takes longer than most of our values do.
_COMPACT = simplejson.JSONEncoder(use_decimal=True, allow_nan=False, separators=(",", ":"))
_EXACT = simplejson.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)


def loads(text: str | bytes) -> Any:
    """Parse JSON; numbers with a fraction become Decimal. Raises JSONError."""
    text = _decoded(text)
    value = restore(text)
    if text.count("[") + text.count("{") > DEPTH_LIMIT:
        _require_shallow(value)
    return value


def restore(text: str) -> Any:
    """Parse what was written by `dumps`, however deep. Raises JSONError."""
    try:
        return _EXACT.decode(text)
    except simplejson.JSONDecodeError as error:
        raise JSONError(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise JSONError(TOO_DEEP) from None
    except ArithmeticError:
        raise JSONError("a number has an exponent beyond reason") from None
    except JSONError:
        raise
    except ValueError:
        raise JSONError("a whole number has more digits than Python reads (4300)") from None


def dumps(value: Any, *, indent: int | None = None, sort_keys: bool = False) -> str:
    """Write JSON in plain ASCII, which every database and every log can store.

    Raises ValueError for NaN and infinities and TypeError for values that are no JSON.
    """
    if indent is None and not sort_keys:
        return _COMPACT.encode(value)
    return simplejson.dumps(
        value,
        use_decimal=True,
        allow_nan=False,
        indent=indent,
        sort_keys=sort_keys,
        separators=(",", ": ") if indent else (",", ":"),
    )


def pretty(value: Any) -> str:
    """Write JSON for people: indented, in their own alphabet."""
    text = simplejson.dumps(value, use_decimal=True, allow_nan=False, indent=2, ensure_ascii=False)
    # A lone surrogate can't be sent to a browser; its escape can.
    return text.encode(errors="backslashreplace").decode()


def to_bytes(value: Any) -> bytes:
    """Write JSON as UTF-8, the way it is sent and measured."""
    try:
        return simplejson.dumps(
            value, use_decimal=True, allow_nan=False, ensure_ascii=False, separators=(",", ":")
        ).encode()
    except UnicodeEncodeError:
        # A lone surrogate has no UTF-8 form; escaped in ASCII it is still valid JSON.
        return dumps(value).encode()


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JSONError(f"byte {error.start + 1}: the text is not UTF-8") from None


def _require_shallow(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH_LIMIT):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise JSONError(TOO_DEEP)
