"""Building flows in the browser: who may, what each page shows, and that nothing typed is lost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from connectors import exact_json
from flows.commands.flows import save_draft
from flows.models import Flow, Run
from tests.cast import client_of, make_action_path, make_connection, make_connector, make_integration
from tests.making import action_step, expression, make_draft, make_flow, make_run, map_step, retry_policy, text
from tests.pages.forms import controls_of

pytestmark = pytest.mark.django_db
CAST = ("sam", "vic", "bo", "opal", "olga")

# For strangers, viewers, builders, operators and owners, in the order of the cast.
READ = {
    "flow-list": (404, 200, 200, 200, 200),
    "flow-summary": (404, 200, 200, 200, 200),
    "flow-detail": (404, 200, 200, 200, 200),
    "flow-version": (404, 200, 200, 200, 200),
    "flow-export": (404, 200, 200, 200, 200),
    "flow-create": (404, 403, 200, 403, 200),
    "flow-settings": (404, 403, 200, 403, 200),
    "flow-trigger": (404, 403, 200, 403, 200),
    "flow-run": (404, 403, 200, 200, 200),
    "step-edit": (404, 403, 200, 403, 200),
}
# 422 says what is wrong with an empty form, 302 that it was done or refused with a message.
WRITE = {
    "flow-create": (404, 403, 422, 403, 422),
    "flow-settings": (404, 403, 422, 403, 422),
    "flow-trigger": (404, 403, 422, 403, 422),
    "trigger-autosave": (404, 403, 200, 403, 200),
    "flow-publish": (404, 403, 302, 403, 302),
    "flow-replace-address": (404, 403, 302, 403, 302),
    "flow-delete": (404, 403, 302, 403, 302),
    "flow-run": (404, 403, 302, 302, 302),
    "step-edit": (404, 403, 422, 403, 422),
    "step-move": (404, 403, 302, 403, 302),
    "step-duplicate": (404, 403, 302, 403, 302),
    "step-delete": (404, 403, 302, 403, 302),
}


@pytest.fixture
def vista(harbour):
    return make_connection(harbour, make_connector("Vista sample"))


@pytest.fixture
def upsert(vista):
    return make_action_path(vista.connector)


@pytest.fixture
def flow(harbour, vista, upsert):
    """Published, and with nothing to correct."""
    properties = {"jobNumber": expression("flow.trigger.data.job"), "phaseCode": text("03-100")}
    steps = [
        map_step("map", code=expression("flow.mapItem().code")),
        action_step(vista, upsert, "send", properties=properties, run_condition={"step": "map", "status": "any"}),
    ]
    return make_flow(harbour, *steps, name="Job phases")


@pytest.fixture
def people(sam, vic, bo, opal, olga):
    return {"sam": sam, "vic": vic, "bo": bo, "opal": opal, "olga": olga}


def url(name, flow, **more):
    kwargs = {"integration": flow.integration.slug}
    if name not in {"flow-list", "flow-create", "flow-summary"}:
        kwargs["flow"] = flow.slug
    if name == "flow-version":
        kwargs["number"] = 1
    if name.startswith("step-") and name != "step-add":
        kwargs["step"] = more.pop("step", "send")
    return reverse(name, kwargs=kwargs | more)


def page_of(client, name, flow, **more):
    return client.get(url(name, flow, **more)).content.decode()


def form_of(client, flow, step="send"):
    """What a browser would send if the step's form were saved as it is shown."""
    return controls_of(page_of(client, "step-edit", flow, step=step), "step-form")


def trigger_form(user, flow):
    return controls_of(page_of(client_of(user), "flow-trigger", flow))


def save_step(client, flow, post, step="send", **changes):
    return client.post(url("step-edit", flow, step=step), {**post, "op": "save", **changes})


def settings_of(flow, step="send"):
    flow.refresh_from_db()
    return next(each for each in flow.draft["steps"] if each["id"] == step)["settings"]


