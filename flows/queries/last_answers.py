"""The last answers of an action path in an integration, without their payloads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, TextField
from django.db.models.functions import Left

from flows.models import Action, Attempt

SHOWN = 6
ANSWERED = (Action.Status.SUCCESSFUL, Action.Status.FAILED)
# A content begins with it, as it is stored.
_STATUS = re.compile(r'\{"status":(\d+)')


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """`http_status` is None where no answer came."""

    action: Action
    http_status: int | None
    duration_ms: int | None


def last_answers(integration_id: int, action_path_id: int) -> list[LastAnswer]:
    """The newest first, of actions that went out and are closed; two queries."""
    rows = Action.objects.filter(integration_id=integration_id, action_path=action_path_id, status__in=ANSWERED)
    begun = Left(F("content"), 30, output_field=TextField())
    wanted = rows.filter(attempts_made__gt=0).select_related("flow", "connection").annotate(begun=begun)
    fields = ("status", "message", "closed_at", "run_id", "attempts_made", "flow__name", "connection__name")
    actions = list(wanted.only(*fields)[:SHOWN])
    durations = _durations(actions)
    return [LastAnswer(action, _http_status(action.begun), durations.get(action.pk)) for action in actions]


def answered_action(integration_id: int, pk: int) -> Action | None:
    """An action with what was sent and what came back."""
    rows = Action.objects.filter(integration_id=integration_id, status__in=ANSWERED, attempts_made__gt=0)
    return rows.only("status", "input", "content", "run_id", "action_path_id").filter(pk=pk).first()


def _durations(actions: Sequence[Action]) -> dict[int, int | None]:
    """Of the last attempt at each action."""
    attempts = Attempt.objects.filter(action__in=actions).order_by("number")
    return dict(attempts.values_list("action_id", "duration_ms"))


def _http_status(begun: str | None) -> int | None:
    found = _STATUS.match(begun or "")
    return int(found[1]) if found else None
