"""What will be sent: worked out while a step is edited, with nothing stored and nothing sent."""

import re
from time import thread_time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from connectors import exact_json
from flows import engine
from integrations import secrets
from tests.cast import client_of, make_action_path, make_connection, make_connector
from tests.making import action_step, expression, make_draft, make_flow, make_run, map_step, text
from tests.pages.forms import controls_of

pytestmark = pytest.mark.django_db
CAST = ("sam", "vic", "bo", "opal", "olga")
PROPERTIES = {
    "jobNumber": expression("flow.trigger.data.job"),
    "phaseCode": text("03-100"),
    "budget": expression("_.sum(flow.trigger.data.costs)", include=True),
}
SCHEMA = {"type": "object", "properties": {"job": {"type": "string", "examples": ["P-1"]}}}


@pytest.fixture
def people(sam, vic, bo, opal, olga):
    return {"sam": sam, "vic": vic, "bo": bo, "opal": opal, "olga": olga}


@pytest.fixture
def vista(harbour, httpserver):
    """It would answer whatever is asked, and remembers that it was."""
    httpserver.expect_request(re.compile(".*")).respond_with_json({"access_token": "t0ken-of-vista"})
    return make_connection(
        harbour,
        make_connector("Vista sample"),
        base_url=httpserver.url_for(""),
        authentication_kind="oauth2_client_credentials",
        settings={"token_url": httpserver.url_for("/token"), "client_id": "us"},
        sealed_secrets=secrets.seal({"client_secret": "s3cret-of-vista"}),
    )


@pytest.fixture
def upsert(vista):
    return make_action_path(vista.connector)


@pytest.fixture
def flow(harbour, vista, upsert):
    send = action_step(vista, upsert, "send", properties=PROPERTIES)
    codes = map_step("map", list_expression="flow.trigger.data.costs", cost=expression("flow.mapItem() * 2"))
    return make_flow(harbour, codes, send, trigger={"kind": "on_demand", "input_schema": SCHEMA}, name="Phases")


def url(flow, name="step-preview", step="send"):
    return reverse(name, kwargs={"integration": flow.integration.slug, "flow": flow.slug, "step": step})


def preview(user, flow, step="send", data='{"job": "P-10023", "costs": [1.5, 2]}', **changes):
    """What the pane shows once the form was changed like that, with pasted data."""
    client = client_of(user)
    post = controls_of(client.get(url(flow, "step-edit", step)).content.decode(), "step-form")
    sample = {"sample": "pasted", "sample_data": data}
    return client.post(url(flow, step=step), {**post, **sample, **changes})