def text_in(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# Who may.


@pytest.mark.parametrize("name", READ)
def test_who_may_read(name, flow, people):
    assert [client_of(people[who]).get(url(name, flow)).status_code for who in CAST] == list(READ[name])


@pytest.mark.parametrize("name", READ)
def test_every_link_leads_somewhere(name, flow, bo):
    assert 'href=""' not in page_of(client_of(bo), name, flow)


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("name", WRITE)
def test_who_may_write(name, who, flow, people):
    answer = client_of(people[who]).post(url(name, flow), {"sent": "1"})
    assert answer.status_code == WRITE[name][CAST.index(who)]


@pytest.mark.parametrize(("who", "expected"), [("sam", 404), ("vic", 403), ("opal", 403), ("bo", 302)])
def test_who_may_add_a_step(who, expected, flow, people):
    post = {"kind": "map_json", "position": "0", "draft_revision": flow.draft_revision}
    assert client_of(people[who]).post(url("step-add", flow), post).status_code == expected


@pytest.mark.parametrize("name", sorted({*READ, *WRITE, "step-add"}))
def test_visitors_are_sent_to_the_log_in(name, flow):
    answer = client_of(None).get(url(name, flow))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=")


def test_a_flow_of_another_integration_is_not_found(bo, harbour):
    theirs = make_draft(make_integration("Elsewhere"), name="Theirs")
    address = reverse("flow-detail", kwargs={"integration": harbour.slug, "flow": theirs.slug})
    assert client_of(bo).get(address).status_code == 404


def test_viewers_are_offered_no_changes(vic, flow):
    page = page_of(client_of(vic), "flow-detail", flow)
    assert "<form" not in page.partition("<main")[2]


# The list, and one flow.


def test_the_list_says_what_is_published_and_what_ran_last(bo, harbour, flow):
    run = make_run(flow, {"job": 1})
    make_draft(harbour, name="Vendors")
    text = text_in(client_of(bo).get(url("flow-list", flow)))
    assert "Job phases On Version 1" in text
    assert f"{Run.Status.QUEUED.value}" in text
    assert "Vendors Draft not yet never" in text
    assert reverse("run-detail", kwargs={"integration": harbour.slug, "pk": run.pk}) in page_of(
        client_of(bo), "flow-list", flow
    )


def test_a_flow_is_created_with_its_trigger(bo, harbour):
    post = {"name": "Job phases to Vista", "trigger_kind": "webhook"}
    answer = client_of(bo).post(f"/integrations/{harbour.slug}/flows/new", post)
    created = Flow.objects.get()
    assert answer.url == url("flow-detail", created)
    assert (created.slug, created.draft["trigger"]["kind"]) == ("job-phases-to-vista", "webhook")


def test_a_taken_name_is_refused_beside_its_field(bo, flow):
    answer = client_of(bo).post(url("flow-create", flow), {"name": "Job phases", "trigger_kind": "on_demand"})
    assert answer.status_code == 422
    assert "has a flow Job phases already" in text_in(answer)


def test_the_flow_is_an_ordered_list_of_cards(bo, flow):
    page = page_of(client_of(bo), "flow-detail", flow)
    cards = re.findall(r'<article class="step-card.*?</article>', page, re.DOTALL)
    assert [re.search(r"<h3>(.*?)</h3>", card)[1] for card in cards] == ["On demand", "Map", "Send"]
    assert "Sends Job cost &gt; Job phases &gt; Upsert to Vista, waits for the answer." in cards[2]
    assert "Runs when Map ended, whatever happened." in cards[2]


def test_problems_stand_beside_their_step_and_lead_to_their_field(bo, harbour, vista, upsert):
    policy = retry_policy(error_condition="")
    properties = {"jobNumber": expression(""), "phaseCode": text("1")}
    draft = make_draft(harbour, action_step(vista, upsert, retry_policy=policy, properties=properties))
    page = page_of(client_of(bo), "flow-detail", draft)
    form = url("step-edit", draft)
    assert f'href="{form}#settings.retry_policy.error_condition"' in page
    assert f'href="{form}#settings.properties.jobNumber"' in page
    shown = page_of(client_of(bo), "step-edit", draft)
    assert 'id="settings.retry_policy.error_condition"' in shown
    assert 'id="settings.properties.jobNumber"' in shown


def test_steps_are_added_moved_copied_and_deleted(bo, flow):
    client = client_of(bo)

    def post(page, step="", **values):
        flow.refresh_from_db()
        more = {"step": step} if step else {}
        return client.post(url(page, flow, **more), {"draft_revision": flow.draft_revision, **values})

    added = post("step-add", kind="map_json", position="1", name="Split by unit")
    assert added.url == url("step-edit", flow, step="split-by-unit") + "?new"
    post("step-move", "split-by-unit", direction="up")
    post("step-duplicate", "map")
    post("step-delete", "send")
    flow.refresh_from_db()
    assert [step["id"] for step in flow.draft["steps"]] == ["split-by-unit", "map", "map-copy"]


def added_step(user, flow):
    """The page of a Connector Action that was added to an empty flow, and its settings."""
    values = {"kind": "connector_action", "position": "0", "draft_revision": flow.draft_revision}
    page = client_of(user).post(url("step-add", flow), values, follow=True).content.decode()
    flow.refresh_from_db()
    return page, flow.draft["steps"][0]["settings"]


def test_a_new_step_has_the_only_connection_there_is_and_blames_nobody_yet(bo, harbour):
    connection = make_connection(harbour, make_connector(), name="Vista test")
    page, settings = added_step(bo, make_draft(harbour))
    assert (settings["connector"], settings["connection"]) == (connection.connector.slug, "Vista test")
    assert "to correct" not in page
    assert 'aria-invalid="true"' not in page


@pytest.mark.parametrize("connections", [0, 2])
def test_a_new_step_leaves_the_choice_to_a_person_where_there_is_none_or_more(connections, bo, harbour):
    connector = make_connector()
    for number in range(connections):
        make_connection(harbour, connector, name=f"Vista {number}")
    _, settings = added_step(bo, make_draft(harbour))
    assert (settings["connector"], settings["connection"]) == ("", "")


def test_what_is_missing_in_a_step_is_said_when_it_is_opened_again(bo, harbour):
    make_connection(harbour, make_connector())
    flow = make_draft(harbour)
    added_step(bo, flow)
    page = client_of(bo).get(url("step-edit", flow, step=flow.draft["steps"][0]["id"])).content.decode()
    assert "1 problem to correct" in page


def test_an_overview_without_flows_leads_builders_to_the_first(bo, vic, harbour):
    link = f'href="{reverse("flow-create", kwargs={"integration": harbour.slug})}"'
    summary = reverse("flow-summary", kwargs={"integration": harbour.slug})
    assert link in client_of(bo).get(summary).content.decode()
    assert link not in client_of(vic).get(summary).content.decode()


def test_a_stale_page_changes_nothing_and_says_so(bo, flow):
    answer = client_of(bo).post(url("step-delete", flow), {"draft_revision": flow.draft_revision - 1}, follow=True)
    assert "Somebody else saved this flow meanwhile" in text_in(answer)
    assert settings_of(flow)


@pytest.mark.parametrize("position", ["", "-1", "x", "²", "9" * 5000])
def test_a_place_that_is_none_is_not_found(position, bo, flow):
    post = {"kind": "map_json", "position": position, "draft_revision": flow.draft_revision}
    assert client_of(bo).post(url("step-add", flow), post).status_code == 404


# Publishing and versions.


def test_publishing_makes_the_next_version(bo, flow):
    client = client_of(bo)
    save_step(client, flow, form_of(client, flow), wait_for_response="")
    flow.refresh_from_db()
    assert "not yet published" in page_of(client, "flow-detail", flow)
    client.post(url("flow-publish", flow), {"comment": "No waiting", "draft_revision": flow.draft_revision})
    text = text_in(client.get(url("flow-detail", flow)))
    assert "Version 2 published" in text
    assert "No waiting" in text


def test_a_draft_with_problems_is_not_published(bo, harbour):
    draft = make_draft(harbour, map_step("map", list_expression=""))
    answer = client_of(bo).post(url("flow-publish", draft), {"draft_revision": draft.draft_revision})
    assert answer.status_code == 422
    assert "Give an expression; it is empty." in text_in(answer)
    assert not draft.versions.exists()


def test_a_draft_that_changed_meanwhile_is_not_published_unseen(bo, flow):
    answer = client_of(bo).post(url("flow-publish", flow), {"draft_revision": 1}, follow=True)
    assert "Somebody changed the draft meanwhile" in text_in(answer)
    assert flow.versions.count() == 1


def test_a_version_can_be_read_and_not_changed(vic, flow):
    page = page_of(client_of(vic), "flow-version", flow)
    assert "A version never changes." in page
    assert "<form" not in page.partition("<main")[2]


# Settings, file, trigger, run.


def test_the_settings_are_saved(bo, flow):
    client_of(bo).post(url("flow-settings", flow), {"name": "Phases", "description": "All of them"})
    flow.refresh_from_db()
    assert (flow.name, flow.description, flow.is_active) == ("Phases", "All of them", False)


def test_the_file_is_the_flow_as_every_other_export_writes_it(vic, flow):
    answer = client_of(vic).get(url("flow-export", flow))
    assert answer["Content-Disposition"] == 'attachment; filename="job-phases.json"'
    document = exact_json.loads(answer.content)
    assert (document["format"], document["steps"]) == ("throughline-flow", flow.draft["steps"])


def test_the_webhook_address_is_shown_and_replaced(bo, harbour):
    flow = make_draft(harbour, trigger={"kind": "webhook", "input_schema": None})
    old = flow.webhook_secret
    assert f"http://testserver/hooks/{old}/" in page_of(client_of(bo), "flow-settings", flow)
    client_of(bo).post(url("flow-replace-address", flow))
    flow.refresh_from_db()
    assert flow.webhook_secret != old


def test_the_webhook_address_is_for_those_who_build(vic, harbour):
    flow = make_draft(harbour, trigger={"kind": "webhook", "input_schema": None})
    assert flow.webhook_secret not in page_of(client_of(vic), "flow-detail", flow)


def test_a_deleted_flow_is_gone(bo, flow):
    assert client_of(bo).post(url("flow-delete", flow)).url == url("flow-list", flow)
    assert not Flow.objects.exists()


def test_a_flow_with_active_runs_is_not_deleted(bo, flow):
    make_run(flow, {"job": 1})
    assert "runs that have not ended" in text_in(client_of(bo).post(url("flow-delete", flow), follow=True))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('{"type": ', "This is not JSON: line 1"),
        ('"text"', "A JSON Schema is an object"),
        ('{"type": "wrong"}', "is not valid under any of the given schemas"),
    ],
)
def test_an_input_schema_that_is_none_is_refused_and_kept(typed, said, bo, flow):
    post = {**trigger_form(bo, flow), "kind": "webhook", "input_schema": typed}
    answer = client_of(bo).post(url("flow-trigger", flow), post)
    assert answer.status_code == 422
    assert said in text_in(answer)
    assert controls_of(answer.content.decode())["input_schema"] == typed


