from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.connectors.sandbox.calling import Answered, Caller


def add_cost_code(vista: Caller, key: str, code: str = "09250", **changes: Any) -> Answered:
    body = {"code": code, "description": "Gypsum board", "costType": "M", **changes}
    return vista.call("POST", "/api/cost-codes", body, Idempotency_Key=key)


def test_the_same_key_and_body_give_the_first_answer_and_change_nothing(vista: Caller) -> None:
    first = add_cost_code(vista, "key-1")
    second = add_cost_code(vista, "key-1")
    assert (first.status, second.status) == (201, 201)
    assert second.body == first.body
    assert "Idempotent-Replay" not in first.headers
    assert second.headers["Idempotent-Replay"] == "true"
    assert vista.send("GET", "/sandbox/arrivals").body == {"key-1": {"received": 2, "applied": 1}}


def test_a_body_is_the_same_however_it_is_spaced_and_ordered(vista: Caller) -> None:
    first = b'{"code": "09250", "description": "Board", "costType": "M"}'
    second = b'{"costType":"M","description":"Board","code":"09250"}'
    answers = [vista.call("POST", "/api/cost-codes", body, Idempotency_Key="k") for body in (first, second)]
    assert answers[0].body == answers[1].body


def test_the_same_key_with_another_body_or_address_is_refused(vista: Caller) -> None:
    add_cost_code(vista, "key-1")
    other_body = add_cost_code(vista, "key-1", code="09260")
    assert (other_body.status, other_body.body["code"]) == (422, "Idempotency Key Reused")
    batch = {"month": "11/26", "source": "AP Entry"}
    assert vista.call("POST", "/api/batches", batch, Idempotency_Key="key-1").status == 422
    assert vista.call("GET", "/api/cost-codes").body["total"] == 5


def test_two_at_once_with_one_key_are_one_success_and_one_conflict(vista: Caller) -> None:
    vista.fault("slow", seconds=0.2, match={"path": "/api/cost-codes"}, times=2)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: add_cost_code(vista, "key-1"), range(2)))
    assert sorted(answer.status for answer in answers) == [201, 409]
    refused = next(answer for answer in answers if answer.status == 409)
    assert refused.body["code"] == "Request Under Way"
    assert vista.send("GET", "/sandbox/arrivals").body == {"key-1": {"received": 2, "applied": 1}}


def test_a_refused_request_may_be_tried_again_with_its_key(vista: Caller) -> None:
    """Retries of one action carry one key: were failures kept, a busy batch would be busy for ever."""
    vista.call("PUT", "/api/batches/2828/lock", {"inUseBy": "K. Miller"})
    line = {
        "jobNumber": "1002",
        "phaseCode": "05-100",
        "costType": "M",
        "actualDate": "2026-11-20",
        "amount": 5,
    }
    path = "/api/batches/2828/lines"
    assert vista.call("POST", path, line, Idempotency_Key="key-1").status == 409
    vista.call("DELETE", "/api/batches/2828/lock")
    assert vista.call("POST", path, line, Idempotency_Key="key-1").status == 201
    assert vista.send("GET", "/sandbox/arrivals").body == {"key-1": {"received": 2, "applied": 1}}


def test_put_repeats_safely_without_being_remembered(vista: Caller) -> None:
    phase = {"jobNumber": "1001", "phaseCode": "09-250", "description": "Gypsum board"}
    answers = [vista.call("PUT", "/api/job-phases", phase, Idempotency_Key="key-1") for _ in range(2)]
    assert [answer.body["operation"] for answer in answers] == ["inserted", "updated"]
    assert vista.send("GET", "/sandbox/arrivals").body == {"key-1": {"received": 2, "applied": 2}}


def test_projectsight_honours_keys_too(projectsight: Caller) -> None:
    body = {"code": "09250", "description": "Gypsum board", "costType": "M"}
    first, second = (projectsight.call("POST", "/api/cost-codes", body, Idempotency_Key="key-1") for _ in range(2))
    assert first.body == second.body
    assert second.headers["Idempotent-Replay"] == "true"
