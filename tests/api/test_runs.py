"""Runs: started, followed, canceled and run again from outside."""

from io import StringIO

import pytest
from django.core.management import call_command

from connectors import exact_json
from flows import lane
from flows.models import Run
from tests.making import make_draft, make_flow, make_run, map_step

HARBOUR = "integrations/harbour-bridge/"


def start(program, flow, data=None):
    return program.post(f"{HARBOUR}flows/{flow.slug}/runs/", {"data": data})


def test_starting_answers_once_the_run_is_stored(as_opal, opal, mapping_flow):
    answer = start(as_opal, mapping_flow, [{"a": 1}])
    run = Run.objects.get()
    assert (answer.status, answer.body["id"], answer.body["status"]) == (202, run.pk, "Queued")
    assert answer.body["api"] == answer.headers["Location"]
    assert answer.body["api"].endswith(f"/api/v1/{HARBOUR}runs/{run.pk}/")
    assert answer.body["address"].endswith(f"/integrations/harbour-bridge/runs/{run.pk}/")
    assert (run.trigger_data, run.started_by, run.trigger_event["kind"]) == ([{"a": 1}], opal, "api")


def test_a_run_is_read_as_run_flow_prints_it(as_vic, mapping_flow):
    out = StringIO()
    call_command("run_flow", mapping_flow.slug, stdout=out)
    assert as_vic.get(f"{HARBOUR}runs/{Run.objects.get().pk}/").body == exact_json.loads(out.getvalue())


def test_a_run_is_followed_to_its_end(as_bo, mapping_flow):
    api = start(as_bo, mapping_flow, [{"a": 1}]).body["api"]
    assert (as_bo.get(api).body["status"], as_bo.get(api).body["steps"][0]["status"]) == ("Queued", None)
    lane.work()
    done = as_bo.get(api).body
    assert (done["status"], done["steps"][0]["status"], done["steps"][0]["output"]) == ("Success", "SUCCESSFUL", [{}])


def test_a_flow_that_can_not_run_says_why(as_bo, bo, harbour, mapping_flow):
    draft = make_draft(harbour, map_step(), name="Only a draft")
    assert "Publish it, then run it" in start(as_bo, draft).body["detail"]
    mapping_flow.is_active = False
    mapping_flow.save()
    assert "switched off" in start(as_bo, mapping_flow).body["detail"]
    assert not Run.objects.exists()


def test_data_that_the_trigger_does_not_take_are_refused_with_the_place(as_bo, harbour):
    schema = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}}
    flow = make_flow(harbour, map_step(), trigger={"kind": "on_demand", "input_schema": schema})
    answer = start(as_bo, flow, {"code": 5})
    assert (answer.status, list(answer.problems)) == (400, ["data.code"])
    assert list(start(as_bo, flow, {}).problems) == ["data"] or "data.code" in start(as_bo, flow, {}).problems
    assert not Run.objects.exists()


def test_data_must_be_said_even_when_there_are_none(as_bo, mapping_flow):
    answer = as_bo.post(f"{HARBOUR}flows/{mapping_flow.slug}/runs/", {})
    assert (answer.status, list(answer.problems)) == (400, ["data"])


def test_a_run_is_canceled_once(as_opal, mapping_flow):
    run = make_run(mapping_flow)
    canceled = as_opal.post(f"{HARBOUR}runs/{run.pk}/cancel/")
    assert (canceled.status, canceled.body["status"], canceled.body["message"]) == (
        200,
        "Canceled",
        "Canceled by opal.",
    )
    again = as_opal.post(f"{HARBOUR}runs/{run.pk}/cancel/")
    assert (again.status, again.body["detail"]) == (400, "This run has ended already: Canceled.")


def test_running_again_takes_the_same_data(as_opal, mapping_flow):
    run = make_run(mapping_flow, [{"a": 1}])
    again = as_opal.post(f"{HARBOUR}runs/{run.pk}/run-again/")
    assert again.status == 202
    assert Run.objects.get(pk=again.body["id"]).trigger_data == [{"a": 1}]


@pytest.fixture
def history(harbour, mapping_flow):
    other = make_flow(harbour, map_step(), name="Other")
    runs = [make_run(flow) for flow in (mapping_flow, other, mapping_flow)]
    lane.work()
    runs.append(make_run(mapping_flow))
    return runs


def test_runs_are_listed_newest_first_and_filtered(as_vic, history):
    first, second, third, last = (run.pk for run in history)

    def listed(**query):
        return [row["id"] for row in as_vic.get(f"{HARBOUR}runs/", **query).body["results"]]

    assert listed() == [last, third, second, first]
    assert listed(flow="other") == [second]
    assert listed(status="Queued") == [last]
    assert listed(flow="copy-phases", status="Success") == [third, first]
    assert listed(since="2100-01-01T00:00:00Z") == []
    assert listed(until="2100-01-01T00:00:00Z") == [last, third, second, first]
    assert list(as_vic.get(f"{HARBOUR}runs/", flow="nothing").problems) == ["flow"]


def test_pages_follow_each_other_in_both_directions(as_vic, history):
    first = as_vic.get(f"{HARBOUR}runs/", page_size=3).body
    second = as_vic.get(first["next"]).body
    assert (len(first["results"]), len(second["results"])) == (3, 1)
    assert (first["previous"], second["next"]) == (None, None)
    assert as_vic.get(second["previous"]).body["results"] == first["results"]