def test_the_trigger_is_saved_in_the_draft(bo, flow):
    post = {**trigger_form(bo, flow), "kind": "webhook", "input_schema": '{"type": "object"}'}
    client_of(bo).post(url("flow-trigger", flow), post)
    flow.refresh_from_db()
    assert flow.draft["trigger"] == {"kind": "webhook", "input_schema": {"type": "object"}}


def test_two_people_at_the_trigger_are_told_and_see_both(bo, flow):
    post = {**trigger_form(bo, flow), "input_schema": '{"title": "mine"}'}
    save_draft(
        actor=None,
        flow=flow,
        draft={**flow.draft, "trigger": {"kind": "webhook", "input_schema": {"title": "theirs"}}},
        revision=flow.draft_revision,
    )
    refused = client_of(bo).post(url("flow-trigger", flow), post)
    assert refused.status_code == 422
    assert "Somebody else saved the trigger meanwhile." in text_in(refused)
    assert "&quot;theirs&quot;" in text_in(refused)
    shown = controls_of(refused.content.decode())
    assert shown["input_schema"] == '{"title": "mine"}'
    assert client_of(bo).post(url("flow-trigger", flow), shown).status_code == 302
    flow.refresh_from_db()
    assert flow.draft["trigger"] == {"kind": "on_demand", "input_schema": {"title": "mine"}}


