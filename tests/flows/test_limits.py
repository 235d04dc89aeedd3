"""The limits of a connection: requests at once, in a second and in a minute, and what a 429 teaches."""

import threading
from collections import Counter
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.db import connections
from django.utils import timezone
from werkzeug import Response

from flows import lane, readiness
from flows.engine import advance_due_runs
from flows.models import Action, Attempt, Pace
from flows.pacing import RECOVERY, SLOWEST, places
from flows.processing import _claim, record
from flows.sending import send
from tests.making import action_step, make_action, make_connection, make_flow, make_run

ROOM = 64


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-03-02T12:00:00+00:00", tick=False)
    return timezone.now()


@pytest.fixture
def sendable(vista, add_phase, integration):
    """Makes so many due actions of the connection."""

    def make(count: int, connection=vista) -> list[Action]:
        run = make_run(make_flow(integration, action_step(connection, add_phase)), {"code": "03-100"})
        type(run).objects.filter(pk=run.pk).update(due_at=None)
        now = timezone.now()
        return [make_action(run, connection, add_phase, due_at=now) for _ in range(count)]

    return make


def limit(connection, **limits) -> None:
    for name, value in limits.items():
        setattr(connection, name, value)
    connection.save()


def claim(worker: str = "a worker", room: int = ROOM) -> list[Action]:
    return _claim(worker.ljust(32), room)


def send_and_record(actions: list[Action], worker: str = "a worker") -> None:
    record([send(action, worker.ljust(32)) for action in actions])


def test_in_no_second_does_more_go_out_than_the_limit_and_the_rest_stays_due(vista, sendable, noon, time_machine):
    limit(vista, requests_per_second=3, concurrency=20)
    sendable(8)
    taken = []
    for tenth in range(30):
        time_machine.move_to(noon + timedelta(milliseconds=100 * tenth), tick=False)
        taken.append(len(claim()))
    assert [count for count in taken if count] == [3, 3, 2]
    assert [tenth for tenth, count in enumerate(taken) if count] == [0, 11, 22]


def test_what_is_held_back_gets_no_attempt_and_keeps_its_time(vista, sendable, noon):
    limit(vista, requests_per_minute=2, concurrency=20)
    sendable(5)
    assert len(claim()) == 2
    assert len(claim()) == 0
    waiting = Action.objects.filter(status=Action.Status.QUEUED)
    assert [(action.attempts_made, action.due_at) for action in waiting] == [(0, noon)] * 3
    assert Attempt.objects.count() == 2


def test_two_workers_share_one_limit(vista, sendable, noon, time_machine):
    limit(vista, requests_per_second=4, concurrency=20)
    sendable(20)
    for tenth in range(25):
        time_machine.move_to(noon + timedelta(milliseconds=100 * tenth), tick=False)
        claim("the first", room=19)
        claim("the second", room=19)
    begun = list(Attempt.objects.values_list("started_at", flat=True))
    most = max(sum(start <= other < start + timedelta(seconds=1) for other in begun) for start in begun)
    assert (most, len(begun)) == (4, 12)


def test_a_limit_holds_one_connection_only(integration, vista, add_phase, sendable, noon):
    limit(vista, requests_per_minute=1)
    other = make_connection(integration, vista.connector, vista.base_url, name="Unlimited")
    sendable(3)
    sendable(3, other)
    assert len(claim()) == 4


def test_a_closed_connection_is_no_reason_to_look_again(vista, sendable, noon, time_machine):
    limit(vista, requests_per_minute=1)
    sendable(2)
    claim()
    assert readiness.ready_connections(noon) == []
    later = noon + timedelta(seconds=61)
    assert readiness.ready_connections(later) == [vista.pk]


def test_a_lane_stays_for_a_second_that_is_full(vista, sendable, httpserver):
    limit(vista, requests_per_second=5)
    httpserver.expect_request("/phases").respond_with_json({})
    sendable(12)
    lane.work(10)
    begun = sorted(Attempt.objects.values_list("started_at", flat=True))
    assert Action.objects.filter(status=Action.Status.SUCCESSFUL).count() == 12
    assert timedelta(seconds=2) < begun[-1] - begun[0] < timedelta(seconds=5)


@pytest.mark.django_db(transaction=True)
def test_lanes_side_by_side_obey_one_limit(vista, sendable, httpserver):
    limit(vista, requests_per_second=6, concurrency=4)
    httpserver.expect_request("/phases").respond_with_json({})
    sendable(14)

    def work():
        lane.work(8)
        connections.close_all()

    lanes = [threading.Thread(target=work) for _ in range(3)]
    for each in lanes:
        each.start()
    for each in lanes:
        each.join()
    begun, keys = zip(*Attempt.objects.values_list("started_at", "idempotency_key"), strict=True)
    sent = Counter(request.headers.get("Idempotency-Key") for request, _ in httpserver.log)
    # By their keys: what an earlier test did not wait for may be answered as late as now.
    assert [sent[str(key)] for key in keys] == [1] * 14
    assert max(sum(start <= other < start + timedelta(seconds=1) for other in begun) for start in begun) <= 6


