"""Actions, for the review and the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from connectors.models import ActionPath
from flows import statuses
from flows.models import Action
from flows.queries.attempts import AttemptView, attempts_of
from flows.queries.paging import within
from flows.queries.payloads import Payload, heads, payload
from integrations.models import AuditEntry

SUMMARY = (
    *("id", "status", "message", "created_at", "closed_at", "due_at", "attempts_made", "needs_review"),
    *("wait_for_response", "retry_of", "integration"),
    *("connection__name", "connection__connector__name", "flow__name", "flow__slug", "run__status"),
    *("action_path__module", "action_path__data_object", "action_path__action", "step_result__step_id"),
)
DETAIL = (
    *SUMMARY,
    *("retry_policy", "retries_done", "real_time", "expires_at", "idempotency_key", "close_reason", "closed_by"),
    *("action_path__key", "action_path__method", "action_path__path", "action_path__safe_to_repeat"),
    *("action_path__connector__slug", "connection__honours_idempotency_key", "connection__idempotency_header"),
    *("connection__processing_minutes", "connection__pace__paused_at", "connection__pace__resumed_at"),
    "step_result__status",
)


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action with its attempts, what was decided about it, and what was sent again because of it."""

    action: Action
    input: Payload | None
    content: Payload | None
    attempts: list[AttemptView]
    decisions: list[AuditEntry]
    sent_again: list[Action]

    @property
    def holds_up_run(self) -> bool:
        """Whether a step waits for this action at this moment."""
        action = self.action
        waits = action.wait_for_response and action.step_result.status == statuses.WAITING
        return waits and action.run.status in action.run.ACTIVE


def actions_of(integration_id: int) -> QuerySet[Action]:
    """Newest first, without payloads."""
    return _joined(integration_id).only(*SUMMARY)


def filtered_actions(
    integration_id: int,
    *,
    needs_review: bool = False,
    ids: Sequence[int] = (),
    status: str = "",
    connection_id: int | None = None,
    action_path_id: int | None = None,
    flow_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Action]:
    """For a list: each filter by itself walks an index."""
    given = {
        "needs_review": needs_review or None,
        "pk__in": list(ids) or None,
        "status": status or None,
        "connection": connection_id,
        "action_path": action_path_id,
        "flow": flow_id,
    }
    wanted = {name: value for name, value in given.items() if value is not None}
    return within(actions_of(integration_id), since, until).filter(**wanted)


def count_needing_review(integration_id: int) -> int:
    return Action.objects.filter(integration_id=integration_id, needs_review=True).count()


def action_with_attempts(integration_id: int, pk: int) -> Action | None:
    actions = Action.objects.filter(integration_id=integration_id)
    return (
        actions.select_related("connection__connector", "action_path", "run__flow", "run__version", "step_result")
        .select_related("closed_by", "retry_of")
        .prefetch_related("attempts", "retries")
        .filter(pk=pk)
        .first()
    )


def action_view(integration_id: int, pk: int) -> ActionView | None:
    """All that the page of an action shows, in four queries; of each payload the beginning."""
    found = _joined(integration_id).select_related("closed_by", "action_path__connector", "connection__pace")
    action = found.only(*DETAIL).annotate(**heads("input", "content")).filter(pk=pk).first()
    if action is None:
        return None
    return ActionView(
        action=action,
        input=payload(action, "input"),
        content=payload(action, "content"),
        attempts=attempts_of([action.pk])[action.pk],
        decisions=_decisions(action),
        sent_again=list(action.retries.only("status", "created_at")),
    )


def used_action_paths(integration_id: int) -> QuerySet[ActionPath]:
    """Those of the integration's connectors for which there ever was an action."""
    mine = ActionPath.objects.filter(connector__connections__integration_id=integration_id).distinct()
    used = mine.filter(Exists(Action.objects.filter(action_path=OuterRef("pk"))))
    return used.only("module", "data_object", "action")


def _joined(integration_id: int) -> QuerySet[Action]:
    actions = Action.objects.filter(integration_id=integration_id)
    return actions.select_related("connection__connector", "action_path", "flow", "run", "step_result")


def _decisions(action: Action) -> list[AuditEntry]:
    told = AuditEntry.objects.filter(integration_id=action.integration_id, target=action.audit_name)
    return list(told.select_related("actor"))
