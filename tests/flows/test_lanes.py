"""Who works, who rings and who leaves: at most one doorbell for any amount of work."""

import fcntl
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ

from flows import engine, heartbeats, lane, leases, processing, queue
from flows.broker import Doorbell
from flows.models import Action, Attempt, Heartbeat, Run
from flows.sending import send
from flows.sweep import sweep
from tests.making import action_step, expression, make_action, make_flow, make_run, map_step
from tests.servers import eventually


@pytest.fixture
def flow(integration, vista, add_phase, httpserver):
    httpserver.expect_request("/phases").respond_with_json({"id": 1})
    return make_flow(integration, action_step(vista, add_phase))


@pytest.fixture
def quick(monkeypatch):
    """Lanes that leave as soon as all is done."""
    monkeypatch.setattr(lane, "STAY", 0)


def a_lane_was_seen(ago: float) -> None:
    seen_at = timezone.now() - timedelta(seconds=ago)
    Heartbeat.objects.update_or_create(name=heartbeats.LANE, defaults={"seen_at": seen_at})


def admit_all(actions, now):
    processing.admit(actions, now, token=leases.make_token(), room=64)


def test_one_message_is_enough_for_any_amount_of_work(flow):
    for _ in range(5):
        make_run(flow)
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize(("ago", "rings"), [(0.1, 0), (5, 1), (-3600, 1)])
def test_nobody_rings_while_a_lane_looks_for_work_anyway(ago, rings, flow):
    a_lane_was_seen(ago)
    make_run(flow)
    assert OrmQ.objects.count() == rings


@pytest.mark.parametrize(("overdue", "asked"), [(0.5, []), (10, [queue.HELP])])
def test_the_sweep_calls_for_help_when_the_lane_that_looks_can_not_keep_up(overdue, asked, flow):
    a_lane_was_seen(0)
    make_run(flow)
    Run.objects.update(due_at=timezone.now() - timedelta(seconds=overdue))
    sweep()
    assert [message.task["func"] for message in OrmQ.objects.all()] == asked


def test_a_lane_stays_longer_than_others_rely_on_it():
    assert heartbeats.RECENT.total_seconds() + 2 * lane.PULSE < lane.STAY


def test_a_lane_that_answers_a_ring_does_the_work_and_shows_that_it_looks(flow, quick):
    run = make_run(flow)
    lane.answer_ring()
    run.refresh_from_db()
    assert run.status == Run.Status.SUCCESS
    assert heartbeats.a_lane_looks()


def test_a_second_lane_leaves_the_work_to_the_first(flow, quick):
    a_lane_was_seen(0)
    run = make_run(flow)
    lane.answer_ring()
    run.refresh_from_db()
    assert run.status == Run.Status.QUEUED


