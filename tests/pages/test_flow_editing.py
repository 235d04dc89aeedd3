"""Editing a flow in a real browser: the order of steps, undo, and what saves itself."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from tests.making import action_step, expression, make_flow, map_step, retry_policy, text
from tests.pages.test_looks import complaints_of, keep_picture, log_in, look_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# However slow the machine is.
PATIENCE = 30_000


@pytest.fixture
def flow(scene):
    properties = {"jobNumber": expression('flow.step("b").output'), "phaseCode": text("03-100")}
    send = action_step(scene.connection, scene.path, "send", properties=properties, retry_policy=retry_policy())
    return make_flow(scene.integration, map_step("a"), map_step("b"), send, name="Phases")


def url_of(name, flow, **more):
    return reverse(name, kwargs={"integration": flow.integration.slug, "flow": flow.slug, **more})


def order_of(page):
    return page.locator("[data-step]").evaluate_all("steps => steps.map((step) => step.dataset.step).join(' ')")


def stored_order(flow):
    flow.refresh_from_db()
    return " ".join(step["id"] for step in flow.draft["steps"])


def attempts_of(flow, position=2):
    flow.refresh_from_db()
    return flow.draft["steps"][position]["settings"]["retry_policy"]["attempts"]


def test_a_step_is_moved_by_keyboard_and_by_drag(context, page, live_server, flow, olga):
    said = complaints_of(page)
    page.set_default_timeout(PATIENCE)
    log_in(context, live_server, olga)
    page.goto(live_server.url + url_of("flow-detail", flow))

    handle = page.get_by_role("button", name="Move A, step 1 of 3")
    handle.press("Space")
    expect(page.locator("[data-said]")).to_contain_text("A is lifted. Step 1 of 3.", timeout=PATIENCE)
    handle.press("ArrowDown")
    expect(page.locator("[data-said]")).to_have_text("Step 2 of 3.", timeout=PATIENCE)
    assert order_of(page) == "b a send"
    handle.press("Escape")
    expect(page.locator("[data-said]")).to_have_text("A is back where it was.", timeout=PATIENCE)
    assert (order_of(page), stored_order(flow)) == ("a b send", "a b send")

    handle.press("Enter")
    handle.press("ArrowDown")
    handle.press("Enter")
    moved = page.get_by_role("button", name="Move A, step 2 of 3")
    expect(moved).to_be_focused(timeout=PATIENCE)
    assert stored_order(flow) == "b a send"

    send = page.get_by_role("button", name="Move Send, step 3 of 3")
    send.drag_to(page.locator("#step-b h3"))
    expect(page.get_by_role("button", name="Move Send, step 1 of 3")).to_be_focused(timeout=PATIENCE)
    assert stored_order(flow) == "send b a"
    expect(page.locator("#step-send")).to_contain_text("there is no step b", timeout=PATIENCE)
    assert said == []


def test_a_flow_that_lost_a_step_reads_well_and_breaks_no_rule(context, page, live_server, flow, olga):
    page.set_default_timeout(PATIENCE)
    log_in(context, live_server, olga)
    page.goto(live_server.url + url_of("flow-detail", flow))
    page.get_by_role("button", name="Delete B").click()
    page.get_by_role("button", name="Undo").wait_for()
    look_at(page, "flow-deleted", page.url)
    page.get_by_role("button", name="More… for Send").click()
    page.get_by_role("button", name="Copy link to Send").wait_for()
    keep_picture(page, "flow-menu")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("B is back.").wait_for()
    assert stored_order(flow) == "a b send"


def test_steps_are_deleted_put_back_copied_and_moved_without_javascript(browser, live_server, flow, olga):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        log_in(context, live_server, olga)
        page.goto(live_server.url + url_of("flow-detail", flow))
        page.get_by_role("button", name="Delete B").click()
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="More… for B").click()
        page.get_by_role("button", name="Copy B").click()
        page.locator(".add-step summary").last.click()
        page.get_by_role("button", name="Paste B").click()
        page.get_by_text("B is pasted.").wait_for()
        page.get_by_role("button", name="More… for A").click()
        page.get_by_role("button", name="Move down A").click()
        expect(page.locator("[data-step]").first).to_have_attribute("data-step", "b", timeout=PATIENCE)
    assert stored_order(flow) == "b a send b-2"


def test_a_copied_step_is_on_the_systems_clipboard_and_pastes_with_ctrl_v(context, page, live_server, flow, olga):
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page.set_default_timeout(PATIENCE)
    log_in(context, live_server, olga)
    page.goto(live_server.url + url_of("flow-detail", flow))
    page.get_by_role("button", name="More… for A").click()
    page.get_by_role("button", name="Copy A").click()
    page.get_by_text("A is copied.").wait_for()
    assert '"throughline-step"' in page.evaluate("navigator.clipboard.readText()")
    page.locator(".add-step summary").first.click()
    page.locator(".add-step summary").first.press("Control+v")
    page.get_by_text("A is pasted.").wait_for()
    assert stored_order(flow) == "a-2 a b send"


def test_what_is_typed_saves_itself_and_can_be_discarded(context, page, live_server, flow, olga):
    said = complaints_of(page)
    page.set_default_timeout(PATIENCE)
    log_in(context, live_server, olga)
    page.goto(live_server.url + url_of("step-edit", flow, step="send"))
    state = page.locator("draft-autosave [data-state]")
    page.get_by_label("Attempts").fill("5")
    expect(state).to_have_attribute("data-state", "saved", timeout=PATIENCE)
    assert attempts_of(flow) == 5
    page.get_by_label("Attempts").fill("9")
    expect(state).to_have_attribute("data-state", "partly", timeout=PATIENCE)
    expect(state).to_contain_text("Attempts may be 1 to 5.", timeout=PATIENCE)
    page.get_by_label("Attempts").fill("4")
    expect(state).to_have_attribute("data-state", "saved", timeout=PATIENCE)
    page.get_by_role("button", name="Discard changes since I opened").click()
    page.get_by_text("Send is as it was when you opened it.").wait_for()
    assert attempts_of(flow) == 3
    page.wait_for_load_state()
    page.get_by_label("Attempts").fill("2")
    expect(state).to_have_attribute("data-state", "saved", timeout=PATIENCE)
    page.once("dialog", lambda dialog: said.append(dialog.type) or dialog.accept())
    page.goto(live_server.url + url_of("flow-detail", flow))
    assert said == []


def test_two_people_who_edit_one_step_are_told_and_keep_both(browser, context, page, live_server, flow, olga, bo):
    page.set_default_timeout(PATIENCE)
    log_in(context, live_server, olga)
    page.goto(live_server.url + url_of("step-edit", flow, step="send"))
    with browser.new_context() as bos_context:
        log_in(bos_context, live_server, bo)
        bos = bos_context.new_page()
        bos.set_default_timeout(PATIENCE)
        bos.goto(page.url)
        bos.get_by_label("Attempts").fill("5")
        expect(bos.locator("draft-autosave [data-state=saved]")).to_be_visible(timeout=PATIENCE)
    page.get_by_label("Attempts").fill("2")
    conflict = page.locator("draft-autosave [data-state=conflict]")
    expect(conflict).to_contain_text("bo saved another version of this step", timeout=PATIENCE)
    expect(conflict).to_contain_text("Attempts from 2 to 5", timeout=PATIENCE)
    keep_picture(page, "step-conflict")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("button", name="Keep mine as a copy").click()
    page.get_by_text("Your version is kept as Send (copy)").wait_for()
    assert (attempts_of(flow), attempts_of(flow, 3)) == (5, 2)


def test_the_button_waits_for_a_save_that_is_under_way(context, page, live_server, flow, olga):
    """Else the two would take each other for somebody else's."""
    page.set_default_timeout(PATIENCE)
    log_in(context, live_server, olga)
    held = []
    page.route("**/autosave", lambda route: held.append(route))
    page.goto(live_server.url + url_of("step-edit", flow, step="send"))
    with page.expect_request("**/autosave"):
        page.get_by_label("Attempts").fill("5")
    page.get_by_label("Attempts").fill("4")
    page.get_by_role("button", name="Save step").last.click()
    expect(page.get_by_text("Saving…")).to_be_visible(timeout=PATIENCE)
    held[0].continue_()
    page.get_by_text("Send is saved in the draft.").wait_for()
    assert attempts_of(flow) == 4
    assert len(held) == 1


def test_the_trigger_saves_itself_and_says_what_is_wrong_with_it(context, page, live_server, flow, olga):
    said = complaints_of(page)
    page.set_default_timeout(PATIENCE)
    log_in(context, live_server, olga)
    page.goto(live_server.url + url_of("flow-trigger", flow))
    page.get_by_role("textbox", name="Input schema").fill('{"type": "wrong"}')
    state = page.locator("[data-saved]")
    expect(state).to_contain_text("is not valid under any of the given schemas", timeout=PATIENCE)
    page.get_by_role("textbox", name="Input schema").fill('{"type": "object"}')
    expect(state).to_contain_text("Saved", timeout=PATIENCE)
    keep_picture(page, "trigger-saved")
    flow.refresh_from_db()
    assert flow.draft["trigger"]["input_schema"] == {"type": "object"}
    page.get_by_role("link", name="Back to the flow").click()
    page.get_by_role("heading", name="Phases").wait_for()
    assert said == []
