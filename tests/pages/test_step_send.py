"""Send for real, and samples of what a step gives: only when somebody presses, and never as a run."""

import re

import pytest
from django.urls import reverse

from connectors.outcome import failure_object
from flows import engine
from flows.commands.samples import KEPT_LIMIT
from flows.models import Action, Attempt, Run, StepSample
from flows.pages.kept_answers import pack
from integrations import secrets
from integrations.models import AuditEntry
from tests.cast import client_of, make_action_path, make_connection, make_connector, make_integration
from tests.making import action_step, expression, make_action, make_draft, make_flow, make_run, map_step, text
from tests.pages.forms import controls_of

pytestmark = pytest.mark.django_db
CAST = ("sam", "vic", "bo", "opal", "olga")
SAMPLE = {"sample": "pasted", "sample_data": '{"job": "P-10023"}'}
ANSWER = {"id": 4711, "total": 12.50}


@pytest.fixture
def vista(harbour, httpserver):
    return make_connection(
        harbour,
        make_connector("Vista sample"),
        base_url=httpserver.url_for(""),
        authentication_kind="api_key",
        settings={"in": "header", "parameter_name": "X-API-Key"},
        sealed_secrets=secrets.seal({"api_key": "s3cret-of-vista"}),
    )


@pytest.fixture
def upsert(vista):
    return make_action_path(vista.connector, output_schema={"type": "object"})


@pytest.fixture
def flow(harbour, vista, upsert):
    properties = {"jobNumber": expression("flow.trigger.data.job"), "phaseCode": text("03-100")}
    send = action_step(vista, upsert, "send", properties=properties)
    number = expression('flow.step("send").actionResponse.data.id')
    after = map_step("after", list_expression="[1]", number=number)
    return make_draft(harbour, send, after, name="Phases")


@pytest.fixture
def vista_answers(httpserver):
    """Vista takes the request and answers like this."""

    def answer(value=ANSWER, status=200, **more):
        httpserver.expect_request("/api/job-phases", method="PUT").respond_with_json(value, status=status, **more)

    return answer


def url(flow, name="step-press", step="send"):
    return reverse(name, kwargs={"integration": flow.integration.slug, "flow": flow.slug, "step": step})


def form_of(client, flow, step="send"):
    return controls_of(client.get(url(flow, "step-edit", step)).content.decode(), "step-form") | SAMPLE


def digest_in(html):
    return re.search(r'value="(send:\w+)"', html)[1]


def button_of(client, flow, form):
    """What the button says that the preview of this form shows."""
    return digest_in(client.post(url(flow, "step-preview"), form).content.decode())


def send(user, flow, **changes):
    client = client_of(user)
    form = form_of(client, flow) | changes
    return client.post(url(flow), {**form, "op": button_of(client, flow, form)})


def keep(user, flow, answer):
    form = controls_of(answer.content.decode())
    return client_of(user).post(url(flow), {**form_of(client_of(user), flow), **form, "op": "keep"})


def words(answer):
    return " ".join(
        re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&quot;", '"').replace("&#x27;", "'").split()
    )


def test_the_button_says_where_the_request_goes(flow, bo):
    shown = words(client_of(bo).post(url(flow, "step-preview"), form_of(client_of(bo), flow)))
    assert "Send for real Sends this request to Vista now. It makes no run and no action." in shown


def test_what_is_not_safe_to_repeat_is_asked_about_once(flow, upsert, bo):
    upsert.safe_to_repeat = False
    upsert.save()
    shown = client_of(bo).post(url(flow, "step-preview"), form_of(client_of(bo), flow)).content.decode()
    dialog = shown[shown.index("<dialog") : shown.index("</dialog")]
    assert "This action path is not safe to repeat" in dialog
    assert digest_in(dialog)
    assert 'name="op"' not in shown.replace(dialog, "")


def test_a_request_with_mistakes_has_no_button_and_is_not_sent(flow, bo, httpserver):
    client = client_of(bo)
    form = form_of(client, flow) | {"sample_data": '{"job": 7}'}
    assert "send:" not in client.post(url(flow, "step-preview"), form).content.decode()
    assert "Nothing was sent" in words(client.post(url(flow), {**form, "op": "send:0"}))
    assert httpserver.log == []


