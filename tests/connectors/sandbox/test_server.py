import socket
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests

from connectors.sandbox.server import PortTaken, run_sandbox, run_system
from connectors.sandbox.vista import VISTA
from tests.connectors.sandbox.calling import PROJECTSIGHT_KEY, VISTA_KEY, Caller
from tests.servers import PATIENCE


def test_both_systems_run_side_by_side_and_know_only_their_own_keys(tmp_path: Path) -> None:
    with run_sandbox(tmp_path) as sandbox:
        jobs, projects = f"{sandbox.vista_url}/api/jobs", f"{sandbox.projectsight_url}/api/projects"
        assert requests.get(jobs, headers=VISTA_KEY, timeout=10).status_code == 200
        assert requests.get(projects, headers=PROJECTSIGHT_KEY, timeout=10).status_code == 200
        assert requests.get(projects, headers=VISTA_KEY, timeout=10).status_code == 401


def test_the_systems_say_that_they_are_samples(vista: Caller, projectsight: Caller) -> None:
    for caller, name in ((vista, "Vista sample"), (projectsight, "ProjectSight sample")):
        welcome = caller.send("GET", "/")
        assert welcome.body["name"] == name
        assert welcome.headers["Server"] == name.replace(" ", "-")


def test_one_connection_serves_many_requests(vista: Caller) -> None:
    connection = HTTPConnection("127.0.0.1", vista.server.port, timeout=10)
    connection.connect()
    first_socket = connection.sock
    statuses = []
    for number in (1001, 1999, 1002):
        connection.request("GET", f"/api/jobs/{number}", headers=VISTA_KEY)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    assert statuses == [200, 404, 200]
    assert connection.sock is first_socket
    connection.close()


def test_slow_answers_do_not_hold_up_others(vista: Caller) -> None:
    vista.fault("slow", seconds=1, match={"path": "/api/vendors"}, times=20)
    started = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        slow = [pool.submit(Caller(vista.server, VISTA_KEY).call, "GET", "/api/vendors") for _ in range(20)]
        assert vista.call("GET", "/api/jobs").status == 200
        assert [answer.result().status for answer in slow] == [200] * 20
    assert time.monotonic() - started < 20 * 1


def test_data_and_answers_to_keys_outlive_a_restart(tmp_path: Path) -> None:
    batch = {"month": "11/26", "source": "AP Entry"}
    answers = []
    for _ in range(2):
        with run_system(VISTA, tmp_path) as server:
            answers.append(Caller(server, VISTA_KEY).call("POST", "/api/batches", batch, Idempotency_Key="k"))
    assert answers[0].body == answers[1].body
    assert answers[1].headers["Idempotent-Replay"] == "true"


def test_no_connection_outlives_the_server(tmp_path: Path) -> None:
    with run_system(VISTA, tmp_path) as server:
        caller = Caller(server, VISTA_KEY)
        assert caller.call("GET", "/api/jobs").status == 200
        caller.fault("slow", seconds=60, match={"path": "/api/vendors"})
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(Caller(server, VISTA_KEY).call, "GET", "/api/vendors")
            while not any(
                e["path"] == "/api/vendors" for e in caller.send("GET", "/sandbox/requests").body["requests"]
            ):
                time.sleep(0.01)
            server.application.close()
            with pytest.raises(requests.ConnectionError):
                waiting.result(timeout=PATIENCE)
    with pytest.raises(requests.ConnectionError):
        caller.send("GET", "/api/jobs")


def test_a_taken_port_is_named_with_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"{port}.*--port-vista"), run_sandbox(tmp_path, vista_port=port):
            pass


def test_an_address_that_does_not_exist_and_a_method_that_is_not_offered(vista: Caller) -> None:
    assert vista.send("GET", "/api/nothing").status == 404
    refused = vista.send("DELETE", "/api/jobs/1001")
    assert refused.status == 405
    assert refused.headers["Allow"] == "GET, HEAD, PATCH"


def test_a_body_beyond_16_mb_is_too_large(vista: Caller) -> None:
    with socket.create_connection(("127.0.0.1", vista.server.port), timeout=10) as connection:
        connection.sendall(
            b"POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 17000000\r\n\r\n"
        )
        assert connection.recv(65536).split()[1] == b"413"


def test_head_gets_the_headers_alone(vista: Caller) -> None:
    answer = vista.send("HEAD", "/api/jobs")
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) > 0
