"""Mistakes in an expression, said so that the person who wrote it can mend them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

_LONGEST_NAME = 200  # of a step, to be shown
# Each as wide as any other letter, and on the same line.
_BLANKS = re.compile(r"[\t\v\f\r\x1c-\x1f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `line` and `column` count from 1 in `expression`; 0 means the whole of it."""

    place: str
    message: str
    expression: str = ""
    line: int = 0
    column: int = 0
    remedy: str = ""

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        return "\n".join(part for part in (head, self.excerpt(), self.remedy) if part)

    def excerpt(self, width: int = 100) -> str:
        """The line of the expression at fault, with a caret under the column."""
        lines = self.expression.split("\n")
        if not 1 <= self.line <= len(lines):
            return ""
        text, column = _BLANKS.sub(" ", lines[self.line - 1]), max(self.column, 1)
        start = max(0, column - width // 2) if len(text) > width else 0
        shown = text[start : start + width]
        label = f"line {self.line}, column {column}: "
        return f"{label}{shown}\n{' ' * (len(label) + min(column - 1 - start, len(shown)))}^"


class EvaluationError(Exception):
    """One or more values could not be worked out; `problems` has each of them."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def position(expression: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a character offset."""
    before = expression[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def unknown_step(step_id: str, known: Iterable[str]) -> tuple[str, str]:
    """Message and remedy for a step that the flow does not have."""
    known = list(known)
    step_id = step_id[:_LONGEST_NAME]
    near = get_close_matches(step_id, known, n=1, cutoff=0.5)
    message = f"`flow.step({quoted(step_id)})`: there is no step {step_id}"
    if near:
        return message, f"Did you mean {near[0]}?"
    if not known:
        return message, "No step comes before this one."
    return message, f"The steps are {listed(known)}."


def unreadable(base: str, member: str, optional: str, near: str, *, null: bool) -> tuple[str, str]:
    """Message and remedy for reading `member` (`.name`, `[0]`) of a base that is undefined or null.

    `near` is a field with almost the last name of the base, where there is one.
    """
    base = re.sub(r"\s*(\??\.)\s*", r"\1", base)
    state = "is null" if null else "was missing"
    message = f"`{base}` {state} in this run, so `{member}` cannot be read"
    remedy = f"Write `{base}{optional}` if it may be absent."
    return message, f"Did you mean `{near}`? {remedy}" if near else remedy


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def listed(names: list[str], most: int = 8) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
