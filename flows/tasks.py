"""What django-q2 calls. Names and signatures are an API: queued messages outlive a release."""

from connectors.import_orders import process_due_imports
from flows import heartbeats, lane
from flows import sweep as sweeping


def work() -> None:
    heartbeats.show_life()
    lane.answer_ring()


def help() -> None:
    heartbeats.show_life()
    lane.attend()


def sweep() -> None:
    sweeping.sweep()


def import_connectors() -> None:
    process_due_imports()
