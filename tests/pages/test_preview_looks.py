"""What will be sent, in a real browser: it follows what one types, fits, and breaks no rule."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from flows import engine
from tests.making import action_step, expression, make_flow, make_run, map_step, text
from tests.pages.test_flow_looks import open_step, url_of
from tests.pages.test_looks import complaints_of, keep_picture, log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHASE = {"code": "03-100", "job": "P-10023", "costs": [{"type": "L", "amount": 120.5}, {"type": "M", "amount": 80}]}


@pytest.fixture
def flow(scene):
    properties = {
        "jobNumber": expression("flow.trigger.data.job"),
        "phaseCode": text("03-100"),
        "budget": expression("_.sumBy(flow.trigger.data.costs, 'amount')"),
        "costTypes": {
            "mode": "array_map",
            "list": "flow.trigger.data.costs",
            "item": {"mode": "object", "properties": {"code": expression("flow.mapItem().type")}},
        },
    }
    codes = map_step("map", list_expression="flow.trigger.data.costs", type=expression("flow.mapItem().type"))
    send = action_step(scene.connection, scene.path, "send", properties=properties)
    made = make_flow(scene.integration, codes, send, name="Job phases to Vista")
    make_run(made, {"code": "03-200", "job": "P-10024", "note": "Concrete footings", "unit": {"code": "CY"}})
    make_run(made, PHASE)
    engine.advance_due_runs()
    return made


def shown(page):
    page.locator("[data-preview]:not([aria-busy])").locator("[data-summary]").wait_for()
    return page.locator("[data-preview]").inner_text()


def type_over(page, name, words):
    page.get_by_role("textbox", name=name).press("Control+a")
    page.keyboard.type(words)


@pytest.mark.parametrize("step", ["map", "send"])
@pytest.mark.parametrize("shade", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_preview_fits_reads_well_and_breaks_no_rule(step, shade, width, context, page, live_server, flow, olga):
    said = complaints_of(page)
    log_in(context, live_server, olga)
    page.emulate_media(color_scheme=shade)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + url_of("step-edit", flow, step=step))
    assert "L" in shown(page)
    keep_picture(page, f"preview-{step}-{width}-{shade}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert said == []


def test_it_follows_what_one_types_and_says_each_mistake_beside_its_field(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    assert '"jobNumber": "P-10023"' in shown(page)
    assert page.locator(".field-note.value").get_by_text("200.5").is_visible()
    type_over(page, "jobNumber", "flow.trigger.data.costs.length")
    page.locator(".field-note.error").wait_for()
    beside = page.locator(".prop").filter(has=page.get_by_text("jobNumber", exact=True)).locator(".field-note.error")
    assert beside.inner_text() == "jobNumber must be a text, but is the number 2."
    assert "1 value doesn't fit the schema" in page.locator("step-preview [role=status]").text_content()
    keep_picture(page, "preview-error")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    type_over(page, "jobNumber", "'P-2'")
    page.locator(".preview-summary:not(.bad)").wait_for()
    assert page.locator(".field-note.error").count() == 0


def test_the_sample_stays_chosen_in_the_address(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    assert "P-10023" in shown(page)
    page.get_by_label("Sample").select_option("pasted")
    page.get_by_label("Trigger data to paste").fill('{"job": "P-77", "costs": []}')
    page.locator("[data-preview]").get_by_text("P-77").first.wait_for()
    assert page.url.endswith("?sample=pasted")
    keep_picture(page, "preview-pasted")
    page.reload()
    assert page.get_by_label("Sample").input_value() == "pasted"


def test_the_preview_stays_when_the_form_is_loaded_anew(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    shown(page)
    with page.expect_response("**/steps/send/"):
        page.get_by_label("How costTypes is given").select_option("list")
    page.get_by_role("button", name="Add Item").click()
    page.locator("[data-preview]").get_by_text("costTypes[0]").first.wait_for()
    assert page.locator(".field-note.value").get_by_text("200.5").is_visible()


def test_a_press_puts_a_path_that_holds_in_every_run_into_the_field(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    shown(page)
    page.get_by_role("textbox", name="jobNumber").press("Control+a")
    page.get_by_role("button", name="code text seen in 1 of 2 runs, may be missing").focus()
    page.keyboard.press("Enter")
    page.locator(".preview-summary.bad").wait_for()
    assert page.locator("[name='value:/.jobNumber']").input_value() == "flow.trigger.data.unit?.code"
    assert page.locator(".field-note.error").inner_text() == "jobNumber is missing."
    # Where a path alone stands, the next takes its place; where there is more, it is added.
    page.get_by_role("button", name="job text seen in 2 of 2 runs").click()
    number = page.locator("[name='value:/.jobNumber']")
    expect(number).to_have_value("flow.trigger.data.job")
    page.get_by_role("textbox", name="jobNumber").press_sequentially(" + ")
    page.get_by_role("button", name="job text seen in 2 of 2 runs").click()
    expect(number).to_have_value("flow.trigger.data.job + flow.trigger.data.job")


def leave(page, live_server, flow):
    """Go elsewhere; the kinds of the questions that the browser asked."""
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(live_server.url + url_of("flow-detail", flow))
    return asked


def test_leaving_with_something_unsaved_is_asked_about(context, page, live_server, flow, olga):
    """A name is not saved by itself."""
    open_step(context, page, live_server, olga, flow)
    page.get_by_label("Name", exact=True).fill("Upsert phases")
    assert leave(page, live_server, flow) == ["beforeunload"]


def test_leaving_with_everything_saved_is_not(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    page.get_by_label("Sample").select_option("pasted")
    page.get_by_label("Trigger data to paste").fill("{}")
    page.get_by_label("Name", exact=True).click()
    assert leave(page, live_server, flow) == []


def test_saving_and_going_back_to_the_flow_ask_nothing(context, page, live_server, flow, olga):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    for button in (
        page.get_by_role("button", name="Save step").last,
        page.get_by_role("link", name="Back to the flow"),
    ):
        open_step(context, page, live_server, olga, flow)
        type_over(page, "jobNumber", "'P-2'")
        button.click()
        page.wait_for_url("**/flows/job-phases-to-vista/")
    assert asked == []


def test_without_javascript_a_button_works_it_out(browser, live_server, flow, olga):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_step(context, page, live_server, olga, flow)
    page.get_by_role("textbox", name="jobNumber").fill("'P-31'")
    page.get_by_role("button", name="Work it out").click()
    assert '"jobNumber": "P-31"' in page.locator("[data-preview]").inner_text()
    context.close()