def answer_429(httpserver, **headers):
    answer = Response("{}", status=429, mimetype="application/json", headers=headers)
    httpserver.expect_request("/phases").respond_with_response(answer)


def pace_of(connection) -> Pace:
    return Pace.objects.get(connection=connection)


def places_of(connection) -> int:
    """How many may go out now, whatever lies in the queue."""
    return places(readiness.Ready(connection, pace_of(connection), 0), timezone.now())


def test_a_429_closes_the_whole_connection_for_as_long_as_it_asks(vista, sendable, httpserver, noon, time_machine):
    answer_429(httpserver, **{"Retry-After": "30"})
    sendable(10)
    send_and_record(claim(room=17))
    assert claim() == []
    time_machine.move_to(noon + timedelta(seconds=29), tick=False)
    assert claim() == []
    time_machine.move_to(noon + timedelta(seconds=30), tick=False)
    assert len(claim()) == 4


def test_retry_after_may_be_a_date(vista, sendable, httpserver, noon, time_machine):
    answer_429(httpserver, **{"Retry-After": format_datetime(noon + timedelta(minutes=2), usegmt=True)})
    sendable(3)
    send_and_record(claim(room=17))
    assert pace_of(vista).closed_until == noon + timedelta(minutes=2)


@pytest.mark.parametrize("asked", ["0", "-1", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "9" * 400, "Sat, 99 Foo"])
def test_whatever_it_asks_the_rest_is_between_a_second_and_a_day(asked, vista, sendable, httpserver, noon):
    answer_429(httpserver, **{"Retry-After": asked})
    sendable(1)
    send_and_record(claim())
    rest = pace_of(vista).closed_until - noon
    assert timedelta(seconds=1) <= rest <= timedelta(hours=24)


def test_a_429_halves_the_pace_and_it_recovers(vista, sendable, httpserver, noon, time_machine):
    limit(vista, concurrency=64)
    answer_429(httpserver, **{"Retry-After": "1"})
    sendable(1)
    send_and_record(claim())
    after = noon + timedelta(seconds=1)
    seen = []
    for part in (0, 0.25, 0.5):
        time_machine.move_to(after + RECOVERY * part, tick=False)
        seen.append(places_of(vista))
    assert seen == [32, 48, 64]


def test_429s_of_one_batch_halve_the_pace_once(vista, sendable, httpserver, noon):
    answer_429(httpserver, **{"Retry-After": "1"})
    sendable(8)
    taken = claim(room=24)
    assert len(taken) == 8
    send_and_record(taken)
    assert pace_of(vista).slowed_to == 0.5


def test_again_and_again_429_ends_at_one_request_and_longer_rests(vista, sendable, httpserver, noon, time_machine):
    answer_429(httpserver)
    sendable(12)
    now, rests = noon, []
    for _ in range(9):
        (taken, *_others) = claim(room=1)
        send_and_record([taken])
        until = pace_of(vista).closed_until
        rests.append(round((until - now).total_seconds()))
        now = until
        time_machine.move_to(now, tick=False)
    assert rests == [2, 4, 8, 16, 32, 64, 64, 64, 64]
    assert pace_of(vista).slowed_to == SLOWEST
    assert places_of(vista) == 1


def test_other_failures_change_no_pace(vista, sendable, httpserver, noon):
    httpserver.expect_request("/phases").respond_with_json({}, status=503)
    sendable(8)
    send_and_record(claim(room=24))
    assert not Pace.objects.exists()


def test_a_clock_set_back_opens_what_was_closed_later(vista, sendable, httpserver, noon, time_machine):
    answer_429(httpserver, **{"Retry-After": "60"})
    sendable(2)
    time_machine.move_to(noon + timedelta(hours=3), tick=False)
    send_and_record(claim(room=1))
    time_machine.move_to(noon, tick=False)
    assert len(claim()) == 1


def test_an_idle_connection_finds_a_place_where_slow_ones_took_the_rest(integration, vista, sendable, noon):
    limit(vista, concurrency=64)
    quick = make_connection(integration, vista.connector, vista.base_url, name="Quick")
    sendable(100)
    assert len(claim(room=80)) == 64
    sendable(3, quick)
    assert [action.connection for action in claim(room=16)] == [quick]


def test_runs_come_to_their_actions_while_limits_are_full(integration, vista, add_phase, sendable, noon):
    limit(vista, requests_per_minute=1)
    sendable(1)
    claim()
    run = make_run(make_flow(integration, action_step(vista, add_phase)))
    assert advance_due_runs() == 1
    run.refresh_from_db()
    assert run.status == "Suspended"
