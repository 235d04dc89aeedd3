"""Which connections have work that may go out now, and what their answers change about that.

Asked by connection, not by action: however many actions wait for a connection that is paused or
full, one step along an index finds that none of them may go.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection as database
from django.db.models import Count, Exists, OuterRef, QuerySet

from flows import leases, pacing
from flows.models import Action, Pace
from flows.pacing import Ready
from flows.sending import Sent
from integrations.models import Connection

DUE = (Action.Status.QUEUED, Action.Status.PENDING_RETRY)
LIMITS = ("concurrency", "requests_per_second", "requests_per_minute")

# Asked a hundred times a second by every lane. As a queryset, building the statement takes ten times
# as long as the database needs for it (measured).
_READY = """
    SELECT connection.id FROM integrations_connection connection
    LEFT JOIN flows_pace pace ON pace.connection_id = connection.id
    WHERE EXISTS (
        SELECT 1 FROM flows_action
        WHERE connection_id = connection.id AND status IN (%s, %s) AND due_at <= %s
        AND (lease_until IS NULL OR lease_until < %s)
    )
    AND (pace.closed_until IS NULL OR pace.closed_until <= %s OR pace.closed_at > %s)
    AND connection.concurrency > (
        SELECT COUNT(*) FROM flows_action WHERE connection_id = connection.id AND status = %s
    )
"""


def due_actions(now: datetime) -> QuerySet[Action]:
    """Those whose time has come, whether or not their connection lets them go."""
    return Action.objects.filter(leases.free(now), status__in=DUE, due_at__lte=now)


def ready_connections(now: datetime) -> list[int]:
    """The ids of those with due actions, a free place, and nothing that closes them now."""
    moment = database.ops.adapt_datetimefield_value(now)
    with database.cursor() as cursor:
        cursor.execute(_READY, [*DUE, moment, moment, moment, moment, Action.Status.PROCESSING])
        return [pk for (pk,) in cursor.fetchall()]


def opens_within(seconds: float, now: datetime) -> bool:
    """Whether a connection with due actions opens that soon, or did so since it was last asked."""
    around = (now - timedelta(seconds=seconds), now + timedelta(seconds=seconds))
    paces = Pace.objects.filter(closed_at__lte=now, closed_until__range=around)
    return paces.filter(Exists(due_actions(now).filter(connection=OuterRef("connection")))).exists()


def lock_ready(now: datetime) -> list[Ready]:
    """Ready connections, the idle ones first, locked so that two workers can't both fill a last place.

    One that another worker holds at this moment is passed over; that worker takes its actions.
    """
    return _locked(Connection.objects.filter(pk__in=ready_connections(now)))


def lock_unused(connections: Iterable[int], now: datetime) -> list[Ready]:
    """As `lock_ready`, of these connections those for which nothing is due yet."""
    due = due_actions(now).filter(connection=OuterRef("pk"))
    return _locked(Connection.objects.filter(~Exists(due), pk__in=connections))


def _locked(connections: QuerySet[Connection]) -> list[Ready]:
    found = connections.only("name", *LIMITS)
    # Not the key: storing a new action of the connection needs to share just that.
    locked = list(found.select_for_update(skip_locked=True, no_key=True))
    if not locked:
        return []
    # Read again, under the lock: another claim may have ended since the rows were found.
    flying = Action.objects.filter(connection__in=locked, status=Action.Status.PROCESSING)
    counts = dict(flying.values_list("connection").annotate(Count("pk")).order_by())
    paces = {pace.pk: pace for pace in Pace.objects.filter(connection__in=locked).select_for_update()}
    ready = [Ready(each, paces.get(each.pk) or Pace(connection=each), counts.get(each.pk, 0)) for each in locked]
    return sorted(ready, key=lambda one: one.in_flight)


def save_paces(paces: Iterable[Pace]) -> None:
    fields = [field.name for field in Pace._meta.fields if not field.primary_key]
    Pace.objects.bulk_create(paces, update_conflicts=True, unique_fields=["connection"], update_fields=fields)


def note_answers(sent: list[Sent], now: datetime) -> list[Sent]:
    """Learn how the connections are from what came back. Returns what reached nobody and waits with them.

    Call it inside the transaction that records the answers.
    """
    paces = _lock_paces(sent)
    waiting, changed = [], set()
    for item in sent:
        pace = paces.get(item.action.connection_id)
        if pace is None:
            continue
        if item.heard is not None and pacing.note_answer(pace, item.heard, now):
            changed.add(pace)
        if pace.is_paused and item.reached_nobody:
            waiting.append(item)
        elif not item.verdict.ok:
            pacing.lengthen_window(item.action, pace, now)
    save_paces(changed)
    return waiting


def _lock_paces(sent: list[Sent]) -> dict[int, Pace]:
    """The paces there are; one is made for a connection only when there is something to tell of it."""
    news = {item.action.connection_id for item in sent if pacing.is_news(item.heard)}
    Pace.objects.bulk_create([Pace(connection_id=pk) for pk in sorted(news)], ignore_conflicts=True)
    known = Pace.objects.filter(connection__in={item.action.connection_id for item in sent})
    return {pace.pk: pace for pace in known.order_by("connection").select_for_update()}
