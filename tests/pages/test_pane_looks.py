"""The panes beside the form of a step, in a real browser: dragging data, sending for real, reaching them on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from flows import engine
from tests.making import action_step, expression, make_draft, make_flow, make_run, map_step, text
from tests.pages.test_flow_looks import open_step, url_of
from tests.pages.test_looks import complaints_of, keep_picture, log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCHEMA = {"type": "object", "properties": {"job": {"type": "string", "examples": ["P-10023"]}}}


@pytest.fixture
def vista_answers(scene, httpserver):
    scene.connection.base_url, scene.connection.authentication_kind = httpserver.url_for(""), "none"
    scene.connection.save()
    httpserver.expect_request("/api/job-phases").respond_with_json({"id": 4711})
    return httpserver


@pytest.fixture
def flow(scene):
    properties = {"jobNumber": expression("flow.trigger.data.job"), "phaseCode": text("03-100")}
    send = action_step(scene.connection, scene.path, "send", properties=properties)
    after = map_step("after", list_expression="[1]", number=expression('flow.step("send").actionResponse.data.id'))
    trigger = {"kind": "on_demand", "input_schema": SCHEMA}
    return make_draft(scene.integration, send, after, trigger=trigger, name="Job phases")


def field(page, name):
    return page.locator(f"[name='value:/.{name}']")


def row(page, name):
    return page.locator(".prop").filter(has=page.locator(f"[name='value:/.{name}']"))


def data(page, name):
    return page.locator("#data").get_by_role("button", name=name)


def test_a_field_of_the_data_is_dragged_into_values_of_every_mode(context, page, live_server, scene, flow, olga):
    said = complaints_of(page)
    published = make_flow(scene.integration, *flow.draft["steps"], name="Published")
    make_run(published, {"job": "P-1", "unit": {"code": "CY"}})
    make_run(published, {"job": "P-2"})
    engine.advance_due_runs()
    open_step(context, page, live_server, olga, published)
    job, unit = data(page, "job text seen in 2 of 2 runs"), data(page, "code text seen in 1 of 2 runs")
    unit.drag_to(row(page, "phaseCode").locator(".fx"))
    expect(field(page, "phaseCode")).to_have_value("flow.trigger.data.unit?.code")
    expect(page.get_by_label("How phaseCode is given")).to_have_value("expression")
    job.drag_to(row(page, "startDate"))
    expect(field(page, "startDate")).to_have_value("flow.trigger.data.job")
    expect(row(page, "startDate").get_by_role("checkbox")).to_be_checked()
    # Into an expression it goes where it is dropped: here, before all of it.
    job.drag_to(row(page, "jobNumber").locator(".cm-line"), target_position={"x": 1, "y": 8})
    expect(field(page, "jobNumber")).to_have_value("flow.trigger.data.jobflow.trigger.data.job")
    expect(page.locator("#data [role=status]")).to_have_text("Put in: flow.trigger.data.job")
    assert said == []


def test_a_request_is_sent_after_one_question_and_its_answer_kept_for_the_next_step(
    context, page, live_server, scene, flow, vista_answers, olga
):
    said = complaints_of(page)
    scene.path.safe_to_repeat = False
    scene.path.save()
    open_step(context, page, live_server, olga, flow)
    page.get_by_role("button", name="Send for real…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Don't send").click()
    assert vista_answers.log == []
    page.get_by_role("button", name="Send for real…").press("Enter")
    keep_picture(page, "send-question")
    page.get_by_role("dialog", name="Send this to Vista?").get_by_role("button", name="Send it now").click()
    answer = page.locator("[data-answer]")
    expect(answer).to_contain_text('"id": 4711')
    expect(page.locator("[data-preview]:not([aria-busy]) [data-summary]")).to_be_visible()
    page.get_by_text("Last answers").click()
    expect(page.get_by_text("There is no answer yet.")).to_be_visible()
    keep_picture(page, "send-answer")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    answer.get_by_role("button", name="Keep as sample").click()
    expect(answer).to_contain_text("Kept as sample.")
    assert [request.json for request, _ in vista_answers.log] == [{"jobNumber": "P-10023", "phaseCode": "03-100"}]
    page.goto(live_server.url + url_of("step-edit", flow, step="after"))
    expect(data(page, "id number kept sample 4711")).to_be_visible()
    expect(page.locator("[data-preview]")).to_contain_text('"number": 4711')
    assert said == []


def test_pasted_data_stay_in_the_tab_and_do_not_burden_the_form(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    page.get_by_label("Sample", exact=True).select_option("pasted")
    page.get_by_label("Trigger data to paste").fill('{"job": "P-77"')
    expect(page.locator("[data-preview]")).to_contain_text("The pasted JSON can't be read: line 1, column 15")
    page.get_by_label("Trigger data to paste").fill('{"job": "P-77"}')
    expect(page.locator("[data-preview]")).to_contain_text('"jobNumber": "P-77"')
    with page.expect_request("**/steps/send/") as saved:
        page.get_by_role("button", name="Save step").last.click()
    assert "sample_data" not in (saved.value.post_data or "")
    page.goto(live_server.url + url_of("step-edit", flow, step="after") + "?sample=pasted")
    expect(page.get_by_label("Trigger data to paste")).to_have_value('{"job": "P-77"}')


def test_on_a_phone_data_and_preview_are_one_tap_away_without_javascript(browser, live_server, flow, olga):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 700})
    page = context.new_page()
    log_in(context, live_server, olga)
    page.goto(live_server.url + url_of("step-edit", flow, step="send"))
    parts = page.get_by_role("navigation", name="Parts of this page")
    for name, heading in (("Data", "Data available here"), ("What will be sent", "What will be sent")):
        expect(page.get_by_role("heading", name=heading)).not_to_be_in_viewport()
        parts.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=heading)).to_be_in_viewport()
        parts.get_by_role("link", name="Form").click()
        expect(page.get_by_role("heading", name="Send", exact=True)).to_be_in_viewport()
    context.close()


def test_data_and_preview_stay_beside_a_long_form(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    page.get_by_role("button", name="Save step").last.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.get_by_role("heading", name="Name and run condition")).not_to_be_in_viewport()
    expect(page.get_by_role("heading", name="Data available here")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="What will be sent")).to_be_in_viewport()