def test_exactly_the_request_that_was_shown_goes_out_with_the_credentials(flow, bo, vista_answers, httpserver):
    vista_answers()
    send(bo, flow)
    ((request, _),) = httpserver.log
    assert (request.method, request.path) == ("PUT", "/api/job-phases")
    assert request.json == {"jobNumber": "P-10023", "phaseCode": "03-100"}
    assert request.headers["X-API-Key"] == "s3cret-of-vista"
    assert len(request.headers["Idempotency-Key"]) == 36


def test_the_answer_is_shown_without_a_secret(flow, bo, vista_answers):
    vista_answers({**ANSWER, "you": "s3cret-of-vista"}, headers={"X-Echo": "s3cret-of-vista"})
    answer = send(bo, flow)
    assert "200 Success after" in words(answer)
    assert '"id": 4711' in words(answer)
    assert "X-API-Key: ••••••••" in words(answer)
    assert "s3cret" not in answer.content.decode()


def test_it_makes_no_run_and_no_action_and_stands_in_the_audit_trail(flow, bo, vista_answers):
    vista_answers()
    send(bo, flow)
    assert not Run.objects.exists()
    assert not Action.objects.exists()
    assert not Attempt.objects.exists()
    told = {entry.verb: entry for entry in AuditEntry.objects.filter(actor=bo)}
    assert told["pressed Send for real in"].target == "Phases, step send"
    what = {"connection": "Vista", "action_path": "job-cost/job-phases/upsert"}
    assert told["sent for real from"].detail == what | {"status": 200, "ok": True}


def test_the_answer_is_judged_as_in_a_run(flow, bo, vista_answers):
    vista_answers(failure_object("LOCKED", [{"text": "The batch is open.", "source": [], "details": {}}]), status=409)
    shown = words(send(bo, flow))
    assert "409 Failure" in shown
    assert "The batch is open." in shown


def test_a_system_that_nobody_reaches_is_told(flow, vista, bo):
    vista.base_url = "http://127.0.0.1:9"
    vista.save()
    assert "Failure" in words(send(bo, flow))
    assert AuditEntry.objects.filter(verb="sent for real from", detail__contains='"ok":false').exists()


def test_a_private_address_that_nobody_allowed_is_not_called(flow, bo, settings, httpserver, vista_answers):
    vista_answers()
    settings.ALLOWED_PRIVATE_HOSTS = []
    assert "Failure" in words(send(bo, flow))
    assert httpserver.log == []


def test_what_changed_since_it_was_shown_is_shown_again_instead(flow, bo, httpserver):
    client = client_of(bo)
    form = form_of(client, flow)
    button = button_of(client, flow, form)
    changed = {**form, "value:/.phaseCode": "04-200", "op": button}
    assert "the request is another one by now" in words(client.post(url(flow), changed))
    assert httpserver.log == []


def test_what_differs_each_time_can_be_sent_all_the_same(flow, bo, vista_answers, httpserver):
    vista_answers()
    random = {"mode:/.phaseCode": "expression", "value:/.phaseCode": "String(Math.random()).slice(0, 6)"}
    assert "200 Success" in words(send(bo, flow, **random))
    assert len(httpserver.log) == 1


def test_the_limits_of_the_connection_hold_for_it_too(flow, vista, bo, vista_answers, httpserver):
    vista.requests_per_minute = 1
    vista.save()
    vista_answers()
    send(bo, flow)
    assert "The limits of Vista leave no room at this moment." in words(send(bo, flow))
    assert len(httpserver.log) == 1


def test_a_system_that_asks_to_wait_is_left_alone(flow, bo, vista_answers, httpserver):
    vista_answers(status=429, headers={"Retry-After": "3600"})
    assert "429 Failure" in words(send(bo, flow))
    assert "leave no room at this moment." in words(send(bo, flow))
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("name", ["step-press", "step-answers"])
def test_who_may_press(name, who, flow, sam, vic, bo, opal, olga, httpserver):
    user = {"sam": sam, "vic": vic, "bo": bo, "opal": opal, "olga": olga}[who]
    call = client_of(user).post if name == "step-press" else client_of(user).get
    expected = {"bo": 200, "olga": 200, "sam": 404}.get(who, 403)
    assert call(url(flow, name), {"op": "send:0"}).status_code == expected
    assert call(url(flow, name, step="gone")).status_code == (404 if expected == 200 else expected)
    assert httpserver.log == []


