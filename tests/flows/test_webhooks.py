"""The webhook: a POST with the right secret starts a run, and is told so once the run is stored."""

import pytest
from django.test import Client

from connectors import exact_json
from flows.commands.flows import replace_webhook_secret
from flows.models import Run
from tests.making import make_draft, make_flow, make_integration, map_step

pytestmark = pytest.mark.django_db
WEBHOOK = {"kind": "webhook", "input_schema": None}
PHASE = {
    "kind": "webhook",
    "input_schema": {
        "type": "object",
        "required": ["code"],
        "properties": {"code": {"type": "string"}, "budget": {"type": "number"}},
    },
}


@pytest.fixture
def flow(db):
    return make_flow(make_integration("Harbour Bridge"), map_step(), trigger=WEBHOOK)


def post(flow, body, **headers):
    """From outside: without a session, and without a CSRF token."""
    client = Client(enforce_csrf_checks=True)
    content_type = headers.pop("content_type", "application/json")
    return client.post(f"/hooks/{flow.webhook_secret}/", body, content_type=content_type, headers=headers)


def said(answer):
    return exact_json.loads(answer.content)


def test_it_answers_with_the_run_that_it_stored(flow):
    answer = post(flow, '{"code": "03-100"}')
    run = Run.objects.get()
    assert answer.status_code == 202
    assert said(answer) == {
        "run": run.pk,
        "status": "Queued",
        "address": f"http://testserver/integrations/harbour-bridge/runs/{run.pk}/",
        "api": f"/api/v1/integrations/harbour-bridge/runs/{run.pk}/",
    }
    assert (run.flow, run.version, run.trigger_data) == (flow, flow.published, {"code": "03-100"})


def test_numbers_arrive_as_they_were_sent(flow):
    post(flow, b'{"big": 12345678901234567890, "budget": 0.10}')
    assert exact_json.dumps(Run.objects.get().trigger_data) == '{"big":12345678901234567890,"budget":0.10}'


def test_the_event_tells_of_the_call_without_its_headers(flow):
    post(flow, "{}", content_type="application/json; charset=utf-8", Authorization="Bearer s3cret", X_Request_ID="r-7")
    event = Run.objects.get().trigger_event
    received = event.pop("receivedAt")
    assert received
    assert event == {"kind": "webhook", "method": "POST", "contentType": "application/json", "requestId": "r-7"}


def test_a_call_without_a_request_id_gets_one(flow):
    post(flow, "{}")
    post(flow, "{}")
    ids = {run.trigger_event["requestId"] for run in Run.objects.all()}
    assert len(ids) == 2 and all(ids)


@pytest.mark.parametrize("body", ["", "  \n", "null"])
def test_an_empty_body_is_null(flow, body):
    assert post(flow, body).status_code == 202
    assert Run.objects.get().trigger_data is None


def test_the_address_works_without_its_last_slash(flow):
    answer = Client().post(f"/hooks/{flow.webhook_secret}", "{}", content_type="application/json")
    assert answer.status_code == 202


def test_malformed_json_is_refused_with_its_place(flow):
    answer = post(flow, '{\n  "code": oops\n}')
    assert answer.status_code == 400
    assert "line 2, column 11" in said(answer)["detail"]
    assert not Run.objects.exists()


@pytest.mark.parametrize("body", [b"\xff\xfe", b"NaN", b"[" * 200_000, b"[" * 900 + b"]" * 900, b"code=03-100"])
def test_what_is_not_json_is_refused_and_not_a_crash(flow, body):
    assert post(flow, body).status_code == 400
    assert not Run.objects.exists()


def test_data_that_do_not_fit_the_trigger_are_refused_with_each_place(db):
    flow = make_flow(make_integration(), map_step(), trigger=PHASE)
    answer = post(flow, '{"budget": "12,500.50"}')
    assert answer.status_code == 422
    problems = {problem["place"]: problem["text"] for problem in said(answer)["problems"]}
    assert "12,500.50" in problems["data.budget"]
    assert any("code" in text for text in problems.values())
    assert not Run.objects.exists()


@pytest.mark.parametrize("megabytes", [5.001, 6, 7])
def test_more_than_five_megabytes_are_refused(flow, megabytes):
    answer = post(flow, b'"' + b"x" * int(megabytes * 1024 * 1024) + b'"')
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/json"
    assert "5 MB" in said(answer)["detail"]
    assert not Run.objects.exists()


def test_just_under_five_megabytes_are_taken(flow):
    assert post(flow, b'"' + b"x" * (5 * 1024 * 1024 - 2) + b'"').status_code == 202


def test_a_body_without_a_length_is_refused_rather_than_lost(flow):
    answer = post(flow, "{}", Transfer_Encoding="chunked")
    assert answer.status_code == 411
    assert "Content-Length" in said(answer)["detail"]


def test_a_compressed_body_is_refused(flow):
    assert post(flow, b"\x1f\x8b", Content_Encoding="gzip").status_code == 415


def test_an_unknown_secret_finds_nothing(db):
    answer = Client().post("/hooks/nobody-knows-this/", "{}", content_type="application/json")
    assert answer.status_code == 404
    assert "webhook address" in said(answer)["detail"]


def test_a_replaced_address_stops_at_once(flow):
    old = flow.webhook_secret
    replace_webhook_secret(actor=None, flow=flow)
    assert Client().post(f"/hooks/{old}/", "{}", content_type="application/json").status_code == 404
    assert post(flow, "{}").status_code == 202


def test_a_flow_without_a_published_version_takes_nothing(db):
    answer = post(make_draft(make_integration(), map_step(), trigger=WEBHOOK), "{}")
    assert answer.status_code == 409
    assert "no published version" in said(answer)["detail"]


def test_a_flow_that_is_switched_off_takes_nothing(flow):
    flow.is_active = False
    flow.save()
    answer = post(flow, "{}")
    assert answer.status_code == 409
    assert "switched off" in said(answer)["detail"]


def test_a_flow_that_is_run_on_demand_takes_nothing(db):
    answer = post(make_flow(make_integration(), map_step()), "{}")
    assert answer.status_code == 409
    assert "not started by a webhook" in said(answer)["detail"]
    assert not Run.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_other_methods_are_told_what_to_do(flow, method):
    answer = getattr(Client(), method)(f"/hooks/{flow.webhook_secret}/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    if method != "head":
        assert "by POST" in said(answer)["detail"]
    assert not Run.objects.exists()


def test_it_costs_few_queries_and_no_session(flow, django_assert_max_num_queries):
    post(flow, "{}")
    # The flow, the run and its ring, between a savepoint's two ends; PostgreSQL's clock is one more.
    with django_assert_max_num_queries(6):
        answer = post(flow, "{}")
    assert not answer.cookies
