"""Taking work: who holds a lease on a row may write it, nobody else."""

import os
import uuid
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db.models import F, Q, QuerySet

CLAIM_LIMIT = 3
# So often in vain, and the next try is made apart from others: should the row stop its worker, it stops
# no worker of theirs, and only it is set aside.
SUSPECT = CLAIM_LIMIT - 1


def make_token() -> str:
    """32 characters; those of one process begin alike."""
    return f"{_process(os.getpid())}{uuid.uuid4().hex[:20]}"


@lru_cache(maxsize=1)
def _process(number: int) -> str:
    """Drawn anew after a fork."""
    return uuid.uuid4().hex[:12]


def lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.LEASE_SECONDS)


def free(now: datetime) -> Q:
    """Rows that nobody holds, or whose holder is overdue and taken for dead."""
    return Q(lease_until__isnull=True) | Q(lease_until__lt=now)


def take(rows: QuerySet, *, limit: int, token: str, now: datetime, **changes) -> list[int]:
    """Lease the rows that are due first; call it inside a transaction. Returns their ids.

    PostgreSQL passes over rows that another claim holds; SQLite's transactions begin IMMEDIATE,
    so that only one claim runs at a time.
    """
    due = rows.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")
    found = list(due.values_list("pk", "claims")[:limit])
    ids = [pk for pk, claims in found if claims < SUSPECT]
    if len(ids) < len(found):
        ids = _one_suspect(due, token, now) or list(due.filter(claims__lt=SUSPECT).values_list("pk", flat=True)[:limit])
    if ids:
        rows.model.objects.filter(pk__in=ids).update(
            lease_token=token, lease_until=lease_end(now), claims=F("claims") + 1, **changes
        )
    return ids


def _one_suspect(due: QuerySet, token: str, now: datetime) -> list[int]:
    """The first of those that may stop their worker, unless this process is trying another one already."""
    held = due.model.objects.filter(due_at__lte=now, claims__gt=SUSPECT, lease_until__gte=now)
    if held.filter(lease_token__startswith=token[:12]).exists():
        return []
    return list(due.filter(claims__gte=SUSPECT).values_list("pk", flat=True)[:1])
