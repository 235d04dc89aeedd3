"""What an administrator decides about actions, and how the waiting flow goes on."""

import pytest
from django.contrib.auth import get_user_model

from flows.commands.actions import close_as, retry_now
from flows.models import Action, Run
from integrations.models import AuditEntry
from integrations.problems import Refused
from tests.making import action_step, make_flow, make_run, map_step, retry_policy


@pytest.fixture
def opal(db):
    return get_user_model().objects.create_user("opal")


@pytest.fixture
def pending(integration, vista, add_phase, httpserver, work):
    """A run whose action waits for its retry."""
    httpserver.expect_oneshot_request("/phases").respond_with_json({"message": "busy"}, status=503)
    step = action_step(vista, add_phase, retry_policy=retry_policy())
    run = make_run(make_flow(integration, step, map_step()))
    work()
    assert Action.objects.get().status == Action.Status.PENDING_RETRY
    return run


@pytest.fixture
def failed(integration, vista, add_phase, httpserver, work):
    """A run that failed because its action did."""
    httpserver.expect_oneshot_request("/phases").respond_with_json({"message": "closed job"}, status=422)
    run = make_run(make_flow(integration, action_step(vista, add_phase)))
    work()
    return run


def ended(run, work):
    work()
    run.refresh_from_db()
    return run.status, {result.step_id: result.status for result in run.step_results.all()}


def chosen(integration):
    return {"integration": integration, "ids": [Action.objects.latest("pk").pk]}


def test_retry_now_sends_at_once_and_the_flow_goes_on(pending, integration, opal, httpserver, work):
    httpserver.expect_request("/phases").respond_with_json({"id": 1})
    retry_now(actor=opal, **chosen(integration), reason="Vista is back")
    assert ended(pending, work) == ("Success", {"send": "ACTION_HANDLED_SUCCESSFUL", "map": "SUCCESSFUL"})
    assert len({request.headers["Idempotency-Key"] for request, _ in httpserver.log}) == 1


def test_closed_as_failed_the_flow_moves_on_as_after_a_failure(pending, integration, opal, work):
    close_as(actor=opal, **chosen(integration), status=Action.Status.FAILED, reason="not wanted any more")
    assert ended(pending, work) == ("Failed", {"send": "ACTION_HANDLED_FAILED", "map": "SKIPPED"})
    content = pending.step_results.get(step_id="send").output["Response"]["Content"]
    assert content["result"]["code"] == "ClosedAsFailed"
    assert "not wanted any more" in content["result"]["errors"][0]["text"]


def test_closed_as_successful_the_flow_goes_on(pending, integration, opal, work):
    close_as(actor=opal, **chosen(integration), status=Action.Status.SUCCESSFUL, reason="typed it in by hand")
    assert ended(pending, work) == ("Success", {"send": "ACTION_HANDLED_SUCCESSFUL", "map": "SUCCESSFUL"})


def test_a_failed_action_is_sent_again_as_an_action_of_its_own(failed, integration, opal, httpserver, work):
    httpserver.expect_request("/phases").respond_with_json({"id": 1})
    first = Action.objects.get()
    retry_now(actor=opal, **chosen(integration), reason="the job is open again")
    assert ended(failed, work)[0] == "Failed"
    first.refresh_from_db()
    second = Action.objects.latest("pk")
    assert (first.status, first.needs_review) == ("Failed", False)
    assert (second.retry_of, second.status, second.idempotency_key) == (first, "Successful", first.idempotency_key)


def test_a_failed_action_is_closed_out_once_only(failed, integration, opal, work):
    before = Action.objects.get()
    close_as(actor=opal, **chosen(integration), status=Action.Status.SUCCESSFUL, reason="done by hand")
    after = Action.objects.get()
    assert (after.status, after.closed_at) == ("Failed", before.closed_at)
    assert (after.needs_review, after.close_reason) == (False, "Successful: done by hand")
    assert ended(failed, work)[0] == "Failed"


def test_a_decision_needs_a_reason(pending, integration, opal):
    with pytest.raises(Refused, match="say why"):
        retry_now(actor=opal, **chosen(integration), reason="  ")


def test_what_a_decision_can_not_reach_is_passed_by_with_the_reason(failed, integration, opal):
    close_as(actor=opal, **chosen(integration), status=Action.Status.FAILED, reason="seen")
    decided = retry_now(actor=opal, **chosen(integration), reason="again")
    assert (decided.done, decided.passed_by) == ([], {Action.objects.get().pk: "it is Failed"})


def test_actions_of_other_integrations_are_out_of_reach(failed, opal):
    from tests.making import make_integration

    decided = retry_now(actor=opal, **chosen(make_integration()), reason="mine?")
    assert (decided.done, decided.passed_by) == ([], {})


def test_each_decision_is_in_the_audit_trail(pending, integration, opal):
    retry_now(actor=opal, **chosen(integration), reason="Vista is back")
    entry = AuditEntry.objects.get(verb="retried")
    assert (entry.actor, entry.detail["reason"]) == (opal, "Vista is back")
    assert Run.objects.get().log.filter(text__contains="Vista is back").exists()
