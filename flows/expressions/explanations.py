"""What JavaScript says of a mistake, said again in the words of the person who made it."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from flows.expressions import helper_use, paths, slips
from flows.expressions.cage.engine import LIBRARY_LINE
from flows.expressions.code import code_of
from flows.expressions.endings import ENDINGS, out_of_memory
from flows.expressions.problems import Problem, position, unknown_step, unreadable
from flows.expressions.scope import MISSING, Scope
from flows.expressions.slips import Slip

Explained = tuple[str, str, int, int]  # message, remedy, line, column

_READ = re.compile(r"cannot read property '(.*)' of (undefined|null)\Z", re.DOTALL)
_UNDEFINED = re.compile(r"(\S+) is not defined\Z")
_FRAME = re.compile(r"(\()?<input>:(\d+):(\d+)")
_UNEXPECTED = re.compile(r"[Uu]nexpected (?:token|end)")
_CALLED = re.compile(r"(?<![\w$])(?<!new )([A-Za-z_$][\w$]*+)\s*+(?:\?\.)?\(")
_NO_FUNCTION = "not a function"
# To explain a mistake may take no longer than to make it.
_MOST_READINGS = 50
_LONGEST_PATH = 1000


def problem(error: dict[str, Any], expression: str, place: str, scope: Scope, item: Any = MISSING) -> Problem:
    """The Problem for an error that the sandbox reports.

    Its shape stands in answers.py. `item` is what `flow.mapItem()` gave, where Python knows it.
    """
    kind = error.get("kind", "")
    if kind in ENDINGS:
        message, remedy = ENDINGS[kind]()
        return Problem(place, message or error.get("message", ""), expression, remedy=remedy)
    if kind == "list":
        return no_list(None if error["list"] == "null" else error["list"], expression, place)
    message, remedy, line, column = _explained(error, expression, scope, item)
    return Problem(place, message, expression, line, column, remedy)


def _explained(error: dict[str, Any], expression: str, scope: Scope, item: Any) -> Explained:
    found = _position(error, expression)
    if error.get("kind") == "step":
        return *unknown_step(error["step"], scope.known_steps()), *found
    if "remedy" in error:
        return error["message"], error["remedy"], *found
    read = _READ.match(error["message"])
    if read and (named := _missing_path(expression, read, scope, item)):
        return named
    if slip := _slip(error, expression, found):
        return slip.message, slip.remedy, *position(expression, slip.offset)
    if read:
        return *_missing_base(read), *found
    return *_plainly(error["message"], expression, found), *found


def _slip(error: dict[str, Any], expression: str, found: tuple[int, int]) -> Slip | None:
    """A usual mistake that explains more than what the engine says."""
    if error.get("compiling"):
        return slips.of_syntax(expression)
    if _READ.match(error["message"]) or error["message"] == _NO_FUNCTION:
        on_line = (slip for slip in helper_use.slips_in(expression) if _is_on(slip, expression, found[0]))
        return next(on_line, None)
    return None


def _is_on(slip: Slip, expression: str, line: int) -> bool:
    """Is it on that line? 0 is any."""
    return line in (0, position(expression, slip.offset)[0])


def no_list(value: Any, expression: str, place: str) -> Problem:
    """The Problem for an array map over something that is neither a list nor an object."""
    if value is None or value is MISSING or value == "undefined":
        state = "null" if value is None else "undefined: it was missing in this run"
        remedy = f"Write `{expression.strip().rstrip(';')} ?? []` if it may be absent." if expression else ""
        return Problem(place, f"the list to map is {state}", expression, 1, 1, remedy)
    message = "the list to map is a single value, neither a list nor an object"
    return Problem(place, message, expression, 1, 1, "Map a list, or write the value without the map.")


_MESSAGES = {
    "out of memory": out_of_memory,
    "Maximum call stack size exceeded": lambda: (
        "the expression calls itself without end",
        "Give the recursion an end.",
    ),
    "unexpected end of string": lambda: ("a text is not closed", "A quote is missing."),
    "empty array": lambda: ("`reduce` got an empty list", "Give it a value to begin with: `reduce(..., 0)`."),
    "circular reference": lambda: (
        "the result contains itself, so it has no JSON form",
        "Pick the fields that you need.",
    ),
}


def _position(error: dict[str, Any], expression: str) -> tuple[int, int]:
    """The innermost position in the expression itself. (0, 0) where none is known."""
    lines = expression.rstrip().split("\n")
    compiling = error.get("compiling", False)
    for inside, line_text, column_text in _FRAME.findall(error.get("stack", "")):
        line, column = int(line_text) - error.get("linesBefore", 0), int(column_text)
        if not (inside or compiling) or line < 1 or int(line_text) >= LIBRARY_LINE:
            continue
        if line <= len(lines):
            return line, _in_characters(lines[line - 1], column)
        if compiling:
            return len(lines), len(lines[-1]) + 1
    return 0, 0


def _in_characters(line: str, column: int) -> int:
    """The engine counts columns in bytes of UTF-8."""
    return len(line.encode("utf-8", "surrogatepass")[: column - 1].decode(errors="ignore")) + 1


def _missing_path(expression: str, read: re.Match[str], scope: Scope, item: Any) -> Explained | None:
    """Find the path in the expression that led to nothing, so as to name it and its `?.`."""
    name, null = read[1], read[2] == "null"
    for start, end in islice(_readings(expression, name), _MOST_READINGS):
        base = _path_before(expression, start)
        if base and _gives_nothing(base, scope, item):
            member = expression[start:end].strip()
            near = paths.near_miss(base, scope, item)
            said = unreadable(base, member, f"?.{member.removeprefix('.').strip()}", near, null=null)
            return *said, *position(expression, start)
    return None


def _missing_base(read: re.Match[str]) -> tuple[str, str]:
    name = read[1]
    if name == "Symbol.iterator":
        return f"a list is needed here, and there is {read[2]} in this run", "Write `?? []` behind what may be absent."
    optional = f"?.[{name}]" if name.isdecimal() else f"?.{name}"
    message = f"`{name}` cannot be read, because what stands before it is {read[2]} in this run"
    return message, f"Write `{optional}` if it may be absent."


def _readings(expression: str, name: str) -> Iterator[tuple[int, int]]:
    pattern = rf"(?<!\?)\.\s*{re.escape(name)}(?![\w$])|\[\s*(['\"]?){re.escape(name)}\1\s*\]"
    for match in re.finditer(pattern, expression):
        yield match.span()


def _path_before(expression: str, end: int) -> str:
    """The longest plain path that ends at an offset."""
    first = max(0, end - _LONGEST_PATH)
    starts = (first + found.start() for found in re.finditer(r"(?<![\w$.])(?:flow|workspace)\b", expression[first:end]))
    return next((expression[at:end].strip() for at in starts if paths.parse(expression[at:end])), "")


def _gives_nothing(base: str, scope: Scope, item: Any) -> bool:
    path = paths.parse(base)
    try:
        return path is not None and paths.resolve(path, scope, item) in (None, MISSING)
    except paths.PathProblem:
        return False


def _plainly(message: str, expression: str, found: tuple[int, int]) -> tuple[str, str]:
    """Message and remedy for what the engine says."""
    if message in _MESSAGES:
        return _MESSAGES[message]()
    if message == _NO_FUNCTION and (call := _call_at(expression, found)):
        return _no_function(call[1], code_of(expression)[: call.start(1)])
    if _UNEXPECTED.match(message) and _is_end(expression, found):
        return "the expression ends too early", "A bracket, a quote or a value is missing."
    if unknown := _UNDEFINED.match(message):
        return f"there is no `{unknown[1]}`", slips.instead_of_name(unknown[1])
    return message, ""


def _no_function(name: str, before: str) -> tuple[str, str]:
    state = "what stands before it has no such function" if before.rstrip().endswith(".") else "that is no function"
    return f"`{name}(...)`: {state}", slips.instead_of_call(name, before)


def _call_at(expression: str, found: tuple[int, int]) -> re.Match[str] | None:
    """The call at a position; the engine points into its arguments."""
    line, column = found
    lines = expression.split("\n")[:line]
    offset = sum(len(one) + 1 for one in lines[:-1]) + column - 1 if lines else 0
    calls = [call for call in _CALLED.finditer(code_of(expression)) if call.start() <= offset]
    return calls[-1] if calls else None


def _is_end(expression: str, found: tuple[int, int]) -> bool:
    lines = expression.rstrip().split("\n")
    return found[0] >= len(lines) and found[1] > len(lines[-1])
