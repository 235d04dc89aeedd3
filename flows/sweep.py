"""Finds what is due or overdue, whatever became of its message. Any number may sweep at once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from connectors.models import ConnectorImport
from flows import clock, heartbeats, leases, queue, retries
from flows.closing import Closing, close_out, failure_content
from flows.engine import has_due_runs
from flows.models import Action, Attempt, RunLogEntry
from flows.readiness import ready_connections
from flows.rows import update_rows

BATCH = 200
OVERDUE = timedelta(seconds=2)
STOPPED = "The worker stopped before an answer was stored."


def sweep() -> None:
    now = clock.now()
    _settle_lost_attempts(now)
    _expire(now)
    _ring_for_what_is_due(now)
    heartbeats.beat("sweep")


@transaction.atomic
def _settle_lost_attempts(now: datetime) -> None:
    """A worker died between send and record: nobody knows what the other system did."""
    lost = Action.objects.filter(status=Action.Status.PROCESSING, lease_until__lt=now)
    rows = lost.select_related("action_path", "connection", "step_result").order_by("lease_until")
    actions = list(rows.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    if not actions:
        return
    open_attempts = Attempt.objects.filter(action__in=actions, verdict=Attempt.Verdict.STARTED)
    open_attempts.filter(message="").update(message=STOPPED)
    causes = dict(open_attempts.values_list("action_id", "message"))
    open_attempts.update(verdict=Attempt.Verdict.UNKNOWN)
    for action in actions:
        _settle(action, causes.get(action.pk, STOPPED), now)
    fields = ["status", "due_at", "lease_until", "lease_token", "needs_review", "message", "expires_at"]
    update_rows(actions, fields)
    RunLogEntry.objects.bulk_create(
        RunLogEntry(run_id=action.run_id, step_id=action.step_result.step_id, text=action.message) for action in actions
    )


def _settle(action: Action, cause: str, now: datetime) -> None:
    action.lease_until, action.lease_token = None, ""
    if action.may_repeat and action.claims < leases.CLAIM_LIMIT:
        action.status, action.due_at = Action.Status.QUEUED, now
        action.message = f"{cause} It is safe to repeat, so it is sent again."
        return
    if action.may_repeat:
        cause = f"{cause} That happened {leases.CLAIM_LIMIT} times."
    action.status, action.due_at = Action.Status.OUTCOME_UNKNOWN, None
    action.needs_review = True
    action.message = (
        f"Outcome unknown. {cause} Look into {action.connection.name} whether it was done, then resend or close it."
    )
    if action.retry_policy:
        action.expires_at = min(action.expires_at, now + retries.WINDOW)


@transaction.atomic
def _expire(now: datetime) -> None:
    """Open too long: canceled after 14 days; unknown at the end of its retry window, failed."""
    overdue = Action.objects.filter(status__in=Action.RESTING, closed_at=None, expires_at__lte=now)
    rows = overdue.select_related("step_result").order_by("expires_at")
    actions = list(rows.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    close_out([_expiry(action) for action in actions], now)


def _expiry(action: Action) -> Closing:
    if action.status == Action.Status.OUTCOME_UNKNOWN and action.retry_policy:
        text = "Nobody found out what became of it within 24 hours."
        return Closing(action, Action.Status.FAILED, failure_content("OutcomeUnknown", text), text, needs_review=True)
    text = "It was still open after 14 days."
    return Closing(action, Action.Status.CANCELED, failure_content("Expired", text), text)


def _ring_for_what_is_due(now: datetime) -> None:
    """A lost ring costs one sweep. Rings that nobody has answered yet are not repeated."""
    if has_due_work(now - OVERDUE):
        # The lanes that look for work, if any, can't keep up.
        queue.call_for_help()
    elif has_due_work(now):
        queue.ring()
    imports = ConnectorImport.objects.filter(
        Q(status=ConnectorImport.Status.QUEUED) | Q(status=ConnectorImport.Status.IN_PROGRESS, lease_until__lt=now)
    )
    if imports.exists():
        queue.ring_for_imports()


def has_due_work(now: datetime) -> bool:
    return has_due_runs(now) or bool(ready_connections(now))
