"""Connections over which nothing goes out at the moment, and how much waits for them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from flows import clock
from flows.models import Pace
from flows.readiness import due_actions
from integrations.models import Connection


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """Either paused: not reachable `since`, with `trouble` in words; or at rest `until`, as its system asked."""

    connection: Connection
    waiting: int
    since: datetime | None = None
    until: datetime | None = None
    trouble: str = ""

    @property
    def sentence(self) -> str:
        """In the installation's time zone, for where a page can't show the reader's own."""
        return f"{self.connection} {self._how_it_is}: {self.waiting} waiting, 0 lost."

    @property
    def _how_it_is(self) -> str:
        if self.since is not None:
            return f"is not reachable since {_clock_time(self.since)}"
        return f"asked for fewer requests and rests until {_clock_time(self.until)}"


def held_connections(connections: QuerySet[Connection]) -> list[ConnectionState]:
    """Those that are paused or at rest, with how many actions are due and wait. One query."""
    now = clock.now()
    paused = Q(paused_at__isnull=False, resumed_at__isnull=True)
    at_rest = Q(slowed_at__lte=now, slowed_until__gt=now)
    paces = Pace.objects.filter(paused | at_rest, connection__in=connections)
    due = due_actions(now).filter(connection=OuterRef("connection")).order_by().values("connection")
    counted = paces.annotate(waiting=Coalesce(Subquery(due.annotate(count=Count("pk")).values("count")), 0))
    rows = counted.select_related("connection__integration").order_by("connection__name")
    return [_state(pace) for pace in rows]


def _state(pace) -> ConnectionState:
    if pace.is_paused:
        return ConnectionState(pace.connection, pace.waiting, since=pace.troubled_since, trouble=pace.trouble)
    return ConnectionState(pace.connection, pace.waiting, until=pace.slowed_until)


def _clock_time(moment: datetime | None) -> str:
    """09:12, with the date when that is not today."""
    if moment is None:
        return "?"
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%Y-%m-%d %H:%M}"