def words(answer):
    said = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(said.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&").split())


def notes(answer, kind):
    """{field: text} beside the fields."""
    html = answer.content.decode()
    listed = re.search(rf'data-notes="{kind}">(.*?)</ul>', html, re.DOTALL)
    found = re.findall(r'data-field="(.*?)".*?<span>(.*?)</span>', listed[1], re.DOTALL) if listed else []
    return {
        field.removeprefix("settings."): said.replace("&quot;", '"').replace("&#x27;", "'") for field, said in found
    }


@pytest.mark.parametrize("who", CAST)
def test_only_who_may_build_sees_a_preview(who, flow, people):
    expected = {"bo": 200, "olga": 200, "sam": 404}.get(who, 403)
    post = {"sample": "example"}
    assert client_of(people[who]).post(url(flow), post).status_code == expected


def test_a_visitor_and_a_get_are_refused(flow, bo):
    assert client_of(None).post(url(flow)).status_code == 302
    assert client_of(bo).get(url(flow)).status_code == 405
    assert client_of(bo).post(url(flow, step="gone")).status_code == 404


def test_the_request_is_shown_as_it_would_go_out(flow, bo, httpserver):
    shown = words(preview(bo, flow))
    assert "Everything fits the schema" in shown
    assert f"PUT {httpserver.url_for('/api/job-phases')}" in shown
    assert "Authorization: ••••••••" in shown
    assert "Content-Type: application/json" in shown
    assert '"jobNumber": "P-10023", "phaseCode": "03-100", "budget": 3.5' in shown


def test_nothing_goes_out_and_nothing_is_written(flow, bo, httpserver):
    client = client_of(bo)
    post = controls_of(client.get(url(flow, "step-edit")).content.decode(), "step-form")
    with CaptureQueriesContext(connection) as queries:
        client.post(url(flow), {**post, "sample": "example"})
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []
    assert httpserver.log == []


def test_no_secret_stands_anywhere(flow, bo):
    answer = preview(bo, flow).content.decode()
    assert "s3cret" not in answer
    assert "t0ken" not in answer


def test_each_field_tells_what_it_comes_to(flow, bo):
    found = notes(preview(bo, flow), "value")
    assert found == {"properties.jobNumber": '"P-10023"', "properties.budget": "3.5"}


def test_what_breaks_the_schema_is_said_at_its_field_and_counted(flow, bo):
    answer = preview(bo, flow, data='{"job": 7, "costs": [-1]}')
    assert "2 values don't fit the schema. This action would end as ACTION_HANDLED_FAILED" in words(answer)
    found = notes(answer, "error")
    assert found["properties.jobNumber"] == "jobNumber must be a text, but is the number 7."
    assert "must be at least 0" in found["properties.budget"]


def test_a_required_property_that_came_to_nothing_is_told_at_its_field(flow, bo):
    answer = preview(bo, flow, data='{"costs": []}')
    assert notes(answer, "error") == {"properties.jobNumber": "jobNumber is missing."}
    assert "the property is left out" in words(answer)


def test_a_mistake_in_an_expression_is_said_with_line_and_column(flow, bo):
    answer = preview(bo, flow, **{"value:/.budget": "1 +\nflow.trigger.data.x.y"})
    assert "1 value can't be worked out from this sample" in words(answer)
    assert notes(answer, "error")["properties.budget"].startswith("Line 2, column ")
    assert "?." in notes(answer, "error")["properties.budget"]


def test_inside_lists_and_array_maps_each_error_finds_its_field(flow, bo):
    mapped = {
        "include:/.costTypes": "on",
        "mode:/.costTypes": "array_map",
        "list:/.costTypes": "flow.trigger.data.costs",
        "mode:/.costTypes/*": "object",
        "mode:/.costTypes/*/.code": "expression",
        "include:/.costTypes/*/.code": "on",
        "value:/.costTypes/*/.code": "flow.mapItem()",
    }
    answer = preview(bo, flow, **mapped)
    assert notes(answer, "value")["properties.costTypes.list"].startswith("2 elements")
    assert notes(answer, "value")["properties.costTypes.item.code"] == "1.5"
    assert "costTypes[1].code must be a text" in words(answer)
    assert "properties.costTypes.item.code" in notes(answer, "error")
    broken = preview(bo, flow, **(mapped | {"list:/.costTypes": "flow.trigger.data.nothing.here"}))
    assert "properties.costTypes.list" in notes(broken, "error")


def test_an_existing_body_is_judged_as_a_whole(flow, bo):
    body = {"use_existing_body": "on", "existing_body": '({jobNumber: "P-1"})'}
    answer = preview(bo, flow, **body)
    assert notes(answer, "error") == {"existing_body": "phaseCode is missing."}
    assert notes(answer, "value")["existing_body"] == '{ "jobNumber": "P-1" }'
    listed = preview(bo, flow, use_existing_body="on", existing_body="[1]")
    assert listed.status_code == 200
    assert "must be an object" in words(listed)


def test_an_earlier_step_that_never_ran_gives_what_it_makes_of_the_sample(flow, bo):
    answer = preview(bo, flow, **{"value:/.budget": "flow.step('map').output[1].cost"})
    assert notes(answer, "value")["properties.budget"] == "4"


def test_a_past_run_is_a_sample_with_its_outputs(flow, bo, httpserver):
    run = make_run(flow, {"job": "P-55", "costs": [10]})
    engine.advance_due_runs()
    changed = {"sample": f"run-{run.pk}", "value:/.budget": "flow.step('map').output[0].cost"}
    found = notes(preview(bo, flow, **changed), "value")
    assert found == {"properties.jobNumber": '"P-55"', "properties.budget": "20"}
    assert httpserver.log == []


def test_the_example_of_the_schema_is_a_sample(flow, bo):
    assert notes(preview(bo, flow, sample="example"), "value")["properties.jobNumber"] == '"P-1"'


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sample_data": '{"job": '}, "The pasted JSON can't be read: line 1, column"),
        ({"sample_data": ""}, "Paste the JSON that the trigger would get."),
        ({"sample": "run-999"}, "That run is not there any more."),
        ({"sample": "run-" + "9" * 40}, "That run is not there any more."),
        ({"action_path": ""}, "Once a connection and an action path are chosen"),
        ({"use_existing_body": "on", "existing_body": "a\0b"}, "First correct what is marked in the form."),
    ],
)
def test_what_can_not_be_previewed_says_why(changes, said, flow, bo):
    answer = preview(bo, flow, **changes)
    assert answer.status_code == 200
    assert said in words(answer)