def test_the_trigger_is_saved_as_it_is_typed(bo, olga, flow):
    client, typed = client_of(bo), trigger_form(bo, flow)
    first = client.post(url("trigger-autosave", flow), {**typed, "input_schema": '{"type": "object"}'})
    assert 'data-state="saved"' in first.content.decode()
    flow.refresh_from_db()
    assert flow.draft["trigger"]["input_schema"] == {"type": "object"}

    late = client_of(olga).post(url("trigger-autosave", flow), {**typed, "input_schema": '{"type": "array"}'})
    assert "somebody else saved the trigger meanwhile" in text_in(late)
    broken = client.post(url("trigger-autosave", flow), {**trigger_form(bo, flow), "input_schema": '{"type": "wrong"}'})
    assert "is not valid under any of the given schemas" in text_in(broken)
    flow.refresh_from_db()
    assert flow.draft["trigger"]["input_schema"] == {"type": "object"}


def test_a_step_saved_meanwhile_stands_not_in_the_triggers_way(bo, flow):
    post = {**trigger_form(bo, flow), "kind": "webhook"}
    draft = {**flow.draft, "steps": flow.draft["steps"][:1]}
    save_draft(actor=None, flow=flow, draft=draft, revision=flow.draft_revision)
    assert client_of(bo).post(url("flow-trigger", flow), post).status_code == 302


