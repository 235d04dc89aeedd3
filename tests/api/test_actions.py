"""Actions: read with their attempts, and decided."""

import pytest

from flows import lane
from flows.models import Action
from integrations.commands import update_connection
from tests.making import action_step, make_flow, make_run, retry_policy

HARBOUR = "integrations/harbour-bridge/"
ACTIONS = f"{HARBOUR}actions/"


@pytest.fixture
def waiting(scene):
    """An action that waits for its retry, and a run that waits for it."""
    step = action_step(scene.connection, scene.action_path, retry_policy=retry_policy())
    make_run(make_flow(scene.integration, step, name="Patient"))
    lane.work()
    action = Action.objects.latest("pk")
    assert action.status == "Pending Retry"
    return action


def decide(program, action, decision, **body):
    return program.post(f"{ACTIONS}{action.pk}/{decision}/", body)


def test_an_action_shows_each_attempt(as_vic, scene):
    action = as_vic.get(f"{ACTIONS}{scene.action.pk}/").body
    assert (action["status"], action["needs_review"], action["input"]) == ("Failed", True, {"code": "03-100"})
    assert (action["flow"], action["run"], action["step"]) == ("job-phases", scene.run.pk, "send")
    assert (action["connector"], action["connection"], action["action_path"]) == (
        "vista",
        "Vista north",
        "job-cost/phases/add",
    )
    [attempt] = action["attempts"]
    assert (attempt["verdict"], attempt["request"]["method"]) == ("Failure", "POST")
    assert action["content"]["result"]["errors"]


def test_secrets_are_masked_in_attempts(as_vic, bo, scene, httpserver):
    httpserver.expect_request("/phases").respond_with_json({"id": 1})
    update_connection(
        actor=bo,
        connection=scene.connection,
        base_url=httpserver.url_for(""),
        authentication_kind="api_key",
        settings={"parameter_name": "X-API-Key", "in": "header"},
        secrets={"api_key": "s3cret-in-the-vault"},
    )
    make_run(scene.flow)
    lane.work()
    newest = as_vic.get(ACTIONS).body["results"][0]
    action = as_vic.get(f"{ACTIONS}{newest['id']}/")
    assert action.body["status"] == "Successful"
    assert action.body["attempts"][0]["request"]["headers"]["X-API-Key"] == "••••••••"
    assert "s3cret" not in str(action.body)


def test_actions_are_filtered(as_vic, scene, waiting):
    def listed(**query):
        answer = as_vic.get(ACTIONS, **query)
        assert answer.status == 200, answer.body
        return [row["id"] for row in answer.body["results"]]

    assert listed() == [waiting.pk, scene.action.pk]
    assert listed(needs_review="true") == [scene.action.pk]
    assert listed(status="Pending Retry") == [waiting.pk]
    assert listed(flow="patient") == [waiting.pk]
    assert listed(connection="Vista north") == [waiting.pk, scene.action.pk]
    key = "job-cost/phases/add"
    assert listed(connection="Vista north", action_path=key, flow="patient") == [waiting.pk]
    assert listed(since="2100-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"flow": "nothing"}, "flow"),
        ({"connection": "Vista south"}, "connection"),
        ({"action_path": "job-cost/phases/add"}, "connection"),
        ({"connection": "Vista north", "action_path": "a/b/c"}, "action_path"),
        ({"needs_review": "maybe"}, "needs_review"),
    ],
)
def test_a_filter_for_what_is_not_there_says_so(as_vic, scene, query, place):
    assert list(as_vic.get(ACTIONS, **query).problems) == [place]


def test_retrying_a_failed_action_sends_it_again_as_one_of_its_own(as_opal, scene):
    answer = decide(as_opal, scene.action, "retry", reason="Vista is back")
    assert (answer.status, answer.body["needs_review"]) == (200, False)
    [again] = answer.body["sent_again_as"]
    assert again["status"] == "Queued"
    assert as_opal.get(f"{ACTIONS}{again['id']}/").body["retry_of"] == scene.action.pk


@pytest.mark.parametrize(("status", "run_status"), [("Successful", "Success"), ("Failed", "Failed")])
def test_closing_lets_the_flow_go_on_accordingly(as_opal, waiting, status, run_status):
    answer = decide(as_opal, waiting, "close", status=status, reason="settled by telephone")
    assert (answer.body["status"], answer.body["closed_by"]) == (status, "opal")
    assert answer.body["close_reason"] == "settled by telephone"
    lane.work()
    assert as_opal.get(f"{HARBOUR}runs/{waiting.run_id}/").body["status"] == run_status


def test_a_decision_that_comes_too_late_says_so(as_opal, waiting):
    decide(as_opal, waiting, "close", status="Successful", reason="settled")
    for decision, body in (("retry", {}), ("close", {"status": "Failed"})):
        answer = decide(as_opal, waiting, decision, reason="again", **body)
        assert (answer.status, "it is Successful" in answer.body["detail"]) == (400, True)


@pytest.mark.parametrize(
    ("decision", "body", "place"),
    [
        ("retry", {}, "reason"),
        ("retry", {"reason": "  "}, "reason"),
        ("close", {"reason": "settled"}, "status"),
        ("close", {"reason": "settled", "status": "Canceled"}, "status"),
        ("close", {"reason": "settled", "status": "Failed", "note": ""}, "note"),
    ],
)
def test_a_decision_needs_what_it_needs(as_opal, waiting, decision, body, place):
    answer = as_opal.post(f"{ACTIONS}{waiting.pk}/{decision}/", body)
    assert (answer.status, list(answer.problems)) == (400, [place])
    waiting.refresh_from_db()
    assert waiting.status == "Pending Retry"


def test_an_action_that_is_not_there_can_not_be_decided(as_opal, scene):
    assert as_opal.post(f"{ACTIONS}999999/retry/", {"reason": "why"}).status == 404