FIVE_MB = 5 * 1024 * 1024 - 1000


def large(job="P-1", size=FIVE_MB):
    """JSON of about that size, with something to read in it."""
    note = '{"cost": 12.50, "text": "Concrete footings, east abutment"}'
    return f'{{"job": "{job}", "costs": [1], "notes": [{",".join([note] * (size // (len(note) + 1) - 2))}]}}'


def test_five_megabytes_can_be_pasted(flow, bo):
    answer = preview(bo, flow, data=large(), **{"value:/.budget": "flow.trigger.data.notes.length"})
    found = notes(answer, "value")
    assert found["properties.jobNumber"] == '"P-1"'
    assert int(found["properties.budget"]) > 80_000
    assert len(answer.content) < 100_000


def test_a_request_of_megabytes_is_shown_by_its_beginning_and_not_as_curl(flow, bo):
    body = {"use_existing_body": "on", "existing_body": "({jobNumber: 'P', phaseCode: '1', ...flow.trigger.data})"}
    answer = preview(bo, flow, data=large(size=1_000_000), **body)
    assert "characters more" in words(answer)
    assert "curl" not in words(answer)
    assert len(answer.content) < 100_000


def test_a_past_run_of_five_megabytes_is_a_sample(flow, bo):
    run = make_run(flow, exact_json.loads(large("P-77")))
    assert notes(preview(bo, flow, sample=f"run-{run.pk}"), "value")["properties.jobNumber"] == '"P-77"'


def test_an_example_of_five_megabytes_is_a_sample(harbour, flow, bo):
    schema = {"type": "object", "examples": [exact_json.loads(large("P-88"))]}
    flow.draft = {**flow.draft, "trigger": {"kind": "on_demand", "input_schema": schema}}
    flow.save()
    assert notes(preview(bo, flow, sample="example"), "value")["properties.jobNumber"] == '"P-88"'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (large() + "}", "The pasted JSON can't be read: line 1, column 5"),
        (large(size=FIVE_MB + 100_000), "a sample may have 5,242,880."),
        ('{"job": NaN}', "The pasted JSON can't be read: NaN is not a JSON number."),
        ("[" * 300 + "]" * 300, "The pasted JSON can't be read: the JSON is nested more than 200 levels deep."),
    ],
    ids=["broken at the end", "too large", "no number", "too deep"],
)
def test_what_can_not_be_read_says_where_it_breaks(data, said, flow, bo):
    assert said in words(preview(bo, flow, data=data))


def test_a_run_of_another_flow_is_no_sample(flow, bo, harbour):
    other = make_run(make_flow(harbour, map_step(), name="Other"), {"job": "theirs"})
    assert "That run is not there any more." in words(preview(bo, flow, sample=f"run-{other.pk}"))


def test_a_mode_that_no_page_sends_is_a_bad_request(flow, bo):
    assert preview(bo, flow, **{"mode:/.budget": "shout"}).status_code == 400


def test_copied_as_curl_secrets_are_variables(flow, bo):
    shown = words(preview(bo, flow))
    assert "curl -X PUT http://localhost" in shown
    assert """-H 'Authorization: '"$AUTHORIZATION\"""" in shown
    assert """-H 'Idempotency-Key: '"$IDEMPOTENCY_KEY\"""" in shown
    assert """--data-raw '{"jobNumber":"P-10023",""" in shown


def test_a_map_step_shows_the_list_that_it_makes(flow, bo):
    answer = preview(bo, flow, step="map")
    assert "It makes a list of 2 objects." in words(answer)
    assert notes(answer, "value") == {"properties.cost": "3"}
    broken = preview(bo, flow, step="map", list="flow.trigger.data.job")
    assert "list" in notes(broken, "error")
    inside = preview(bo, flow, step="map", **{"value:/+0": "flow.mapItem().a.b"})
    assert set(notes(inside, "error")) == {"properties.cost"}


