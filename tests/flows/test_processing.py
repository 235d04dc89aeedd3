"""Attempts, retries and the limits of a connection, against a real server."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from werkzeug import Response

from flows.models import Action, Attempt, Run
from tests.making import action_step, make_flow, make_run, retry_policy

NOON = "2026-03-02T12:00:00+00:00"


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return timezone.now()


def start(integration, connection, action_path, **settings):
    return make_run(make_flow(integration, action_step(connection, action_path, **settings)))


def the_action():
    return Action.objects.get()


def test_a_failure_that_the_condition_names_is_tried_again_at_the_interval(
    integration, vista, add_phase, httpserver, work, noon, time_machine
):
    httpserver.expect_ordered_request("/phases").respond_with_json({"message": "busy"}, status=503)
    httpserver.expect_ordered_request("/phases").respond_with_json({"id": 1})
    policy = retry_policy(error_condition="flow.mapItem().result?.code === '503'")
    run = start(integration, vista, add_phase, retry_policy=policy)
    work()
    action = the_action()
    assert (action.status, action.due_at) == (Action.Status.PENDING_RETRY, noon + timedelta(hours=1))
    run.refresh_from_db()
    assert run.status == Run.Status.SUSPENDED
    time_machine.move_to(noon + timedelta(minutes=59), tick=False)
    work()
    assert len(httpserver.log) == 1
    time_machine.move_to(noon + timedelta(minutes=60, seconds=1), tick=False)
    work()
    run.refresh_from_db()
    assert run.status == Run.Status.SUCCESS
    assert [attempt.verdict for attempt in the_action().attempts.all()] == ["Failure", "Success"]


def test_all_attempts_of_an_action_carry_one_key(integration, vista, add_phase, httpserver, work, noon, time_machine):
    httpserver.expect_request("/phases").respond_with_json({}, status=503)
    start(integration, vista, add_phase, retry_policy=retry_policy(attempts=2))
    for hour in range(3):
        time_machine.move_to(noon + timedelta(hours=hour, seconds=hour), tick=False)
        work()
    keys = {request.headers["Idempotency-Key"] for request, _ in httpserver.log}
    assert (len(httpserver.log), len(keys)) == (3, 1)


def test_when_attempts_are_spent_the_action_closes_as_failed_and_the_flow_moves_on(
    integration, vista, add_phase, httpserver, work, noon, time_machine
):
    httpserver.expect_request("/phases").respond_with_json({}, status=503)
    run = start(integration, vista, add_phase, retry_policy=retry_policy(attempts=1))
    work()
    time_machine.move_to(noon + timedelta(hours=1, seconds=1), tick=False)
    work()
    run.refresh_from_db()
    assert run.status == Run.Status.FAILED
    action = the_action()
    assert (action.status, action.needs_review, action.attempts_made) == (Action.Status.FAILED, True, 2)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("false", "error condition is false"),
        ("flow.mapItem().status", "must be true or false"),
        ("flow.mapItem().nothing.at.all", "can't be evaluated"),
    ],
)
def test_no_retry_unless_the_condition_is_true(condition, told, integration, vista, add_phase, httpserver, work):
    httpserver.expect_request("/phases").respond_with_json({}, status=503)
    run = start(integration, vista, add_phase, retry_policy=retry_policy(error_condition=condition))
    work()
    assert the_action().status == Action.Status.FAILED
    assert any(told in entry.text for entry in run.log.all())


@pytest.mark.parametrize("header", ["10800", "Mon, 02 Mar 2026 15:00:00 GMT"])
def test_retry_after_is_obeyed_when_it_is_later(header, integration, vista, add_phase, httpserver, work, noon):
    answer = Response("{}", status=429, mimetype="application/json", headers={"Retry-After": header})
    httpserver.expect_request("/phases").respond_with_response(answer)
    start(integration, vista, add_phase, retry_policy=retry_policy())
    work()
    assert the_action().due_at == noon + timedelta(hours=3)


def test_retries_go_on_when_the_flow_does_not_wait(integration, vista, add_phase, httpserver, work, noon, time_machine):
    httpserver.expect_ordered_request("/phases").respond_with_json({}, status=503)
    httpserver.expect_ordered_request("/phases").respond_with_json({})
    run = start(integration, vista, add_phase, wait_for_response=False, retry_policy=retry_policy())
    work()
    run.refresh_from_db()
    assert run.status == Run.Status.SUCCESS
    time_machine.move_to(noon + timedelta(hours=1, seconds=1), tick=False)
    work()
    assert the_action().status == Action.Status.SUCCESSFUL


def test_an_answer_that_is_no_json_where_json_was_declared_is_a_failure(
    integration, vista, add_phase, httpserver, work
):
    httpserver.expect_request("/phases").respond_with_data("<h1>Welcome</h1>", content_type="text/html")
    start(integration, vista, add_phase)
    work()
    assert the_action().status == Action.Status.FAILED


def test_a_connection_that_is_refused_is_a_failure_in_plain_words(integration, vista, add_phase, work):
    vista.base_url = "http://127.0.0.1:1"
    vista.save()
    start(integration, vista, add_phase)
    work()
    action = the_action()
    assert action.status == Action.Status.FAILED
    assert action.message


def test_secrets_are_masked_in_the_attempt(integration, vista, add_phase, httpserver, work):
    from integrations.secrets import seal

    vista.authentication_kind = "bearer"
    vista.sealed_secrets = seal({"token": "very-secret-token"})
    vista.save()
    httpserver.expect_request("/phases").respond_with_json({})
    start(integration, vista, add_phase)
    work()
    assert httpserver.log[0][0].headers["Authorization"] == "Bearer very-secret-token"
    attempt = Attempt.objects.get()
    assert "very-secret-token" not in str(attempt.request)
    assert attempt.request["body"] == {"code": "03-100"}
    assert attempt.response["status"] == 200


def test_no_more_requests_at_once_than_the_connection_allows(integration, vista, add_phase, httpserver, work):
    vista.concurrency = 3
    vista.save()
    flying, most, lock = [0], [0], threading.Lock()

    def answer(request):
        with lock:
            flying[0] += 1
            most[0] = max(most[0], flying[0])
        threading.Event().wait(0.05)
        with lock:
            flying[0] -= 1
        return Response("{}", mimetype="application/json")

    httpserver.expect_request("/phases").respond_with_handler(answer)
    flow = make_flow(integration, action_step(vista, add_phase))
    for _ in range(12):
        make_run(flow)
    work()
    assert Run.objects.filter(status=Run.Status.SUCCESS).count() == 12
    assert most[0] == 3


def test_one_slow_request_does_not_hold_up_the_others(integration, vista, add_phase, httpserver, work):
    slow = threading.Event()
    order = []

    def answer(request):
        code = request.get_json()["code"]
        if code == "01-000":
            slow.wait(5)
        order.append(code)
        if len(order) == 3:
            slow.set()
        return Response("{}", mimetype="application/json")

    httpserver.expect_request("/phases").respond_with_handler(answer)
    flow = make_flow(integration, action_step(vista, add_phase))
    for code in ("01-000", "02-000", "03-000", "04-000"):
        make_run(flow, {"code": code})
    work()
    assert order[-1] == "01-000"
