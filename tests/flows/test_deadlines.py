"""One deadline for the whole of an attempt: token, request, and both again after a 401."""

import re
import time

import pytest
from werkzeug import Response

from flows.models import Action
from integrations.secrets import seal
from tests.making import action_step, make_flow, make_run

# The thread that sends stores the token over a database connection of its own.
pytestmark = pytest.mark.django_db(transaction=True)

# Seconds, with room for a machine that has much else to do.
DEADLINE, TOKEN = 3, 0.6


@pytest.fixture
def vista(vista, httpserver, settings):
    """It takes its time for a token, of that which the attempt has."""
    settings.REQUEST_DEADLINE = DEADLINE
    vista.authentication_kind = "oauth2_client_credentials"
    vista.settings = {"token_url": httpserver.url_for("/token"), "client_id": "harbour"}
    vista.sealed_secrets = seal({"client_secret": "very-secret"})
    vista.save()
    httpserver.expect_request("/token").respond_with_handler(after(TOKEN, {"access_token": "t", "expires_in": 3600}))
    return vista


def after(seconds: float, body: dict, status: int = 200):
    def answer(request):
        time.sleep(seconds)
        return Response(str(body).replace("'", '"'), status, mimetype="application/json")

    return answer


def attempt(integration, vista, add_phase, work) -> Action:
    make_run(make_flow(integration, action_step(vista, add_phase)))
    work()
    return Action.objects.get()


def seconds_given(action: Action) -> float:
    """What the last request of an attempt had left, as its message tells."""
    return float(re.search(r"did not answer within ([\d.]+) s", action.message)[1])


def test_the_request_has_what_the_token_left(integration, vista, add_phase, httpserver, work):
    httpserver.expect_request("/phases").respond_with_handler(after(DEADLINE + 1, {}))
    action = attempt(integration, vista, add_phase, work)
    assert 0 < seconds_given(action) <= DEADLINE - TOKEN


def test_a_token_that_comes_too_late_is_told_as_such_and_nothing_was_sent(
    integration, vista, add_phase, httpserver, work
):
    httpserver.clear()
    httpserver.expect_request("/token").respond_with_handler(after(DEADLINE + 1, {}))
    action = attempt(integration, vista, add_phase, work)
    assert "Nothing was sent: No access token" in action.message


def test_a_second_try_after_a_401_has_no_time_of_its_own(integration, vista, add_phase, httpserver, work):
    httpserver.expect_oneshot_request("/phases").respond_with_handler(after(TOKEN, {}, 401))
    httpserver.expect_request("/phases").respond_with_handler(after(DEADLINE + 1, {}))
    action = attempt(integration, vista, add_phase, work)
    assert action.status == Action.Status.FAILED
    assert 0 < seconds_given(action) <= DEADLINE - 2 * TOKEN
