"""Which step comes next, and how a run ends. Pure: a definition's steps and the statuses so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows import statuses

PREVIOUS = "previous"
DEFAULT_CONDITION = {"step": PREVIOUS, "status": "succeeded"}


@dataclass(frozen=True, slots=True)
class Execute:
    position: int
    step: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Skip:
    position: int
    step: dict[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    step_id: str


@dataclass(frozen=True, slots=True)
class End:
    """`outcome` is Success, Failed or Exception."""

    outcome: str
    message: str


def decide(steps: Sequence[dict[str, Any]], done: Mapping[str, str]) -> Execute | Skip | Wait | End:
    """What to do next, where `done` holds the status of each step that has one."""
    for position, step in enumerate(steps):
        status = done.get(step["id"])
        if status is None:
            return _judge_condition(steps, position, done)
        if status == statuses.WAITING:
            return Wait(step["id"])
        if status in statuses.ENDING:
            return End("Exception", f"The step {step['name']} ended with {status}.")
    return _end(steps, done)


def watched_step(steps: Sequence[dict[str, Any]], position: int, done: Mapping[str, str]) -> str | None:
    """The id of the step that the run condition at `position` looks at; None for the trigger.

    "Previous" is the nearest earlier step that was not skipped: a skipped step has no outcome.
    """
    condition = steps[position].get("run_condition") or DEFAULT_CONDITION
    if condition["step"] != PREVIOUS:
        return condition["step"]
    earlier = (step["id"] for step in reversed(steps[:position]))
    return next((step_id for step_id in earlier if done.get(step_id) != statuses.SKIPPED), None)


def _judge_condition(steps: Sequence[dict[str, Any]], position: int, done: Mapping[str, str]) -> Execute | Skip:
    step = steps[position]
    watched = watched_step(steps, position, done)
    if watched is None:
        return Execute(position, step)
    wanted = (step.get("run_condition") or DEFAULT_CONDITION)["status"]
    status = done.get(watched, statuses.SKIPPED)
    if status in statuses.ASKABLE[wanted]:
        return Execute(position, step)
    return Skip(position, step, f"It runs when {watched} is {wanted}, and {watched} is {status}.")


def _end(steps: Sequence[dict[str, Any]], done: Mapping[str, str]) -> End:
    unhandled = [step["name"] for step in steps if _is_unhandled(step["id"], steps, done)]
    if not unhandled:
        return End("Success", "")
    return End("Failed", f"No later step was set to handle the failure of: {', '.join(unhandled)}.")


def _is_unhandled(step_id: str, steps: Sequence[dict[str, Any]], done: Mapping[str, str]) -> bool:
    """A failure is handled when a later step looked at it, wanted it, and ran."""
    if done[step_id] not in statuses.UNSUCCESSFUL:
        return False
    return not any(
        done[step["id"]] != statuses.SKIPPED and watched_step(steps, position, done) == step_id
        for position, step in enumerate(steps)
    )
