"""The broker is away: nothing fails for it, nothing waits long for it, and all work is done."""

import pytest

from flows import queue, supervision
from flows.models import Run
from tests.making import action_step, make_flow, make_run


class AwayBroker:
    """As Redis whose machine is cut off. `asked` counts how often somebody tried."""

    asked = 0

    def queue_size(self) -> int:
        self.asked += 1
        raise ConnectionError("nobody answers")


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch):
    """The test's own, which holds its transaction."""
    monkeypatch.setattr(supervision, "close_old_connections", lambda: None)


@pytest.fixture
def broker(monkeypatch):
    away = AwayBroker()
    monkeypatch.setattr(queue, "_broker", lambda: away)
    monkeypatch.setattr(queue.Conf, "ORM", None)
    monkeypatch.setattr(queue, "_rests_until", float("-inf"))
    return away


@pytest.fixture
def flow(integration, vista, add_phase, httpserver):
    httpserver.expect_request("/phases").respond_with_json({})
    return make_flow(integration, action_step(vista, add_phase))


@pytest.fixture
def trigger(flow, django_capture_on_commit_callbacks):
    """Starts a run, up to the end of its transaction."""

    def start() -> Run:
        with django_capture_on_commit_callbacks(execute=True):
            return make_run(flow)

    return start


def test_whoever_starts_a_run_is_not_told_that_it_failed_for_it_is_stored(broker, trigger):
    run = trigger()
    assert Run.objects.get() == run
    assert queue.is_mute()


def test_a_broker_that_gave_no_answer_is_left_alone_for_a_while(broker, trigger, monkeypatch):
    trigger()
    trigger()
    assert broker.asked == 1
    monkeypatch.setattr(queue, "_rests_until", float("-inf"))
    trigger()
    assert broker.asked == 2


def test_a_worker_that_is_cut_off_does_by_itself_what_its_cluster_does_not_hear_of(broker, trigger):
    run = trigger()
    supervision._sweep_safely()
    run.refresh_from_db()
    assert run.status == Run.Status.SUCCESS


def test_a_worker_whose_broker_answers_leaves_the_work_to_its_cluster(flow):
    run = make_run(flow)
    supervision._sweep_safely()
    run.refresh_from_db()
    assert run.status == Run.Status.QUEUED
