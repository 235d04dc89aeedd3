from decimal import Decimal
from typing import Any

import pytest

from tests.connectors.sandbox.calling import Caller


def make_phase(**changes: Any) -> dict[str, Any]:
    return {"project": {"code": "1002"}, "code": "09-250", "description": "Gypsum board", **changes}


def test_there_are_three_projects_and_twelve_phases(projectsight: Caller) -> None:
    projects = projectsight.call("GET", "/api/projects").body
    assert [project["code"] for project in projects] == ["1001", "1002", "1003"]
    assert projectsight.call("GET", "/api/projects/1001").body == projects[0]
    phases = projectsight.call("GET", "/api/job-phases").body
    assert len(phases) == 12
    assert all(phase["costTypes"] for phase in phases)


def test_phases_are_listed_by_project_and_by_when_they_changed(projectsight: Caller) -> None:
    def codes(query: str) -> list[tuple[str, str]]:
        phases = projectsight.call("GET", f"/api/job-phases?{query}").body
        return [(phase["project"]["code"], phase["code"]) for phase in phases]

    assert len(codes("projectCode=1002")) == 5
    assert codes("changedSince=2026-11-19T16:45:10Z") == [("1002", "05-100"), ("1003", "32-120")]
    assert codes("changedSince=2026-11-19T17:45:11%2B01:00") == [("1003", "32-120")]
    assert codes("changedSince=2026-11-16T00:00:00Z&projectCode=1003") == [("1003", "32-120")]


def test_a_phase_is_added_once(projectsight: Caller) -> None:
    phase = make_phase(costTypes=[{"code": "L", "budget": Decimal("41800.10")}])
    added = projectsight.call("POST", "/api/job-phases", phase)
    assert added.status == 201
    assert added.body["project"] == {"code": "1002", "name": "Harbor Logistics Center"}
    assert added.body["costTypes"] == [{"code": "L", "budget": Decimal("41800.10"), "name": "Labor"}]
    assert projectsight.call("GET", f"/api/job-phases/{added.body['id']}").body == added.body
    again = projectsight.call("POST", "/api/job-phases", phase)
    assert again.status == 409
    assert again.body == {
        "type": "urn:projectsight-sample:problem:duplicate",
        "title": "Duplicate",
        "status": 409,
        "detail": "Project 1002 has a phase 09-250 already",
        "instance": "/api/job-phases",
        "invalidParams": [{"name": "code", "reason": "Project 1002 has a phase 09-250 already"}],
    }


def test_a_phase_for_an_unknown_project_is_refused(projectsight: Caller) -> None:
    refused = projectsight.call("POST", "/api/job-phases", make_phase(project={"code": "1999"}))
    assert (refused.status, refused.body["invalidParams"][0]["name"]) == (422, "project.code")


def test_the_feed_tells_additions_and_changes_after_a_number(projectsight: Caller) -> None:
    last = projectsight.call("GET", "/api/changes").body["last"]
    assert last == 12
    added = projectsight.call("POST", "/api/job-phases", make_phase()).body
    path = f"/api/job-phases/{added['id']}"
    changed = projectsight.call("PATCH", path, {"status": "Complete", "unit": None}).body
    feed = projectsight.call("GET", f"/api/changes?since={last}").body
    assert [(change["change"], change["phase"]) for change in feed["changes"]] == [
        ("added", added),
        ("changed", changed),
    ]
    assert feed["last"] == last + 2
    assert projectsight.call("GET", f"/api/changes?since={feed['last']}").body["changes"] == []


def test_an_update_keeps_what_is_left_out(projectsight: Caller) -> None:
    before = projectsight.call("GET", "/api/job-phases?projectCode=1001").body[0]
    after = projectsight.call("PATCH", f"/api/job-phases/{before['id']}", {"description": "Clearing"}).body
    assert after == {**before, "description": "Clearing", "changedAt": after["changedAt"]}
    assert after["changedAt"] > before["changedAt"]


def test_cost_codes_are_listed_and_added_once(projectsight: Caller) -> None:
    code = {"code": "09250", "description": "Gypsum board", "costType": "M"}
    assert len(projectsight.call("GET", "/api/cost-codes").body) == 3
    assert projectsight.call("POST", "/api/cost-codes", code).status == 201
    assert projectsight.call("POST", "/api/cost-codes", code).status == 409
    assert len(projectsight.call("GET", "/api/cost-codes").body) == 4


@pytest.mark.parametrize("path", ["/api/projects/1999", "/api/job-phases/6a2f41a3-c54c-4cde-93f1-6a1f7b1d0d6b"])
def test_what_is_not_there_is_not_found(projectsight: Caller, path: str) -> None:
    assert projectsight.call("GET", path).status == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "name"),
    [
        ("GET", "/api/job-phases/7", None, "id"),
        ("GET", "/api/job-phases?changedSince=yesterday", None, "changedSince"),
        ("GET", "/api/changes?since=-1", None, "since"),
        ("POST", "/api/job-phases", make_phase(project={}), "project.code"),
        ("POST", "/api/job-phases", make_phase(unit="furlong"), "unit"),
        ("POST", "/api/job-phases", make_phase(plannedStart="2026-13-01"), "plannedStart"),
    ],
)
def test_a_malformed_request_is_a_bad_request_that_names_the_place(
    projectsight: Caller, method: str, path: str, body: Any, name: str
) -> None:
    refused = projectsight.call(method, path, body)
    assert (refused.status, refused.body["invalidParams"][0]["name"]) == (400, name)


def test_an_update_that_says_nothing_is_a_bad_request(projectsight: Caller) -> None:
    phase = projectsight.call("GET", "/api/job-phases").body[0]
    assert projectsight.call("PATCH", f"/api/job-phases/{phase['id']}", {}).status == 400
