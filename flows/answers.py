"""Answers that come after their lane has ended: a thread of their own waits for them and stores them.

So a worker is free for new work while slow systems take their time, and an answer survives a
database that was away when it came.
"""

import logging
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import Thread

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from flows import processing
from flows.sending import Sent

logger = logging.getLogger(__name__)

# Seconds for which answers gather that come close to each other: to store one costs as much as to store ten.
GATHER = 0.003
# Seconds between two looks for answers that nobody hurries for, and between two tries to store one.
PATIENCE = 1.0
# What a database raises that is not there: any answer will do again later.
AWAY = (OperationalError, InterfaceError)

_late: list[set[Future[Sent]]] = []


def record_done(in_flight: set[Future[Sent]], patience: float) -> None:
    """Wait up to `patience` seconds for an answer, and store those that are there; the rest stays."""
    done, out = wait(in_flight, timeout=patience, return_when=FIRST_COMPLETED)
    if done and out:
        done, _ = wait(in_flight, timeout=GATHER)
    _store([future.result() for future in done])
    in_flight -= done


def expect(in_flight: set[Future[Sent]]) -> None:
    """Store these answers when they come. The process does not end before."""
    if in_flight:
        _late.append(in_flight)
        Thread(target=_record_late, args=[in_flight], name="late-answers").start()


def expected() -> int:
    """How many requests of this process are out for which no lane waits."""
    return sum(len(in_flight) for in_flight in _late)


def _store(sent: list[Sent]) -> None:
    """One answer that can't be stored holds up no other: it is as if its worker had stopped."""
    try:
        processing.record(sent)
    except AWAY:
        raise
    except Exception as error:
        if len(sent) > 1:
            for item in sent:
                _store([item])
        else:
            logger.exception("the answer to action %s can't be stored", sent[0].action.pk)
            processing.note_unstorable(sent[0], error)


def _record_late(in_flight: set[Future[Sent]]) -> None:
    # Later than that the leases have run out, and the answers are nobody's.
    until = time.monotonic() + settings.LEASE_SECONDS
    try:
        while in_flight and time.monotonic() < until:
            _record_safely(in_flight)
    finally:
        _late.remove(in_flight)
        connection.close()


def _record_safely(in_flight: set[Future[Sent]]) -> None:
    try:
        record_done(in_flight, PATIENCE)
    except DatabaseError:
        logger.exception("answers can't be stored; it is tried again")
        connection.close()
        time.sleep(PATIENCE)
