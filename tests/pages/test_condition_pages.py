"""The builder of an error condition: who may, what it shows, and that nothing typed is lost without JavaScript."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from flows.models import Action, Attempt
from integrations import secrets
from tests.cast import client_of
from tests.making import make_action
from tests.pages.failing import make_failing_flow
from tests.pages.forms import controls_of

pytestmark = pytest.mark.django_db
CAST = ("sam", "vic", "bo", "opal", "olga")
IS_503 = "flow.mapItem().status === 503"
TEXT = '["result","errors",0,"text"]'
IN_DIALOG = {"HX-Request": "true"}


@pytest.fixture
def people(sam, vic, bo, opal, olga):
    return {"sam": sam, "vic": vic, "bo": bo, "opal": opal, "olga": olga}


@pytest.fixture
def flow(harbour, httpserver):
    return make_failing_flow(harbour, httpserver, "09-503", "09-422", "09-503", "03-100")


def url(flow, name="step-condition", step="send"):
    return reverse(name, kwargs={"integration": flow.integration.slug, "flow": flow.slug, "step": step})


def step_form(client, flow):
    return controls_of(client.get(url(flow, "step-edit")).content.decode(), "step-form")


def opened(client, flow, headers=None, **changes):
    """What the builder shows for the form of the step, changed like that."""
    return client.post(url(flow), {**step_form(client, flow), "op": "try", **changes}, headers=headers)


def pressed(client, flow, answer, op, headers=None, **changes):
    """One of the builder's own buttons, from what it shows."""
    post = controls_of(answer.content.decode(), "condition-form")
    return client.post(url(flow), {**post, "op": op, **changes}, headers=headers)


def words(answer):
    said = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(said.split())


def condition_in(answer):
    return controls_of(answer.content.decode(), "condition-form")["error_condition"]


@pytest.mark.parametrize("who", CAST)
def test_only_who_may_build_may_look(who, flow, people):
    expected = {"bo": 200, "olga": 200, "sam": 404}.get(who, 403)
    assert client_of(people[who]).post(url(flow), {"op": "try"}).status_code == expected


def test_a_visitor_logs_in_and_a_missing_step_is_not_found(flow, bo):
    assert client_of(None).post(url(flow)).status_code == 302
    assert client_of(bo).post(url(flow, step="gone")).status_code == 404


def test_opened_by_its_address_it_leads_to_the_step(flow, bo):
    assert client_of(bo).get(url(flow)).url == f"{url(flow, 'step-edit')}#part-retry"


def test_the_last_failures_stand_there_with_the_answer_of_the_newest(flow, bo):
    shown = words(opened(client_of(bo), flow))
    # Each with its date behind it; the newest's answer says so once more.
    assert len(re.findall(r"Batch 12 is in use by another user\. \d", shown)) == 2
    assert "Job 100 takes no more phases." in shown
    assert "Job phases to Vista" in shown
    assert 'text "Batch 12 is in use by another user."' in shown
    assert 'in use by "Ünal"' in shown
    assert "Pick a value of the answer" in shown


def test_a_typed_condition_is_tried_on_each(flow, bo):
    shown = words(opened(client_of(bo), flow, error_condition=IS_503))
    assert "Matches 2 of the last 3 failures." in shown
    assert shown.count(" matches ") == 2
    assert shown.count("doesn’t match") == 1


def test_what_gives_no_answer_says_why_beside_each_failure(flow, bo):
    shown = words(opened(client_of(bo), flow, error_condition="flow.mapItem().result.errors[1].text === 'x'"))
    assert "Matches 0 of the last 3 failures. For 3 failures it gives neither true nor false." in shown
    assert "`flow.mapItem().result.errors[1]` was missing in this run" in shown


def test_picks_become_a_condition_and_the_count_follows(flow, bo):
    client = client_of(bo)
    picked = pressed(client, flow, opened(client, flow), 'add:["status"]')
    assert condition_in(picked) == IS_503
    assert "Matches 2 of the last 3 failures." in words(picked)
    # At least 400, and then one more pick.
    more = pressed(client, flow, picked, "picked", **{"pick.comparison": "at_least", "pick.value": "400"})
    assert "Matches 3 of the last 3 failures." in words(more)
    both = pressed(client, flow, more, f"add:{TEXT}")
    assert condition_in(both).startswith(
        "flow.mapItem().status >= 400\n&& flow.mapItem().result.errors[0].text.includes"
    )


def test_another_failure_can_be_looked_at(flow, bo):
    client = client_of(bo)
    first = opened(client, flow)
    refused = Attempt.objects.get(message__startswith="422")
    shown = pressed(client, flow, first, f"show:{refused.pk}")
    assert condition_in(pressed(client, flow, shown, 'add:["status"]')) == "flow.mapItem().status === 422"


def test_a_value_that_does_not_fit_is_said_beside_it(flow, bo):
    client = client_of(bo)
    picked = pressed(client, flow, opened(client, flow), 'add:["status"]')
    shown = pressed(client, flow, picked, "picked", **{"pick.value": "many"})
    assert "status is compared with a number, e.g. 503." in words(shown)
    assert condition_in(shown) == IS_503


