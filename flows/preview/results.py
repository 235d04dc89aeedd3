"""The words of a preview: what is wrong, and what each value comes to. Pure."""

from dataclasses import dataclass, field
from typing import Any

from connectors import exact_json
from flows.expressions import Problem
from flows.values import Value

VALUE_SHOWN = 100
BODY_SHOWN = 12_000


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that belongs beside the field at `place`."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Sendable:
    """A request that may go out. `digest` is the same for the same request, secrets and its own key apart."""

    connection: Any
    action_path: Any
    input: Any
    digest: str


@dataclass(slots=True)
class Preview:
    """`request` has "method", "url" and "headers", secrets masked; None for a step that sends nothing.

    `shown` is the body or the list as text, cut to what one can read; `problems` make the step fail.
    `sendable` is None where there are problems, and where there is nothing to send. `assumed` says what
    of the sample did not happen. `is_waiting`: too little is set to work anything out.
    """

    summary: str
    request: dict[str, Any] | None = None
    shown: str = ""
    curl: str = ""
    problems: list[Note] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    values: list[Note] = field(default_factory=list)
    sendable: Sendable | None = None
    assumed: list[str] = field(default_factory=list)
    is_waiting: bool = False


def show(value: Any) -> str:
    """Indented JSON, or the text that it is; cut where it is long."""
    text = value if isinstance(value, str) else exact_json.pretty(value)
    return text if len(text) <= BODY_SHOWN else f"{text[:BODY_SHOWN]}\n… and {len(text) - BODY_SHOWN:,} characters more"


def say_value(value: Any) -> str:
    text = exact_json.pretty(value) if not isinstance(value, dict | list) else _in_one_line(value)
    return text if len(text) <= VALUE_SHOWN else f"{text[:VALUE_SHOWN]}…"


def say_problem(problem: Problem) -> str:
    """For instance: "Line 1, column 14: `flow.trigger.data` is null, ... Write `?.` if it may be absent."."""
    where = f"Line {problem.line}, column {problem.column}: " if problem.line else ""
    return f"{where}{problem.message}. {problem.remedy}".replace("..", ".").strip()


def count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def is_typed_in(value: Value, result: Any) -> bool:
    """Whether the field already shows what it comes to."""
    return value["mode"] == "null" or (value["mode"] == "text" and isinstance(result, str))


def _in_one_line(value: Any) -> str:
    size = (
        count(len(value), "item", "items") if isinstance(value, list) else count(len(value), "property", "properties")
    )
    head = " ".join(exact_json.pretty(value).split())
    return head if len(head) <= VALUE_SHOWN else f"{size}: {head}"
