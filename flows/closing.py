"""Closing out actions: each exactly once, and the waiting run goes on in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows import statuses
from flows.engine import results_of, resume, step_output
from flows.models import Action, RunLogEntry, StepResult
from flows.rows import insert_rows, update_rows

STEP_STATUSES = {
    Action.Status.SUCCESSFUL: statuses.ACTION_HANDLED_SUCCESSFUL,
    Action.Status.FAILED: statuses.ACTION_HANDLED_FAILED,
    Action.Status.CANCELED: statuses.ACTION_HANDLED_CANCELED,
}


@dataclass(frozen=True, slots=True)
class Closing:
    """How one action ends. `status` is a closed status; `reason` is the words of `closed_by`."""

    action: Action
    status: Action.Status
    content: dict[str, Any]
    message: str = ""
    needs_review: bool = False
    closed_by: Any = None
    reason: str = ""


def close_out(closings: Sequence[Closing], now: datetime) -> None:
    """Write the ends of open actions. The caller holds the rows in its transaction."""
    if not closings:
        return
    for closing in closings:
        _close(closing, now)
    update_rows(
        [closing.action for closing in closings],
        [
            *("status", "content", "message", "needs_review", "closed_at", "closed_by", "close_reason"),
            *("due_at", "lease_until", "lease_token", "claims", "first_failed_at"),
        ],
    )
    insert_rows([_told(closing, now) for closing in closings])
    _answer_steps([closing for closing in closings if closing.action.wait_for_response], now)


def canceled(action: Action) -> Closing:
    """The end of an open action whose run was canceled."""
    text = "The run was canceled."
    return Closing(action, Action.Status.CANCELED, failure_content("Canceled", text), text)


def failure_content(code: str, text: str) -> dict[str, Any]:
    """The content of an action that ended without an answer that says so itself."""
    error = {"text": text, "source": [], "details": {}}
    return {"status": None, "result": {"code": code, "user_defined_code": None, "errors": [error]}}


def _close(closing: Closing, now: datetime) -> None:
    action = closing.action
    action.status = closing.status
    action.content = closing.content
    action.message = closing.message
    action.needs_review = closing.needs_review
    action.closed_at = now
    action.closed_by = closing.closed_by
    action.close_reason = closing.reason
    action.due_at = action.lease_until = None
    action.lease_token, action.claims = "", 0


def _answer_steps(closings: list[Closing], now: datetime) -> None:
    if not closings:
        return
    results = results_of({closing.action.run_id for closing in closings})
    answered = []
    for closing in closings:
        result = results[closing.action.run_id][closing.action.step_result.step_id]
        if result.status == statuses.WAITING:
            _answer(result, closing, now)
            answered.append(result)
    update_rows(answered, ["status", "output", "message", "finished_at"])
    resume({result.run_id: results[result.run_id] for result in answered}, now)


def _answer(result: StepResult, closing: Closing, now: datetime) -> None:
    result.status = STEP_STATUSES[closing.status]
    result.output = step_output(closing.action.input, closing.content)
    result.message = closing.message
    result.finished_at = now


def _told(closing: Closing, now: datetime) -> RunLogEntry:
    action = closing.action
    text = f"Action {action.pk} closed out as {closing.status.value}. {closing.message}".strip()
    return RunLogEntry(run_id=action.run_id, step_id=action.step_result.step_id, text=text, at=now)
