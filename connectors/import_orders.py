"""Works off the imports that people ordered, in the background and with progress.

An order is leased while it is worked on. The count of its claims tells one worker's lease from the
next one's: whoever writes under an older count has lost it, and writes nothing.
"""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from connectors import client
from connectors.imports import ImportReport, derive, store
from connectors.models import ConnectorImport
from connectors.openapi import DocumentError

CLAIM_LIMIT = 3
FETCH_SECONDS = 60
PROGRESS_SECONDS = 0.25

logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker has taken the order over."""


def process_due_imports() -> None:
    """Take orders one after the other until none is due."""
    while (order := _claim()) is not None:
        _process(order)


@transaction.atomic
def _claim() -> ConnectorImport | None:
    statuses = ConnectorImport.Status
    abandoned = Q(status=statuses.IN_PROGRESS) & (Q(lease_until=None) | Q(lease_until__lt=Now()))
    due = ConnectorImport.objects.filter(Q(status=statuses.QUEUED) | abandoned)
    order = due.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
    if order is None:
        return None
    order.claims += 1
    ConnectorImport.objects.filter(pk=order.pk).update(
        status=statuses.IN_PROGRESS, claims=order.claims, lease_until=_lease_end(), done=0, total=0
    )
    return order


def _lease_end() -> CombinedExpression:
    # By the database's clock, which all machines share.
    return Now() + timedelta(seconds=settings.LEASE_SECONDS)


def _process(order: ConnectorImport) -> None:
    try:
        if order.claims > CLAIM_LIMIT:
            raise DocumentError(f"Set aside: it stopped its worker {CLAIM_LIMIT} times. Is the document too large?")
        _import(order)
    except LeaseLost:
        logger.warning("%s was taken over by another worker", order)
    except (DocumentError, client.FetchError) as problem:
        _close(order, status=ConnectorImport.Status.FAILED, error=str(problem))
    except Exception as problem:
        logger.exception("%s failed", order)
        text = f"Throughline itself failed: {problem!r}. Please report it."
        _close(order, status=ConnectorImport.Status.FAILED, error=text)


def _import(order: ConnectorImport) -> None:
    started = time.monotonic()
    data = bytes(order.document) if order.document is not None else _fetched(order.source)
    derived = derive(data, name=order.name, base_url=order.base_url, progress=_Progress(order))
    with transaction.atomic():
        report = store(derived, name=order.name, base_url=order.base_url, source=order.source, started=started)
        if not _close(order, status=ConnectorImport.Status.SUCCESS, report=report):
            raise LeaseLost


def _fetched(address: str) -> bytes:
    return client.fetch(address, deadline=FETCH_SECONDS, limit=settings.DOCUMENT_LIMIT_BYTES)


class _Progress:
    """Tells how far an import is, a few times a second, and prolongs its lease."""

    def __init__(self, order: ConnectorImport) -> None:
        self._order = order
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        if done < total and time.monotonic() - self._told < PROGRESS_SECONDS:
            return
        self._told = time.monotonic()
        if not _ours(self._order).update(done=done, total=total, lease_until=_lease_end()):
            raise LeaseLost


def _ours(order: ConnectorImport):
    return ConnectorImport.objects.filter(pk=order.pk, claims=order.claims, status=ConnectorImport.Status.IN_PROGRESS)


def _close(
    order: ConnectorImport, *, status: ConnectorImport.Status, error: str = "", report: ImportReport | None = None
) -> bool:
    """End the order; False where another worker has it."""
    changes = {} if report is None else {"connector": report.connector, "report": report.as_json()}
    return bool(
        _ours(order).update(status=status, error=error, document=None, lease_until=None, finished_at=Now(), **changes)
    )
