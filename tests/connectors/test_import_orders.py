"""Imports in the background: claimed once, followed while they run, ended with a report or a reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from connectors import import_orders
from connectors.import_orders import process_due_imports
from connectors.models import ActionPath, Connector, ConnectorImport
from tests.connectors.openapi.making import DOCUMENTS
from tests.connectors.servers import answering, free_port, reply, serve

pytestmark = pytest.mark.django_db

JOB_COST = (DOCUMENTS / "job-cost.yaml").read_bytes()


def make_order(document=JOB_COST, **values):
    given = {"name": "Job cost", "source": "job-cost.yaml"}
    return ConnectorImport.objects.create(document=document, **given | values)


def processed(order):
    process_due_imports()
    order.refresh_from_db()
    return order


def test_an_order_ends_with_a_connector_and_a_report():
    order = processed(make_order())

    assert order.status == "Success"
    assert order.connector == Connector.objects.get()
    assert order.done == order.total == 8
    assert len(order.report["added"]) == 8
    assert order.report["skipped"] == []
    assert order.finished_at is not None
    assert order.document is None
    assert order.lease_until is None


def test_all_waiting_orders_are_taken():
    make_order(name="One")
    make_order(name="Two")
    process_due_imports()

    assert set(Connector.objects.values_list("name", flat=True)) == {"One", "Two"}


def test_a_document_is_fetched_where_none_was_uploaded():
    with serve(answering(reply(JOB_COST, content_type="application/yaml"))) as address:
        order = processed(make_order(None, source=address))

    assert order.status == "Success"
    assert order.connector.base_url == "https://{tenant}.example.com/api/v7"


def test_a_document_that_cannot_be_taken_ends_the_order_with_the_reason():
    order = processed(make_order(b'{"openapi": "3.0.0",}'))

    assert order.status == "Failed"
    assert "line 1, column 20" in order.error
    assert order.document is None
    assert not Connector.objects.exists()


def test_an_address_that_does_not_answer_ends_the_order_with_the_reason():
    order = processed(make_order(None, source=f"http://127.0.0.1:{free_port()}/openapi.json"))

    assert order.status == "Failed"
    assert "127.0.0.1" in order.error


def test_an_order_in_progress_is_left_alone_until_its_lease_has_ended():
    held = make_order(status="In Progress", claims=1, lease_until=timezone.now() + timedelta(minutes=1))
    assert processed(held).status == "In Progress"

    ConnectorImport.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    assert processed(held).status == "Success"
    assert held.claims == 2


def test_an_order_that_stops_its_workers_is_set_aside():
    order = make_order(status="In Progress", claims=3, lease_until=timezone.now() - timedelta(minutes=1))

    assert processed(order).status == "Failed"
    assert "stopped its worker 3 times" in order.error


def test_a_worker_that_lost_its_lease_writes_nothing(monkeypatch):
    order = make_order()
    store = import_orders.store

    def store_after_losing_the_lease(*values, **more):
        ConnectorImport.objects.update(claims=7)
        return store(*values, **more)

    monkeypatch.setattr(import_orders, "store", store_after_losing_the_lease)
    import_orders._process(import_orders._claim())
    order.refresh_from_db()

    assert order.status == "In Progress"
    assert not ActionPath.objects.exists()


def test_a_fault_of_our_own_is_told_and_stops_nobody_else(monkeypatch, caplog):
    broken, sound = make_order(name="Broken"), make_order(name="Sound")
    derive = import_orders.derive

    def derive_or_break(data, *, name, **more):
        if name == "Broken":
            raise ZeroDivisionError("by nothing")
        return derive(data, name=name, **more)

    monkeypatch.setattr(import_orders, "derive", derive_or_break)
    process_due_imports()
    broken.refresh_from_db()
    sound.refresh_from_db()

    assert (broken.status, sound.status) == ("Failed", "Success")
    assert "Please report it" in broken.error