def test_a_lane_that_is_called_for_help_works_beside_the_first_where_the_database_takes_two(flow, quick, settings):
    a_lane_was_seen(0)
    run = make_run(flow)
    with (settings.VAR_DIR / "lane.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        lane.attend()
    run.refresh_from_db()
    assert run.status == (Run.Status.QUEUED if connection.vendor == "sqlite" else Run.Status.SUCCESS)


def test_a_lane_with_more_than_its_time_takes_calls_for_another(flow, monkeypatch, settings):
    settings.TASK_BUDGET = 0
    make_run(flow)
    OrmQ.objects.all().delete()
    lane.attend()
    assert [message.task["func"] for message in OrmQ.objects.all()] == [queue.HELP]


def test_of_two_lanes_the_one_whose_time_is_over_leaves_the_rest_to_the_other(flow, monkeypatch, settings):
    settings.TASK_BUDGET = 0
    make_run(flow)
    OrmQ.objects.all().delete()
    monkeypatch.setattr(lane, "work", lambda stay: a_lane_was_seen(0))
    lane.attend()
    assert not OrmQ.objects.exists()


def test_a_new_action_goes_out_without_being_claimed_anew(flow):
    run = make_run(flow)
    engine.advance_due_runs(admit=admit_all)
    action, attempt = Action.objects.get(), Attempt.objects.get()
    assert (action.status, action.claims, action.attempts_made) == (Action.Status.PROCESSING, 1, 1)
    assert (attempt.action, attempt.number, attempt.verdict) == (action, 1, Attempt.Verdict.STARTED)
    run.refresh_from_db()
    assert (run.status, run.due_at) == (Run.Status.SUSPENDED, None)


def test_a_batch_of_twenty_takes_as_many_statements_as_one_of_two(flow, vista):
    vista.concurrency = 64
    vista.save()
    assert statements_for(flow, 20) == statements_for(flow, 2)


def statements_for(flow, count: int) -> int:
    """What it takes to carry so many runs from their start to their end."""
    token, admitted = leases.make_token(), []
    for _ in range(count):
        make_run(flow)
    with CaptureQueriesContext(connection) as statements:
        engine.advance_due_runs(
            admit=lambda actions, now: admitted.extend(processing.admit(actions, now, token=token, room=64))
        )
        processing.record([send(action, token) for action in admitted])
    assert Run.objects.filter(status=Run.Status.SUCCESS).count() >= count == len(admitted)
    return len(statements)


def test_no_new_action_goes_before_those_that_wait(flow, vista, add_phase):
    run = make_run(flow)
    waiting = make_action(make_run(make_flow(flow.integration, map_step())), vista, add_phase, due_at=timezone.now())
    engine.advance_due_runs(admit=admit_all)
    assert run.actions.get().status == Action.Status.QUEUED
    assert processing._claim(leases.make_token(), 64)[0] == waiting


def test_no_more_new_actions_go_out_than_the_connection_allows(flow, vista):
    vista.concurrency = 2
    vista.save()
    for _ in range(5):
        make_run(flow)
    engine.advance_due_runs(admit=admit_all)
    assert Action.objects.filter(status=Action.Status.PROCESSING).count() == Attempt.objects.count() == 2
    assert Action.objects.filter(status=Action.Status.QUEUED).count() == 3


def test_the_last_answer_ends_its_run_in_the_same_transaction(flow):
    run, token = make_run(flow), leases.make_token()
    engine.advance_due_runs()
    processing.record([send(action, token) for action in processing._claim(token, 64)])
    run.refresh_from_db()
    assert (run.status, run.due_at) == (Run.Status.SUCCESS, None)
    assert [entry.text for entry in run.log.all()][-2:] == [
        f"Action {Action.objects.get().pk} closed out as Successful.",
        "Ended: Success.",
    ]


def test_an_answer_before_another_step_makes_its_run_due(integration, vista, add_phase, httpserver):
    httpserver.expect_request("/phases").respond_with_json({})
    later = map_step(list_expression="[1]", sum=expression("_.sum([1, 2])"))
    run = make_run(make_flow(integration, action_step(vista, add_phase), later))
    token = leases.make_token()
    engine.advance_due_runs()
    processing.record([send(action, token) for action in processing._claim(token, 64)])
    run.refresh_from_db()
    assert run.due_at is not None
    assert not run.is_finished


@pytest.mark.django_db(transaction=True)
def test_the_broker_hears_of_a_message_that_another_connection_commits():
    broker = Doorbell(list_key=queue._broker().list_key)
    taken = []

    def listen():
        while not taken:
            taken.extend(broker.dequeue() or [])
        connections.close_all()

    thread = threading.Thread(target=listen)
    thread.start()
    queue.call_for_help()
    thread.join(timeout=30)
    assert len(taken) == 1
    # It is hidden from others until it is acknowledged, or for as long as a task may take.
    assert broker.queue_size() == 0
    broker.acknowledge(taken[0][0])
    assert not OrmQ.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_broker_asks_for_messages_only_when_something_has_changed(monkeypatch):
    broker = Doorbell(list_key=queue._broker().list_key)
    monkeypatch.setattr("flows.broker.ASK", 3600)
    asked, has_messages = [], Doorbell._has_messages
    monkeypatch.setattr(Doorbell, "_has_messages", lambda self: asked.append(1) or has_messages(self))
    assert broker.dequeue() is None
    assert broker.dequeue() is None
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_lanes_that_are_rung_for_at_once_each_run_is_done_once(flow, quick):
    runs = [make_run(flow) for _ in range(20)]

    def answer():
        lane.attend()
        connections.close_all()

    lanes = [threading.Thread(target=answer) for _ in range(2)]
    for each in lanes:
        each.start()
    for each in lanes:
        each.join()
    eventually(lambda: not Run.objects.exclude(status=Run.Status.SUCCESS).exists())
    assert Attempt.objects.count() == len(runs)
