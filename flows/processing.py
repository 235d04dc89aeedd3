"""Processes actions: claims those that are due, sends them side by side, records the answers.

The database is touched by the calling thread only. What the threads of the pool get is plain:
an action with its connection and action path, and what they give back is a Sent (flows/sending.py).
"""

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from flows import clock, leases, pacing, readiness, retrying
from flows.closing import Closing, canceled, close_out
from flows.engine import begun_attempt
from flows.models import Action, Attempt, Run, RunLogEntry
from flows.pacing import Ready
from flows.rows import insert_rows, update_rows
from flows.sending import Sent, send

# Places that a connection which already has a request out leaves to those that have none.
RESERVED = 16
# The columns of an action that is given back to wait.
RELEASED = ["status", "message", "lease_until", "lease_token", "claims"]


def start_due_actions(pool: ThreadPoolExecutor, room: int) -> list[Future[Sent]]:
    """Claim up to `room` due actions and begin to send them; the futures never raise."""
    if room <= 0 or not readiness.ready_connections(clock.now()):
        return []
    token = leases.make_token()
    return start(pool, _claim(token, room), token)


def start(pool: ThreadPoolExecutor, actions: Iterable[Action], token: str) -> list[Future[Sent]]:
    """Begin to send actions that are leased under this token."""
    return [pool.submit(send, action, token) for action in actions]


def admit(actions: list[Action], now: datetime, *, token: str, room: int) -> list[Action]:
    """Lease, before they are stored, those of new actions that may go out at once. Returns them.

    Call it inside the transaction that stores them. Where others wait already, none goes before them.
    """
    due = defaultdict(list)
    for action in actions:
        if action.status == Action.Status.QUEUED and action.due_at and action.due_at <= now:
            due[action.connection_id].append(action)
    admitted: list[Action] = []
    changed = []
    for ready in readiness.lock_unused(due, now) if room > 0 else ():
        chosen = due[ready.connection.pk][: _limit(ready, room - len(admitted), now)]
        if pacing.note_sent(ready, len(chosen), now):
            changed.append(ready.pace)
        admitted += chosen
    readiness.save_paces(changed)
    for action in admitted:
        _lease(action, token, now)
    return admitted


def _lease(action: Action, token: str, now: datetime) -> None:
    action.status = Action.Status.PROCESSING
    action.lease_token, action.lease_until = token, leases.lease_end(now)
    action.claims = action.attempts_made = 1
    # Its own: the thread that sends it may put a new access token into it.
    action.connection = copy(action.connection)


def record(sent: list[Sent]) -> None:
    """Store answers and what follows from them. Actions that somebody took over are passed by.

    May be called again with the same answers after it failed.
    """
    if not sent:
        return
    now = clock.now()
    with transaction.atomic():
        ours = _still_ours(sent)
        waiting = readiness.note_answers(ours, now)
        _put_back(waiting)
        ours = [item for item in ours if item not in waiting]
        _complete_attempts(ours)
        plans = [(item, retrying.decide(item.action, item.verdict, item.answer, now)) for item in ours]
        close_out([_closing(item) for item, retry in plans if retry.due_at is None], now)
        _put_off([(item.action, retry) for item, retry in plans if retry.due_at is not None])
        _tell(plans)


@transaction.atomic
def _claim(token: str, room: int) -> list[Action]:
    """Lease due actions and store their attempts: from here on each counts as sent."""
    now = clock.now()
    actions = _read(_take(token, room, now))
    abandoned = [action for action in actions if _is_abandoned(action)]
    close_out([canceled(action) for action in abandoned], now)
    actions = [action for action in actions if action not in abandoned]
    _begin_attempts(actions, now)
    return actions


def note_unstorable(item: Sent, error: Exception) -> None:
    """Leave the cause for whoever finds that its lease has run out."""
    began = Attempt.objects.filter(action=item.action, number=item.action.attempts_made)
    began.filter(verdict=Attempt.Verdict.STARTED).update(message=f"The answer can't be stored: {error!r}")


def _take(token: str, room: int, now: datetime) -> list[int]:
    """Lease what each ready connection lets go now. Returns the ids of the actions."""
    ids: list[int] = []
    changed = []
    for ready in readiness.lock_ready(now):
        limit = _limit(ready, room - len(ids), now)
        mine = readiness.due_actions(now).filter(connection=ready.connection)
        taken = leases.take(mine, limit=limit, token=token, now=now, status=Action.Status.PROCESSING)
        if pacing.note_sent(ready, len(taken), now):
            changed.append(ready.pace)
        ids += taken
    readiness.save_paces(changed)
    return ids


