from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.connectors.sandbox.calling import VISTA_KEY, Caller
from tests.servers import PATIENCE

PHASE = {"jobNumber": "1001", "phaseCode": "09-250", "description": "Gypsum board"}


def arrived(caller: Caller) -> list[dict[str, Any]]:
    return list(caller.send("GET", "/sandbox/requests").body["requests"])


def test_the_log_tells_what_arrived_and_what_was_answered(vista: Caller) -> None:
    vista.call("PUT", "/api/job-phases", PHASE, Idempotency_Key="key-1")
    (entry,) = arrived(vista)
    assert (entry["method"], entry["path"], entry["body"]) == ("PUT", "/api/job-phases", PHASE)
    assert (entry["idempotency_key"], entry["status"], entry["applied"]) == ("key-1", 201, True)
    assert entry["outcome"] == "answered"
    assert entry["at"].endswith("Z")
    assert 0 < entry["seconds"] < PATIENCE


def test_secrets_are_masked_in_the_log(vista: Caller) -> None:
    vista.call("GET", "/api/jobs", Cookie="session=secret-cookie")
    secret = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "secret-word"}
    vista.session.post(f"{vista.server.url}/oauth/token", data=secret, auth=("a", "secret-b"), timeout=PATIENCE)
    log = str(arrived(vista))
    assert "***" in log
    for word in ("vista-sample-key", "secret-cookie", "secret-word", "Basic "):
        assert word not in log


def test_refused_and_cut_requests_are_in_the_log_too(vista: Caller) -> None:
    vista.send("GET", "/api/jobs", X_API_Key="wrong")
    vista.send("GET", "/nowhere")
    vista.fault("cut_after", match={"path": "/api/job-phases"})
    with pytest.raises(requests.ConnectionError):
        vista.send("PUT", "/api/job-phases", PHASE)
    described = [(entry["status"], entry["outcome"], entry["applied"]) for entry in arrived(vista)]
    assert described == [(401, "answered", False), (404, "answered", False), (None, "cut", True)]


def test_the_log_can_be_cleared(vista: Caller) -> None:
    vista.call("GET", "/api/jobs")
    assert vista.send("DELETE", "/sandbox/requests").body == {"cleared": 1}
    assert arrived(vista) == []


def test_nothing_is_lost_or_counted_twice_under_load(vista: Caller) -> None:
    def upsert(number: int) -> int:
        with requests.Session() as session:
            session.trust_env = False
            return sum(
                session.put(
                    f"{vista.server.url}/api/job-phases",
                    json={**PHASE, "phaseCode": f"{number:02d}-{index:03d}"},
                    headers={**VISTA_KEY, "Idempotency-Key": f"key-{number}-{index}"},
                    timeout=PATIENCE,
                ).status_code
                == 201
                for index in range(20)
            )

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(upsert, range(10, 20))) == 200
    counts = vista.send("GET", "/sandbox/arrivals").body
    assert len(counts) == 200
    assert all(count == {"received": 1, "applied": 1} for count in counts.values())
    assert vista.call("GET", "/api/job-phases?jobNumber=1001").body["total"] == 202
