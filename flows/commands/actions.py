"""The review: what an administrator decides about actions that did not end well."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from flows import clock, queue
from flows.closing import Closing, close_out, failure_content
from flows.models import Action, RunLogEntry
from integrations.audit import record
from integrations.models import Integration
from integrations.problems import Problem, Refused


@dataclass(slots=True)
class Decided:
    """Which of the chosen actions a decision reached, and why not the others: {id: reason}."""

    done: list[Action] = field(default_factory=list)
    passed_by: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def retry_now(*, actor, integration: Integration, ids: Iterable[int], reason: str) -> Decided:
    """Send again, at once. An open action keeps its key; so does a failed one, as a new action.

    A failed action is closed out and its flow has moved on: sending it again makes an action of
    its own that nothing waits for. Raises Refused without a reason.
    """
    _require_reason(reason)
    decided, now = Decided(), clock.now()
    for action in _chosen(integration, ids):
        if action.status in Action.RESTING:
            _make_due(action, now)
        elif action.status == Action.Status.FAILED and action.needs_review:
            _send_again(action, now)
        else:
            decided.passed_by[action.pk] = f"it is {action.status}"
            continue
        decided.done.append(action)
    _note(decided, integration, actor, "retried", reason)
    _tell(decided.done, actor, "retried", reason)
    queue.ring()
    return decided


@transaction.atomic
def close_as(*, actor, integration: Integration, ids: Iterable[int], status: Action.Status, reason: str) -> Decided:
    """Close open actions as Failed or Successful; each waiting flow goes on accordingly.

    On an action that failed already this is the decision that ends its review. Raises Refused
    without a reason.
    """
    _require_reason(reason)
    decided, closings, reviewed = Decided(), [], []
    for action in _chosen(integration, ids):
        if action.status in Action.RESTING:
            closings.append(_closing(action, status, actor, reason))
        elif action.status == Action.Status.FAILED and action.needs_review:
            _end_review(action, status, actor, reason)
            reviewed.append(action)
        else:
            decided.passed_by[action.pk] = f"it is {action.status}"
            continue
        decided.done.append(action)
    close_out(closings, clock.now())
    verb = f"closed as {status.value}"
    _note(decided, integration, actor, verb, reason)
    _tell(reviewed, actor, verb, reason)
    queue.ring()
    return decided


def _chosen(integration: Integration, ids: Iterable[int]) -> list[Action]:
    rows = Action.objects.filter(integration=integration, pk__in=ids).select_related("step_result", "action_path")
    return list(rows.select_for_update(of=("self",)))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused([Problem("reason", "say why; the audit trail keeps it.")])


def _make_due(action: Action, now) -> None:
    action.status, action.due_at, action.needs_review = Action.Status.QUEUED, now, False
    action.claims = 0
    action.message = ""
    action.save(update_fields=["status", "due_at", "needs_review", "claims", "message"])


def _send_again(action: Action, now) -> None:
    action.needs_review = False
    action.save(update_fields=["needs_review"])
    Action.objects.create(
        integration_id=action.integration_id,
        connection_id=action.connection_id,
        action_path_id=action.action_path_id,
        flow_id=action.flow_id,
        run_id=action.run_id,
        step_result_id=action.step_result_id,
        retry_of=action,
        input=action.input,
        idempotency_key=action.idempotency_key,
        wait_for_response=False,
        created_at=now,
        due_at=now,
        expires_at=action.expires_at,
    )


def _end_review(action: Action, status: Action.Status, actor, reason: str) -> None:
    action.needs_review = False
    action.closed_by, action.close_reason = actor, f"{status.value}: {reason}"
    action.save(update_fields=["needs_review", "closed_by", "close_reason"])


def _closing(action: Action, status: Action.Status, actor, reason: str) -> Closing:
    text = f"Closed as {status.value} by {actor}: {reason}"
    if status == Action.Status.SUCCESSFUL:
        return Closing(action, status, {"status": None, "data": None}, text, closed_by=actor, reason=reason)
    return Closing(action, status, failure_content("ClosedAsFailed", text), text, closed_by=actor, reason=reason)


def _note(decided: Decided, integration: Integration, actor, verb: str, reason: str) -> None:
    for action in decided.done:
        record(integration=integration, actor=actor, verb=verb, target=action.audit_name, detail={"reason": reason})


def _tell(actions: Iterable[Action], actor, verb: str, reason: str) -> None:
    RunLogEntry.objects.bulk_create(
        RunLogEntry(
            run_id=action.run_id,
            step_id=action.step_result.step_id,
            text=f"Action {action.pk} {verb} by {actor}: {reason}",
        )
        for action in actions
    )
