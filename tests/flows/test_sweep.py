"""What the sweep repairs after processes died."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from flows.engine import advance_due_runs
from flows.models import Action, Attempt, Run
from flows.processing import _claim
from flows.sweep import sweep
from tests.making import action_step, make_flow, make_run, retry_policy

PAST_LEASE = timedelta(seconds=settings.LEASE_SECONDS + 1)


@pytest.fixture
def now(time_machine):
    time_machine.move_to("2026-03-02T12:00:00+00:00")
    return timezone.now()


def start(integration, connection, action_path, **settings):
    return make_run(make_flow(integration, action_step(connection, action_path, **settings)))


def die_after_sending():
    """What a worker leaves that is killed between send and record."""
    advance_due_runs()
    return _claim("a worker that is gone", 10)


def test_a_request_that_is_safe_to_repeat_is_sent_again_with_the_same_key(
    integration, vista, put_phase, httpserver, work, now, time_machine
):
    httpserver.expect_request("/phases").respond_with_json({})
    run = start(integration, vista, put_phase)
    (action,) = die_after_sending()
    time_machine.move_to(now + PAST_LEASE)
    sweep()
    work()
    run.refresh_from_db()
    assert run.status == Run.Status.SUCCESS
    assert httpserver.log[0][0].headers["Idempotency-Key"] == action.idempotency_key
    assert [attempt.verdict for attempt in action.attempts.all()] == ["Unknown", "Success"]


def test_another_one_stands_as_outcome_unknown_and_is_never_resent(
    integration, vista, add_phase, httpserver, work, now, time_machine
):
    run = start(integration, vista, add_phase)
    die_after_sending()
    time_machine.move_to(now + PAST_LEASE)
    sweep()
    work()
    action = Action.objects.get()
    assert (action.status, action.needs_review) == (Action.Status.OUTCOME_UNKNOWN, True)
    assert not httpserver.log
    run.refresh_from_db()
    assert run.status == Run.Status.SUSPENDED


def test_a_connection_that_honours_the_key_makes_a_post_safe_to_repeat(
    integration, vista, add_phase, httpserver, work, now, time_machine
):
    vista.honours_idempotency_key = True
    vista.save()
    httpserver.expect_request("/phases").respond_with_json({})
    start(integration, vista, add_phase)
    die_after_sending()
    time_machine.move_to(now + PAST_LEASE)
    sweep()
    work()
    assert Action.objects.get().status == Action.Status.SUCCESSFUL


def test_an_action_that_kills_its_worker_is_set_aside_after_three_tries(
    integration, vista, put_phase, httpserver, now, time_machine
):
    start(integration, vista, put_phase)
    advance_due_runs()
    for number in range(1, 4):
        time_machine.move_to(now + number * PAST_LEASE)
        assert len(_claim(f"worker {number}", 10)) == 1
        time_machine.move_to(now + (number + 1) * PAST_LEASE)
        sweep()
    assert Action.objects.get().status == Action.Status.OUTCOME_UNKNOWN
    assert Attempt.objects.count() == 3


def test_a_run_that_kills_its_worker_is_set_aside_after_three_tries(integration, vista, add_phase, work):
    run = start(integration, vista, add_phase)
    Run.objects.update(claims=3)
    work()
    run.refresh_from_db()
    assert run.status == Run.Status.EXCEPTION
    assert "3 times" in run.message


def test_a_late_answer_of_a_worker_that_lost_its_lease_changes_nothing(
    integration, vista, put_phase, httpserver, work, now, time_machine
):
    from connectors.outcome import Verdict
    from flows.processing import Sent, record

    httpserver.expect_request("/phases").respond_with_json({"by": "the second worker"})
    start(integration, vista, put_phase)
    (action,) = die_after_sending()
    time_machine.move_to(now + PAST_LEASE)
    sweep()
    work()
    late = Verdict(ok=False, content={"status": 500, "result": {}}, message="late")
    record([Sent(action, "a worker that is gone", None, None, late)])
    assert Action.objects.get().status == Action.Status.SUCCESSFUL


def test_an_action_that_is_open_for_14_days_is_canceled_and_its_run_ends_with_an_exception(
    integration, vista, add_phase, work, now, time_machine
):
    run = start(integration, vista, add_phase)
    die_after_sending()
    time_machine.move_to(now + PAST_LEASE)
    sweep()
    time_machine.move_to(now + timedelta(days=14, minutes=1))
    sweep()
    work()
    run.refresh_from_db()
    assert Action.objects.get().status == Action.Status.CANCELED
    assert run.status == Run.Status.EXCEPTION
    assert run.step_results.get().status == "ACTION_HANDLED_CANCELED"


def test_an_unknown_outcome_under_a_retry_policy_fails_when_its_window_ends(
    integration, vista, add_phase, work, now, time_machine
):
    run = start(integration, vista, add_phase, retry_policy=retry_policy())
    die_after_sending()
    time_machine.move_to(now + PAST_LEASE)
    sweep()
    time_machine.move_to(now + PAST_LEASE + timedelta(hours=24, seconds=1))
    sweep()
    work()
    run.refresh_from_db()
    assert run.status == Run.Status.FAILED
    assert run.step_results.get().output["Response"]["Content"]["result"]["code"] == "OutcomeUnknown"


def test_a_lost_ring_costs_one_sweep(integration, vista, add_phase):
    from django_q.models import OrmQ

    start(integration, vista, add_phase)
    OrmQ.objects.all().delete()
    sweep()
    sweep()
    assert OrmQ.objects.count() == 1
