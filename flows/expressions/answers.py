"""The shape of what the sandbox answers, so that nothing else gets any further.

The child puts answers together out of reach of the expressions (javascript/host.js). This is the second
line: were one forged all the same, it fails its own value, and raises nothing here.
"""

from typing import Any

from flows.expressions.templates import Unit

Answer = dict[str, Any]
_TEXTS = ("kind", "message", "stack", "remedy", "step", "list", "expression")


def is_honest(answer: Any, unit: Unit) -> bool:
    """Is it {"value"}, {}, {"rows"} for an array map, {"error"} or {"skipped"}, and nothing else?"""
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
        and ("message" in error or error.get("kind") in ("cpu", "memory", "crash"))
        and all(isinstance(error.get(name, ""), str) for name in _TEXTS)
        and isinstance(error.get("linesBefore", 0), int)
        and ("step" in error) == (error.get("kind") == "step")
        and ("list" in error) == (error.get("kind") == "list")
    )
