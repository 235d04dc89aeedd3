from decimal import Decimal
from typing import Any

import pytest

from connectors import exact_json
from connectors.sandbox.sending import PAYLOAD
from tests.connectors.sandbox.calling import Caller


def make_phase(**changes: Any) -> dict[str, Any]:
    return {"jobNumber": "1001", "phaseCode": "09-250", "description": "Gypsum board", **changes}


def test_upsert_inserts_a_phase_that_the_job_does_not_have(vista: Caller) -> None:
    phase = make_phase(costTypes=[{"costType": "L", "budgetAmount": Decimal("41800.10")}])
    answer = vista.call("PUT", "/api/job-phases", phase)
    assert answer.status == 201
    assert answer.body["operation"] == "inserted"
    assert answer.body["status"] == "Active"
    stored = vista.call("GET", "/api/job-phases/1001/09-250").body
    assert {**stored, "operation": "inserted"} == answer.body
    assert str(stored["costTypes"][0]["budgetAmount"]) == "41800.10"


def test_upsert_updates_a_phase_that_the_job_has_and_keeps_what_is_left_out(vista: Caller) -> None:
    before = vista.call("GET", "/api/job-phases/1001/03-300").body
    answer = vista.call("PUT", "/api/job-phases", make_phase(phaseCode="03-300", description="Piers"))
    assert answer.status == 200
    assert answer.body["operation"] == "updated"
    assert answer.body["description"] == "Piers"
    assert answer.body["jobPhaseId"] == before["jobPhaseId"]
    assert answer.body["costTypes"] == before["costTypes"]


def test_the_same_upsert_twice_leaves_one_phase(vista: Caller) -> None:
    statuses = [vista.call("PUT", "/api/job-phases", make_phase()).status for _ in range(2)]
    assert statuses == [201, 200]
    phases = vista.call("GET", "/api/job-phases?jobNumber=1001").body
    assert [phase["phaseCode"] for phase in phases["items"]] == ["02-100", "03-300", "09-250"]
    assert phases["total"] == 3


def test_a_hard_closed_job_takes_no_phases_until_it_is_opened_again(vista: Caller) -> None:
    refused = vista.call("PUT", "/api/job-phases", make_phase(jobNumber="1003"))
    assert refused.status == 422
    assert refused.body == {
        "code": "Business Rule",
        "errors": [
            {
                "text": "Job 1003 is closed: hard-closed on 2026-09-30",
                "source": ["jobNumber"],
                "details": {"jobNumber": "1003", "status": "Hard-closed", "closedOn": "2026-09-30"},
            }
        ],
    }
    reopened = vista.call("PATCH", "/api/jobs/1003", {"status": "Open"}).body
    assert (reopened["status"], reopened["closedOn"]) == ("Open", None)
    assert vista.call("PUT", "/api/job-phases", make_phase(jobNumber="1003")).status == 201


def test_a_locked_job_takes_no_phases(vista: Caller) -> None:
    refused = vista.call("PUT", "/api/job-phases", make_phase(jobNumber="1004"))
    assert refused.status == 422
    assert "locked by the accountants" in refused.body["errors"][0]["text"]


def test_a_phase_for_an_unknown_job_is_refused(vista: Caller) -> None:
    refused = vista.call("PUT", "/api/job-phases", make_phase(jobNumber="1999"))
    assert refused.status == 422
    assert refused.body["errors"][0]["text"] == "Job 1999 does not exist"


def test_a_cost_type_may_come_once(vista: Caller) -> None:
    twice = [{"costType": "L", "budgetAmount": 1}] * 2
    refused = vista.call("PUT", "/api/job-phases", make_phase(costTypes=twice))
    assert (refused.status, refused.body["errors"][0]["source"]) == (422, ["costTypes"])


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ({"jobNumber": "1001", "phaseCode": "09-250"}, ["description"]),
        (make_phase(jobNumber=1001), ["jobNumber"]),
        (make_phase(phaseCode="9-25"), ["phaseCode"]),
        (make_phase(plannedStart="next week"), ["plannedStart"]),
        (make_phase(costTypes=[{"costType": "L"}]), ["costTypes", "0", "budgetAmount"]),
        ([], []),
        (b'{"jobNumber": ', []),
    ],
    ids=["missing", "type", "pattern", "date", "nested", "no object", "no JSON"],
)
def test_a_malformed_phase_is_a_bad_request_that_names_the_property(
    vista: Caller, body: Any, source: list[str]
) -> None:
    refused = vista.call("PUT", "/api/job-phases", body)
    assert refused.status == 400
    assert refused.body["errors"][0]["source"] == source


