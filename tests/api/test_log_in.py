"""Programs log in with a user name and a password, and then carry a token."""

import pytest
from django.conf import settings
from django.core.cache import cache

from integrations.models import AuditEntry
from tests.api.calling import Program
from tests.cast import PASSWORD, client_of


def log_in(visitor, username="bo", password=PASSWORD):
    return visitor.post("log-in/", {"username": username, "password": password})


@pytest.fixture
def no_throttle(monkeypatch):
    from integrations.api.log_in import LogIn

    monkeypatch.setattr(LogIn, "throttle_classes", [])


def test_a_password_gives_a_token_that_opens_the_api(visitor, bo):
    answer = log_in(visitor)
    assert answer.status == 200
    visitor._token = {"Authorization": f"Token {answer.body['token']}"}
    assert [row["slug"] for row in visitor.get("integrations/").body["results"]] == ["harbour-bridge"]


def test_a_wrong_password_and_an_unknown_name_sound_the_same(visitor, bo):
    wrong, unknown = log_in(visitor, password="no"), log_in(visitor, username="nobody")
    assert (wrong.status, wrong.body) == (unknown.status, unknown.body)
    assert (wrong.status, wrong.body["detail"]) == (400, "The user name or password is wrong.")


def test_who_was_switched_off_is_out(visitor, bo):
    token = log_in(visitor).body["token"]
    bo.is_active = False
    bo.save()
    assert log_in(visitor).status == 400
    visitor._token = {"Authorization": f"Token {token}"}
    assert visitor.get("integrations/").status == 401


def test_guessing_locks_the_name_and_says_so_in_json(visitor, bo, no_throttle):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = log_in(visitor, password="guess")
    right = log_in(visitor)
    for locked in (answer, right):
        assert (locked.status, locked.headers["Content-Type"]) == (429, "application/json")
        assert "Wait a quarter of an hour" in locked.body["detail"]
        assert locked.headers["Retry-After"] == "900"


def test_log_ins_are_throttled(visitor, bo):
    cache.clear()
    statuses = [log_in(visitor).status for _ in range(21)]
    assert statuses == [200] * 20 + [429]


def test_logging_out_withdraws_the_token_everywhere(visitor, bo):
    one, other = Program(bo), Program(bo)
    assert one.post("log-out/").status == 204
    assert (one.get("integrations/").status, other.get("integrations/").status) == (401, 401)
    verbs = AuditEntry.objects.filter(actor=bo, integration=None).values_list("verb", flat=True)
    assert list(verbs) == ["withdrew the API token", "made an API token"]


def test_a_browser_uses_its_session_and_must_show_that_it_is_itself(bo):
    browser = client_of(bo)
    assert browser.get("/api/v1/integrations/").status_code == 200
    browser.handler.enforce_csrf_checks = True
    refused = browser.post("/api/v1/integrations/", {"name": "X"}, content_type="application/json")
    assert (refused.status_code, "CSRF" in refused.json()["detail"]) == (403, True)


@pytest.mark.parametrize("body", [{}, {"username": "bo"}, {"username": ["bo"], "password": {}}, [], "bo"])
def test_an_odd_log_in_is_refused_with_the_places(visitor, db, body):
    answer = visitor.post("log-in/", body)
    assert answer.status == 400
    assert answer.body["problems"]
