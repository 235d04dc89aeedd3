"""The doorbell. Only this module and the broker behind it know django-q2.

A message says "there is work" and nothing else. With the ORM broker it is part of the caller's
transaction; with another broker it is sent on commit and may be lost, which the sweep repairs.
The dotted names are an API: a message of an older release may still be waiting.
"""

import gc
import logging
import os
import signal
import time
from collections.abc import Callable
from functools import cache, partial

from django.db import transaction
from django_q.brokers import Broker, get_broker
from django_q.cluster import Cluster
from django_q.conf import Conf
from django_q.models import Schedule
from django_q.tasks import async_task

from flows import heartbeats
from flows.processes import end_with_parent

logger = logging.getLogger(__name__)

WORK = "flows.tasks.work"
HELP = "flows.tasks.help"
SWEEP = "flows.tasks.sweep"
IMPORTS = "flows.tasks.import_connectors"
# Seconds for which a broker that gave no answer is left alone.
REST = 5.0

_rests_until = float("-inf")


def ring() -> None:
    """Say that there is work, once the caller's transaction is committed.

    One waiting message is enough for any amount of work, and none is needed while a lane looks for
    work anyway. Should that lane end just before the caller commits, the sweep rings again.
    """
    if not heartbeats.a_lane_looks():
        _ring(WORK)


def call_for_help() -> None:
    """Say that there is more work than the lanes which are at it can do."""
    _ring(HELP)


def ring_for_imports() -> None:
    """Say that a document waits to be imported."""
    transaction.on_commit(lambda: _try_to(lambda: _send(IMPORTS)))


def is_mute() -> bool:
    """Whether the broker gave no answer a moment ago: then nobody hears of new work but by looking."""
    return time.monotonic() < _rests_until


def waiting() -> int:
    """How many messages nobody has taken yet."""
    return _broker().queue_size()


def run_cluster() -> None:
    """Be django-q2's cluster until SIGTERM. No process of it outlives the one that made it."""
    parent = [os.getpid()]
    os.register_at_fork(
        before=lambda: parent.__setitem__(0, os.getpid()),
        after_in_child=lambda: end_with_parent(parent[0], signal.SIGKILL),
    )
    # What is loaded by now is never collected, and so stays shared by all of its processes.
    gc.collect()
    gc.freeze()
    Cluster().start()


def schedule_sweep() -> None:
    """The second safety: a sweep every minute, should the worker command's own have stopped."""
    Schedule.objects.update_or_create(
        name="sweep", defaults={"func": SWEEP, "schedule_type": Schedule.MINUTES, "minutes": 1, "repeats": -1}
    )


def _ring(task: str) -> None:
    if Conf.ORM:
        _send_once(task)
    else:
        transaction.on_commit(partial(_try_to, partial(_send_once, task)))


def _try_to(ring: Callable[[], None]) -> None:
    """What was committed is true already: a broker that is away neither fails nor holds up who rings."""
    global _rests_until
    if is_mute():
        return
    try:
        ring()
    except Exception as error:  # each broker has errors of its own
        logger.warning("the broker gives no answer (%r); the sweep rings again", error)
        _rests_until = time.monotonic() + REST


def _send_once(task: str) -> None:
    if waiting() == 0:
        _send(task)


def _send(task: str) -> None:
    async_task(task, broker=_broker())


@cache
def _broker() -> Broker:
    # One for the process: a broker of its own costs each message a new connection to Redis.
    return get_broker()
