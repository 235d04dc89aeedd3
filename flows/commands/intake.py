"""Group commit: runs that arrive at the same time are stored in one transaction.

Each waits until its own is durable, as if it were alone; what they share is the cost of the
transaction, of the ring, and of SQLite's one place for a writer. No thread of its own: whoever comes
first stores what has gathered, and those who come meanwhile gather for the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from django.db import transaction

from flows import queue
from flows.models import Run
from flows.rows import insert_rows


@dataclass(slots=True, eq=False)
class _Arrival:
    run: Run
    is_stored: bool = False
    error: Exception | None = None


_arrivals: list[_Arrival] = []
_gathering = Lock()
_storing = Lock()


def store(run: Run) -> None:
    """Store a new run and ring for it; inside of a transaction, as part of that."""
    if transaction.get_connection().in_atomic_block:
        _insert([run])
        return
    arrival = _Arrival(run)
    with _gathering:
        _arrivals.append(arrival)
    with _storing:
        while not (arrival.is_stored or arrival.error):
            _store_arrivals(arrival)
    if arrival.error:
        raise arrival.error


def _store_arrivals(own: _Arrival) -> None:
    batch: list[_Arrival] = []
    try:
        with transaction.atomic():
            # Not before it has begun: while it waits for its turn, more may arrive.
            batch = _gathered() or [own]
            _insert([arrival.run for arrival in batch])
    except Exception:
        # One that can't be stored must not take the others with it.
        for arrival in batch or [own]:
            _store_alone(arrival)
    else:
        for arrival in batch:
            arrival.is_stored = True


def _gathered() -> list[_Arrival]:
    with _gathering:
        gathered, _arrivals[:] = list(_arrivals), []
    return gathered


def _store_alone(arrival: _Arrival) -> None:
    arrival.run.pk = None
    try:
        with transaction.atomic():
            _insert([arrival.run])
    except Exception as error:
        arrival.error = error
    else:
        arrival.is_stored = True


def _insert(runs: Sequence[Run]) -> None:
    insert_rows(runs)
    queue.ring()
