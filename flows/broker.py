"""The ORM broker of django-q2, but that its pusher notices a new message within milliseconds.

As it comes it asks the queue's table every so often: each ring waits for half of that on average, and
asking more often costs more. Here it is told by the database that there is something to ask for.
"""

import time

from django.db import connections
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf

# Seconds between two looks whether something has changed; one costs some microseconds.
GLANCE = 0.005
# Seconds of rest after a look in vain.
REST = 0.02
# Seconds after which the queue is asked even so: a message also comes back when its time has run out.
ASK = 1.0
# Seconds that one call waits at most, for between two calls the pusher looks whether it is to stop.
PATIENCE = 0.25
CHANNEL = "throughline"

_ANY_MESSAGE = "SELECT 1 FROM django_q_ormq WHERE key = %s AND lock < %s LIMIT 1"


class Doorbell(ORM):
    """SQLite counts changes for each connection; PostgreSQL notifies those who listen."""

    _asked_at = float("-inf")
    _seen: object = None

    def enqueue(self, task):
        message = super().enqueue(task)
        if _database().vendor == "postgresql":
            with _database().cursor() as cursor:
                # Sent by the server when, and only when, the transaction commits.
                cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
        return message

    def dequeue(self):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if not self._may_have_come():
                self._wait(until)
            elif self._has_messages():
                return super().dequeue()
            else:
                # Under load the database changes all the time, and lanes are at work already.
                time.sleep(REST)
        return None

    def _may_have_come(self) -> bool:
        """Read before the queue is asked, so that what comes meanwhile is seen the next time."""
        seen = self._listening() if _database().vendor == "postgresql" else _changes()
        if seen == self._seen and time.monotonic() < self._asked_at + ASK:
            return False
        self._seen, self._asked_at = seen, time.monotonic()
        return True

    def _has_messages(self) -> bool:
        database = _database()
        moment = database.ops.adapt_datetimefield_value(timezone.now())
        with database.cursor() as cursor:
            cursor.execute(_ANY_MESSAGE, [self.list_key, moment])
            return cursor.fetchone() is not None

    def _listening(self) -> object:
        """The connection that listens; a new one has heard nothing of what came before it."""
        database = _database()
        database.ensure_connection()
        if database.connection is not self._seen:
            with database.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
        return database.connection

    def _wait(self, until: float) -> None:
        if _database().vendor != "postgresql":
            time.sleep(GLANCE)
            return
        left = max(until - time.monotonic(), 0)
        for _ in _database().connection.notifies(timeout=left, stop_after=1):
            self._seen = None


def _database():
    return connections[Conf.ORM]


def _changes() -> int:
    """Differs from what it was before when another connection has committed something."""
    _database().ensure_connection()
    return _database().connection.execute("PRAGMA data_version").fetchone()[0]
