"""The helpers that need no engine, in Python. javascript/helpers.js gives the same answers."""

from typing import Any

from flows.expressions.problems import unknown_step
from flows.expressions.scope import MISSING, Scope


class HelperProblem(Exception):
    """A helper that has nothing to give in this run."""

    def __init__(self, message: str, remedy: str):
        super().__init__(message)
        self.message, self.remedy = message, remedy


NO_ITEM = (
    "`flow.mapItem()` has no value here",
    "It is the current element inside an array map, a loop or a retry condition.",
)


def root(kind: str, argument: tuple[str, ...], scope: Scope, item: Any) -> Any:
    """The value a plain path starts from; MISSING for undefined. Raises HelperProblem."""
    if kind == "trigger":
        return scope.trigger.get(argument[0], MISSING)
    if kind == "step":
        return step_member(scope, *argument)
    if kind == "item":
        return current_item(item)
    return {"config": scope.config, "flow": scope.flow, "workspace": scope.workspace}[kind]


def current_item(item: Any) -> Any:
    if item is MISSING:
        raise HelperProblem(*NO_ITEM)
    return item


def step_member(scope: Scope, step_id: str, member: str) -> Any:
    """`output`, `actionResponse` or `actionRequest` of a step; MISSING while it has not run."""
    step = scope.steps.get(step_id)
    if step is None:
        if step_id not in scope.step_ids:
            raise HelperProblem(*unknown_step(step_id, scope.known_steps()))
        return MISSING
    output = step.get("output", MISSING)
    if member == "actionRequest":
        return _field(output, "Request")
    if member == "actionResponse":
        return _field(_field(output, "Response"), "Content")
    return output


def _field(value: Any, name: str) -> Any:
    return value.get(name, MISSING) if isinstance(value, dict) else MISSING
