import time
from typing import Any

import pytest
import requests

from tests.connectors.sandbox.calling import Caller

JOBS = {"match": {"method": "get", "path": "/api/jobs"}}
BATCH = {"month": "11/26", "source": "AP Entry"}


def count_batches(vista: Caller) -> int:
    return int(vista.call("GET", "/api/batches").body["total"])


def test_a_status_fault_looks_like_the_systems_own_refusal_and_comes_once(vista: Caller) -> None:
    vista.fault("status", **JOBS)
    refused = vista.send("GET", "/api/jobs")
    assert (refused.status, refused.body["code"]) == (503, "Service Unavailable")
    assert vista.call("GET", "/api/jobs").status == 200


def test_a_fault_comes_as_often_as_asked_or_until_cleared(vista: Caller) -> None:
    vista.fault("status", status=500, times=2, **JOBS)
    assert [vista.send("GET", "/api/jobs").status for _ in range(3)] == [500, 500, 200]
    vista.fault("status", status=502, times=None)
    assert [vista.send("GET", "/api/jobs").status for _ in range(5)] == [502] * 5
    assert vista.send("GET", "/sandbox/faults").body["faults"][0]["status"] == 502
    assert vista.send("DELETE", "/sandbox/faults").body == {"cleared": 1}
    assert vista.call("GET", "/api/jobs").status == 200


def test_a_fault_hits_only_what_it_matches(vista: Caller) -> None:
    vista.fault("status", match={"method": "POST", "path": "/api/batches*"})
    assert vista.call("GET", "/api/batches").status == 200
    assert vista.call("GET", "/api/jobs").status == 200
    assert vista.send("POST", "/api/batches/2828/lines", {}).status == 503


@pytest.mark.parametrize("value", [7, "Mon, 23 Nov 2026 12:00:00 GMT"])
def test_too_many_requests_say_when_to_come_back(vista: Caller, value: Any) -> None:
    vista.fault("retry_after", retry_after=value, **JOBS)
    refused = vista.send("GET", "/api/jobs")
    assert (refused.status, refused.headers["Retry-After"]) == (429, str(value))


def test_a_slow_answer_comes_late_but_right(vista: Caller) -> None:
    vista.fault("slow", seconds=0.15, **JOBS)
    started = time.monotonic()
    assert vista.call("GET", "/api/jobs").status == 200
    assert time.monotonic() - started >= 0.15


def test_an_answer_that_is_no_json(vista: Caller) -> None:
    vista.fault("not_json", match={"path": "/api/batches"})
    answer = vista.send("POST", "/api/batches", BATCH)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.body.startswith("<!doctype html>")
    assert count_batches(vista) == 2


def test_a_cut_connection_gives_no_answer_and_changes_nothing(vista: Caller) -> None:
    vista.fault("cut", match={"method": "POST"})
    with pytest.raises(requests.ConnectionError):
        vista.send("POST", "/api/batches", BATCH)
    assert count_batches(vista) == 2


def test_a_connection_cut_after_the_work_leaves_the_change_and_no_answer(vista: Caller) -> None:
    vista.fault("cut_after", match={"method": "POST"})
    with pytest.raises(requests.ConnectionError):
        vista.send("POST", "/api/batches", BATCH, Idempotency_Key="key-1")
    assert count_batches(vista) == 3
    again = vista.call("POST", "/api/batches", BATCH, Idempotency_Key="key-1")
    assert again.headers["Idempotent-Replay"] == "true"
    assert count_batches(vista) == 3
    assert vista.send("GET", "/sandbox/arrivals").body == {"key-1": {"received": 2, "applied": 1}}


def test_a_token_request_can_fail_too(vista: Caller) -> None:
    vista.fault("status", status=500, match={"path": "/oauth/token"})
    assert vista.send("POST", "/oauth/token").status == 500


def test_projectsight_faults_are_problems_in_its_own_words(projectsight: Caller) -> None:
    projectsight.fault("status", match={"path": "/api/projects"})
    refused = projectsight.send("GET", "/api/projects")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.body["title"] == "Service Unavailable"


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ({"fault": "explode"}, "$.fault"),
        ({}, "$: 'fault'"),
        ({"fault": "slow", "seconds": "two"}, "$.seconds"),
        ({"fault": "cut", "times": 0}, "$.times"),
        ({"fault": "cut", "match": {"path": "api"}}, "$.match.path"),
        ({"fault": "cut", "colour": "red"}, "colour"),
        ([], "$: []"),
    ],
)
def test_a_fault_that_is_none_is_refused_with_its_place(vista: Caller, wanted: Any, place: str) -> None:
    refused = vista.send("POST", "/sandbox/faults", wanted)
    assert refused.status == 400
    assert place in refused.body["error"]


def test_a_control_that_does_not_exist_names_those_that_do(vista: Caller) -> None:
    refused = vista.send("GET", "/sandbox/nothing")
    assert refused.status == 404
    assert "POST /sandbox/faults" in refused.body["error"]