def test_run_starts_a_run_with_the_data_typed(bo, flow):
    answer = client_of(bo).post(url("flow-run", flow), {"payload": '{"job": 12345678901234567890, "share": 0.10}'})
    run = Run.objects.get()
    assert answer.url == reverse("run-detail", kwargs={"integration": flow.integration.slug, "pk": run.pk})
    assert exact_json.dumps(run.trigger_data) == '{"job":12345678901234567890,"share":0.10}'


def test_run_offers_the_data_of_the_last_run(bo, flow):
    make_run(flow, {"job": "P-1"})
    offered = controls_of(page_of(client_of(bo), "flow-run", flow))["payload"]
    assert exact_json.loads(offered) == {"job": "P-1"}


def test_run_offers_an_example_of_the_input_schema(bo, harbour):
    schema = {"type": "object", "required": ["job"], "properties": {"job": {"type": "string", "examples": ["P-7"]}}}
    flow = make_draft(harbour, map_step(), trigger={"kind": "on_demand", "input_schema": schema})
    client = client_of(bo)
    client.post(url("flow-publish", flow), {"draft_revision": flow.draft_revision})
    assert exact_json.loads(controls_of(page_of(client, "flow-run", flow))["payload"]) == {"job": "P-7"}
    refused = client.post(url("flow-run", flow), {"payload": '{"job": 1}'})
    assert refused.status_code == 422
    assert "job:" in text_in(refused)


def test_malformed_data_start_nothing_and_are_kept(bo, flow):
    answer = client_of(bo).post(url("flow-run", flow), {"payload": '{"job": }'})
    assert "line 1, column 9" in text_in(answer)
    assert controls_of(answer.content.decode())["payload"] == '{"job": }'
    assert not Run.objects.exists()


def test_data_over_the_limit_start_nothing_and_say_the_limit(bo, flow):
    answer = client_of(bo).post(url("flow-run", flow), {"payload": f'"{"x" * 5_500_000}"'})
    assert answer.status_code == 422
    assert "The data are 5.2 MB; a run takes up to 5 MB." in text_in(answer)
    assert not Run.objects.exists()


