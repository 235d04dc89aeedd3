"""What people read when something is wrong: what happened and what to do, never a traceback."""

import re

import pytest
from django.test import Client, RequestFactory
from django.views import defaults

from tests.cast import client_of


def text_of(answer) -> str:
    return answer.content.decode()


def test_an_address_without_a_page(sam):
    answer = client_of(sam).get("/no/such/page/")
    assert answer.status_code == 404
    assert "Check the address for a slip of the keyboard" in text_of(answer)


def test_a_search_for_what_no_database_can_look_for_finds_nothing(scene, bo):
    found = client_of(bo).get(f"/connectors/{scene.connector.slug}/?q=a%00b")
    assert found.status_code == 200
    chosen = client_of(bo).get(f"/integrations/{scene.integration.slug}/connections/new?connector=a%00b")
    assert (chosen.status_code, "no such connector" in text_of(chosen)) == (404, True)


def test_strangers_learn_nothing_about_an_integration(harbour, sam):
    there, nowhere = (client_of(sam).get(f"/integrations/{slug}/") for slug in ("harbour-bridge", "nothing"))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert "no such integration, or you are no member of it" in text_of(there)
    assert "no such integration, or you are no member of it" in text_of(nowhere)


def test_a_form_that_is_too_old(harbour, olga):
    client = Client(enforce_csrf_checks=True)
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/integrations/new", {"name": "X"})
    assert answer.status_code == 403
    assert "too old, so nothing was saved" in text_of(answer)


@pytest.mark.parametrize(
    ("view", "arguments", "said"),
    [(defaults.server_error, (), "in the server's log"), (defaults.bad_request, (Exception(),), "could not be read")],
)
def test_pages_that_stand_without_a_log_in_or_a_database(view, arguments, said):
    page = text_of(view(RequestFactory().get("/"), *arguments))
    assert said in page
    assert page.rstrip().endswith("</html>")


def test_a_wrong_password_says_what_to_check(sam):
    answer = Client().post("/accounts/login/", {"username": "sam", "password": "wrong"})
    assert "Check the user name and the password" in text_of(answer)


@pytest.mark.django_db
def test_a_name_longer_than_any_is_a_wrong_one():
    answer = Client().post("/accounts/login/", {"username": "x" * 5000, "password": "wrong"})
    assert "Check the user name and the password" in text_of(answer)


def test_too_many_wrong_passwords_lock_the_log_in_for_a_while(sam, settings):
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        answer = Client().post("/accounts/login/", {"username": "sam", "password": "wrong"})
    assert answer.status_code == 429
    assert "locked for 15 minutes" in text_of(answer)


def test_the_security_policy_allows_no_inline_script_and_no_eval(sam):
    policy = client_of(sam).get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_no_template_has_inline_styles_or_handlers(settings):
    inline = re.compile(r"""\s(?:style|on[a-z]+)=["']|<script(?![^>]*\ssrc=)|<style""")
    found = [path.name for path in (settings.BASE_DIR / "templates").rglob("*.html") if inline.search(path.read_text())]
    assert found == []
