"""The review in the browser: the list of actions, the page of one, and what an administrator decides."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from connectors import exact_json
from flows import lane
from flows.models import Action, Pace, Run
from flows.pages.action_words import outlook
from flows.queries.actions import filtered_actions
from integrations.models import AuditEntry, Connection
from tests.cast import client_of
from tests.making import (
    make_action,
    make_action_path,
    make_connection,
    make_connector,
    make_flow,
    make_integration,
    make_run,
    map_step,
)
from tests.pages.histories import make_history

pytestmark = pytest.mark.django_db
READ = {"olga": 200, "bo": 200, "opal": 200, "vic": 200, "sam": 404, "nobody": 302}
DECIDE = {"olga": 302, "bo": 403, "opal": 302, "vic": 403, "sam": 404, "nobody": 302}


@pytest.fixture
def people(olga, bo, opal, vic, sam):
    return {"olga": olga, "bo": bo, "opal": opal, "vic": vic, "sam": sam, "nobody": None}


@pytest.fixture
def history(harbour, httpserver):
    return make_history(harbour, httpserver)


def action_of(run, step="send"):
    return run.actions.get(step_result__step_id=step)


def address(name, action, **more):
    return reverse(name, kwargs={"integration": action.integration.slug, "pk": action.pk, **more})


def list_address(integration, name="action-list"):
    return reverse(name, kwargs={"integration": integration.slug})


def text_of(answer):
    return " ".join(answer.content.decode().split())


def numbers_in(answer):
    return [action.pk for action in answer.context["page"].rows]


# Who may


@pytest.mark.parametrize("role", READ)
def test_who_may_read(role, people, history):
    action = action_of(history.refused)
    client = client_of(people[role])
    places = [
        list_address(history.integration),
        list_address(history.integration, "action-review-count"),
        address("action-detail", action),
        address("action-input", action),
        address("action-content", action),
        address("attempt-request", action, number=1),
        address("attempt-response", action, number=1),
    ]
    assert {place: client.get(place).status_code for place in places} == dict.fromkeys(places, READ[role])


@pytest.mark.parametrize("role", DECIDE)
def test_who_may_decide(role, people, history):
    action = action_of(history.retrying)
    client = client_of(people[role])
    one = {"decision": "failed", "reason": "not wanted"}
    assert client.post(address("action-decide-one", action), one).status_code == DECIDE[role]
    many = one | {"ids": [action_of(history.unknown).pk]}
    assert client.post(list_address(history.integration, "action-decide"), many).status_code == DECIDE[role]
    action.refresh_from_db()
    assert action.is_closed == (role in {"olga", "opal"})


def test_who_may_not_decide_sees_no_buttons(bo, history):
    for place in (list_address(history.integration), address("action-detail", action_of(history.retrying))):
        assert "Close as Failed" not in text_of(client_of(bo).get(place))


def test_decisions_are_never_taken_by_following_a_link(opal, history):
    client = client_of(opal)
    assert client.get(list_address(history.integration, "action-decide")).status_code == 405
    assert client.get(address("action-decide-one", action_of(history.retrying))).status_code == 405


def test_an_action_of_another_integration_is_out_of_reach(opal, harbour):
    elsewhere = make_integration("Other")
    vista = make_connection(elsewhere, make_connector())
    other = make_action(make_run(make_flow(elsewhere, map_step())), vista, make_action_path(vista.connector))
    client, reason = client_of(opal), {"decision": "failed", "reason": "mine?"}
    for name in ("action-detail", "action-input"):
        assert client.get(reverse(name, kwargs={"integration": harbour.slug, "pk": other.pk})).status_code == 404
    place = reverse("action-decide-one", kwargs={"integration": harbour.slug, "pk": other.pk})
    assert client.post(place, reason).status_code == 404
    answer = client.post(list_address(harbour, "action-decide"), reason | {"ids": [other.pk]}, follow=True)
    assert "None of these actions belongs to this integration." in text_of(answer)
    other.refresh_from_db()
    assert other.status == Action.Status.QUEUED


# What is told


def test_the_list_opens_with_what_needs_review(opal, history):
    told = client_of(opal).get(list_address(history.integration))
    assert set(numbers_in(told)) == {
        action_of(history.refused).pk,
        action_of(history.refused, "tell").pk,
        action_of(history.unknown).pk,
    }
    assert "Job 100 takes no more phases." in text_of(told)


def test_nothing_to_review_is_told_as_good_news(opal, harbour):
    assert "Nothing needs review" in text_of(client_of(opal).get(list_address(harbour)))


def test_the_overview_gets_the_count(opal, history):
    place = list_address(history.integration, "action-review-count")
    assert "3 actions need review" in text_of(client_of(opal).get(place))
    Action.objects.filter(status="Failed").update(needs_review=False)
    assert "1 action needs review" in text_of(client_of(opal).get(place))


def test_the_page_shows_what_was_sent_and_what_came(opal, history):
    page = text_of(client_of(opal).get(address("action-detail", action_of(history.refused))))
    for told in ("Job cost &gt; Phases &gt; Add a phase", "/phases", "Idempotency-Key", "422", "Job 100 takes no more"):
        assert told in page
    assert "Nothing waits for this action." in page


def test_secrets_are_shown_to_nobody(olga, harbour, httpserver):
    from integrations.secrets import seal

    history = make_history(harbour, httpserver)
    secret = "sk-very-secret-4711"
    sealed = {"sealed_secrets": seal({"token": secret}), "authentication_kind": "bearer"}
    Connection.objects.filter(pk=history.connection.pk).update(**sealed)
    lane.work()
    action = action_of(history.queued)
    assert any(secret in value for value in httpserver.log[-1][0].headers.values())
    client = client_of(olga)
    shown = [
        client.get(address("action-detail", action)),
        client.get(address("attempt-request", action, number=1)),
        client.get(reverse("run-detail", kwargs={"integration": harbour.slug, "pk": action.run_id})),
        client.get(reverse("run-download", kwargs={"integration": harbour.slug, "pk": action.run_id})),
    ]
    for answer in shown:
        assert answer.status_code == 200
        assert secret not in answer.content.decode()


def test_an_action_that_waits_for_its_retry_says_when(opal, history):
    action = action_of(history.retrying)
    page = text_of(client_of(opal).get(address("action-detail", action)))
    assert "Retry 1 of 3 is due" in page and action.due_at.isoformat() in page
    assert "The flow waits for this action:" in page


def test_an_action_held_up_by_a_pause_says_so(opal, history):
    action = action_of(history.retrying)
    Pace.objects.update_or_create(connection=history.connection, defaults={"paused_at": timezone.now()})
    page = text_of(client_of(opal).get(address("action-detail", action)))
    assert "Nobody answers at Vista, so nothing is sent there since" in page
    Pace.objects.update(resumed_at=timezone.now())
    assert "Retry 1 of 3 is due" in text_of(client_of(opal).get(address("action-detail", action)))


def test_an_unknown_outcome_explains_what_to_check(opal, history):
    page = text_of(client_of(opal).get(address("action-detail", action_of(history.unknown))))
    assert "Nobody knows whether Vista did it." in page
    assert "is not known to honour the key" in page
    assert "It is not sent again until somebody decides." in page


def test_the_whole_payloads_are_exact(opal, history):
    action = action_of(history.refused)
    sent = client_of(opal).get(address("action-input", action))
    assert exact_json.loads(sent.content) == {"code": "09-422"}
    came = client_of(opal).get(address("attempt-response", action, number=1))
    assert exact_json.loads(came.content)["status"] == 422


# Deciding


def decide(user, integration, decision, *runs, reason="seen with the customer", **more):
    given = {"decision": decision, "reason": reason, "ids": [action_of(run).pk for run in runs]}
    return client_of(user).post(list_address(integration, "action-decide"), given | more, follow=True)


def test_ticked_actions_are_decided_together_and_the_flows_go_on(opal, history):
    answer = decide(opal, history.integration, "successful", history.retrying, history.unknown)
    assert "Closed as Successful: 2 actions." in text_of(answer)
    lane.work()
    for run in (history.retrying, history.unknown):
        run.refresh_from_db()
        assert run.status == Run.Status.SUCCESS


def test_what_is_passed_by_is_named_with_the_reason(opal, history):
    answer = decide(opal, history.integration, "failed", history.retrying, history.succeeded)
    page = text_of(answer)
    assert "Closed as Failed: 1 action." in page
    assert f"Passed by: action {action_of(history.succeeded).pk}: it is Successful." in page


def test_retry_now_sends_again_and_the_page_links_both(opal, history):
    first = action_of(history.refused)
    client_of(opal).post(address("action-decide-one", first), {"decision": "retry", "reason": "the job is open again"})
    second = Action.objects.get(retry_of=first)
    page = text_of(client_of(opal).get(address("action-detail", first)))
    assert address("action-detail", second) in page
    assert "the job is open again" in page
    assert f'This sends <a href="{address("action-detail", first)}">' in text_of(
        client_of(opal).get(address("action-detail", second))
    )


@pytest.mark.parametrize("given", [{"reason": "  "}, {"ids": []}, {"ids": ["x"]}, {"decision": "forget"}])
def test_a_decision_that_lacks_something_says_what_and_keeps_the_rest(given, opal, history):
    number = action_of(history.unknown).pk
    complete = {"decision": "failed", "reason": "seen", "ids": [number], "query": "status=Outcome+Unknown"}
    answer = client_of(opal).post(list_address(history.integration, "action-decide"), complete | given)
    assert answer.status_code == 422
    assert "Nothing was decided" in text_of(answer)
    assert numbers_in(answer) == [number]
    assert answer.context["reason"] == (complete | given)["reason"]
    assert not AuditEntry.objects.filter(target__startswith="Action").exists()


def test_a_decision_about_one_action_needs_a_reason(opal, history):
    answer = client_of(opal).post(address("action-decide-one", action_of(history.unknown)), {"decision": "retry"})
    assert answer.status_code == 422
    assert "say why" in text_of(answer)


def test_after_a_decision_the_list_is_filtered_as_before(opal, history):
    answer = decide(opal, history.integration, "failed", history.retrying, query="show=all&status=Failed")
    assert answer.redirect_chain[-1][0].endswith("/actions/?show=all&status=Failed")


def test_the_way_back_leads_nowhere_else(opal, history):
    answer = decide(opal, history.integration, "failed", history.retrying, query="//evil.example/?x=1")
    assert answer.redirect_chain[-1][0].startswith(list_address(history.integration))


def test_each_decision_is_in_the_history_of_the_action(opal, history):
    decide(opal, history.integration, "failed", history.unknown, reason="Vista does not have it")
    page = text_of(client_of(opal).get(address("action-detail", action_of(history.unknown))))
    assert "opal closed as Failed" in page
    assert "Vista does not have it" in page
    assert "Close as Failed" not in page


# Finding


def find(user, integration, **given):
    return numbers_in(client_of(user).get(list_address(integration), {"show": "all", **given}))


def test_the_list_is_filtered_by_each_of_its_fields(vic, history):
    integration, refused = history.integration, action_of(history.refused)
    elsewhere = make_connection(integration, history.connection.connector, name="Second")
    path = make_action_path(history.connection.connector, action="Read a phase", method="GET")
    other = make_action(make_run(make_flow(integration, map_step(), name="Other")), elsewhere, path)
    assert find(vic, integration, status="Pending Retry") == [action_of(history.retrying).pk]
    assert find(vic, integration, connection=elsewhere.pk) == [other.pk]
    assert find(vic, integration, action_path=path.pk) == [other.pk]
    assert find(vic, integration, flow="other") == [other.pk]
    assert find(vic, integration, ids=f"{refused.pk}, {other.pk} 999999") == [other.pk, refused.pk]
    assert find(vic, integration, since="2020-01-01T00:00", until="2020-01-02T00:00") == []


def test_only_used_action_paths_are_offered(vic, history):
    make_action_path(history.connection.connector, action="Never called")
    page = text_of(client_of(vic).get(list_address(history.integration)))
    assert "Add a phase" in page and "Never called" not in page


@pytest.mark.parametrize("given", ["x", "1;drop table", "9" * 50, "-1"])
def test_odd_numbers_in_the_filter_are_no_crash(vic, harbour, given):
    assert client_of(vic).get(list_address(harbour), {"ids": given, "show": "all"}).status_code == 200


def make_actions(run, vista, action_path, count):
    result = make_action(run, vista, action_path).step_result
    row = {
        "integration_id": run.integration_id,
        "flow_id": run.flow_id,
        "run": run,
        "step_result": result,
        "connection": vista,
        "action_path": action_path,
        "expires_at": run.created_at,
        "message": "It was refused.",
    }
    statuses = ("Successful",) * 9 + ("Failed",)
    return Action.objects.bulk_create(
        Action(
            **row,
            status=statuses[number % 10],
            needs_review=statuses[number % 10] == "Failed",
            created_at=run.created_at - timedelta(minutes=count - number),
        )
        for number in range(count)
    )


@pytest.fixture
def yard(harbour):
    """A run whose actions can be multiplied."""
    vista = make_connection(harbour, make_connector())
    return make_run(make_flow(harbour, map_step())), vista, make_action_path(vista.connector)


@pytest.mark.parametrize("count", [3, 80])
def test_the_list_costs_the_same_however_many_actions(opal, harbour, yard, count, django_assert_max_num_queries):
    make_actions(*yard, count)
    client, place = client_of(opal), list_address(harbour)
    # Session, user, membership; held connections; the choices of connections, action paths and flows; the actions.
    with django_assert_max_num_queries(8):
        client.get(place, {"show": "all"})


def test_the_page_of_an_action_costs_a_fixed_number_of_queries(opal, history, django_assert_max_num_queries):
    client, place = client_of(opal), address("action-detail", action_of(history.refused))
    # Session, user, membership; the action, its attempts, decisions and retries.
    with django_assert_max_num_queries(7):
        client.get(place)


def plan_of(rows):
    """The database's own plan. PostgreSQL gets its figures first, as autovacuum would give them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return rows.explain()