def _limit(ready: Ready, room: int, now: datetime) -> int:
    """How many actions of the connection may go out now."""
    return min(pacing.places(ready, now), _fair_part(room, ready))


def _fair_part(room: int, ready: Ready) -> int:
    """How much of the room one connection may take: systems that are slow must not take it all."""
    return min(max(room - RESERVED, 0 if ready.in_flight else 1), room)


def _is_abandoned(action: Action) -> bool:
    """Its run was canceled; what a person sends again is not part of the run."""
    return action.run.status == Run.Status.CANCELED and action.retry_of_id is None


def _read(ids: list[int]) -> list[Action]:
    if not ids:
        return []
    actions = Action.objects.filter(pk__in=ids).select_related("connection", "action_path", "step_result", "run")
    heavy = ["action_path__openapi", "action_path__input_schema", "step_result__output", "step_result__input"]
    return list(actions.defer(*heavy, "run__trigger_data").order_by("due_at", "pk"))


def _begin_attempts(actions: list[Action], now: datetime) -> None:
    for action in actions:
        action.attempts_made += 1
    update_rows(actions, ["attempts_made"])
    insert_rows([begun_attempt(action, now) for action in actions])


def _still_ours(sent: list[Sent]) -> list[Sent]:
    held = Q()
    for token in {item.token for item in sent}:
        held |= Q(lease_token=token)
    ids = [item.action.pk for item in sent]
    rows = Action.objects.filter(held, pk__in=ids, status=Action.Status.PROCESSING).select_for_update()
    ours = set(rows.values_list("pk", flat=True))
    return [item for item in sent if item.action.pk in ours]


def _complete_attempts(sent: list[Sent]) -> None:
    fields = ["verdict", "request", "response", "message", "duration_ms"]
    # Whose lease still holds, its attempt is the last one and still open: no need to read it.
    update_rows([_completed(item) for item in sent], fields, key=("action", "number"))


def _completed(item: Sent) -> Attempt:
    attempt = Attempt(action_id=item.action.pk, number=item.action.attempts_made)
    attempt.verdict = Attempt.Verdict.SUCCESS if item.verdict.ok else Attempt.Verdict.FAILURE
    attempt.request = item.request
    attempt.message = item.verdict.message
    if item.answer is not None:
        attempt.response = {
            "status": item.answer.status,
            "headers": item.answer.headers,
            "body": item.answer.body,
            **({"trouble": item.answer.trouble} if item.answer.trouble else {}),
        }
        attempt.duration_ms = item.answer.duration_ms
    return attempt


def _closing(item: Sent) -> Closing:
    verdict = item.verdict
    status = Action.Status.SUCCESSFUL if verdict.ok else Action.Status.FAILED
    return Closing(item.action, status, verdict.content, verdict.message, needs_review=not verdict.ok)


def _put_off(retries: list[tuple[Action, retrying.Retry]]) -> None:
    rows = []
    for action, retry in retries:
        row = _released(action, Action.Status.PENDING_RETRY, retry.message)
        row.due_at = retry.due_at
        row.retries_done += 1
        rows.append(row)
    update_rows(rows, [*RELEASED, "due_at", "retries_done", "first_failed_at"])


def _put_back(waiting: list[Sent]) -> None:
    """As if it had never been tried: in its old place in the queue, no attempt and no retry spent."""
    rows = []
    for item in waiting:
        action = item.action
        status = Action.Status.PENDING_RETRY if action.retries_done else Action.Status.QUEUED
        row = _released(action, status, f"Waits until {action.connection} is reachable again. {item.verdict.message}")
        row.attempts_made -= 1
        rows.append(row)
    update_rows(rows, [*RELEASED, "attempts_made"])
    Attempt.objects.filter(action__in=rows, verdict=Attempt.Verdict.STARTED).delete()


def _released(action: Action, status: Action.Status, message: str) -> Action:
    """A row of its own, so that answers which could not be stored are stored again from what they were."""
    row = copy(action)
    row.status, row.message = status, message
    row.lease_until, row.lease_token, row.claims = None, "", 0
    return row


def _tell(plans: list[tuple[Sent, retrying.Retry]]) -> None:
    told = [(item.action, retry.message) for item, retry in plans if retry.message]
    insert_rows(
        [RunLogEntry(run_id=action.run_id, step_id=action.step_result.step_id, text=text) for action, text in told]
    )
