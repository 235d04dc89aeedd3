"""Flows go in and out as the files of the command line."""

import copy
from io import StringIO

import pytest
from django.core.management import call_command

from connectors import exact_json
from flows.commands.flows import save_draft
from flows.models import Flow, Version
from tests.making import action_step, map_step

HARBOUR = "integrations/harbour-bridge/"
FLOW = f"{HARBOUR}flows/job-phases/"


def flow_file(*steps, **fields):
    return {
        "format": "throughline-flow",
        "format_version": 1,
        "name": "Copy phases",
        "slug": "copy-phases",
        "description": "",
        "trigger": {"kind": "on_demand", "input_schema": None},
        "steps": list(steps) or [map_step()],
        **fields,
    }


def test_a_flow_is_read_as_export_flow_writes_it(as_vic, scene):
    out = StringIO()
    call_command("export_flow", "job-phases", stdout=out)
    assert as_vic.get(FLOW).body == exact_json.loads(out.getvalue())


def test_what_is_read_can_be_put_back(as_bo, scene):
    file = as_bo.get(FLOW).body
    answer = as_bo.put(FLOW, file)
    assert (answer.status, answer.body) == (200, file)
    assert as_bo.get(f"{FLOW}draft/").body == file


def test_a_flow_is_created_published_and_read(as_bo, harbour):
    created = as_bo.put(f"{HARBOUR}flows/copy-phases/", flow_file())
    assert (created.status, created.body) == (201, flow_file())
    [summary] = as_bo.get(f"{HARBOUR}flows/").body["results"]
    assert (summary["slug"], summary["published_version"], summary["is_active"]) == ("copy-phases", None, True)
    published = as_bo.post(f"{HARBOUR}flows/copy-phases/publish/", {"comment": "First"})
    assert (published.status, published.body["number"], published.body["published_by"]) == (201, 1, "bo")
    assert as_bo.get(f"{HARBOUR}flows/").body["results"][0]["published_version"] == 1


def test_publishing_twice_makes_one_version(as_bo, scene):
    numbers = [as_bo.post(f"{FLOW}publish/", {}).body["number"] for _ in range(2)]
    assert numbers == [1, 1]
    assert len(as_bo.get(f"{FLOW}versions/").body["results"]) == 1


def test_replacing_changes_the_draft_and_nothing_that_runs(as_bo, scene):
    before = as_bo.get(FLOW).body
    as_bo.put(FLOW, before | {"steps": [map_step()]})
    assert as_bo.get(FLOW).body == before
    assert as_bo.get(f"{FLOW}draft/").body["steps"] == [map_step()]
    assert as_bo.post(f"{FLOW}publish/", {}).body["number"] == 2
    assert as_bo.get(FLOW).body["steps"] == [map_step()]
    numbers = [version["number"] for version in as_bo.get(f"{FLOW}versions/").body["results"]]
    assert numbers == [2, 1]
    assert as_bo.get(f"{FLOW}versions/1/").body == before
    assert as_bo.get(f"{FLOW}versions/3/").status == 404


def with_change(scene, change):
    file = flow_file(action_step(scene.connection, scene.action_path), map_step())
    change(file)
    return file


def settings_of(file):
    return file["steps"][0]["settings"]


WRONG = {
    "newer version": (lambda file: file.update(format_version=2), "format_version", "Upgrade it"),
    "no flow file": (lambda file: file.update(format="other"), "format", "throughline-flow"),
    "unknown step kind": (lambda file: file["steps"][1].update(kind="send_email"), "steps[1].kind", "map_json"),
    "repeated id": (lambda file: file["steps"][1].update(id="send"), "steps[1].id", "an id of its own"),
    "missing step": (
        lambda file: file["steps"][1].update(run_condition={"step": "later", "status": "any"}),
        "steps[1].run_condition.step",
        "no earlier step later",
    ),
    "missing step in an expression": (
        lambda file: file["steps"][1]["settings"].update(list='flow.step("later").output'),
        "steps[1].settings.list",
        "later",
    ),
    "unknown connector": (
        lambda file: settings_of(file).update(connector="sap"),
        "steps[0].settings.connector",
        "add one",
    ),
    "missing connection": (
        lambda file: settings_of(file).update(connection="Vista south"),
        "steps[0].settings.connection",
        "There is: Vista north",
    ),
    "unknown action path": (
        lambda file: settings_of(file).update(action_path="job-cost/phases/burn"),
        "steps[0].settings.action_path",
        "choose another",
    ),
    "attempts": (
        lambda file: settings_of(file)["retry_policy"].update(attempts=9),
        "steps[0].settings.retry_policy.attempts",
        "5",
    ),
    "unknown field": (lambda file: settings_of(file).update(timeout=5), "steps[0].settings.timeout", "remove it"),
    "no steps": (lambda file: file.update(steps=[]), "steps", "add one"),
    "name with a NUL": (lambda file: file.update(name="a\x00b"), "name", "no database takes"),
    "step name with a NUL": (lambda file: file["steps"][1].update(name="\x00"), "steps[1].name", "no database takes"),
    "description with half a character": (
        lambda file: file.update(description="\ud800"),
        "description",
        "no database takes",
    ),
    "empty name": (lambda file: file.update(name="  "), "name", "give the flow a name"),
    "name of another flow": (lambda file: file.update(name="Job phases"), "name", "choose another name"),
    "another slug": (lambda file: file.update(slug="other"), "slug", "that flow"),
}


@pytest.mark.parametrize(("change", "place", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_with_the_place(as_bo, scene, change, place, said):
    answer = as_bo.put(f"{HARBOUR}flows/copy-phases/", with_change(scene, change))
    assert (answer.status, place in answer.problems) == (400, True), answer.body
    assert said in answer.problems[place]
    assert Flow.objects.count() == 1


@pytest.mark.parametrize("body", [None, [], "flow", 5, {}, {"format": ["throughline-flow"]}])
def test_what_is_no_flow_file_at_all_is_refused(as_bo, harbour, body):
    assert as_bo.put(f"{HARBOUR}flows/copy-phases/", body).status == 400


def test_a_removed_action_path_can_not_be_published_again(as_bo, scene):
    from django.utils import timezone

    scene.action_path.removed_at = timezone.now()
    scene.action_path.save()
    answer = as_bo.post(f"{FLOW}publish/", {})
    assert "gone from the connector's last imported document" in answer.problems["steps[0].settings.action_path"]
    assert Version.objects.count() == 1


def test_a_draft_with_mistakes_is_read_and_its_mistakes_are_told_on_publishing(as_bo, bo, scene):
    draft = copy.deepcopy(scene.flow.draft)
    draft["steps"][0]["settings"]["connection"] = ""
    save_draft(actor=bo, flow=scene.flow, draft=draft, revision=scene.flow.draft_revision)
    assert as_bo.get(f"{FLOW}draft/").body["steps"] == draft["steps"]
    assert as_bo.post(f"{FLOW}publish/", {}).problems.keys() == {"steps[0].settings.connection"}