def test_without_javascript_everything_typed_into_the_step_comes_back(flow, bo):
    client = client_of(bo)
    post = {"name": "Send the phase", "attempts": "2", "value:/.code": "flow.trigger.data.code + '-x'"}
    picked = pressed(client, flow, opened(client, flow, **post), 'add:["status"]')
    # The button "Use this condition" sends the builder's form to the step.
    back = client.post(url(flow, "step-edit"), controls_of(picked.content.decode(), "condition-form"))
    form = controls_of(back.content.decode(), "step-form")
    assert (form["name"], form["attempts"], form["value:/.code"]) == tuple(post.values())
    assert form["error_condition"] == IS_503
    flow.refresh_from_db()
    assert flow.draft["steps"][0]["name"] == "Send"


def test_the_way_back_without_it_keeps_what_stood_in_the_field(flow, bo):
    client = client_of(bo)
    picked = pressed(client, flow, opened(client, flow, error_condition="false"), 'add:["status"]')
    assert 'name="error_condition" value="false"' in picked.content.decode()


def test_in_the_dialog_it_is_a_piece_that_carries_no_more_than_it_needs(flow, bo):
    client = client_of(bo)
    piece = opened(client, flow, IN_DIALOG)
    assert "<html" not in piece.content.decode()
    assert "value:/.code" not in controls_of(piece.content.decode())
    assert "Use this condition" in words(piece)
    assert condition_in(pressed(client, flow, piece, 'add:["status"]', IN_DIALOG)) == IS_503


def test_before_anything_failed_there_are_examples_to_pick_from(flow, bo):
    Action.objects.all().delete()
    client = client_of(bo)
    shown = opened(client, flow, error_condition=IS_503)
    assert "has never failed in this integration" in words(shown)
    assert "Matches 1 of the 4 examples." in words(shown)
    assert 'code "503"' in words(shown)


def test_without_an_action_path_it_says_what_to_do_first(flow, bo):
    shown = opened(client_of(bo), flow, action_path="")
    assert "First choose a connector and an action path" in words(shown)


def test_nothing_is_sent_or_written_and_no_secret_stands_anywhere(flow, bo, httpserver):
    link = flow.integration.connections.get()
    link.authentication_kind, link.settings = "api_key", {"in": "header", "parameter_name": "X-API-Key"}
    link.sealed_secrets = secrets.seal({"key": "s3cret-of-vista"})
    link.save()
    client, before = client_of(bo), len(httpserver.log)
    post = step_form(client, flow)
    with CaptureQueriesContext(connection) as queries:
        shown = client.post(url(flow), {**post, "op": "try", "error_condition": IS_503})
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []
    assert len(httpserver.log) == before
    assert "s3cret" not in shown.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"op": "add:[1.5]"},
        {"op": "add:status"},
        {"op": 'add:["result"]'},
        {"join": "none"},
        {"pick.path": '["status"]'},
        {"pick.path": '["status"]', "pick.kind": "text", "pick.comparison": "at_least", "pick.value": "1"},
        {"pick.path": '["status"]', "pick.kind": "date", "pick.comparison": "equals", "pick.value": "1"},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(flow, bo, changes):
    client = client_of(bo)
    assert pressed(client, flow, opened(client, flow), **{"op": "picked", **changes}).status_code == 400


def test_more_failures_take_no_more_queries(flow, bo):
    client = client_of(bo)
    post = {**step_form(client, flow), "op": "try", "error_condition": IS_503}

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.post(url(flow), post).status_code == 200
        return len(queries)

    before = count()
    action = Action.objects.first()
    for number in range(25):
        more = make_action(action.run, action.connection, action.action_path, first_failed_at=action.created_at)
        answer = {"status": 503, "headers": {}, "body": {"message": f"Busy {number}"}}
        Attempt.objects.create(action=more, number=1, verdict="Failure", response=answer, message="503")
    assert count() == before
    # Session, user, membership and flow; the offer and its action path; the failures.
    assert before <= 8


# What the step's form says of repeating.


def test_the_form_says_in_words_whether_twice_does_harm(flow, bo):
    client, link = client_of(bo), flow.integration.connections.get()
    shown = words(client.get(url(flow, "step-edit")))
    assert "not safe to repeat" in shown
    assert "a retry after a time-out may do it twice" in shown
    link.honours_idempotency_key = True
    link.save()
    shown = words(client.get(url(flow, "step-edit")))
    assert "not safe to repeat" not in shown
    assert "Vista honours the idempotency key, so it happens once." in shown
    link.connector.action_paths.update(safe_to_repeat=True, deprecated=True)
    shown = words(client.get(url(flow, "step-edit")))
    assert "it is sent again by itself: twice does no harm." in shown
    assert "safe to repeat deprecated" in shown
    assert "Add a phase (deprecated)" in shown
