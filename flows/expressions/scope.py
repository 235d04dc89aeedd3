"""What an expression can see, and what comes out of it."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from flows.expressions.problems import Problem

JSON = Any
Template = dict[str, Any]


class Missing(Enum):
    """JavaScript's `undefined`: no value, which is not the same as null."""

    MISSING = "missing"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing.MISSING


@dataclass(frozen=True, slots=True)
class Scope:
    """The data of one run, as plain JSON values (see connectors/exact_json.py).

    trigger     {"data": ..., "event": ...}; the event's "kind" answers `isCacheCreate()` and the like
    steps       {step id: {"output": ..., "status": ...}} of the steps that have run
    workspace   {"id", "name"}
    flow        {"registrationId", "url", ...}
    map_item    what `flow.mapItem()` gives outside any array map: a loop's item, an answer to retry
    step_ids    every step of the flow, also those that have not run; a name outside it is a mistake
    """

    trigger: dict[str, Any]
    steps: dict[str, dict[str, Any]]
    config: dict[str, Any] = field(default_factory=dict)
    workspace: dict[str, Any] = field(default_factory=dict)
    flow: dict[str, Any] = field(default_factory=dict)
    map_item: Any = MISSING
    step_ids: tuple[str, ...] = ()

    def known_steps(self) -> list[str]:
        return list(dict.fromkeys([*self.step_ids, *self.steps]))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The value of one template.

    value       a JSON value; None where `missing` says that there is none. With problems it is the
                part that could be worked out, which a preview shows and nothing may send.
    warnings    sentences for the run log
    missing     the template as a whole gave `undefined`
    problems    what went wrong, each at its place; `evaluate` raises them instead
    """

    value: Any
    warnings: list[str] = field(default_factory=list)
    missing: bool = False
    problems: list[Problem] = field(default_factory=list)
