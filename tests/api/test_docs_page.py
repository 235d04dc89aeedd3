"""The page on which people read the API, under the strict security policy of all pages."""

import pytest
from playwright.sync_api import expect

from integrations.models import Integration
from tests.cast import client_of
from tests.pages.test_looks import AUDITED, assert_axe_is_content, complaints_of, keep_picture, log_in


def test_the_page_asks_for_a_log_in(client, db):
    answer = client.get("/api/v1/docs/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/api/v1/docs/")


def test_the_page_allows_no_inline_script(sam):
    policy = client_of(sam).get("/api/v1/docs/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_shows_the_api_and_breaks_no_rule(context, page, live_server, olga):
    said = complaints_of(page)
    log_in(context, live_server, olga)
    for shade in ("light", "dark"):
        page.emulate_media(color_scheme=shade)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{live_server.url}/api/v1/docs/")
            page.locator("#operations-Runs-integrations_runs_retrieve").wait_for()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            keep_picture(page, f"api-docs-{shade}-{width}")
            if (shade, width) in AUDITED:
                assert_axe_is_content(page)
    assert not said


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_try_it_out_sends_as_the_person_who_is_logged_in(context, page, live_server, olga):
    log_in(context, live_server, olga)
    page.goto(f"{live_server.url}/api/v1/docs/")
    operation = page.locator("#operations-Integrations-integrations_create")
    operation.locator(".opblock-summary").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("textarea").fill('{"name": "Made by trying"}')
    operation.get_by_role("button", name="Execute").click()
    operation.locator(".live-responses-table .response-col_status", has_text="201").wait_for()
    runs = page.locator("#operations-Runs-integrations_runs_list")
    runs.locator(".opblock-summary").click()
    expect(runs.get_by_role("combobox", name="status", exact=True)).to_be_visible()
    expect(operation.get_by_role("group", name="curl command")).to_have_attribute("tabindex", "0")
    assert_axe_is_content(page)
    assert Integration.objects.get(slug="made-by-trying").memberships.get().user == olga
