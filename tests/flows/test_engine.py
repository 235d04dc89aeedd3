"""A run from its trigger to its end, against a real server."""

from decimal import Decimal

import pytest

from flows.commands.flows import publish, save_draft
from flows.commands.runs import cancel_run, run_again
from flows.engine import advance_due_runs
from flows.models import Action, Run
from integrations.problems import Refused
from tests.making import action_step, expression, make_flow, make_run, map_step, retry_policy, text


def finished(run):
    run.refresh_from_db()
    return run


def statuses(run):
    return {result.step_id: result.status for result in run.step_results.all()}


def test_a_run_maps_sends_and_stores_what_came_back(integration, vista, add_phase, httpserver, work):
    httpserver.expect_request("/phases", method="POST").respond_with_json({"id": 7, "code": "03-100"}, status=201)
    flow = make_flow(
        integration,
        map_step(code=expression("flow.mapItem().code")),
        action_step(vista, add_phase, use_existing_body=True, existing_body='flow.step("map").output[0]'),
    )
    run = make_run(flow)
    work()
    assert finished(run).status == Run.Status.SUCCESS
    assert statuses(run) == {"map": "SUCCESSFUL", "send": "ACTION_HANDLED_SUCCESSFUL"}
    output = run.step_results.get(step_id="send").output
    assert output == {
        "Request": {"code": "03-100"},
        "Response": {"Content": {"status": 201, "data": {"id": 7, "code": "03-100"}}},
    }
    (request, _response), *rest = httpserver.log
    assert not rest
    assert request.get_json() == {"code": "03-100"}
    assert request.headers["Idempotency-Key"] == Action.objects.get().idempotency_key


def test_numbers_arrive_as_they_came(integration, vista, add_phase, httpserver, work):
    httpserver.expect_request("/phases").respond_with_json({})
    step = action_step(
        vista, add_phase, properties={"code": text("03-100"), "budget": expression("flow.trigger.data.budget")}
    )
    make_run(make_flow(integration, step), {"budget": Decimal("84500.10")})
    work()
    assert b'"budget":84500.10' in httpserver.log[0][0].data


def test_text_is_typed_by_the_schema(integration, vista, add_phase, httpserver, work):
    httpserver.expect_request("/phases").respond_with_json({})
    step = action_step(vista, add_phase, properties={"code": text("03-100"), "budget": text("12.50")})
    make_run(make_flow(integration, step))
    work()
    assert httpserver.log[0][0].data == b'{"code":"03-100","budget":12.50}'


def test_without_waiting_the_flow_goes_on_at_once(integration, vista, add_phase, httpserver, work):
    httpserver.expect_request("/phases").respond_with_json({}, status=500)
    run = make_run(make_flow(integration, action_step(vista, add_phase, wait_for_response=False)))
    work()
    assert finished(run).status == Run.Status.SUCCESS
    assert statuses(run) == {"send": "QUEUE_ACTION_SUCCESSFUL"}
    action = Action.objects.get()
    assert (action.status, action.needs_review) == ("Failed", True)


def test_a_wrong_type_fails_before_anything_is_sent(integration, vista, add_phase, httpserver, work):
    step = action_step(vista, add_phase, properties={"code": text("03-100"), "budget": expression("'12,500.50'")})
    run = make_run(make_flow(integration, step))
    work()
    assert not httpserver.log
    assert finished(run).status == Run.Status.FAILED
    assert statuses(run) == {"send": "ACTION_HANDLED_FAILED"}
    (error,) = run.step_results.get().output["Response"]["Content"]["error"]["errors"]
    assert "budget" in error["text"]
    assert error["details"]["rule"] == "type"
    assert error["details"]["value"] == "12,500.50"


def test_a_badly_formatted_string_fails_before_anything_is_sent(integration, vista, add_phase, httpserver, work):
    step = action_step(
        vista,
        add_phase,
        wait_for_response=False,
        retry_policy=retry_policy(),
        properties={"code": text("03-100"), "start": expression("'tomorrow'")},
    )
    run = make_run(make_flow(integration, step))
    work()
    assert not httpserver.log
    # Retries never apply to it, and not waiting hides it from nobody.
    assert statuses(run) == {"send": "ACTION_HANDLED_FAILED"}
    assert Action.objects.get().status == Action.Status.FAILED


@pytest.mark.parametrize("status", [400, 404, 422, 500])
def test_a_bad_request_is_a_failure_with_the_answer_of_the_other_system(
    status, integration, vista, add_phase, httpserver, work
):
    failure = {"code": "PO in use", "errors": [{"text": "PO already in use", "source": ["PO"], "details": {}}]}
    httpserver.expect_request("/phases").respond_with_json(failure, status=status)
    run = make_run(make_flow(integration, action_step(vista, add_phase)))
    work()
    assert finished(run).status == Run.Status.FAILED
    content = run.step_results.get().output["Response"]["Content"]
    assert content["status"] == status
    assert content["result"]["errors"][0]["text"] == "PO already in use"


