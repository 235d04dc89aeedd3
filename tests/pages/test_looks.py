"""Every page in a real browser: narrow and wide, light and dark, for everybody."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.cast import client_of
from tests.pages.addresses import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "home",
    "integration-create",
    "integration-detail",
    "integration-settings",
    "audit-trail",
    "member-list",
    "connection-list",
    "connection-create",
    "connection-detail",
    "connection-edit",
    "connector-list",
    "connector-import",
    "connector-import-status",
    "connector-detail",
    "action-path",
    "action-path-schema",
]
# These fetch parts of themselves after loading.
LOADS_PARTS = {"integration-detail"}
# Each size and each shade once: what axe finds depends on either, hardly ever on both.
AUDITED = {("light", 1280), ("dark", 390)}
# Set it to a folder, and every page looked at is kept there as a picture.
PICTURES = os.environ.get("PICTURES")


def log_in(context, live_server, user) -> None:
    cookie = client_of(user).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])


def complaints_of(page) -> list[str]:
    """What the browser's console says from here on: errors and refusals of the security policy."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def keep_picture(page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def assert_axe_is_content(page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def look_at(page, name: str, url: str) -> None:
    """Open a page at each size and shade; it fits, the console is quiet, and axe finds nothing."""
    said = complaints_of(page)
    for shade in ("light", "dark"):
        page.emulate_media(color_scheme=shade)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(url, wait_until="networkidle" if name in LOADS_PARTS else "load")
            keep_picture(page, f"{name}-{width}-{shade}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
            if (shade, width) in AUDITED:
                found = Axe().run(page)
                assert found.violations_count == 0, found.generate_report()
    assert said == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_reads_well_and_breaks_no_rule(name, context, page, live_server, scene, olga):
    log_in(context, live_server, olga)
    look_at(page, name, live_server.url + address(name, scene))


def test_the_page_of_a_new_connection_shows_the_fields_of_the_chosen_kind_only(context, page, live_server, scene, olga):
    log_in(context, live_server, olga)
    url = live_server.url + address("connection-create", scene) + "?connector=vista-sample"
    look_at(page, "connection-new", url)
    assert page.get_by_label("API key", exact=True).is_visible()
    page.get_by_label("How it authenticates").select_option("basic")
    assert page.get_by_label("Password").is_visible()
    assert not page.get_by_label("API key", exact=True).is_visible()
    keep_picture(page, "connection-new-basic")


def test_a_refused_form_says_what_to_do_beside_each_field(context, page, live_server, scene, olga):
    log_in(context, live_server, olga)
    page.goto(live_server.url + address("connection-create", scene) + "?connector=vista-sample")
    page.get_by_label("Base address").fill("vista.example")
    page.get_by_role("button", name="Add the connection").click()
    page.get_by_role("link", name="Base address").click()
    field = page.get_by_label("Base address")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.evaluate("element => element === document.activeElement")
    keep_picture(page, "connection-refused")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_log_in_page(page, live_server, db):
    look_at(page, "log-in", live_server.url + "/accounts/login/")


def test_an_empty_home_says_what_to_do_first(context, page, live_server, sam):
    log_in(context, live_server, sam)
    look_at(page, "home-empty", live_server.url + "/")


def test_an_address_without_a_page(context, page, live_server, scene, sam):
    log_in(context, live_server, sam)
    page.goto(live_server.url + address("integration-detail", scene))
    assert "no member of it" in page.get_by_role("main").inner_text()
    keep_picture(page, "not-found")


def test_search_narrows_the_tree_while_one_types(context, page, live_server, scene, olga):
    log_in(context, live_server, olga)
    page.goto(live_server.url + address("connector-detail", scene))
    page.get_by_label("Find an action path").fill("put vendor")
    page.get_by_text("1 of 5").wait_for()
    assert page.get_by_role("link", name="Update an existing vendor").is_visible()
    assert not page.get_by_role("link", name="Add a cost code").is_visible()
    keep_picture(page, "connector-search")


def test_the_openapi_page_reads_offline_under_the_security_policy(context, page, live_server, scene, olga):
    log_in(context, live_server, olga)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    said = complaints_of(page)
    for shade in ("light", "dark"):
        page.emulate_media(color_scheme=shade)
        page.goto(live_server.url + address("action-path-openapi", scene))
        page.locator(".opblock-body").wait_for()
        keep_picture(page, f"openapi-1280-{shade}")
        if shade == "light":
            assert_axe_is_content(page)
    page.set_viewport_size({"width": 390, "height": 900})
    keep_picture(page, "openapi-390-dark")
    assert_axe_is_content(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert said == []
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


def test_a_dialog_asks_before_anything_is_deleted(context, page, live_server, scene, olga):
    log_in(context, live_server, olga)
    page.goto(live_server.url + address("connection-detail", scene))
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    keep_picture(page, "dialog")
    dialog.get_by_role("button", name="Keep it as it is").click()
    assert not dialog.is_visible()
    page.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete the connection").click()
    page.get_by_text("Vista is deleted.").wait_for()


def test_the_account_menu_logs_out(context, page, live_server, scene, olga):
    log_in(context, live_server, olga)
    page.goto(live_server.url + "/")
    page.get_by_role("button", name="Account of olga").click()
    keep_picture(page, "menu")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/accounts/login/**")