def test_what_is_wrong_is_said_in_json_not_in_python(vista: Caller) -> None:
    phase = make_phase(description=None, status="Busy", phaseCode=Decimal("1.50"), costTypes=[{}])
    errors = vista.call("PUT", "/api/job-phases", phase).body["errors"]
    assert {error["text"] for error in errors} == {
        'null is not of type "string"',
        '"Busy" is not one of ["Active","Inactive","Complete"]',
        '1.50 is not of type "string"',
        "costType is missing",
        "budgetAmount is missing",
    }


def test_what_callers_cannot_set_is_ignored(vista: Caller) -> None:
    answer = vista.call("PUT", "/api/job-phases", make_phase(jobPhaseId=99999, colour="green"))
    assert answer.body["jobPhaseId"] != 99999
    assert "colour" not in answer.body


def test_of_the_phases_that_projectsight_sends_only_that_of_the_closed_job_fails(vista: Caller) -> None:
    sent = exact_json.loads(PAYLOAD.read_bytes())["phases"]
    outcomes = {}
    for phase in sent:
        body = make_phase(
            jobNumber=phase["project"]["code"],
            phaseCode=phase["code"],
            description=phase["description"],
            status=phase["status"],
            unitOfMeasure=phase["unit"],
            sourceId=phase["id"],
            costTypes=[
                {"costType": kind["code"], "budgetAmount": kind["budget"], "budgetHours": kind["hours"]}
                for kind in phase["costTypes"]
            ],
        )
        answer = vista.call("PUT", "/api/job-phases", body)
        outcomes[body["jobNumber"], body["phaseCode"]] = answer.body.get("operation", answer.status)
    assert outcomes == {
        ("1001", "03-300"): "updated",
        ("1001", "03-600"): "inserted",
        ("1001", "05-120"): "inserted",
        ("1002", "05-100"): "updated",
        ("1003", "32-120"): 422,
    }


def test_jobs_are_listed_added_and_updated(vista: Caller) -> None:
    assert vista.call("GET", "/api/jobs").body["total"] == 4
    closed = vista.call("GET", "/api/jobs?status=Hard-closed").body["items"]
    assert [job["jobNumber"] for job in closed] == ["1003"]
    job = {"jobNumber": "1010", "description": "Depot", "contractAmount": Decimal("0.10")}
    added = vista.call("POST", "/api/jobs", job)
    assert added.status == 201
    assert vista.call("GET", "/api/jobs/1010").body == added.body
    assert vista.call("POST", "/api/jobs", job).status == 409
    assert vista.call("PATCH", "/api/jobs/1010", {"locked": True}).body["locked"] is True
    assert vista.call("PATCH", "/api/jobs/1010", {}).status == 400


def test_cost_codes_are_listed_added_and_updated(vista: Caller) -> None:
    code = {"code": "09250", "description": "Gypsum board", "costType": "M"}
    assert vista.call("POST", "/api/cost-codes", code).status == 201
    assert vista.call("POST", "/api/cost-codes", code).status == 409
    retired = vista.call("PATCH", "/api/cost-codes/09250", {"active": False})
    assert retired.body["active"] is False
    assert vista.call("GET", "/api/cost-codes?active=false").body["items"] == [retired.body]
    assert vista.call("GET", "/api/cost-codes?active=true").body["total"] == 4
    assert vista.call("GET", "/api/cost-codes").body["total"] == 5


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/jobs/1999", None),
        ("PATCH", "/api/jobs/1999", {"locked": True}),
        ("GET", "/api/job-phases/1001/99-999", None),
        ("PATCH", "/api/cost-codes/99999", {"active": True}),
    ],
)
def test_what_is_not_there_is_not_found(vista: Caller, method: str, path: str, body: Any) -> None:
    assert vista.call(method, path, body).status == 404


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/api/jobs?status=Shut", "status"),
        ("/api/job-phases?jobNumber=12", "jobNumber"),
        ("/api/cost-codes?active=maybe", "active"),
        ("/api/jobs/12", "jobNumber"),
    ],
)
def test_a_malformed_parameter_is_a_bad_request(vista: Caller, path: str, source: str) -> None:
    refused = vista.call("GET", path)
    assert (refused.status, refused.body["errors"][0]["source"]) == (400, [source])