def test_a_failure_that_a_later_step_handles(integration, vista, add_phase, httpserver, work):
    httpserver.expect_ordered_request("/phases").respond_with_json({}, status=422)
    httpserver.expect_ordered_request("/phases").respond_with_json({"id": 1})
    handler = action_step(vista, add_phase, "report", run_condition={"step": "previous", "status": "failed"})
    run = make_run(make_flow(integration, action_step(vista, add_phase), handler))
    work()
    assert finished(run).status == Run.Status.SUCCESS
    assert statuses(run) == {"send": "ACTION_HANDLED_FAILED", "report": "ACTION_HANDLED_SUCCESSFUL"}


def test_a_skipped_step_says_why(integration, vista, add_phase, httpserver, work):
    httpserver.expect_request("/phases").respond_with_json({}, status=422)
    run = make_run(make_flow(integration, action_step(vista, add_phase), map_step()))
    work()
    skipped = run.step_results.get(step_id="map")
    assert (skipped.status, skipped.message) == (
        "SKIPPED",
        "It runs when send is succeeded, and send is ACTION_HANDLED_FAILED.",
    )


def test_an_expression_that_fails_ends_the_run_with_an_exception_that_names_the_property(
    integration, vista, add_phase, work
):
    step = action_step(vista, add_phase, properties={"code": expression("flow.trigger.data.phase.code")})
    run = make_run(make_flow(integration, step), {})
    work()
    assert finished(run).status == Run.Status.EXCEPTION
    result = run.step_results.get()
    assert result.status == "EXCEPTION"
    assert "code" in result.message
    assert not Action.objects.exists()


def test_a_connection_that_is_gone_is_named(integration, vista, add_phase, work):
    run = make_run(make_flow(integration, action_step(vista, add_phase)))
    vista.name = "Renamed"
    vista.save()
    work()
    assert finished(run).status == Run.Status.EXCEPTION
    assert "connection" in run.step_results.get().message


def test_input_over_5_mb_is_refused_with_a_clear_error(integration, vista, add_phase, httpserver, work):
    thrice = "({code: flow.trigger.data.code.repeat(3)})"
    step = action_step(vista, add_phase, use_existing_body=True, existing_body=thrice)
    run = make_run(make_flow(integration, step), {"code": "x" * 2_000_000})
    work()
    assert not httpserver.log
    content = run.step_results.get().output["Response"]["Content"]
    assert content["error"]["code"] == "InputTooLarge"
    assert "5 MB" in content["error"]["errors"][0]["text"]


def test_a_run_finishes_on_the_version_it_started_with(integration, vista, add_phase, httpserver, work):
    httpserver.expect_request("/phases").respond_with_json({})
    flow = make_flow(integration, action_step(vista, add_phase))
    run = make_run(flow)
    flow = save_draft(actor=None, flow=flow, draft={**flow.draft, "steps": [map_step()]}, revision=flow.draft_revision)
    publish(actor=None, flow=flow)
    work()
    assert statuses(run) == {"send": "ACTION_HANDLED_SUCCESSFUL"}
    flow.refresh_from_db()
    again = run_again(actor=None, run=Run.objects.select_related("flow").get(pk=run.pk))
    assert again.version.number == 2
    assert again.trigger_data == run.trigger_data


def test_trigger_data_over_5_mb_and_of_the_wrong_shape_start_nothing(integration, vista, add_phase):
    schema = {"type": "object", "required": ["code"]}
    trigger = {"kind": "on_demand", "input_schema": schema}
    flow = make_flow(integration, action_step(vista, add_phase), trigger=trigger)
    with pytest.raises(Refused, match="5 MB"):
        make_run(flow, {"code": "x" * 6_000_000})
    with pytest.raises(Refused, match="code"):
        make_run(flow, {"other": 1})
    assert not Run.objects.exists()


def test_a_canceled_run_cancels_its_open_actions(integration, vista, add_phase, work):
    step = action_step(vista, add_phase)
    run = make_run(make_flow(integration, step))
    advance_due_runs()
    cancel_run(actor=None, run=run)
    work()
    assert finished(run).status == Run.Status.CANCELED
    assert Action.objects.get().status == Action.Status.CANCELED
    assert statuses(run) == {"send": "ACTION_HANDLED_CANCELED"}


def test_an_action_that_was_out_when_its_run_was_canceled_is_not_tried_again(
    integration, vista, add_phase, httpserver, work
):
    run = make_run(make_flow(integration, action_step(vista, add_phase)))
    advance_due_runs()
    Run.objects.update(status=Run.Status.CANCELED)
    work()
    assert not httpserver.log
    assert Action.objects.get(run=run).status == Action.Status.CANCELED


def test_real_time_processing_off_waits_for_the_connections_next_slot(
    integration, vista, add_phase, httpserver, work, time_machine
):
    time_machine.move_to("2026-03-02T10:10:00+00:00")
    httpserver.expect_request("/phases").respond_with_json({})
    add_phase.real_time_optional = True
    add_phase.save()
    run = make_run(make_flow(integration, action_step(vista, add_phase, real_time_processing=False)))
    work()
    assert finished(run).status == Run.Status.SUSPENDED
    time_machine.move_to("2026-03-02T11:00:01+00:00")
    work()
    assert finished(run).status == Run.Status.SUCCESS