def test_visitors_and_gets_are_refused(flow, bo):
    assert client_of(None).post(url(flow)).status_code == 302
    assert client_of(bo).get(url(flow)).status_code == 405


# Samples of what a step gives.


def seen_after(user, flow):
    """The data panel of the step after, and what its value comes to."""
    client = client_of(user)
    panel = words(client.get(url(flow, "step-edit", "after")))
    form = form_of(client, flow, "after")
    return panel, words(client.post(url(flow, "step-preview", "after"), form))


def test_a_kept_answer_stands_for_the_step_before_anything_ran(flow, bo, vista_answers):
    vista_answers()
    assert "Kept as sample." in words(keep(bo, flow, send(bo, flow)))
    panel, preview = seen_after(bo, flow)
    assert "id number kept sample 4711" in panel
    assert '"number": 4711' in preview
    assert "Send sent nothing for this sample: its output here is its kept sample." in preview


def test_without_a_sample_the_step_before_gives_an_example_and_the_preview_says_so(flow, bo):
    _, preview = seen_after(bo, flow)
    assert "its output here is an example of what its action path declares." in preview


def test_the_sample_tells_where_it_comes_from_and_can_be_forgotten(flow, bo, vista_answers):
    vista_answers()
    kept = keep(bo, flow, send(bo, flow))
    assert "From a request sent for real." in words(kept)
    assert "by bo" in words(client_of(bo).get(url(flow, "step-edit")))
    client_of(bo).post(url(flow), {**form_of(client_of(bo), flow), "op": "forget"})
    assert not StepSample.objects.exists()
    assert "kept sample" not in seen_after(bo, flow)[0]


def test_numbers_keep_every_digit_on_their_way_through_the_browser(flow, bo, httpserver):
    big = '{"id": 12345678901234567890, "total": 0.10}'
    httpserver.expect_request("/api/job-phases").respond_with_data(big, content_type="application/json")
    keep(bo, flow, send(bo, flow))
    data = StepSample.objects.get().output["Response"]["Content"]["data"]
    assert (data["id"], str(data["total"])) == (12345678901234567890, "0.10")


def test_an_answer_of_another_step_or_one_that_was_changed_is_not_kept(flow, bo, vista_answers):
    vista_answers()
    token = controls_of(send(bo, flow).content.decode())["answer"]
    other = pack({"output": {}}, step=(flow.pk, "after"))
    for forged in (other, token[:-2], ""):
        answer = client_of(bo).post(url(flow), {**form_of(client_of(bo), flow), "answer": forged, "op": "keep"})
        assert "can't be kept any more" in words(answer)
    assert not StepSample.objects.exists()


def test_an_answer_that_is_too_large_says_so(flow, bo, vista_answers):
    vista_answers({"text": "x" * KEPT_LIMIT})
    shown = words(send(bo, flow))
    assert "It is too large to be kept as a sample." in shown
    assert "characters more" in shown


def test_a_sample_counts_only_for_the_action_path_that_gave_it(flow, vista, bo, vista_answers):
    vista_answers()
    keep(bo, flow, send(bo, flow))
    flow.draft["steps"][0]["settings"]["action_path"] = make_action_path(vista.connector, "a/b/other").key
    flow.save()
    assert "kept sample" not in seen_after(bo, flow)[0]


def test_a_sample_goes_with_its_step_when_the_id_changes(flow, bo, vista_answers):
    vista_answers()
    keep(bo, flow, send(bo, flow))
    client = client_of(bo)
    client.post(url(flow, "step-edit"), {**form_of(client, flow), "name": "Upsert", "id": "upsert"})
    assert StepSample.objects.get().step_id == "upsert"


def test_runs_say_more_than_a_kept_sample(flow, bo, vista_answers, vista, upsert, harbour):
    vista_answers()
    keep(bo, flow, send(bo, flow))
    published = make_flow(harbour, *flow.draft["steps"], name="Published")
    StepSample.objects.update(flow=published)
    run = make_run(published, {"job": "P-1"})
    engine.advance_due_runs()
    run.step_results.update(output={"Request": {}, "Response": {"Content": {"status": 200, "data": {"id": 9}}}})
    panel, _ = seen_after(bo, published)
    assert "id number seen in 1 of 1 runs 9" in panel
    assert "kept sample" not in panel


