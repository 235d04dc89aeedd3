"""/healthz tells a load balancer, without a log-in, whether every part is alive."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from flows import heartbeats
from flows.models import Heartbeat
from flows.queries.health import health


def make_heartbeat(name: str, seconds_ago: float) -> None:
    Heartbeat.objects.create(name=name, seen_at=timezone.now() - timedelta(seconds=seconds_ago))


@pytest.mark.django_db
def test_all_is_well_when_the_worker_was_seen_a_moment_ago(client):
    make_heartbeat("worker", 2)
    make_heartbeat("sweep", 300)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["web"], body["database"], body["worker"]) == ("ok", "ok", "ok", "ok")
    assert 2 <= body["last_seen_seconds_ago"]["worker"] < 60
    assert 300 <= body["last_seen_seconds_ago"]["sweep"] < 360


@pytest.mark.django_db
@pytest.mark.parametrize("seconds_ago", [60, 3600])
def test_a_worker_silent_for_a_minute_fails(client, seconds_ago):
    make_heartbeat("worker", seconds_ago)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "failing"
    assert answer.json()["database"] == "ok"


@pytest.mark.django_db
def test_a_worker_never_seen_fails(client):
    assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_told_without_a_traceback(client, monkeypatch):
    def gone(*_):
        raise OperationalError("no connection to the server at db.internal")

    monkeypatch.setattr("flows.queries.health.clock.now", gone)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "failing"
    assert "db.internal" not in answer.content.decode()


@pytest.mark.django_db
def test_it_is_read_only_and_never_cached(client):
    make_heartbeat("worker", 0)
    assert "no-store" in client.get("/healthz")["Cache-Control"]
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_it_costs_two_queries_at_most(client, django_assert_max_num_queries):
    make_heartbeat("worker", 0)
    with django_assert_max_num_queries(2):
        client.get("/healthz")


@pytest.mark.django_db
def test_it_counts_the_workers_that_are_seen_and_names_no_machine_to_strangers(client):
    for name, seconds_ago in (("worker", 1), ("worker on erp-1", 1), ("worker on erp-2", 2), ("worker on erp-3", 600)):
        make_heartbeat(name, seconds_ago)
    answer = client.get("/healthz")
    assert answer.json()["workers"] == 2
    assert "erp-" not in answer.content.decode()


@pytest.mark.django_db
def test_a_worker_says_on_which_machine_it_runs_and_forgets_those_that_were_taken_away(monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "erp-1")
    make_heartbeat("worker on erp-2", 3600)
    make_heartbeat("worker on erp-3", 25 * 3600)
    heartbeats.forget_machines()
    heartbeats.beat_worker()
    found = health()
    assert list(found.machines) == ["erp-1", "erp-2"]
    assert found.worker