# The form of a step.


def test_a_form_saved_as_it_is_shown_changes_nothing(bo, flow):
    before = flow.draft
    for step in ("map", "send"):
        save_step(client_of(bo), flow, form_of(client_of(bo), flow, step), step)
        flow.refresh_from_db()
    assert flow.draft == before


def test_every_setting_is_stored(bo, flow):
    client = client_of(bo)
    post = form_of(client, flow)
    answer = save_step(
        client,
        flow,
        post,
        **{
            "enabled": "on",
            "error_condition": "flow.mapItem().result?.code === '503'",
            "exponential_backoff": "on",
            "interval_minutes": "1 h 30",
            "attempts": "4",
            "value:/.jobNumber": "flow.trigger.data.number",
            "include:/.budget": "on",
            "mode:/.budget": "null",
        },
    )
    assert answer.url == url("flow-detail", flow)
    stored = settings_of(flow)
    assert stored["retry_policy"] == {
        "enabled": True,
        "error_condition": "flow.mapItem().result?.code === '503'",
        "exponential_backoff": True,
        "interval_minutes": 90,
        "attempts": 4,
    }
    assert stored["properties"] == {
        "jobNumber": expression("flow.trigger.data.number"),
        "phaseCode": text("03-100"),
        "budget": {"mode": "null"},
    }


