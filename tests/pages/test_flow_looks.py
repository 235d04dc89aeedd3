"""The pages on which flows are built, in a real browser: how they look, and what they do by themselves."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from flows.commands.flows import create_flow
from tests.cast import make_action_path, make_connection
from tests.making import action_step, expression, make_flow, make_run, map_step, retry_policy, text
from tests.pages.test_looks import complaints_of, keep_picture, log_in, look_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCHEMA = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "examples": ["03-100"]},
        "costs": {"type": "array", "items": {"type": "object", "properties": {"amount": {"type": "number"}}}},
    },
}


@pytest.fixture
def flow(scene):
    make_connection(scene.integration, scene.connector, "Vista test")
    properties = {
        "jobNumber": expression("flow.trigger.data.code"),
        "phaseCode": text("03-100"),
        "budget": {"mode": "null"},
        "unit": text("", include=False),
        "costTypes": {
            "mode": "array_map",
            "list": "flow.trigger.data.costs",
            "item": {"mode": "object", "properties": {"code": text("L")}},
        },
    }
    policy = retry_policy(exponential_backoff=True, interval_minutes=90, attempts=5)
    send = action_step(scene.connection, scene.path, "send", properties=properties, retry_policy=policy)
    trigger = {"kind": "webhook", "input_schema": SCHEMA}
    flow = make_flow(scene.integration, map_step("map", code=expression("flow.mapItem().code")), send, trigger=trigger)
    make_run(flow, {"code": "03-100"})
    return flow


def url_of(name, flow, **more):
    return reverse(name, kwargs={"integration": flow.integration.slug, "flow": flow.slug, **more})


def open_step(context, page, live_server, user, flow, step="send", **how):
    log_in(context, live_server, user)
    page.goto(live_server.url + url_of("step-edit", flow, step=step), **how)


def settings_of(flow, position=1):
    flow.refresh_from_db()
    return flow.draft["steps"][position]["settings"]


@pytest.mark.parametrize("name", ["flow-detail", "flow-settings", "flow-trigger", "flow-run"])
def test_a_page_of_a_flow_fits_reads_well_and_breaks_no_rule(name, context, page, live_server, flow, olga):
    log_in(context, live_server, olga)
    look_at(page, name, live_server.url + url_of(name, flow))


@pytest.mark.parametrize("step", ["map", "send"])
def test_the_form_of_a_step_fits_reads_well_and_breaks_no_rule(step, context, page, live_server, flow, olga):
    log_in(context, live_server, olga)
    look_at(page, f"step-{step}", live_server.url + url_of("step-edit", flow, step=step))


def test_the_list_and_a_version_too(context, page, live_server, flow, olga):
    log_in(context, live_server, olga)
    create_flow(actor=olga, integration=flow.integration, name="Vendors")
    integration = {"integration": flow.integration.slug}
    look_at(page, "flow-list", live_server.url + reverse("flow-list", kwargs=integration))
    look_at(page, "flow-create", live_server.url + reverse("flow-create", kwargs=integration))
    look_at(page, "flow-version", live_server.url + url_of("flow-version", flow, number=1))


def test_a_step_is_built_from_an_empty_form_to_a_saved_one(context, page, live_server, scene, olga):
    flow = create_flow(actor=olga, integration=scene.integration, name="Job phases")
    said = complaints_of(page)
    log_in(context, live_server, olga)
    page.goto(live_server.url + url_of("flow-detail", flow))
    page.locator(".add-step summary").first.click()
    page.get_by_label("Name of the new step").fill("Upsert job phase")
    page.get_by_role("button", name="Connector Action").click()
    expect(page.get_by_label("Connector", exact=True).locator("option:checked")).to_have_text("Vista sample")
    page.locator("search-select input").click()
    page.keyboard.type("phases upsert")
    keep_picture(page, "step-search")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="JSON schema").wait_for()
    page.get_by_role("textbox", name="jobNumber").click()
    page.get_by_role("button", name="data what came in").click()
    page.get_by_role("textbox", name="phaseCode").fill('flow.step("x")')
    page.get_by_label("How phaseCode is given").select_option("text")
    page.get_by_role("textbox", name="phaseCode").fill("03-100")
    page.get_by_label("Include costTypes").check()
    page.get_by_role("button", name="Add Item").press("Enter")
    page.get_by_role("button", name="Remove item 1").wait_for()
    expect(page.locator(":focus")).to_have_text("Add Item")
    page.get_by_role("textbox", name="code", exact=True).fill("flow.trigger.data.type")
    page.get_by_label("Enable Retry Policy").check()
    page.get_by_role("textbox", name="Error Condition").fill("flow.mapItem().result?.code === '503'")
    page.get_by_label("Interval").fill("30 min")
    page.get_by_label("Attempts").fill("2")
    page.keyboard.press("Tab")
    page.get_by_text("Retry 2: 1 h later").wait_for()
    keep_picture(page, "step-filled")
    page.get_by_role("button", name="Save step").last.click()
    page.get_by_text("Upsert job phase is saved in the draft.").wait_for()

    stored = settings_of(flow, 0)
    assert stored["properties"] == {
        "jobNumber": expression("flow.trigger.data"),
        "phaseCode": text("03-100"),
        "costTypes": {
            "mode": "list",
            "items": [{"mode": "object", "properties": {"code": expression("flow.trigger.data.type")}}],
        },
    }
    assert (stored["connection"], stored["retry_policy"]["interval_minutes"]) == ("Vista", 30)
    assert said == []


def test_what_a_switch_opens_shows_and_hides_and_keeps_what_was_typed(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    number = page.get_by_role("textbox", name="jobNumber")
    page.get_by_role("switch", name="Use Existing Body").check()
    assert not number.is_visible()
    page.get_by_role("textbox", name="Existing body").fill('flow.step("map").output[0]')
    page.get_by_role("switch", name="Use Existing Body").uncheck()
    assert page.locator("textarea[name='value:/.jobNumber']").input_value() == "flow.trigger.data.code"
    assert not page.get_by_role("textbox", name="Existing body").is_visible()
    page.get_by_label("Enable Retry Policy").uncheck()
    assert not page.get_by_label("Attempts").is_visible()


def test_left_out_null_and_empty_are_told_apart_in_words(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    of_budget = page.locator(".prop").filter(has=page.get_by_text("budget", exact=True))
    assert of_budget.get_by_text("Null is sent").is_visible()
    page.get_by_label("How budget is given").select_option("text")
    assert of_budget.get_by_text("Empty text is sent").is_visible()
    page.get_by_label("Include budget").uncheck()
    assert of_budget.get_by_text("Left out").is_visible()
    assert not of_budget.get_by_text("Empty text is sent").is_visible()


def test_one_finds_an_action_path_among_many_by_keyboard(context, page, live_server, flow, scene, olga):
    for number in range(1200):
        make_action_path(scene.connector, f"payroll/employees/change-{number}")
    open_step(context, page, live_server, olga, flow)
    search = page.locator("search-select input")
    search.click()
    assert page.get_by_text("more: type to narrow them down").is_visible()
    search.fill("change-777 employ")
    page.keyboard.press("Escape")
    assert search.input_value() == "Job cost > Job phases > Upsert a job phase"
    search.fill("777 employ")
    assert page.get_by_role("listbox").get_by_role("option").count() == 1
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("Enter")
    page.locator("select[name=action_path]").evaluate("element => element.value.endsWith('change-777')")
    assert search.input_value() == "Payroll > Employees > Change 777"


def test_a_link_to_a_problem_leads_to_its_field(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    page.get_by_role("textbox", name="jobNumber").fill("")
    page.get_by_role("button", name="Save step").last.click()
    page.get_by_role("link", name="jobNumber").click()
    assert page.evaluate("document.activeElement.id || location.hash").endswith("settings.properties.jobNumber")
    keep_picture(page, "step-problem")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_form_works_without_javascript(browser, live_server, flow, olga):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_step(context, page, live_server, olga, flow)
    page.get_by_label("How costTypes is given").select_option("list")
    page.get_by_role("button", name="Add Item").click()
    page.get_by_role("button", name="Add Item").click()
    page.get_by_role("textbox", name="code", exact=True).first.fill("flow.trigger.data.first")
    page.get_by_role("button", name="Remove item 2").click()
    page.get_by_role("button", name="Save step").last.click()
    page.get_by_text("Send is saved in the draft.").wait_for()
    items = settings_of(flow)["properties"]["costTypes"]["items"]
    assert [item["properties"]["code"] for item in items] == [expression("flow.trigger.data.first")]
    context.close()
