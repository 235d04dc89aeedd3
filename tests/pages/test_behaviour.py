"""What the small scripts of the pages do, and that the pages do without them."""

import pytest

from connectors.models import ConnectorImport
from integrations.models import Connection
from tests.pages.addresses import address
from tests.pages.test_looks import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_progress_of_an_import_is_followed_until_it_is_done(context, page, live_server, scene, olga):
    ConnectorImport.objects.filter(pk=scene.order.pk).update(status="In Progress", done=120, total=1223)
    log_in(context, live_server, olga)
    page.goto(live_server.url + address("connector-import-status", scene))
    page.get_by_text("120 of 1223 operations read").wait_for()
    ConnectorImport.objects.filter(pk=scene.order.pk).update(status="Success")
    page.get_by_role("link", name="Open Vista sample").wait_for()
    assert page.locator("[hx-trigger]").count() == 0


def test_a_schema_is_copied_with_one_press(context, page, live_server, scene, olga):
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    log_in(context, live_server, olga)
    page.goto(live_server.url + address("action-path-schema", scene))
    page.get_by_text("Input schema as JSON").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied").wait_for()
    assert '"maxLength": 6' in page.evaluate("navigator.clipboard.readText()")


def test_times_are_shown_in_the_readers_own_zone(browser, live_server, scene, olga):
    Connection.objects.update(tested_at="2026-11-23T23:30:00Z")
    with browser.new_context(timezone_id="Asia/Tokyo") as context:
        log_in(context, live_server, olga)
        page = context.new_page()
        page.goto(live_server.url + address("connection-detail", scene))
        shown = page.get_by_text("24 Nov 2026, 08:30")
        assert shown.get_attribute("title") == "23 Nov 2026, 23:30 UTC"


def test_a_connection_is_added_without_any_script(browser, live_server, scene, olga):
    with browser.new_context(java_script_enabled=False) as context:
        log_in(context, live_server, olga)
        page = context.new_page()
        page.goto(live_server.url + address("connection-create", scene) + "?connector=vista-sample")
        page.locator("#id_name").fill("Vista by hand")
        page.get_by_label("How it authenticates").select_option("basic")
        page.get_by_label("User name").fill("harbour")
        page.get_by_role("button", name="Add the connection").click()
        page.get_by_text("Vista by hand is saved").wait_for()
    assert Connection.objects.get(name="Vista by hand").settings == {"username": "harbour"}


def test_the_keyboard_reaches_the_content_at_once(context, page, live_server, scene, olga):
    log_in(context, live_server, olga)
    page.goto(live_server.url + address("integration-detail", scene))
    page.keyboard.press("Tab")
    assert page.get_by_role("link", name="Skip to the content").evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    assert page.get_by_role("main").evaluate("main => main === document.activeElement")


def test_a_connection_is_tested_on_the_spot(context, page, live_server, scene, olga):
    Connection.objects.update(base_url=live_server.url, authentication_kind="none", settings={})
    log_in(context, live_server, olga)
    page.goto(live_server.url + address("connection-detail", scene))
    page.get_by_role("button", name="Test connection").click()
    page.get_by_text(f"GET {live_server.url}").wait_for()