@pytest.mark.parametrize("wanted", ["all", "review", "status", "connection", "action_path", "flow", "time"])
def test_no_list_reads_the_whole_history(harbour, yard, wanted):
    run, vista, action_path = yard
    make_actions(*yard, 2500)
    other = make_integration("Other")
    elsewhere = make_connection(other, make_connector())
    other_run = make_run(make_flow(other, map_step()))
    make_actions(other_run, elsewhere, make_action_path(elsewhere.connector), 2500)
    filters = {
        "all": {},
        "review": {"needs_review": True},
        "status": {"status": "Pending Retry"},
        "connection": {"connection_id": vista.pk},
        "action_path": {"action_path_id": action_path.pk},
        "flow": {"flow_id": run.flow_id},
        "time": {"since": timezone.now() - timedelta(hours=20), "until": timezone.now() - timedelta(hours=10)},
    }
    plan = plan_of(filtered_actions(harbour.pk, **filters[wanted]).order_by("-pk")[:51])
    assert "Seq Scan on flows_action" not in plan
    assert "SCAN flows_action" not in plan
    assert "TEMP B-TREE" not in plan


# What happens next, in words

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make_row(**fields):
    vista = Connection(name="Vista", processing_minutes=30)
    return Action(connection=vista, expires_at=NOON + 24 * HOUR, **fields)


