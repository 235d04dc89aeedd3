"""A system that takes its time holds up nobody but those who wait for it."""

import threading
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connections
from werkzeug import Response

from flows import answers, lane, processing
from flows.models import Action, Attempt, Run
from tests.making import action_step, make_connection, make_flow, make_run
from tests.servers import PATIENCE, eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slow(integration, vista, httpserver):
    """Makes a connection to a system that answers when `released` is set, not before."""
    released = threading.Event()

    def take_its_time(request):
        released.wait(2 * PATIENCE)
        return Response("{}", mimetype="application/json")

    httpserver.expect_request("/slow/phases").respond_with_handler(take_its_time)
    httpserver.expect_request("/phases").respond_with_json({})

    def make(name: str = "Slow"):
        return make_connection(integration, vista.connector, f"{vista.base_url.rstrip('/')}/slow", name=name)

    make.released = released
    yield make
    released.set()
    eventually(lambda: not answers.expected())


def start(integration, connection, action_path, count: int = 1) -> list[Run]:
    flow = make_flow(integration, action_step(connection, action_path))
    return [make_run(flow, {"code": f"{number:02d}-000"}) for number in range(count)]


@contextmanager
def lane_at_work():
    """A lane in a thread of its own, as in a process of its own, until all is done."""

    def work():
        lane.work(2 * PATIENCE)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join()


def work_until_expected(count: int) -> None:
    """Short lanes, one after the other, until so many answers are out."""
    eventually(lambda: lane.work(0.3) or answers.expected() == count)


def is_done(run: Run) -> bool:
    return Run.objects.filter(pk=run.pk, status=Run.Status.SUCCESS).exists()


def sending() -> int:
    return Action.objects.filter(status=Action.Status.PROCESSING).count()


def test_a_lane_ends_in_time_though_answers_are_out_and_they_are_stored_when_they_come(integration, add_phase, slow):
    (run,) = start(integration, slow(), add_phase)
    work_until_expected(1)
    assert (answers.expected(), Attempt.objects.get().verdict) == (1, "Started")
    slow.released.set()
    eventually(lambda: Action.objects.get().status == Action.Status.SUCCESSFUL)
    lane.work(5)
    assert is_done(run)


def test_while_every_lane_waits_for_slow_answers_others_move(integration, vista, add_phase, slow):
    start(integration, slow(), add_phase, 30)
    with lane_at_work(), lane_at_work():
        eventually(lambda: sending() == 8)
        (run,) = start(integration, vista, add_phase)
        eventually(lambda: is_done(run))
        slow.released.set()


def test_even_many_slow_systems_leave_a_place_for_another(integration, vista, add_phase, slow):
    for number in range(11):
        start(integration, slow(f"Slow {number}"), add_phase, 8)
    with lane_at_work():
        # Full, but for the places that are kept for connections with nothing out.
        eventually(lambda: sending() >= lane.REQUESTS_IN_FLIGHT - processing.RESERVED)
        (run,) = start(integration, vista, add_phase)
        eventually(lambda: is_done(run))
        slow.released.set()


def test_the_worker_is_free_again_while_answers_are_out(integration, vista, add_phase, slow):
    start(integration, slow(), add_phase, 8)
    work_until_expected(8)
    (run,) = start(integration, vista, add_phase)
    eventually(lambda: lane.work(0.3) or is_done(run))
    assert answers.expected() == 8


def test_answers_out_count_against_the_places_of_the_next_lane(integration, add_phase, slow, monkeypatch):
    monkeypatch.setattr(lane, "REQUESTS_IN_FLIGHT", processing.RESERVED + 4)
    start(integration, slow("First"), add_phase, 4)
    work_until_expected(4)
    start(integration, slow("Second"), add_phase, 4)
    work_until_expected(5)
    lane.work(0.3)
    assert (answers.expected(), sending()) == (5, 5)


def test_an_answer_outlives_a_database_that_was_away_when_it_came(integration, vista, add_phase, slow, monkeypatch):
    """In the lane and after it; each answer is stored once."""
    store, failures = processing.record, iter([OperationalError("gone"), OperationalError("gone"), None])

    def record(sent):
        failure = next(failures, None) if sent else None
        if failure:
            raise failure
        store(sent)

    monkeypatch.setattr(processing, "record", record)
    monkeypatch.setattr(answers, "PATIENCE", 0.1)
    (run,) = start(integration, vista, add_phase)
    with pytest.raises(OperationalError):
        lane.work(5)
    eventually(lambda: Action.objects.get().status == Action.Status.SUCCESSFUL)
    lane.work(5)
    assert is_done(run)
    assert [attempt.verdict for attempt in Attempt.objects.all()] == ["Success"]