# The last answers.


@pytest.fixture
def past(harbour, vista, upsert, flow):
    """Two answers of the action path in another flow, one that was never sent, one of another action path."""
    run = make_run(make_flow(harbour, *flow.draft["steps"], name="Nightly"), {"job": "P-1"})
    other = make_action_path(vista.connector, "a/b/other")
    good = {"status": 200, "data": {"id": 12}}
    bad = {"status": 503, "result": failure_object("503", [])}
    closed = {"closed_at": run.created_at, "attempts_made": 1}
    rows = [
        make_action(run, vista, upsert, status="Successful", content=good, **closed),
        make_action(run, vista, upsert, status="Failed", content=bad, message="503: busy", **closed),
        make_action(run, vista, upsert, status="Failed", content=bad, message="unsent", closed_at=run.created_at),
        make_action(run, vista, other, status="Successful", content=good, message="other", **closed),
    ]
    Attempt.objects.create(action=rows[0], number=1, idempotency_key="k", duration_ms=184)
    return rows


def last_answers(user, flow, **asked):
    given = {"connector": "vista-sample", "action_path": "job-cost/job-phases/upsert"} | asked
    return client_of(user).get(url(flow, "step-answers"), given)


def test_the_last_answers_of_the_action_path_are_listed_with_their_runs(flow, past, bo):
    shown = words(last_answers(bo, flow))
    assert re.search(r"503 Run \d+ of Nightly, .* 503: busy .* 200 Run \d+ of Nightly, .* 184 ms", shown)
    assert "unsent" not in shown
    assert "other" not in shown


def test_they_follow_the_action_path_that_is_chosen_in_the_form(flow, past, bo):
    assert "Choose an action path first." in words(last_answers(bo, flow, action_path=""))
    assert "200" in words(last_answers(bo, flow, action_path="a/b/other"))


def test_one_of_them_can_be_the_sample(flow, past, bo):
    op = {"op": f"keep:{past[0].pk}"}
    assert "Kept as sample." in words(client_of(bo).post(url(flow), {**form_of(client_of(bo), flow), **op}))
    assert '"number": 12' in seen_after(bo, flow)[1]
    assert StepSample.objects.get().source == f"run {past[0].run_id}"


@pytest.mark.parametrize("which", ["0", "9" * 40, "x", "²"])
def test_an_answer_that_is_not_there_is_told(which, flow, past, bo):
    op = {"op": f"keep:{which}"}
    assert "is not there any more" in words(client_of(bo).post(url(flow), {**form_of(client_of(bo), flow), **op}))


def test_an_answer_of_another_integration_can_not_be_taken(flow, past, bo):
    Action.objects.filter(pk=past[0].pk).update(integration=make_integration("Elsewhere"))
    op = {"op": f"keep:{past[0].pk}"}
    assert "is not there any more" in words(client_of(bo).post(url(flow), {**form_of(client_of(bo), flow), **op}))


def test_more_answers_take_no_more_queries(flow, past, bo, vista, upsert, django_assert_max_num_queries):
    for _ in range(12):
        make_action(past[0].run, vista, upsert, status="Failed", attempts_made=1, content={"status": 500})
    client, address = client_of(bo), url(flow, "step-answers")
    with django_assert_max_num_queries(8):
        client.get(address, {"connector": "vista-sample", "action_path": upsert.key})


# Without JavaScript the buttons send the whole page.


def test_without_javascript_the_page_comes_back_with_the_answer_and_what_was_typed(flow, bo, vista_answers):
    vista_answers()
    client = client_of(bo)
    form = form_of(client, flow) | {"value:/.phaseCode": "07-700"}
    page = client.post(url(flow, "step-edit"), {**form, "op": "preview"})
    sent = client.post(url(flow, "step-edit"), {**form, "op": digest_in(page.content.decode())})
    assert "200 Success" in words(sent)
    assert controls_of(sent.content.decode(), "step-form")["value:/.phaseCode"] == "07-700"
    token = controls_of(sent.content.decode())["answer"]
    kept = client.post(url(flow, "step-edit"), {**form, "answer": token, "op": "keep"})
    assert "Kept as sample." in words(kept)
    assert StepSample.objects.count() == 1