def test_switches_that_are_off_are_stored_as_off(bo, flow):
    client = client_of(bo)
    post = {key: value for key, value in form_of(client, flow).items() if key != "wait_for_response"}
    save_step(client, flow, post)
    assert settings_of(flow)["wait_for_response"] is False


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"attempts": "9"}, "Attempts may be 1 to 5."),
        ({"attempts": "many"}, "Give a whole number from 1 to 5."),
        ({"interval_minutes": "10 min"}, "It may be 30 minutes to 24 hours."),
        ({"interval_minutes": "25 h"}, "It may be 30 minutes to 24 hours."),
        ({"interval_minutes": "soon"}, "Write the interval like 1 h 30"),
        ({"name": ""}, "This field is required."),
        ({"id": "No Id!"}, "Use small letters, digits, - and _"),
        ({"id": "map"}, "Another step has the id map"),
        ({"status": "maybe"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_stored_is_refused_with_its_limits_and_kept(typed, said, bo, flow):
    client, before = client_of(bo), flow.draft
    post = {**form_of(client, flow), "enabled": "on", "error_condition": "true", "value:/.jobNumber": "just.typed"}
    answer = save_step(client, flow, post, **typed)
    assert answer.status_code == 422
    assert said in text_in(answer)
    shown = controls_of(answer.content.decode(), "step-form")
    assert shown["value:/.jobNumber"] == "just.typed"
    if "status" not in typed:
        assert typed.items() <= shown.items()
    flow.refresh_from_db()
    assert flow.draft == before


def test_a_policy_that_is_off_does_not_stand_in_the_way(bo, flow):
    client = client_of(bo)
    assert save_step(client, flow, form_of(client, flow), attempts="9").status_code == 302
    assert settings_of(flow)["retry_policy"]["attempts"] == 3


def test_a_step_with_mistakes_is_kept_in_the_draft_and_says_them(bo, flow):
    client = client_of(bo)
    answer = save_step(client, flow, form_of(client, flow), **{"value:/.jobNumber": ""})
    assert answer.url == url("step-edit", flow)
    assert settings_of(flow)["properties"]["jobNumber"] == expression("")
    shown = client.get(answer.url).content.decode()
    assert 'href="#settings.properties.jobNumber"' in shown
    assert 'aria-describedby="settings.properties.jobNumber:error"' in shown


def test_what_others_change_elsewhere_in_the_flow_stands_in_nobodys_way(bo, flow):
    client = client_of(bo)
    post = form_of(client, flow)
    draft = {**flow.draft, "trigger": {"kind": "webhook", "input_schema": None}}
    save_draft(actor=None, flow=flow, draft=draft, revision=flow.draft_revision)
    assert save_step(client, flow, post, **{"value:/.jobNumber": "mine"}).status_code == 302
    assert settings_of(flow)["properties"]["jobNumber"] == expression("mine")
    assert flow.draft["trigger"]["kind"] == "webhook"


def test_what_was_typed_for_a_deleted_step_can_be_copied(bo, flow):
    client = client_of(bo)
    post = form_of(client, flow)
    client.post(url("step-delete", flow), {"draft_revision": flow.draft_revision})
    answer = save_step(client, flow, post, **{"value:/.jobNumber": "precious"})
    assert answer.status_code == 404
    assert "precious" in text_in(answer)


def test_a_new_id_takes_its_references_along_and_says_how_many(bo, flow):
    client = client_of(bo)
    draft = flow.draft
    draft["steps"][1]["settings"]["properties"]["jobNumber"] = expression('flow.step("map").output[0].code')
    save_draft(actor=None, flow=flow, draft=draft, revision=flow.draft_revision)
    answer = save_step(client, flow, form_of(client, flow, "map"), "map", id="phases")
    assert "2 references to it in this flow followed" in text_in(client.get(answer.url))
    assert settings_of(flow)["properties"]["jobNumber"] == expression('flow.step("phases").output[0].code')
    assert flow.draft["steps"][1]["run_condition"]["step"] == "phases"


def test_an_id_that_nobody_chose_follows_the_name(bo, flow):
    client = client_of(bo)
    save_step(client, flow, form_of(client, flow, "map"), "map", name="Map job phase")
    flow.refresh_from_db()
    assert flow.draft["steps"][0]["id"] == "map-job-phase"


def test_another_connector_brings_its_only_connection_and_no_action_path(bo, harbour, flow):
    other = make_connection(harbour, make_connector("Xero"), "Books")
    make_action_path(other.connector, "accounting/invoices/add")
    client = client_of(bo)
    answer = client.post(url("step-edit", flow), {**form_of(client, flow), "op": "load", "connector": "xero"})
    shown = controls_of(answer.content.decode(), "step-form")
    assert (shown["connector"], shown["connection"], shown["action_path"]) == ("xero", "Books", "")
    assert "accounting/invoices/add" in answer.content.decode()
    assert settings_of(flow)["connector"] == "vista-sample"


def test_what_was_given_waits_for_another_action_path(bo, harbour, flow):
    other = make_connection(harbour, make_connector("Xero"), "Books")
    make_action_path(other.connector, "accounting/invoices/add")
    client = client_of(bo)
    before = settings_of(flow)["properties"]
    post = {**form_of(client, flow), "op": "load", "connector": "xero"}
    shown = controls_of(client.post(url("step-edit", flow), post).content.decode(), "step-form")
    save_step(client, flow, shown, action_path="accounting/invoices/add")
    assert settings_of(flow)["properties"] == before


def test_what_an_action_path_does_not_take_can_be_removed_at_once(bo, flow, upsert):
    upsert.input_schema = {"type": "object", "properties": {"jobNumber": {"type": "string"}}}
    upsert.save()
    client = client_of(bo)
    assert "not part of this action path" in page_of(client, "step-edit", flow)
    post = {**form_of(client, flow), "op": "remove-rows:"}
    shown = controls_of(client.post(url("step-edit", flow), post).content.decode(), "step-form")
    save_step(client, flow, shown)
    assert list(settings_of(flow)["properties"]) == ["jobNumber"]


def test_a_connector_with_two_connections_asks_which(bo, harbour, vista, flow):
    make_connection(harbour, vista.connector, "Vista test")
    page = page_of(client_of(bo), "step-edit", flow)
    assert '<option value="Vista test"' in page


def test_real_time_processing_shows_where_the_action_path_allows_it(bo, flow, upsert):
    client = client_of(bo)
    assert "Real-time processing" not in page_of(client, "step-edit", flow)
    upsert.real_time_optional = True
    upsert.save()
    assert "Real-time processing" in page_of(client, "step-edit", flow)
    post = {key: value for key, value in form_of(client, flow).items() if key != "real_time_processing"}
    save_step(client, flow, post)
    assert settings_of(flow)["real_time_processing"] is False


def test_the_links_below_the_action_path_lead_to_its_documents(bo, flow, upsert):
    page = page_of(client_of(bo), "step-edit", flow)
    for name in ("action-path-schema", "action-path-openapi"):
        assert reverse(name, kwargs={"slug": "vista-sample", "key": upsert.key}) in page


def test_retries_past_the_window_are_said_not_to_run(bo, flow):
    client = client_of(bo)
    post = {**form_of(client, flow), "op": "load", "exponential_backoff": "on", "interval_minutes": "2 h"}
    text = text_in(client.post(url("step-edit", flow), {**post, "attempts": "4"}))
    assert "Retry 3: 14 h later" in text
    assert re.search(r"Retry 4: 30 h later, \S+ \S+ \S+ \S+ UTC does not run: that is after the window ends", text)
    assert "3 of 4 retries run, the last 14 h after the first failure." in text


def test_switching_to_an_existing_body_and_back_loses_nothing(bo, flow):
    client = client_of(bo)
    before = settings_of(flow)["properties"]
    save_step(client, flow, form_of(client, flow), use_existing_body="on", existing_body='flow.step("map").output[0]')
    assert settings_of(flow)["use_existing_body"] is True
    assert settings_of(flow)["properties"] == before
    post = {key: value for key, value in form_of(client, flow).items() if key != "use_existing_body"}
    save_step(client, flow, post)
    assert settings_of(flow)["properties"] == before
    assert settings_of(flow)["existing_body"] == 'flow.step("map").output[0]'


def test_an_action_path_that_is_gone_is_shown_and_kept(bo, flow, upsert):
    upsert.removed_at = flow.created_at
    upsert.save()
    client = client_of(bo)
    page = page_of(client, "step-edit", flow)
    assert "(removed)" in page
    assert "gone from the connector" in page
    save_step(client, flow, controls_of(page, "step-form"))
    assert settings_of(flow)["action_path"] == upsert.key


def test_an_integration_without_connections_says_what_to_do(bo, harbour):
    draft = make_draft(harbour)
    post = {"kind": "connector_action", "position": "0", "draft_revision": draft.draft_revision}
    answer = client_of(bo).post(url("step-add", draft), post, follow=True)
    assert "The integration has no connections yet. Add a connection first." in text_in(answer)


def test_rows_are_added_named_and_removed_without_javascript(bo, flow):
    client = client_of(bo)
    post = {**form_of(client, flow, "map"), "op": "add-row:"}
    shown = controls_of(client.post(url("step-edit", flow, step="map"), post).content.decode(), "step-form")
    assert shown["name:/+1"] == "property"
    typed = {**shown, "name:/+1": "unit", "mode:/+1": "text", "value:/+1": "EA"}
    assert save_step(client, flow, typed, "map").status_code == 302
    assert settings_of(flow, "map")["properties"]["unit"] == text("EA")
    post = {**form_of(client, flow, "map"), "op": "remove:/+0"}
    shown = controls_of(client.post(url("step-edit", flow, step="map"), post).content.decode(), "step-form")
    save_step(client, flow, shown, "map")
    assert list(settings_of(flow, "map")["properties"]) == ["unit"]


# What each page costs.


@pytest.mark.parametrize(
    ("name", "limit"),
    [("flow-list", 8), ("flow-detail", 13), ("flow-version", 11), ("step-edit", 17), ("flow-settings", 7)],
)
def test_a_page_takes_a_bounded_number_of_queries(name, limit, bo, harbour, vista, flow):
    for number in range(20):
        make_draft(harbour, name=f"Flow {number}")
        make_action_path(vista.connector, f"job-cost/cost-codes/add-{number}")
    client = client_of(bo)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url(name, flow)).status_code == 200
    assert len(queries) <= limit, "\n".join(query["sql"][:150] for query in queries)
