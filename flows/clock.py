"""The time that all machines share: the database's."""

import time
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

# Seconds for which this process's own monotonic clock carries on what the server said.
TRUST_SECONDS = 1.0

# The server's time, and the monotonic moment at which it said so; one tuple, replaced as a whole.
_heard: tuple[datetime, float] | None = None


def now() -> datetime:
    """The database server's clock; with SQLite there is one machine, and its clock will do."""
    if connection.vendor != "postgresql":
        return timezone.now()
    return _server_now()


def _server_now() -> datetime:
    """Asked of the server at most once a second: each time costs a round trip."""
    global _heard
    heard, moment = _heard, time.monotonic()
    if heard is None or moment > heard[1] + TRUST_SECONDS:
        _heard = heard = _ask_server(), time.monotonic()
    return heard[0] + timedelta(seconds=max(moment - heard[1], 0))


def _ask_server() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(UTC)