def test_the_samples_are_offered_the_newest_run_first(flow, bo):
    run = make_run(flow, {"job": "P-55"})
    shown = client_of(bo).get(url(flow, "step-edit")).content.decode()
    assert f'<option value="run-{run.pk}" selected>Run {run.pk}, ' in shown
    asked = client_of(bo).get(url(flow, "step-edit") + "?sample=example").content.decode()
    assert '<option value="example" selected>' in asked


def test_without_javascript_a_button_shows_the_preview_in_the_page(flow, bo):
    client = client_of(bo)
    post = controls_of(client.get(url(flow, "step-edit")).content.decode(), "step-form")
    pasted = {"sample": "pasted", "sample_data": '{"job": "P-9", "costs": [1]}'}
    shown = words(client.post(url(flow, "step-edit"), {**post, **pasted, "op": "preview"}))
    assert '"jobNumber": "P-9"' in shown


def test_a_preview_takes_a_bounded_number_of_queries_however_many_steps_and_runs(harbour, vista, upsert, bo):
    steps = [action_step(vista, upsert, f"before-{number}", properties=PROPERTIES) for number in range(12)]
    flow = make_draft(harbour, *steps, action_step(vista, upsert, "send", properties=PROPERTIES))
    client = client_of(bo)
    post = controls_of(client.get(url(flow, "step-edit")).content.decode(), "step-form")
    with CaptureQueriesContext(connection) as queries:
        assert client.post(url(flow), {**post, "sample": "example"}).status_code == 200
    assert len(queries) <= 10, "\n".join(query["sql"][:150] for query in queries)


def test_an_ordinary_form_is_previewed_fast_enough_to_type_along(flow, bo):
    preview(bo, flow)
    client = client_of(bo)
    post = controls_of(client.get(url(flow, "step-edit")).content.decode(), "step-form")
    sample = {"sample": "pasted", "sample_data": '{"job": "P-10023", "costs": [1.5, 2]}'}
    times = []
    for _ in range(5):
        begun = thread_time()
        client.post(url(flow), {**post, **sample})
        times.append(thread_time() - begun)
    assert min(times) < 0.15


# The data available here.


def test_the_panel_shows_what_the_last_runs_held(flow, bo):
    make_run(flow, {"job": "P-1", "costs": [10]})
    make_run(flow, {"job": "P-2"})
    engine.advance_due_runs()
    shown = words(client_of(bo).get(url(flow, "step-edit")))
    assert "job text seen in 2 of 2 runs P-2" in shown
    assert "costs list seen in 1 of 2 runs, may be missing 1 item" in shown


def test_the_outputs_of_runs_that_are_over_are_counted(flow, bo):
    for costs in ([10], [20]):
        run = make_run(flow, {"job": "P-1", "costs": costs})
        engine.advance_due_runs()
        run.status = run.Status.SUCCESS
        run.save()
    shown = client_of(bo).get(url(flow, "step-edit")).content.decode()
    assert 'data-insert="flow.step(&quot;map&quot;).output[0].cost"' in shown
    assert '<span class="data-sample">40</span>' in shown


def test_a_run_that_has_not_come_to_a_step_says_nothing_of_it(flow, bo):
    make_run(flow, {"job": "P-1", "costs": [10]})
    engine.advance_due_runs()
    make_run(flow, {"job": "P-1", "costs": [20]})
    assert "cost number seen in 1 of 1 runs 20" in words(client_of(bo).get(url(flow, "step-edit")))


def test_large_data_are_not_looked_into(flow, bo):
    make_run(flow, {"job": "x" * 30_000, "costs": []})
    shown = words(client_of(bo).get(url(flow, "step-edit")))
    assert "job text declared" in shown


def test_the_page_takes_no_more_queries_for_more_flows_runs_and_steps(harbour, vista, upsert, bo):
    steps = [action_step(vista, upsert, f"before-{number}", properties=PROPERTIES) for number in range(12)]
    flow = make_flow(harbour, *steps, action_step(vista, upsert, "send", properties=PROPERTIES))
    for number in range(25):
        make_draft(harbour, *steps, name=f"Other {number}")
        make_run(flow, {"job": "P-1"})
    client = client_of(bo)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url(flow, "step-edit")).status_code == 200
    assert len(queries) <= 18, "\n".join(query["sql"][:150] for query in queries)
