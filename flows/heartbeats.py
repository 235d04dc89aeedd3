"""Signs of life of the background, for those who watch over it and for those who may ring for it."""

import contextlib
import os
import socket
from datetime import datetime, timedelta

from flows import clock
from flows.models import Heartbeat

LANE = "lane"
WORKER = "worker"
WORKER_ON = "worker on"
# The variable that holds the number of the pipe to the worker that started this process.
PULSE = "THROUGHLINE_PULSE"
# Whoever finds that a lane has been seen within this time need not ring: it looks again.
RECENT = timedelta(seconds=1)

# The last sign that this process itself gave, by name.
_own: dict[str, datetime] = {}


def beat(*names: str) -> None:
    now = clock.now()
    _own.update(dict.fromkeys(names, now))
    rows = [Heartbeat(name=name, seen_at=now) for name in names]
    Heartbeat.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=["seen_at"])
    if LANE in names:
        show_life()


def show_life() -> None:
    """To the worker that watches over this process: lanes of other machines say nothing about its own."""
    if pulse := os.environ.get(PULSE):
        # A pipe that is full tells as much, and one whose reader is gone has nobody to tell.
        with contextlib.suppress(OSError):
            os.write(int(pulse), b".")


def beat_worker() -> None:
    """The worker of this machine: for those who ask for any, and for those who look for this one."""
    beat(WORKER, f"{WORKER_ON} {socket.gethostname()[:40]}")


def forget_machines() -> None:
    """Workers of machines that were not seen for a day: they were taken away."""
    Heartbeat.objects.filter(name__startswith=WORKER_ON, seen_at__lt=clock.now() - timedelta(days=1)).delete()


def last_seen(name: str) -> datetime | None:
    return Heartbeat.objects.filter(name=name).values_list("seen_at", flat=True).first()


def a_lane_looks() -> bool:
    """Whether a lane is at work that will surely find what is stored now."""
    return _is_recent(last_seen(LANE))


def another_lane_looks() -> bool:
    """As `a_lane_looks`, of a lane in another process; asked while this one is still at work itself."""
    seen = last_seen(LANE)
    return seen != _own.get(LANE) and _is_recent(seen)


def _is_recent(seen: datetime | None) -> bool:
    return seen is not None and abs(clock.now() - seen) < RECENT
