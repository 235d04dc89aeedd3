"""One lane of work: what a worker does each time the doorbell rings.

It carries runs forward and keeps many requests in flight at once, so that neither a slow system
nor a waiting retry ever holds a worker.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import connection

from flows import answers, clock, engine, heartbeats, leases, processing, queue, readiness
from flows.models import Action
from flows.sending import Sent

REQUESTS_IN_FLIGHT = 64 + processing.RESERVED
# Seconds between two signs of life, by which others know that they need not ring ...
PULSE = 0.1
# ... and of a lane that takes nothing new but waits for slow answers: it is not a frozen one.
SLOW_PULSE = 5.0
# Seconds that a lane stays when all is done. Longer than its last sign of life counts, by what a
# transaction takes that saw it: so none that relied on it commits when the lane has gone.
STAY = heartbeats.RECENT.total_seconds() + 0.25
# Seconds between two looks for new work.
LOOK = 0.005
# Seconds that it is worth to wait for a connection whose limits let nothing go at this moment.
OPENS_SOON = 1.2


@dataclass(slots=True)
class Lane:
    """What one stay of a worker goes on with. Times are monotonic seconds."""

    pool: ThreadPoolExecutor
    until: float
    in_flight: set[Future[Sent]] = field(default_factory=set)
    moved_at: float = 0
    beaten_at: float = float("-inf")

    @property
    def room(self) -> int:
        return REQUESTS_IN_FLIGHT - len(self.in_flight) - answers.expected()


def answer_ring() -> None:
    """What a message asks for; a lane that is at work already finds what there is."""
    if not heartbeats.a_lane_looks():
        attend()


def attend() -> None:
    """Do all work that is due, and what comes while others rely on this lane."""
    with _place() as is_free:
        if not is_free:
            return
        # At once, before other messages are answered too.
        heartbeats.beat(heartbeats.LANE)
        is_done = work(stay=STAY)
    if not is_done and not heartbeats.another_lane_looks():
        # There is work for which this lane had no more time, and nobody else is at it.
        queue.call_for_help()


@contextmanager
def _place() -> Iterator[bool]:
    """Whether there is a place for a lane. SQLite has one writer, and two lanes would wait for each other."""
    if connection.vendor != "sqlite":
        yield True
        return
    # The kernel takes the lock from a worker that dies.
    with (settings.VAR_DIR / "lane.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def work(budget: float | None = None, *, stay: float = 0) -> bool:
    """Do all work that is due, for about `budget` seconds, and look for more until `stay` seconds went without any.

    Returns whether all was done in time; answers that are out at the end are stored when they come.
    """
    until = time.monotonic() + (settings.TASK_BUDGET if budget is None else budget)
    lane = Lane(_pool(os.getpid()), until)
    try:
        return _finish_due_work(lane, stay)
    finally:
        answers.expect(lane.in_flight)


def _finish_due_work(lane: Lane, stay: float) -> bool:
    """Whether all work that was due is done, and all answers are in."""
    lane.moved_at = time.monotonic()
    while time.monotonic() < lane.until:
        if _take_work(lane):
            lane.moved_at = time.monotonic()
            _beat(lane)
            answers.record_done(lane.in_flight, 0)
        elif lane.in_flight:
            _beat(lane)
            answers.record_done(lane.in_flight, LOOK)
        elif time.monotonic() < lane.moved_at + stay or readiness.opens_within(OPENS_SOON, clock.now()):
            time.sleep(LOOK)
        else:
            return True
    return False


def _beat(lane: Lane) -> None:
    """Show life, the more often the more others rely on this lane."""
    pulse = PULSE if lane.room > processing.RESERVED else SLOW_PULSE
    if time.monotonic() > lane.beaten_at + pulse:
        heartbeats.beat(heartbeats.LANE)
        lane.beaten_at = time.monotonic()


def _take_work(lane: Lane) -> int:
    token, admitted = leases.make_token(), []

    def admit(actions: list[Action], now: datetime) -> None:
        admitted.extend(processing.admit(actions, now, token=token, room=lane.room))

    taken = engine.advance_due_runs(admit=admit)
    lane.in_flight.update(processing.start(lane.pool, admitted, token))
    started = processing.start_due_actions(lane.pool, lane.room)
    lane.in_flight.update(started)
    if taken == engine.BATCH:
        queue.call_for_help()
    return taken + len(started)


@lru_cache(maxsize=1)
def _pool(process: int) -> ThreadPoolExecutor:
    """Keyed by process: threads do not survive a fork."""
    return ThreadPoolExecutor(REQUESTS_IN_FLIGHT, thread_name_prefix=f"send-{process}")
