"""The retry policy in a real browser: its timeline, and a condition built from a real failure by keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.pages.failing import make_failing_flow
from tests.pages.test_flow_looks import open_step, settings_of
from tests.pages.test_looks import complaints_of, keep_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT = 30_000
ERROR_TEXT = "result.errors[0].text"


@pytest.fixture
def flow(harbour, httpserver):
    return make_failing_flow(harbour, httpserver, "09-503", "09-422", "09-503", "03-100")


def press(part, role, name, key="Enter"):
    part.get_by_role(role, name=name).first.press(key)


def look_at(page, name):
    keep_picture(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_timeline_follows_what_one_types_and_says_what_is_wrong(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    page.set_default_timeout(WAIT)
    press(page, "switch", "Enable Retry Policy", "Space")
    press(page, "switch", "Exponential Backoff", "Space")
    page.get_by_role("spinbutton", name="Attempts").press("ArrowUp")
    page.get_by_role("spinbutton", name="Attempts").press("ArrowUp")
    page.get_by_text("4 of 5 retries run, the last 15 h after the first failure.").wait_for()
    look_at(page, "retry-timeline")
    interval = page.get_by_role("textbox", name="Interval")
    interval.press("Control+a")
    page.keyboard.type("10 min")
    page.get_by_text("That is 10 min. It may be 30 minutes to 24 hours.").wait_for()
    expect(interval).to_have_attribute("aria-invalid", "true", timeout=WAIT)
    interval.press("Control+a")
    page.keyboard.type("1½ h")
    page.get_by_text("Retry 4: 22 h 30 min later").wait_for()
    expect(interval).not_to_have_attribute("aria-invalid", "true", timeout=WAIT)


@pytest.mark.parametrize(("shade", "width"), [("light", 1280), ("dark", 390)])
def test_a_condition_is_built_counted_and_saved_by_keyboard(shade, width, context, page, live_server, flow, olga):
    said = complaints_of(page)
    page.emulate_media(color_scheme=shade)
    page.set_viewport_size({"width": width, "height": 900})
    open_step(context, page, live_server, olga, flow)
    page.set_default_timeout(WAIT)
    press(page, "switch", "Enable Retry Policy", "Space")
    press(page, "button", "Build from a failure")
    dialog = page.get_by_role("dialog")
    press(dialog, "button", "Compare status, 503")
    expect(dialog.get_by_role("status")).to_have_text("Matches 2 of the last 3 failures.", timeout=WAIT)
    press(dialog, "button", f"Compare {ERROR_TEXT}")
    expect(dialog.get_by_role("button", name=f"Compare {ERROR_TEXT}")).to_be_focused(timeout=WAIT)
    value = dialog.get_by_role("textbox", name=f"What {ERROR_TEXT} is compared with")
    value.press("Control+a")
    page.keyboard.type("Batch 13")
    dialog.locator("strong").get_by_text("Matches 0 of the last 3 failures.").wait_for()
    value.press("Control+a")
    page.keyboard.type("in use")
    dialog.locator("strong").get_by_text("Matches 2 of the last 3 failures.").wait_for()
    look_at(page, f"condition-{width}-{shade}")
    press(dialog, "button", "Compare result.code")
    press(dialog, "button", "Remove result.code")
    expect(dialog.get_by_role("button", name="Remove")).to_have_count(2, timeout=WAIT)
    expect(dialog.get_by_role("textbox", name="Condition")).to_be_focused(timeout=WAIT)
    press(dialog, "button", "Use this condition")
    expect(dialog).to_have_count(0, timeout=WAIT)
    press(page, "button", "Try on past failures")
    dialog.locator("strong").get_by_text("Matches 2 of the last 3 failures.").wait_for()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0, timeout=WAIT)
    page.get_by_role("button", name="Save step").last.press("Enter")
    page.get_by_text("Send is saved in the draft.").wait_for()
    assert settings_of(flow, 0)["retry_policy"]["error_condition"] == (
        'flow.mapItem().status === 503\n&& flow.mapItem().result.errors[0].text.includes("in use")'
    )
    assert said == []
