import socket

import pytest
from pytest_httpserver import HTTPServer

from connectors import exact_json
from connectors.sandbox.sending import deliveries
from tests.connectors.sandbox.calling import Caller


def test_each_change_is_really_sent_and_its_answer_comes_back(projectsight: Caller, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hooks/secret", method="POST", query_string="a=1").respond_with_json(
        {"run": 7}, status=202, headers={"Location": "/runs/7"}
    )
    target = f"http://127.0.0.1:{httpserver.port}/hooks/secret?a=1"
    sent = projectsight.send("POST", "/sandbox/send-changes", {"to": target})
    answers = sent.body["answers"]
    assert sent.status == 200
    assert [answer["phase"] for answer in answers] == ["03-300", "03-600", "05-120", "05-100", "32-120"]
    assert {(answer["status"], answer["body"]["run"]) for answer in answers} == {(202, 7)}
    assert answers[0]["headers"]["Location"] == "/runs/7"
    request = httpserver.log[0][0]
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["X-ProjectSight-Event"] == "job-phases.changed"
    assert [exact_json.loads(request.get_data()) for request, _ in httpserver.log] == deliveries()


@pytest.mark.parametrize(
    "target",
    [
        "http://example.com/hook",
        "http://10.0.0.1/hook",
        "https://127.0.0.1/hook",
        "file:///etc/passwd",
        "http://localhost.example.com/",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "",
    ],
)
def test_the_changes_are_sent_nowhere_but_to_this_machine(projectsight: Caller, target: str) -> None:
    refused = projectsight.send("POST", "/sandbox/send-changes", {"to": target})
    assert refused.status == 400
    assert refused.body["error"]


def test_when_nobody_listens_the_answer_says_so(projectsight: Caller) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        target = f"http://127.0.0.1:{closed.getsockname()[1]}/hook"
        sent = projectsight.send("POST", "/sandbox/send-changes", {"to": target})
    assert sent.status == 502
    assert target in sent.body["error"]


def test_a_body_that_says_no_address_is_refused(projectsight: Caller) -> None:
    refused = projectsight.send("POST", "/sandbox/send-changes", {"adress": "x"})
    assert (refused.status, "Say where to send" in refused.body["error"]) == (400, True)


def test_a_web_page_elsewhere_cannot_make_it_send(projectsight: Caller) -> None:
    body = b'{"to": "http://127.0.0.1:1/"}'
    refused = projectsight.send("POST", "/sandbox/send-changes", body, Content_Type="text/plain")
    assert refused.status == 400


def test_vista_sends_nothing(vista: Caller) -> None:
    assert vista.send("POST", "/sandbox/send-changes", {"to": "http://127.0.0.1:1/"}).status == 400
