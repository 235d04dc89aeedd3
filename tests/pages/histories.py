"""Runs and actions in every state, made by the engine itself against a server of the test's own."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from connectors import exact_json
from flows import engine, lane
from flows.models import Action, Attempt
from flows.sweep import sweep
from tests.making import (
    action_step,
    expression,
    make_action_path,
    make_connection,
    make_connector,
    make_flow,
    make_run,
    map_step,
    retry_policy,
)

# What each code brings upon itself at the other system.
REFUSALS = {
    "09-422": (422, {"title": "The job is closed", "errors": [{"message": "Job 100 takes no more phases."}]}),
    "09-503": (503, {"message": "Batch 12 is in use by another user."}),
}


def make_history(integration, httpserver: HTTPServer) -> SimpleNamespace:
    """One run that succeeded, one refused, one waiting for its retry, one of unknown outcome, one queued."""
    httpserver.expect_request("/phases").respond_with_handler(_answer)
    connector = make_connector("Vista sample")
    connection = make_connection(integration, connector, httpserver.url_for(""), name="Vista")
    action_path = make_action_path(connector, key="job-cost/phases/add")
    flow = make_flow(integration, *_steps(connection, action_path), name="Job phases to Vista")
    runs = {code: make_run(flow, {"code": code, "budget": 1200}) for code in ("03-100", "09-422", "09-503")}
    lane.work()
    unknown = _lose_answer(make_run(flow, {"code": "03-200"}))
    queued = make_run(flow, {"code": "03-300"})
    return SimpleNamespace(
        integration=integration,
        connection=connection,
        action_path=action_path,
        flow=flow,
        succeeded=_fresh(runs["03-100"]),
        refused=_fresh(runs["09-422"]),
        retrying=_fresh(runs["09-503"]),
        unknown=_fresh(unknown),
        queued=queued,
    )


def _steps(connection, action_path) -> list[dict]:
    busy = "flow.mapItem().result.code === '503'"
    send = action_step(
        connection,
        action_path,
        retry_policy=retry_policy(error_condition=busy),
        properties={"code": expression("flow.step('map').output[0].code")},
    )
    on_failure = action_step(connection, action_path, "tell", run_condition={"step": "send", "status": "failed"})
    return [map_step(code=expression("flow.trigger.data.code")), send, on_failure]


def _answer(request: Request) -> Response:
    sent = exact_json.loads(request.get_data())
    status, body = REFUSALS.get(sent["code"], (201, {"id": 4711, **sent}))
    return Response(exact_json.to_bytes(body), status=status, content_type="application/json")


def _lose_answer(run):
    """As when a worker dies between sending and recording."""
    engine.advance_due_runs()
    action = Action.objects.get(run=run)
    past = timezone.now() - timedelta(minutes=5)
    Attempt.objects.create(action=action, number=1, idempotency_key=action.idempotency_key, started_at=past)
    Action.objects.filter(pk=action.pk).update(status="Processing", lease_until=past, attempts_made=1, claims=1)
    sweep()
    return run


def _fresh(run):
    run.refresh_from_db()
    return run
