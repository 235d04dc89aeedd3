"""Attempts as pages show them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from flows.models import Attempt
from flows.queries.payloads import Payload, heads, payload


@dataclass(frozen=True, slots=True)
class AttemptView:
    attempt: Attempt
    request: Payload | None
    response: Payload | None

    @property
    def key(self) -> str:
        """Names it on a page that shows several actions."""
        return f"attempt-{self.attempt.action_id}-{self.attempt.number}"


def attempts_of(action_ids: Iterable[int]) -> dict[int, list[AttemptView]]:
    """The attempts at each of these actions, in order; one query, with the beginnings of what was sent and came."""
    attempts = Attempt.objects.filter(action__in=list(action_ids)).defer("request", "response")
    found: dict[int, list[AttemptView]] = defaultdict(list)
    for attempt in attempts.annotate(**heads("request", "response")).order_by("number"):
        view = AttemptView(attempt, payload(attempt, "request"), payload(attempt, "response"))
        found[attempt.action_id].append(view)
    return found
