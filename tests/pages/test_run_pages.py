"""Runs in the browser: their lists, the page of one, and what a person may do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from connectors import exact_json
from flows import lane
from flows.models import Run
from flows.queries.runs import filtered_runs, run_pulse
from tests.cast import client_of
from tests.making import make_flow, make_integration, make_run, map_step
from tests.pages.histories import make_history

pytestmark = pytest.mark.django_db
ROLES = ["olga", "bo", "opal", "vic", "sam", "nobody"]


@pytest.fixture
def history(harbour, httpserver):
    return make_history(harbour, httpserver)


def address(name, run, **more):
    return reverse(name, kwargs={"integration": run.integration.slug, "pk": run.pk, **more})


def list_address(integration):
    return reverse("run-list", kwargs={"integration": integration.slug})


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def people(olga, bo, opal, vic, sam):
    return {"olga": olga, "bo": bo, "opal": opal, "vic": vic, "sam": sam, "nobody": None}


READ = {"olga": 200, "bo": 200, "opal": 200, "vic": 200, "sam": 404, "nobody": 302}
RUN = {"olga": 302, "bo": 302, "opal": 302, "vic": 403, "sam": 404, "nobody": 302}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_read(role, people, history):
    run = history.refused
    client = client_of(people[role])
    places = [
        list_address(history.integration),
        reverse("flow-run-list", kwargs={"integration": "harbour-bridge", "flow": history.flow.slug}),
        address("run-detail", run),
        address("run-live", run),
        address("run-download", run),
        address("run-trigger-data", run),
        address("run-step-input", run, step="send"),
        address("run-step-output", run, step="map"),
    ]
    assert {place: client.get(place).status_code for place in places} == dict.fromkeys(places, READ[role])


@pytest.mark.parametrize("role", ROLES)
def test_who_may_run_and_cancel(role, people, history):
    client, before = client_of(people[role]), Run.objects.count()
    assert client.post(address("run-again", history.retrying)).status_code == RUN[role]
    assert client.post(address("run-cancel", history.retrying)).status_code == RUN[role]
    history.retrying.refresh_from_db()
    done = role in {"olga", "bo", "opal"}
    assert Run.objects.count() == before + done
    assert history.retrying.status == ("Canceled" if done else "Suspended")


def test_writes_are_never_done_by_following_a_link(olga, history):
    for name in ("run-again", "run-cancel"):
        assert client_of(olga).get(address(name, history.retrying)).status_code == 405


def test_a_run_of_another_integration_is_not_found(olga, history):
    other = make_run(make_flow(make_integration("Other"), map_step()))
    for name in ("run-detail", "run-live", "run-download", "run-trigger-data"):
        place = reverse(name, kwargs={"integration": "harbour-bridge", "pk": other.pk})
        assert client_of(olga).get(place).status_code == 404
    assert (
        client_of(olga)
        .post(reverse("run-cancel", kwargs={"integration": "harbour-bridge", "pk": other.pk}))
        .status_code
        == 404
    )


def test_a_number_beyond_every_run_is_not_found(olga, harbour):
    place = f"/integrations/harbour-bridge/runs/{10**30}/"
    assert client_of(olga).get(place).status_code == 404


def test_the_page_tells_the_story_of_a_refused_run(vic, history):
    page = text_of(client_of(vic).get(address("run-detail", history.refused)))
    for told in (
        "ACTION_HANDLED_FAILED",
        "Job 100 takes no more phases.",
        "Attempt 1",
        "422",
        "closed out as Failed",
    ):
        assert told in page


def test_the_page_says_why_a_step_was_skipped(vic, history):
    page = text_of(client_of(vic).get(address("run-detail", history.succeeded)))
    assert "It runs when send is failed, and send is ACTION_HANDLED_SUCCESSFUL." in page


def test_a_viewer_gets_no_buttons_that_would_refuse_him(vic, history):
    page = text_of(client_of(vic).get(address("run-detail", history.retrying)))
    assert "Run again" not in page and "Cancel run" not in page


def test_numbers_are_shown_as_they_came(vic, harbour):
    run = make_run(make_flow(harbour, map_step()), exact_json.loads('{"big": 12345678901234567890, "cost": 0.10}'))
    page = text_of(client_of(vic).get(address("run-detail", run)))
    assert "12345678901234567890" in page and "0.10" in page


def test_html_in_the_data_stays_text(vic, harbour):
    run = make_run(make_flow(harbour, map_step()), {"note": "<script>alert(1)</script>"})
    page = text_of(client_of(vic).get(address("run-detail", run)))
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_a_large_payload_is_cut_with_the_way_to_the_whole(vic, harbour):
    run = make_run(make_flow(harbour, map_step()), {"note": "x" * 200_000})
    page = text_of(client_of(vic).get(address("run-detail", run)))
    whole = client_of(vic).get(address("run-trigger-data", run))
    assert len(page) < 60_000
    assert address("run-trigger-data", run) in page
    assert exact_json.loads(whole.content) == run.trigger_data


def test_a_lone_surrogate_does_not_break_the_page(vic, harbour):
    run = make_run(make_flow(harbour, map_step()), {"note": "\ud800"})
    assert "\\ud800" in text_of(client_of(vic).get(address("run-detail", run)))


def test_an_active_run_asks_for_its_news_and_a_finished_one_does_not(vic, history):
    assert "every 1s" in text_of(client_of(vic).get(address("run-detail", history.retrying)))
    assert "every 1s" not in text_of(client_of(vic).get(address("run-detail", history.refused)))


def test_news_are_sent_only_when_there_are_any(vic, history):
    run = history.queued
    live = address("run-live", run)
    seen = run_pulse(run.integration_id, run.pk)
    assert client_of(vic).get(live, {"seen": seen}).status_code == 204
    lane.work()
    answer = client_of(vic).get(live, {"seen": seen})
    assert answer.status_code == 200
    assert f"Run {run.pk} is Success. 3 of 3 steps are done." in text_of(answer)
    assert "every 1s" not in text_of(answer)


def test_run_again_starts_a_run_with_the_same_data(bo, history):
    answer = client_of(bo).post(address("run-again", history.refused), follow=True)
    run = Run.objects.latest("pk")
    assert (run.trigger_data, run.started_by) == (history.refused.trigger_data, bo)
    assert f"with the data of run {history.refused.pk}" in text_of(answer)


def test_run_again_says_why_it_can_not(bo, history):
    history.flow.is_active = False
    history.flow.save()
    answer = client_of(bo).post(address("run-again", history.refused), follow=True)
    assert "switched off" in text_of(answer)


def test_cancel_ends_the_run_and_its_open_actions(bo, history):
    client_of(bo).post(address("run-cancel", history.retrying))
    history.retrying.refresh_from_db()
    assert history.retrying.status == "Canceled"
    assert set(history.retrying.actions.values_list("status", flat=True)) == {"Canceled"}


def test_cancel_of_an_ended_run_says_so(bo, history):
    answer = client_of(bo).post(address("run-cancel", history.succeeded), follow=True)
    assert "has ended already" in text_of(answer)


def test_the_download_holds_all_that_is_stored(vic, history):
    answer = client_of(vic).get(address("run-download", history.refused))
    document = exact_json.loads(answer.content)
    assert "attachment" in answer["Content-Disposition"]
    assert [step["id"] for step in document["steps"]] == ["map", "send", "tell"]
    assert document["trigger"]["data"] == {"code": "09-422", "budget": 1200}
    assert document["actions"][0]["attempts"][0]["response"]["status"] == 422
    assert document["log"]


def numbers_in(answer):
    return [run.pk for run in answer.context["page"].rows]


def test_the_list_is_filtered_by_status_and_flow(vic, history):
    other = make_run(make_flow(history.integration, map_step(), name="Other"))
    client, place = client_of(vic), list_address(history.integration)
    assert numbers_in(client.get(place, {"status": "Suspended"})) == [history.unknown.pk, history.retrying.pk]
    assert numbers_in(client.get(place, {"flow": "other"})) == [other.pk]
    assert "No run is like that" in text_of(client.get(place, {"status": "Canceled"}))


def test_the_list_is_filtered_by_time(vic, history):
    hour = timedelta(hours=1)
    now = timezone.now()
    Run.objects.filter(pk=history.succeeded.pk).update(created_at=now - 3 * hour)
    client, place = client_of(vic), list_address(history.integration)

    def between(since, until):
        given = {"since": f"{now + since:%Y-%m-%dT%H:%M}", "until": f"{now + until:%Y-%m-%dT%H:%M}"}
        return numbers_in(client.get(place, given))

    assert between(-4 * hour, -2 * hour) == [history.succeeded.pk]
    assert history.succeeded.pk not in between(-2 * hour, hour)
    assert len(between(-2 * hour, hour)) == 4
    assert between(hour, 2 * hour) == []


def test_a_filter_that_makes_no_sense_is_told_and_filters_nothing(vic, history):
    client, place = client_of(vic), list_address(history.integration)
    answer = client.get(place, {"since": "yesterday", "flow": "nowhere", "before": "abc"})
    assert len(numbers_in(answer)) == 5
    assert "2026-05-01T08:30" in text_of(answer)
    assert "not later than From" in text_of(
        client.get(place, {"since": "2026-01-02T00:00", "until": "2026-01-01T00:00"})
    )


def make_runs(flow, count):
    now = timezone.now()
    run = {"integration_id": flow.integration_id, "flow": flow, "version_id": flow.published_id}
    return Run.objects.bulk_create(
        Run(**run, status="Success", created_at=now - timedelta(minutes=count - number), trigger_data={"n": number})
        for number in range(count)
    )


def test_pages_walk_the_whole_history_and_back(vic, harbour):
    runs = make_runs(make_flow(harbour, map_step()), 120)
    client, place, seen = client_of(vic), list_address(harbour), []
    page = client.get(place).context["page"]
    while True:
        seen += [run.pk for run in page.rows]
        if page.older is None:
            break
        page = client.get(place, {"before": page.older}).context["page"]
    assert seen == [run.pk for run in reversed(runs)]
    newer = client.get(place, {"after": page.newer}).context["page"]
    assert [run.pk for run in newer.rows] == seen[50:100]


def test_the_table_asks_again_only_while_a_run_moves(vic, harbour):
    make_runs(make_flow(harbour, map_step()), 2)
    assert "every 2s" not in text_of(client_of(vic).get(list_address(harbour)))
    Run.objects.update(status="Queued")
    answer = client_of(vic).get(list_address(harbour), headers={"HX-Request": "true"})
    assert "every 2s" in text_of(answer)
    assert "<html" not in text_of(answer)
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize("count", [3, 60])
def test_the_list_costs_the_same_however_many_runs(vic, harbour, count, django_assert_num_queries):
    make_runs(make_flow(harbour, map_step()), count)
    client = client_of(vic)
    # Session, user, membership, the choices of flows, runs.
    with django_assert_num_queries(5):
        client.get(list_address(harbour))


def test_the_page_of_a_run_costs_a_fixed_number_of_queries(vic, history, django_assert_max_num_queries):
    client, place = client_of(vic), address("run-detail", history.refused)
    # Session, user, membership; two for the pulse; run, step results, actions, attempts, log; the version once.
    with django_assert_max_num_queries(11):
        client.get(place)


def test_asking_for_news_is_cheap(vic, history, django_assert_num_queries):
    client, run = client_of(vic), history.retrying
    live, seen = address("run-live", run), run_pulse(run.integration_id, run.pk)
    with django_assert_num_queries(5):
        client.get(live, {"seen": seen})


def plan_of(rows):
    """The database's own plan. PostgreSQL gets its figures first, as autovacuum would give them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return rows.explain()


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"status": "Failed"},
        {"flow_id": True},
        {"flow_id": True, "status": "Failed"},
        {"since": timedelta(days=2), "until": timedelta(days=1)},
    ],
    ids=str,
)
def test_no_list_reads_the_whole_history(harbour, filters):
    flow = make_flow(harbour, map_step())
    other = make_flow(make_integration("Other"), map_step())
    make_runs(other, 2500)
    make_runs(flow, 2500)
    given = {name: timezone.now() - value if isinstance(value, timedelta) else value for name, value in filters.items()}
    if "flow_id" in given:
        given["flow_id"] = flow.pk
    plan = plan_of(filtered_runs(harbour.pk, **given).order_by("-pk")[:51])
    assert "Seq Scan on flows_run" not in plan
    assert "SCAN flows_run" not in plan
    assert "TEMP B-TREE" not in plan
