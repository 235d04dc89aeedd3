"""The whole way of a call against the sample systems: checked, built, sent, judged."""

from pathlib import Path
from typing import Any

import pytest

from connectors import client, exact_json, openapi, sandbox, validation
from connectors.authentication import credentials
from connectors.messages import Answer, Call
from connectors.outcome import Verdict, judge
from connectors.sandbox.credentials import PROJECTSIGHT_PASSWORD, PROJECTSIGHT_USERNAME, VISTA_API_KEY
from connectors.sandbox.server import run_sandbox

DOCUMENTS = Path(sandbox.__file__).parent / "documents"
PHASE = {"jobNumber": "1001", "phaseCode": "77-100", "description": "Żelbet / Stützwand"}


class System:
    """One sample system, called through its own document as an action would be."""

    def __init__(self, name: str, document: str, url: str, proof) -> None:
        derived = openapi.derive_connector(openapi.read_document((DOCUMENTS / document).read_bytes()))
        self.name, self.url, self.proof = name, url, proof
        self.action_paths = {action_path.key: action_path for action_path in derived.action_paths}

    def attempt(
        self, key: str, input: dict[str, Any], *, once: str = "", deadline: float = 5
    ) -> tuple[Answer, Verdict]:
        action_path = self.action_paths[key]
        assert validation.check(input, action_path.input_schema) == []
        call = client.build(
            action_path,
            input,
            base_url=self.url,
            credentials=self.proof,
            idempotency=("Idempotency-Key", once) if once else None,
            system=self.name,
        )
        answer = client.send(call, deadline=deadline)
        return answer, judge(answer, json_declared=action_path.output_schema is not None)

    def fault(self, fault: str, path: str = "/api/*", **values: Any) -> None:
        body = exact_json.to_bytes({"fault": fault, "match": {"path": path}, "times": 1} | values)
        call = Call("POST", f"{self.url}/sandbox/faults", {"Content-Type": "application/json"}, body)
        assert client.send(call, deadline=5).status in {200, 201}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with run_sandbox(tmp_path_factory.mktemp("samples")) as found:
        yield found


@pytest.fixture(scope="module")
def vista(running) -> System:
    return System("Vista", "vista.json", running.vista_url, credentials("api_key", {}, {"api_key": VISTA_API_KEY}))


@pytest.fixture(scope="module")
def projectsight(running) -> System:
    basic = credentials("basic", {"username": PROJECTSIGHT_USERNAME}, {"password": PROJECTSIGHT_PASSWORD})
    return System("ProjectSight", "projectsight.yaml", running.projectsight_url, basic)


def test_an_upsert_inserts_and_then_updates(vista):
    answer, verdict = vista.attempt("job-cost/job-phases/upsert", PHASE)
    assert verdict.ok, verdict.message
    assert (answer.status, verdict.content["data"]["operation"]) == (201, "inserted")
    answer, verdict = vista.attempt("job-cost/job-phases/upsert", PHASE)
    assert (answer.status, verdict.content["data"]["operation"]) == (200, "updated")
    assert verdict.content["data"]["description"] == "Żelbet / Stützwand"


def test_values_reach_the_path_of_the_other_system(vista):
    vista.attempt("job-cost/job-phases/upsert", PHASE)
    _, verdict = vista.attempt("job-cost/job-phases/get", {"jobNumber": "1001", "phaseCode": "77-100"})
    assert verdict.content["data"]["phaseCode"] == "77-100"


def test_a_closed_job_fails_with_vistas_own_words(vista):
    _, verdict = vista.attempt("job-cost/job-phases/upsert", PHASE | {"jobNumber": "1003"})
    assert not verdict.ok
    assert "Job 1003 is closed" in verdict.message
    assert verdict.content["result"]["errors"][0]["text"].startswith("Job 1003 is closed")


def test_a_problem_document_is_understood(projectsight):
    _, verdict = projectsight.attempt("projects/projects/get", {"code": "9999"})
    assert verdict.content["status"] == 404
    assert verdict.content["result"]["code"] == "404"
    assert verdict.content["result"]["errors"][0]["details"]["title"]


def test_a_busy_system_says_when_to_come_back(vista):
    vista.fault("retry_after", retry_after=3)
    answer, verdict = vista.attempt("job-cost/jobs/list", {})
    assert answer.status == 429
    assert answer.headers["retry-after"] == "3"
    assert not verdict.ok


def test_a_slow_system_times_out(vista):
    vista.fault("slow", seconds=2)
    _, verdict = vista.attempt("job-cost/jobs/list", {}, deadline=0.3)
    assert verdict.message == "Vista did not answer within 0.3 s."
    assert verdict.content["result"]["code"] == "Timeout"


def test_an_answer_that_is_no_json_fails(vista):
    vista.fault("not_json")
    _, verdict = vista.attempt("job-cost/jobs/list", {})
    assert verdict.content["result"]["code"] == "NotJSON"
    assert not verdict.ok


def test_a_cut_after_the_change_is_made_good_by_the_same_key(vista):
    vista.fault("cut_after", path="/api/cost-codes")
    code = {"code": "99100", "description": "Sample", "costType": "L"}
    answer, verdict = vista.attempt("job-cost/cost-codes/add", code, once="key-1")
    assert (answer.trouble, answer.maybe_received, verdict.ok) == ("connection", True, False)
    answer, verdict = vista.attempt("job-cost/cost-codes/add", code, once="key-1")
    assert verdict.ok, verdict.message
    assert answer.headers["idempotent-replay"] == "true"