@pytest.mark.parametrize(
    "fields, text, at",
    [
        ({"status": "Queued", "due_at": NOON}, "It is due: the next free worker sends it.", None),
        (
            {"status": "Queued", "due_at": NOON + HOUR},
            "It waits for the processing job of Vista, which runs every 30 minutes: next",
            NOON + HOUR,
        ),
        (
            {"status": "Pending Retry", "due_at": NOON + HOUR, "retries_done": 2, "retry_policy": {"attempts": 3}},
            "Retry 2 of 3 is due",
            NOON + HOUR,
        ),
        (
            {"status": "Pending Retry", "due_at": NOON, "retries_done": 2, "retry_policy": {"attempts": 3}},
            "Retry 2 of 3 is due now: the next free worker sends it.",
            None,
        ),
        (
            {"status": "Outcome Unknown"},
            "It is not sent again until somebody decides. If nobody does, it is canceled on",
            NOON + 24 * HOUR,
        ),
        (
            {"status": "Outcome Unknown", "retry_policy": {"attempts": 3}},
            "It is not sent again until somebody decides. If nobody does, it is closed as Failed on",
            NOON + 24 * HOUR,
        ),
        ({"status": "Successful"}, "Nothing more happens: it was handled.", None),
        ({"status": "Canceled"}, "Nothing more happens: it was canceled.", None),
    ],
)
def test_what_happens_next(fields, text, at):
    told = outlook(make_row(**fields), NOON)
    assert (told.text, told.at) == (text, at)
