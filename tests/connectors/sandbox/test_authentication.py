from base64 import b64encode
from pathlib import Path

import pytest
import requests

from connectors.sandbox.server import run_system
from connectors.sandbox.vista import VISTA
from tests.connectors.sandbox.calling import VISTA_KEY, Caller

CLIENT = ("vista-sample-client", "vista-sample-secret")


def basic(username: str, password: str) -> str:
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


def ask_token(vista: Caller, auth: tuple[str, str] | None = CLIENT, **form: str) -> requests.Response:
    form = {"grant_type": "client_credentials", **form}
    return vista.session.post(f"{vista.server.url}/oauth/token", data=form, auth=auth, timeout=10)


def list_jobs(vista: Caller, authorization: str) -> int:
    headers = {"Authorization": authorization}
    return vista.session.get(f"{vista.server.url}/api/jobs", headers=headers, timeout=10).status_code


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"X-API-Key": "wrong"},
        {"X-API-Key": ""},
        {"Authorization": "Bearer unknown"},
        {"Authorization": basic("vista-sample-client", "vista-sample-secret")},
        {"Authorization": basic("", "")},
    ],
    ids=["none", "wrong key", "empty key", "unknown token", "client as user", "empty user"],
)
def test_vista_lets_nobody_in_without_a_valid_key_or_token(vista: Caller, credentials: dict[str, str]) -> None:
    vista.credentials = credentials
    refused = vista.call("GET", "/api/jobs")
    assert (refused.status, refused.body["code"]) == (401, "Unauthorized")
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="Vista sample"'


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (basic("projectsight-sample-user", "projectsight-sample-password"), 200),
        (basic("projectsight-sample-user", "wrong"), 401),
        (basic("", ""), 401),
        ("Bearer anything", 401),
    ],
)
def test_projectsight_takes_basic_too(projectsight: Caller, authorization: str, status: int) -> None:
    projectsight.credentials = {}
    answer = projectsight.call("GET", "/api/projects", Authorization=authorization)
    assert answer.status == status


def test_projectsight_gives_no_tokens(projectsight: Caller) -> None:
    assert projectsight.send("POST", "/oauth/token").status == 404


def test_a_client_gets_a_token_and_gets_in_with_it(vista: Caller) -> None:
    answer = ask_token(vista)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    token = answer.json()
    assert (token["token_type"], token["expires_in"], token["scope"]) == ("Bearer", 3600, "vista")
    assert list_jobs(vista, f"Bearer {token['access_token']}") == 200


def test_a_client_may_send_its_credentials_in_the_form(vista: Caller) -> None:
    answer = ask_token(vista, None, client_id=CLIENT[0], client_secret=CLIENT[1], scope="vista")
    assert list_jobs(vista, f"Bearer {answer.json()['access_token']}") == 200


@pytest.mark.parametrize(
    ("auth", "form", "status", "error"),
    [
        ((CLIENT[0], "wrong"), {}, 401, "invalid_client"),
        (None, {}, 401, "invalid_client"),
        (None, {"client_id": "nobody", "client_secret": "x"}, 401, "invalid_client"),
        (CLIENT, {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (CLIENT, {"grant_type": ""}, 400, "invalid_request"),
        (CLIENT, {"scope": "vista everything"}, 400, "invalid_scope"),
    ],
)
def test_a_refused_token_says_why_as_the_standard_has_it(
    vista: Caller, auth: tuple[str, str] | None, form: dict[str, str], status: int, error: str
) -> None:
    answer = ask_token(vista, auth, **form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]


def test_a_token_ends_when_its_time_is_over(tmp_path: Path) -> None:
    with run_system(VISTA, tmp_path, token_seconds=0.2) as server:
        vista = Caller(server, VISTA_KEY)
        token = ask_token(vista).json()["access_token"]
        assert list_jobs(vista, f"Bearer {token}") == 200
        while list_jobs(vista, f"Bearer {token}") == 200:
            pass
        assert list_jobs(vista, f"Bearer {token}") == 401


def test_all_tokens_can_be_ended_at_once(vista: Caller) -> None:
    token = ask_token(vista).json()["access_token"]
    assert vista.send("DELETE", "/sandbox/tokens").body == {"ended": 1}
    assert list_jobs(vista, f"Bearer {token}") == 401


def test_a_token_is_asked_for_with_post(vista: Caller) -> None:
    refused = vista.send("GET", "/oauth/token")
    assert (refused.status, refused.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/", "/openapi.json", "/sandbox/requests", "/sandbox/arrivals"])
def test_the_document_and_the_controls_ask_for_no_log_in(vista: Caller, path: str) -> None:
    vista.credentials = {}
    assert vista.send("GET", path).status == 200
