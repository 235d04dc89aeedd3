"""Every mistake is answered in JSON, with the place and the remedy."""

import pytest

from flows.models import Run
from integrations.models import Connection, Integration

HARBOUR = "integrations/harbour-bridge/"


def test_malformed_json_is_answered_with_line_and_column(as_olga):
    answer = as_olga.send("POST", "integrations/", b'{\n  "name": "A",\n  oops\n}')
    assert answer.status == 400
    assert answer.body["detail"].startswith("The body is not JSON: line 3, column 3")


@pytest.mark.parametrize("body", [b'{"name": NaN}', b"\xff\xfe", b"[" * 100_000, b'{"name": ' + b"9" * 5000 + b"}"])
def test_what_is_nearly_json_is_refused_too(as_olga, body):
    answer = as_olga.send("POST", "integrations/", body)
    assert answer.status == 400
    assert answer.body["detail"]


def test_six_megabytes_are_too_many(as_bo, scene):
    data = b'{"data": "' + b"x" * (6 * 1024 * 1024) + b'"}'
    answer = as_bo.send("POST", f"{HARBOUR}flows/job-phases/runs/", data)
    assert (answer.status, "larger than 6 MB" in answer.body["detail"]) == (413, True)
    assert Run.objects.count() == 1


def test_five_megabytes_are_too_many_for_a_run(as_bo, mapping_flow):
    answer = as_bo.post(f"{HARBOUR}flows/{mapping_flow.slug}/runs/", {"data": "x" * (5 * 1024 * 1024)})
    assert (answer.status, "a run takes up to 5 MB" in answer.body["detail"]) == (400, True)


def test_unknown_fields_are_named_with_the_known_ones(as_olga):
    answer = as_olga.post("integrations/", {"nmae": "Harbour"})
    assert answer.problems == {
        "nmae": "there is no such field here; there is: name, description.",
        "name": "This field is required.",
    }
    assert answer.body["detail"].startswith("nmae: there is no such field")


def test_a_mistake_deep_inside_has_its_place(as_bo, scene):
    body = {"connector": "vista", "name": "V", "base_url": "https://v.example", "limits": {"concurrency": 0}}
    answer = as_bo.post(f"{HARBOUR}connections/", body)
    assert (answer.status, list(answer.problems)) == (400, ["limits.concurrency"])


def test_unknown_filters_are_named(as_bo, scene):
    answer = as_bo.get(f"{HARBOUR}runs/", stauts="Failed")
    assert (answer.status, list(answer.problems)) == (400, ["stauts"])


@pytest.mark.parametrize("query", [{"since": "yesterday"}, {"until": "0001-01-01T00:00:00Z"}, {"status": "Good"}])
def test_filters_that_make_no_sense_are_refused(as_bo, scene, query):
    for rows in ("runs", "actions"):
        assert list(as_bo.get(f"{HARBOUR}{rows}/", **query).problems) == list(query)


@pytest.mark.parametrize("cursor", ["nonsense", "cD1hYmM=", "cD0lMDA="])
@pytest.mark.parametrize("rows", ["connectors/", f"{HARBOUR}runs/", f"{HARBOUR}actions/", f"{HARBOUR}connections/"])
def test_a_cursor_that_nobody_was_given_is_no_traceback(as_bo, scene, rows, cursor):
    answer = as_bo.get(rows, cursor=cursor)
    assert answer.status in {200, 404}


@pytest.mark.parametrize(
    "path",
    [
        "no-such/",
        "integrations",
        f"{HARBOUR}runs/{'9' * 30}/",
        f"{HARBOUR}runs/x/",
        "connectors/vista/action-paths/%00/",
    ],
)
def test_where_there_is_nothing_the_answer_is_json(as_bo, visitor, scene, path):
    answer = as_bo.get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/json")
    assert answer.body["detail"]
    assert visitor.get(path).status == 401


def test_a_method_that_does_not_exist_is_answered_in_json(as_bo, scene):
    answer = as_bo.delete(f"{HARBOUR}flows/job-phases/")
    assert (answer.status, answer.body["detail"]) == (405, 'Method "DELETE" not allowed.')


@pytest.mark.parametrize(
    "path", ["integrations/", HARBOUR, f"{HARBOUR}flows/job-phases/", f"{HARBOUR}runs/", "log-in/"]
)
def test_what_may_be_asked_stands_in_the_schema_not_in_options(as_bo, scene, path):
    answer = as_bo.call("OPTIONS", path)
    assert (answer.status, bool(answer.headers["Allow"])) == (405, True)


def test_only_json_is_answered(as_bo, scene):
    refused = as_bo._client.get(f"/api/v1/{HARBOUR}", headers=as_bo._token | {"Accept": "text/csv"})
    assert (refused.status_code, refused.headers["Content-Type"]) == (406, "application/json")


def test_a_form_is_not_json(as_bo, scene):
    answer = as_bo.send("POST", "integrations/", b"name=A", kind="application/x-www-form-urlencoded")
    assert (answer.status, "Unsupported media type" in answer.body["detail"]) == (415, True)


@pytest.mark.parametrize("name", ["a\x00b", "\ud800", " ", "n" * 121, 7, None, [], {}])
def test_names_that_no_database_takes_are_refused(as_bo, scene, name):
    body = {"connector": "vista", "name": name, "base_url": "https://v.example"}
    before = Connection.objects.count()
    answer = as_bo.post(f"{HARBOUR}connections/", body)
    if name == 7:
        assert answer.body["name"] == "7"
    else:
        assert (answer.status, list(answer.problems)) == (400, ["name"])
        assert Connection.objects.count() == before


def test_nothing_is_half_saved(as_olga, harbour):
    answer = as_olga.patch(HARBOUR, {"name": "Renamed", "config": [1]})
    assert (answer.status, list(answer.problems)) == (400, ["config"])
    assert Integration.objects.get().name == "Harbour Bridge"
