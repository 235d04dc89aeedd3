"""What JavaScript says of a mistake, said again in the words of the person who made it."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from flows.expressions import limits, paths
from flows.expressions.cage.engine import LIBRARY_LINE
from flows.expressions.problems import Problem, position, unknown_step, unreadable
from flows.expressions.prototypes import METHODS
from flows.expressions.scope import MISSING, Scope

_READ = re.compile(r"cannot read property '(.*)' of (undefined|null)\Z", re.DOTALL)
_UNDEFINED = re.compile(r"(\S+) is not defined\Z")
_FRAME = re.compile(r"(\()?<input>:(\d+):(\d+)")
_UNEXPECTED = re.compile(r"[Uu]nexpected (?:token|end)")
_CALLED = re.compile(r"([A-Za-z_$][\w$]*)\s*(?:\?\.)?\(")

_NAMES = ["flow", "workspace", "_", "dayjs", "numeral", "uuid", "Math", "JSON", "Object", "true", "false"]
_METHODS = [
    *("step", "trigger", "config", "mapItem", "loopItem", "info", "todo", "isActionSuccess", "isActionFail"),
    *("isQueueActionSuccess", "isCacheCreate", "isCacheUpdate", "isCacheDelete"),
    *METHODS,
]
_INSTEAD = {
    "lodash": "Lodash is `_` here.",
    "moment": "Dates are `dayjs(...)` here.",
    "require": "The libraries are there already: `_`, `dayjs`, `numeral` and `uuid`.",
    "setTimeout": "Nothing can be waited for here.",
    "fetch": "Nothing outside can be reached from here; use a step that calls the other system.",
}


def problem(error: dict[str, Any], expression: str, place: str, scope: Scope, item: Any = MISSING) -> Problem:
    """The Problem for an error that the sandbox reports.

    It is {"message", "stack", "linesBefore", "compiling"} as JavaScript has it, or {"kind"} alone for
    one of the endings below. `item` is what `flow.mapItem()` gave, where Python knows it.
    """
    kind = error.get("kind", "")
    if kind in _ENDINGS:
        return _ending(kind, error.get("message", ""), expression, place)
    if kind == "list":
        return no_list(None if error["list"] == "null" else error["list"], expression, place)
    line, column = _position(error, expression)
    if kind == "step":
        message, remedy = unknown_step(error["step"], scope.known_steps())
    elif read := _READ.match(error["message"]):
        message, remedy, line, column = _missing_base(expression, read, (line, column), scope, item)
    elif "remedy" in error:
        message, remedy = error["message"], error["remedy"]
    else:
        message, remedy = _plainly(error["message"], expression, (line, column))
    return Problem(place, message, expression, line, column, remedy)


def no_list(value: Any, expression: str, place: str) -> Problem:
    """The Problem for an array map over something that is neither a list nor an object."""
    if value is None or value is MISSING or value == "undefined":
        state = "null" if value is None else "undefined: it was missing in this run"
        remedy = f"Write `{expression.strip().rstrip(';')} ?? []` if it may be absent." if expression else ""
        return Problem(place, f"the list to map is {state}", expression, 1, 1, remedy)
    message = "the list to map is a single value, neither a list nor an object"
    return Problem(place, message, expression, 1, 1, "Map a list, or write the value without the map.")


def out_of_time() -> tuple[str, str]:
    seconds = limits.current().cpu_seconds
    return (
        f"the values of this step took more than {seconds:g} s to work out, and were stopped here",
        "Look for a loop that does not end, or a search pattern with nested repeats such as `(a+)+`.",
    )


def _out_of_wall_time() -> tuple[str, str]:
    seconds = limits.current().wall_seconds
    return f"the values of this step were not ready after {seconds:g} s, and were stopped here", ""


def _out_of_memory() -> tuple[str, str]:
    megabytes = limits.current().memory_mb
    return f"the expression needed more than {megabytes} MB of memory", "Work on less data at a time."


_ENDINGS = {
    "cpu": out_of_time,
    "wall": _out_of_wall_time,
    "memory": _out_of_memory,
    "crash": lambda: ("the expression brought its sandbox down; nothing else was harmed", ""),
    "deep data": lambda: ("the data of this run is nested too deeply for an expression", ""),
    "deep result": lambda: ("the result is nested too deeply, or has a number that is too long", ""),
    "unavailable": lambda: ("", "The administrator finds more on the health page."),
}
_MESSAGES = {
    "out of memory": _out_of_memory,
    "stack": lambda: ("the expression calls itself without end", "Give the recursion an end."),
    "circular reference": lambda: (
        "the result contains itself, so it has no JSON form",
        "Pick the fields that you need.",
    ),
}


def _ending(kind: str, detail: str, expression: str, place: str) -> Problem:
    message, remedy = _ENDINGS[kind]()
    return Problem(place, message or detail, expression, remedy=remedy)


def _position(error: dict[str, Any], expression: str) -> tuple[int, int]:
    """The innermost position in the expression itself. (0, 0) where none is known."""
    last = expression.count("\n") + 1
    for inside, line_text, column_text in _FRAME.findall(error.get("stack", "")):
        line, column = int(line_text) - error.get("linesBefore", 0), int(column_text)
        if not (inside or error.get("compiling")) or line < 1 or int(line_text) >= LIBRARY_LINE:
            continue
        if line > last:
            return last, len(expression.splitlines()[-1:][0] if expression else "") + 1
        return line, _in_characters(expression.split("\n")[line - 1], column)
    return 0, 0


def _in_characters(line: str, column: int) -> int:
    """The engine counts columns in bytes of UTF-8."""
    return len(line.encode("utf-8", "surrogatepass")[: column - 1].decode(errors="ignore")) + 1


def _missing_base(
    expression: str, read: re.Match[str], found: tuple[int, int], scope: Scope, item: Any
) -> tuple[str, str, int, int]:
    """Find the path in the expression that led to nothing, so as to name it and its `?.`."""
    name, null = read[1], read[2] == "null"
    for start, end in _readings(expression, name):
        base = _path_before(expression, start)
        if base and _gives_nothing(base, scope, item):
            member = expression[start:end].strip()
            near = paths.near_miss(base, scope, item)
            said = unreadable(base, member, f"?.{member.removeprefix('.')}", near, null=null)
            return *said, *position(expression, start)
    message = f"`{name}` cannot be read, because what stands before it is {read[2]} in this run"
    return message, f"Write `?.{name}` if it may be absent.", *found


def _readings(expression: str, name: str) -> Iterator[tuple[int, int]]:
    pattern = rf"(?<!\?)\.\s*{re.escape(name)}(?![\w$])|\[\s*(['\"]?){re.escape(name)}\1\s*\]"
    for match in re.finditer(pattern, expression):
        yield match.span()


def _path_before(expression: str, end: int) -> str:
    """The longest plain path that ends at an offset."""
    starts = (match.start() for match in re.finditer(r"(?<![\w$.])(?:flow|workspace)\b", expression[:end]))
    return next((expression[at:end].strip() for at in starts if paths.parse(expression[at:end])), "")


def _gives_nothing(base: str, scope: Scope, item: Any) -> bool:
    path = paths.parse(base)
    try:
        return path is not None and paths.resolve(path, scope, item) in (None, MISSING)
    except paths.PathProblem:
        return False


def _plainly(message: str, expression: str, found: tuple[int, int]) -> tuple[str, str]:
    """Message and remedy for what the engine says."""
    for part, said in _MESSAGES.items():
        if part in message:
            return said()
    if message == "not a function" and (name := _called_at(expression, found)):
        return f"`{name}(...)`: what stands before it has no such function", _did_you_mean(name, _METHODS)
    if _UNEXPECTED.match(message) and _is_end(expression, found):
        return "the expression ends too early", "A bracket, a quote or a value is missing."
    if unknown := _UNDEFINED.match(message):
        name = unknown[1]
        return f"there is no `{name}`", _INSTEAD.get(name, "") or _did_you_mean(name, _NAMES)
    return message, ""


def _did_you_mean(name: str, names: list[str]) -> str:
    near = get_close_matches(name, names, n=1)
    return f"Did you mean `{near[0]}`?" if near else ""


def _called_at(expression: str, found: tuple[int, int]) -> str:
    """The name of the call at a position; the engine points into its arguments."""
    line, column = found
    lines = expression.splitlines()[:line]
    text = "\n".join([*lines[:-1], lines[-1][: column - 1]]) if lines else ""
    names = [match[1] for match in _CALLED.finditer(expression) if match.start() <= len(text)]
    return names[-1] if names else ""


def _is_end(expression: str, found: tuple[int, int]) -> bool:
    lines = expression.splitlines()
    return found[0] == len(lines) and found[1] > len(lines[-1])
