"""The shape of what the sandbox answers, so that nothing else gets any further.

The child puts answers together out of reach of the expressions (javascript/host.js). This is the second
line: were one forged all the same, it fails its own value, and raises nothing here.

An answer is {"value"}, {} for undefined, {"rows": [[answer of each unit] of each element]}, {"skipped"}, or {"error"}:
- {"kind"}, one of ENDINGS (endings.py), with a "message" where that has none of its own; the child tells but three;
- {"message", "stack", "linesBefore", "compiling", "expression"}, as JavaScript has it; of our own mistakes with a
  "remedy", with {"kind": "step", "step"} for a step that is not there, {"kind": "list", "list"} for what is no list.
"""

from typing import Any

from flows.expressions.templates import Unit

Answer = dict[str, Any]
_ENDINGS = ("cpu", "memory", "crash")  # those that the child itself tells
_TEXTS = ("kind", "message", "stack", "remedy", "step", "list", "expression")


def is_honest(answer: Any, unit: Unit) -> bool:
    """Is it of that shape, with rows for an array map alone?"""
    if not isinstance(answer, dict) or len(answer) > 1:
        return False
    if "error" in answer:
        return _is_error(answer["error"])
    if "rows" in answer:
        return unit[0] == "m" and isinstance(answer["rows"], list) and _are_rows(answer["rows"], unit[2])
    return not answer or "skipped" in answer or (unit[0] == "e" and "value" in answer)


def _are_rows(rows: list[Any], units: list[Unit]) -> bool:
    return all(isinstance(row, list) and len(row) == len(units) and all(map(is_honest, row, units)) for row in rows)


def _is_error(error: Any) -> bool:
    return (
        isinstance(error, dict)
        and ("message" in error or error.get("kind") in _ENDINGS)
        and error.get("kind", "") in ("", "step", "list", *_ENDINGS)
        and all(isinstance(error.get(name, ""), str) for name in _TEXTS)
        and isinstance(error.get("linesBefore", 0), int)
        and isinstance(error.get("compiling", False), bool)
        and ("step" in error) == (error.get("kind") == "step")
        and ("list" in error) == (error.get("kind") == "list")
    )
