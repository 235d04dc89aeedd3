"""Transactions of SQLite wait for their turn, and no longer than they are told."""

import threading
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, connections, transaction

from integrations.models import Integration

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.sqlite,
]


@contextmanager
def another_writer():
    """Somebody else's transaction, open until it is told to end."""
    began, end = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            Integration.objects.create(name="Other", slug="other")
            began.set()
            end.wait(30)
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    began.wait(30)
    try:
        yield end
    finally:
        end.set()
        writer.join()


def test_a_transaction_begins_when_the_one_before_it_ends():
    with another_writer() as end:
        threading.Timer(0.05, end.set).start()
        with transaction.atomic():
            assert Integration.objects.filter(slug="other").exists()


def test_it_gives_up_when_the_time_is_over(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    with another_writer(), pytest.raises(OperationalError, match="locked"), transaction.atomic():
        pass
