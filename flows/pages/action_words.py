"""What is said of an action: where it stands, and what happens next. Pure."""

from dataclasses import dataclass
from datetime import datetime

from flows.models import Action

Status = Action.Status


@dataclass(frozen=True, slots=True)
class Outlook:
    """A sentence; `at`, where there is one, is shown behind `text`, and `after` behind that."""

    text: str
    at: datetime | None = None
    after: str = ""


def outlook(action: Action, now: datetime) -> Outlook:
    """What happens next with this action, if nobody does anything."""
    match action.status:
        case Status.QUEUED:
            return _of_queued(action, now)
        case Status.PROCESSING:
            return Outlook(f"Attempt {action.attempts_made} is on its way; its answer is recorded as soon as it comes.")
        case Status.PENDING_RETRY:
            return _of_pending(action, now)
        case Status.OUTCOME_UNKNOWN:
            return _of_unknown(action)
        case Status.FAILED:
            return _of_failed(action)
        case Status.CANCELED:
            return Outlook("Nothing more happens: it was canceled.")
    return Outlook("Nothing more happens: it was handled.")


def unknown_advice(action: Action) -> list[str]:
    """What to find out before an action of unknown outcome is decided."""
    system = action.connection.name
    steps = [
        f"Look in {system} for the data below: were they received?",
        "If they are there, close it as Successful, and the flow goes on as after a success.",
        "If they are not there, retry it now. It is sent with the same idempotency key.",
    ]
    if not action.connection.honours_idempotency_key:
        steps.append(
            f"{system} is not known to honour the key: sent twice, the data may be there twice. So look first."
        )
    return steps


def _of_queued(action: Action, now: datetime) -> Outlook:
    if paused := _of_paused(action):
        return paused
    if action.due_at and action.due_at > now:
        minutes = action.connection.processing_minutes
        text = f"It waits for the processing job of {action.connection.name}, which runs every {minutes} minutes: next"
        return Outlook(text, action.due_at, ".")
    return Outlook("It is due: the next free worker sends it.")


def _of_pending(action: Action, now: datetime) -> Outlook:
    attempts = (action.retry_policy or {}).get("attempts", action.retries_done)
    number = f"Retry {action.retries_done} of {attempts}"
    if paused := _of_paused(action):
        return paused
    if action.due_at and action.due_at > now:
        return Outlook(f"{number} is due", action.due_at, ".")
    return Outlook(f"{number} is due now: the next free worker sends it.")


def _of_paused(action: Action) -> Outlook | None:
    pace = getattr(action.connection, "pace", None)
    if pace is None or not pace.is_paused:
        return None
    system = action.connection.name
    after = ". One request a minute tries whether it is back; then this one is sent too."
    return Outlook(f"Nobody answers at {system}, so nothing is sent there since", pace.paused_at, after)


def _of_unknown(action: Action) -> Outlook:
    end = "closed as Failed" if action.retry_policy else "canceled"
    text = f"It is not sent again until somebody decides. If nobody does, it is {end} on"
    return Outlook(text, action.expires_at, ".")


def _of_failed(action: Action) -> Outlook:
    if action.needs_review:
        return Outlook("The flow has moved on. Somebody should look at it: send it again, or close the review.")
    return Outlook("Nothing more happens: the flow has moved on, and the failure was reviewed.")
