"""Every case of a retry, with time under control. The clock is moved; nobody sleeps."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as configured
from django.utils import timezone
from werkzeug import Response

from flows.commands.actions import close_as, retry_now
from flows.commands.flows import publish, save_draft
from flows.commands.runs import cancel_run
from flows.engine import advance_due_runs, version_of
from flows.models import Action, Attempt, Run
from flows.processing import _claim
from flows.sweep import sweep
from tests.cast import make_user
from tests.making import action_step, expression, make_flow, make_run, map_step, retry_policy, text

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def at(time_machine):
    """Sets the clock; it stands still in between."""

    def move(moment: datetime | timedelta) -> datetime:
        moment = NOON + moment if isinstance(moment, timedelta) else moment
        time_machine.move_to(moment, tick=False)
        return moment

    move(NOON)
    return move


@pytest.fixture
def busy(httpserver):
    """The other system answers 503, until told otherwise."""

    def answers(status: int = 503, body: dict | None = None, **headers) -> None:
        httpserver.clear_all_handlers()
        answer = Response(b"{}" if body is None else str(body), status, headers, mimetype="application/json")
        httpserver.expect_request("/phases").respond_with_response(answer)

    answers()
    return answers


@pytest.fixture
def start(integration, vista, add_phase):
    def begin(policy: dict | None = None, **step) -> Run:
        flow = make_flow(integration, action_step(vista, add_phase, retry_policy=policy or retry_policy(), **step))
        return make_run(flow)

    return begin


def the_action() -> Action:
    return Action.objects.get()


def status_of(run: Run) -> str:
    run.refresh_from_db()
    return run.status


def told(run: Run) -> str:
    return "\n".join(run.log.values_list("text", flat=True))


def tries(at, work, upto: timedelta) -> list[float]:
    """Works on at each due time up to then. Returns the hours after noon at which something was sent."""
    work()
    while (due := Action.objects.get().due_at) is not None and due <= NOON + upto:
        at(due)
        work()
    begun = Attempt.objects.order_by("number").values_list("started_at", flat=True)
    return [(moment - NOON) / HOUR for moment in begun]


# --- interval, gaps, attempts, window


@pytest.mark.parametrize(
    ("policy", "hours"),
    [
        (retry_policy(), [0, 1, 2, 3]),
        (retry_policy(interval_minutes=30, attempts=5), [0, 0.5, 1, 1.5, 2, 2.5]),
        (retry_policy(attempts=1), [0, 1]),
        (retry_policy(exponential_backoff=True, attempts=4), [0, 1, 3, 7, 15]),
        (retry_policy(exponential_backoff=True, attempts=5), [0, 1, 3, 7, 15]),
        (retry_policy(interval_minutes=10 * 60, attempts=5), [0, 10, 20]),
        (retry_policy(interval_minutes=24 * 60, attempts=5), [0, 24]),
    ],
    ids=["plain", "every half hour", "one", "doubling", "doubling past the window", "past the window", "a whole day"],
)
def test_the_tries_are_where_the_policy_puts_them(policy, hours, start, busy, work, at):
    run = start(policy)
    assert tries(at, work, timedelta(days=9)) == hours
    assert (the_action().status, status_of(run)) == (Action.Status.FAILED, Run.Status.FAILED)
    assert the_action().retries_done == len(hours) - 1


def test_the_gap_counts_from_the_failure_not_from_the_plan(start, busy, work, at):
    start()
    work()
    at(timedelta(hours=5))
    work()
    assert the_action().due_at == NOON + timedelta(hours=6)


def test_no_worker_is_busy_while_a_retry_waits(start, busy, work, at):
    start()
    work()
    action = the_action()
    assert (action.status, action.lease_token, action.lease_until) == (Action.Status.PENDING_RETRY, "", None)


def test_the_run_log_says_which_retry_comes_when_in_the_installations_time_zone(start, busy, work, at, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    run = start()
    work()
    assert "Retry 1 of 3 is due at 2026-03-02 14:00 CET." in told(run)


def test_an_hour_is_an_hour_when_the_clocks_change(start, busy, work, at, settings):
    """In Berlin the night of 29 March 2026 has no 02:30, and that of 25 October has two."""
    settings.TIME_ZONE = "Europe/Berlin"
    spring = at(datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
    run = start()
    work()
    assert the_action().due_at == spring + HOUR
    assert "2026-03-29 03:30 CEST" in told(run)
    Action.objects.all().delete()
    autumn = at(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    run = start()
    work()
    assert the_action().due_at == autumn + HOUR
    assert "2026-10-25 02:30 CET" in told(run)


# --- the error condition


@pytest.mark.parametrize(
    ("condition", "is_retried"),
    [
        ("true", True),
        ("flow.mapItem().status === 503", True),
        ("flow.mapItem().result.errors[0].text.includes('busy')", True),
        ("flow.trigger.data.code.startsWith('03')", True),
        ("!!flow.mapItem().result", True),
        ("return flow.mapItem().status >= 500;", True),
        ("false", False),
        ("flow.mapItem().result.code === '429'", False),
        ("1", False),
        ("'true'", False),
        ("null", False),
        ("undefined", False),
        ("({})", False),
        ("throw new Error('no')", False),
        ("flow.mapItem().result.nothing.at.all", False),
        ("while (true) {}", False),
    ],
)
def test_a_retry_needs_a_condition_that_is_true(condition, is_retried, start, httpserver, work, at):
    answer = {"errors": [{"text": "The batch is busy"}]}
    httpserver.expect_request("/phases").respond_with_json(answer, status=503)
    run = start(retry_policy(error_condition=condition))
    work()
    assert (the_action().status == Action.Status.PENDING_RETRY) is is_retried
    assert is_retried or "No retry: " in told(run)


def test_the_condition_is_asked_after_each_failure(start, busy, work, at):
    run = start(retry_policy(error_condition="flow.mapItem().status === 503"))
    work()
    busy(422)
    at(HOUR)
    work()
    assert (the_action().status, the_action().retries_done) == (Action.Status.FAILED, 1)
    assert "the error condition is false" in told(run)


# --- Retry-After


@pytest.mark.parametrize(
    ("header", "hours"),
    [
        ("7200", 2),
        ("Mon, 02 Mar 2026 15:30:00 GMT", 3.5),
        ("60", 1),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 1),
        ("later", 1),
    ],
)
def test_the_later_of_interval_and_retry_after_counts(header, hours, start, busy, work, at):
    busy(503, **{"Retry-After": header})
    start()
    work()
    assert the_action().due_at == NOON + timedelta(hours=hours)


def test_a_retry_after_beyond_the_window_ends_the_retries(start, busy, work, at):
    busy(503, **{"Retry-After": str(25 * 3600)})
    run = start()
    work()
    assert status_of(run) == Run.Status.FAILED
    assert "no further try within its 24 hours" in told(run)


# --- what else may happen meanwhile


def test_with_wait_off_the_run_ends_and_the_retries_go_on(start, busy, work, at):
    run = start(wait_for_response=False)
    assert tries(at, work, HOUR) == [0, 1]
    assert status_of(run) == Run.Status.SUCCESS
    busy(200)
    at(2 * HOUR)
    work()
    assert the_action().status == Action.Status.SUCCESSFUL
    assert run.step_results.get().status == "QUEUE_ACTION_SUCCESSFUL"


def test_a_retry_whose_connection_is_full_stays_due_and_spends_nothing(start, vista, busy, work, at):
    start()
    work()
    vista.requests_per_minute = 1
    vista.save()
    at(HOUR)
    start(retry_policy(attempts=1), wait_for_response=False)
    work()
    retry = Action.objects.order_by("pk").first()
    other = Action.objects.order_by("pk").last()
    assert sorted([retry.attempts_made, other.attempts_made]) in ([0, 2], [1, 1])
    at(HOUR + timedelta(seconds=61))
    work()
    retry.refresh_from_db()
    assert (retry.attempts_made, retry.retries_done) == (2, 2)


def test_a_retry_whose_connection_has_no_free_place_goes_when_one_is_free(start, vista, busy, work, at):
    start()
    work()
    vista.concurrency = 1
    vista.save()
    retry = the_action()
    other = start(wait_for_response=False)
    advance_due_runs()
    assert [action.run for action in _claim("a worker", 64)] == [other]
    at(HOUR)
    work()
    retry.refresh_from_db()
    assert (retry.status, retry.retries_done, retry.attempts_made) == (Action.Status.PENDING_RETRY, 1, 1)
    Action.objects.filter(run=other).update(status=Action.Status.SUCCESSFUL, due_at=None, closed_at=at(HOUR))
    work()
    retry.refresh_from_db()
    assert (retry.retries_done, retry.attempts_made) == (2, 2)


def test_a_canceled_run_ends_the_wait(start, busy, work, at):
    run = start()
    work()
    cancel_run(actor=None, run=run)
    at(HOUR)
    sweep()
    work()
    assert the_action().status == Action.Status.CANCELED
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "ends"),
    [(Action.Status.FAILED, Run.Status.FAILED), (Action.Status.SUCCESSFUL, Run.Status.SUCCESS)],
)
def test_closed_by_hand_during_the_wait_the_flow_goes_on_and_nothing_is_sent(
    status, ends, integration, start, busy, work, at
):
    run = start()
    work()
    opal = make_user("opal")
    close_as(actor=opal, integration=integration, ids=[the_action().pk], status=status, reason="done by phone")
    work()
    assert (the_action().status, status_of(run)) == (status, ends)
    at(timedelta(hours=30))
    sweep()
    work()
    assert Attempt.objects.count() == 1


def test_a_restart_in_the_middle_of_a_retry_costs_a_lease_and_no_retry(start, busy, work, at, put_phase, integration):
    """What is safe to repeat is sent again; the retry that was out is not counted twice."""
    Action.objects.all().delete()
    vista = put_phase.connector.connections.get()
    run = make_run(make_flow(integration, action_step(vista, put_phase, retry_policy=retry_policy())))
    work()
    at(HOUR)
    assert len(_claim("a worker that is killed now", 10)) == 1
    at(HOUR + timedelta(seconds=configured.LEASE_SECONDS + 1))
    sweep()
    busy(200)
    work()
    assert (the_action().retries_done, status_of(run)) == (1, Run.Status.SUCCESS)
    assert [attempt.verdict for attempt in Attempt.objects.order_by("number")] == ["Failure", "Unknown", "Success"]


def test_everything_down_over_a_due_time_makes_the_retry_late_not_lost(start, busy, work, at):
    start()
    work()
    at(timedelta(hours=7))
    busy(200)
    sweep()
    work()
    assert the_action().status == Action.Status.SUCCESSFUL


def test_a_run_whose_flow_is_published_anew_during_the_wait_ends_on_the_version_it_began_with(
    start, busy, work, at, integration, vista, add_phase
):
    step = action_step(vista, add_phase, retry_policy=retry_policy())
    flow = make_flow(integration, step, map_step("then", list_expression="({})", kept=text("first")))
    run = make_run(flow)
    work()
    draft = {**flow.draft, "steps": [step, map_step("then", list_expression="({})", kept=text("second"))]}
    publish(actor=None, flow=save_draft(actor=None, flow=flow, draft=draft, revision=flow.draft_revision))
    # As the processes of the next release, which know nothing yet.
    version_of.cache_clear()
    at(HOUR)
    busy(200)
    work()
    assert status_of(run) == Run.Status.SUCCESS
    assert run.step_results.get(step_id="then").output == [{"kept": "first"}]


def test_a_clock_that_jumps_ahead_brings_the_retry_forward_once(start, busy, work, at):
    start(retry_policy(attempts=2))
    work()
    at(timedelta(hours=3))
    work()
    assert (the_action().retries_done, Attempt.objects.count()) == (2, 2)
    at(timedelta(minutes=5))
    sweep()
    work()
    assert the_action().due_at == NOON + timedelta(hours=4)
    assert Attempt.objects.count() == 2


def test_a_clock_that_is_set_back_delays_the_retry_and_sends_it_once(start, busy, work, at):
    start(retry_policy(attempts=1))
    work()
    at(timedelta(hours=-2))
    for _ in range(3):
        sweep()
        work()
    assert Attempt.objects.count() == 1
    at(HOUR)
    work()
    at(timedelta(hours=-1))
    work()
    assert (the_action().status, Attempt.objects.count()) == (Action.Status.FAILED, 2)


def test_a_failure_before_sending_is_never_retried(start, work, at, httpserver):
    start(properties={"code": expression("'not a code'")})
    work()
    assert (the_action().status, the_action().due_at) == (Action.Status.FAILED, None)
    assert not httpserver.log


def test_a_retry_done_now_by_hand_keeps_its_key_and_takes_the_place_of_the_next(integration, start, busy, work, at):
    start()
    work()
    key = the_action().idempotency_key
    retry_now(actor=make_user("opal"), integration=integration, ids=[the_action().pk], reason="it is up again")
    busy(200)
    work()
    action = the_action()
    assert (action.status, action.retries_done, action.idempotency_key) == (Action.Status.SUCCESSFUL, 1, key)
    assert timezone.now() == NOON
