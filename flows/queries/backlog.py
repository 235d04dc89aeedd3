"""How much work waits, for the health page; counted along the indexes of open work, never over the history."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from flows import clock, leases
from flows.models import Action, Run
from flows.readiness import due_actions, ready_connections

WAITING = (Action.Status.QUEUED, Action.Status.PENDING_RETRY)


@dataclass(frozen=True, slots=True)
class Backlog:
    """`waited` is for how many seconds the oldest row has been due that nothing but a worker keeps from going on."""

    due_runs: int
    due_actions: int
    later_actions: int
    sending: int
    unknown: int
    waited: float


def backlog() -> Backlog:
    now = clock.now()
    runs = Run.objects.filter(leases.free(now), status__in=Run.ACTIVE, due_at__lte=now)
    due_run, due_action = _sum(runs), _sum(due_actions(now))
    held_by_nothing = due_actions(now).filter(connection__in=ready_connections(now))
    actions = Action.objects.order_by()
    return Backlog(
        due_runs=due_run["count"],
        due_actions=due_action["count"],
        later_actions=actions.filter(status__in=WAITING, due_at__gt=now).count(),
        sending=actions.filter(status=Action.Status.PROCESSING).count(),
        unknown=actions.filter(status=Action.Status.OUTCOME_UNKNOWN).count(),
        waited=_seconds([due_run["oldest"], _sum(held_by_nothing)["oldest"]], now),
    )


def _sum(rows) -> dict:
    return rows.order_by().aggregate(count=Count("pk"), oldest=Min("due_at"))


def _seconds(oldest: list[datetime | None], now: datetime) -> float:
    found = [moment for moment in oldest if moment is not None]
    return round((now - min(found)).total_seconds(), 1) if found else 0.0
