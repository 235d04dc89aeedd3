"""Flows that call httpbin, imported from its own document."""

import pytest

from connectors import client
from flows.models import Action
from tests.making import text
from tests.peers.joining import answer_of, join

pytestmark = [pytest.mark.peers, pytest.mark.django_db]


@pytest.fixture
def system(httpbin):
    return join(client.fetch(f"{httpbin}/spec.json", deadline=30, limit=10_000_000), httpbin)


def test_a_path_parameter_and_a_status_that_says_yes(system):
    run = system.call("PUT", "/status/{codes}", {"codes": text("204")})
    assert (run.status, answer_of(run)["status"]) == ("Success", 204)


@pytest.mark.parametrize("code", ["400", "404", "409", "503"])
def test_a_status_that_says_no(system, code):
    run = system.call("POST", "/status/{codes}", {"codes": text(code)})
    assert run.status == "Failed"
    assert answer_of(run)["result"]["code"] == code


def test_what_httpbin_saw_is_what_was_meant(system):
    run = system.call("GET", "/get", {})
    seen = answer_of(run)["data"]
    assert seen["headers"]["User-Agent"].startswith("Throughline/")
    assert seen["headers"]["Idempotency-Key"] == Action.objects.get().idempotency_key


def test_form_bodies_and_redirects_that_are_not_followed(system, httpbin):
    """A redirect of anything but GET is never followed: who knows what the other side would do."""
    run = system.call("POST", "/redirect-to", {"url": text(f"{httpbin}/get")})
    attempt = Action.objects.get().attempts.get()
    assert attempt.request["body"]
    assert run.status == "Failed"


def test_a_redirect_of_a_get_is_followed(system, httpbin):
    run = system.call("GET", "/redirect-to", {"url": text(f"{httpbin}/get")})
    assert run.status == "Success"
    assert answer_of(run)["data"]["url"].endswith("/get")


def test_a_slow_answer_is_a_timeout_in_plain_words(system, settings):
    settings.REQUEST_DEADLINE = 0.5
    run = system.call("GET", "/delay/{delay}", {"delay": text("3")})
    assert run.status == "Failed"
    assert answer_of(run)["result"]["code"] == "Timeout"


def test_basic_authentication(httpbin):
    document = client.fetch(f"{httpbin}/spec.json", deadline=30, limit=10_000_000)
    system = join(
        document,
        httpbin,
        authentication_kind="basic",
        settings={"username": "ann"},
        secrets={"password": "secret-of-ann"},
    )
    properties = {"user": text("ann"), "passwd": text("secret-of-ann")}
    run = system.call("GET", "/basic-auth/{user}/{passwd}", properties)
    assert run.status == "Success"
    assert answer_of(run)["data"]["user"] == "ann"
