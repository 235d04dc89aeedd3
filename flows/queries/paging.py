"""Pages of long lists, newest first, by key: no page costs more than another, however long the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

PAGE_SIZE = 50
# Rows get their number and their time a moment apart, and several workers make them side by side.
DISORDER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Page:
    """`older` and `newer` are the ids to ask for next with `before` and `after`; None at the ends."""

    rows: Sequence[Any]
    older: int | None
    newer: int | None


def page_of(rows: QuerySet, *, before: int | None = None, after: int | None = None, size: int = PAGE_SIZE) -> Page:
    """The newest rows, those next older than `before`, or those next newer than `after`; one query."""
    if after is not None:
        return _newer_page(rows, after, size)
    found = rows.order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    taken = list(found[: size + 1])
    shown = taken[:size]
    return Page(
        rows=shown,
        older=shown[-1].pk if len(taken) > size else None,
        newer=shown[0].pk if before is not None and shown else None,
    )


def within(rows: QuerySet, since: datetime | None, until: datetime | None) -> QuerySet:
    """Those created from `since` on and before `until`, by a stretch of ids instead of a look at every row."""
    if since is not None:
        rows = rows.filter(created_at__gte=since, pk__gte=_first_id(rows, since - DISORDER))
    if until is not None:
        rows = rows.filter(created_at__lt=until, pk__lt=_first_id(rows, until + DISORDER))
    return rows


def _newer_page(rows: QuerySet, after: int, size: int) -> Page:
    taken = list(rows.order_by("pk").filter(pk__gt=after)[: size + 1])
    shown = taken[:size][::-1]
    return Page(
        rows=shown,
        older=shown[-1].pk if shown else None,
        newer=shown[0].pk if len(taken) > size else None,
    )


def _first_id(rows: QuerySet, moment: datetime) -> int:
    """The id of the first row made since that moment, in any integration; beyond all ids when there is none."""
    made = rows.model.objects.filter(created_at__gte=moment).order_by("created_at")
    first = made.values_list("pk", flat=True).first()
    return 2**63 - 1 if first is None else first
