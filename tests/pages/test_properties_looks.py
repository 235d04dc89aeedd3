"""The properties of a step in a real browser: finding them, moving their constants, reading their documents."""

import pytest
from playwright.sync_api import expect

from tests.making import action_step, expression, make_draft, text
from tests.pages.test_flow_looks import open_step, settings_of
from tests.pages.test_looks import assert_axe_is_content, complaints_of, keep_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCHEMA = {
    "type": "object",
    "required": ["label", "price"],
    "properties": {
        "label": {"type": "string"},
        "price": {"type": "number"},
        "supplier": {"type": "object", "properties": {"iban": {"type": "string", "description": "Bank account."}}},
        **{f"extra{number}": {"type": "string", "description": "More to say."} for number in range(14)},
    },
}
SUPPLIER = {"mode": "object", "properties": {"iban": text("NO93")}}


@pytest.fixture
def flow(scene):
    scene.path.input_schema, scene.path.description = SCHEMA, "Keeps the budget."
    scene.path.save()
    properties = {"label": text(""), "price": text("12.50"), "supplier": SUPPLIER}
    return make_draft(scene.integration, action_step(scene.connection, scene.path, "send", properties=properties))


def row(page, name):
    return page.locator(f"[id='settings.properties.{name}:row']")


def test_one_property_is_found_among_many_by_keyboard_and_by_the_outline(context, page, live_server, flow, olga):
    said = complaints_of(page)
    open_step(context, page, live_server, olga, flow)
    find = page.get_by_label("Find a property")
    find.fill("bank account")
    expect(page.locator(".finder").get_by_role("status")).to_have_text("1 of 18 properties")
    expect(row(page, "supplier.iban")).to_be_visible()
    expect(row(page, "price")).to_be_hidden()
    keep_picture(page, "properties-found")
    assert_axe_is_content(page)
    find.press("Enter")
    expect(row(page, "supplier.iban").locator("textarea")).to_be_focused()
    find.fill("")
    page.get_by_label("Only included").check()
    expect(row(page, "extra3")).to_be_hidden()
    page.get_by_text("Outline", exact=True).click()
    keep_picture(page, "properties-outline")
    assert_axe_is_content(page)
    # What the filter hides shows again when a link leads to it.
    page.get_by_role("link", name="extra3").click()
    expect(page.get_by_label("Include extra3")).to_be_focused()
    expect(page.get_by_label("Only included")).not_to_be_checked()
    expect(page.locator("#outline")).not_to_have_attribute("open", "")
    assert said == []


def test_what_was_said_of_a_field_goes_with_its_first_change_and_its_value_moves(
    context, page, live_server, flow, olga
):
    flow.draft["steps"][0]["settings"]["properties"]["price"] = text("cheap")
    flow.save()
    open_step(context, page, live_server, olga, flow)
    told = page.locator("#step-form .notice.error")
    expect(told).to_contain_text('it must be a number, but is the text "cheap"')
    page.get_by_role("textbox", name="price").fill("9.90")
    expect(told).to_have_count(0)
    expect(row(page, "price").locator(".prop-errors:not(.said)")).to_have_count(0)
    row(page, "price").get_by_role("button", name="Move to a map step").click()
    page.get_by_text("The value is the property price of the step Fixed values now").wait_for()
    assert settings_of(flow, 1)["properties"]["price"] == expression('flow.step("fixed-values").output[0].price')
    assert settings_of(flow, 0)["properties"] == {"price": expression("9.90")}


def test_an_action_path_is_found_by_what_it_does_and_its_documents_open_beside_the_form(
    context, page, live_server, flow, olga
):
    said = complaints_of(page)
    open_step(context, page, live_server, olga, flow)
    page.get_by_role("textbox", name="label", exact=True).fill("Chair")
    search = page.locator("search-select input")
    search.click()
    search.fill("put budget")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_text(["Upsert a job phasePUT /api/job-phases"])
    keep_picture(page, "action-path-search")
    assert_axe_is_content(page)
    search.press("Escape")
    link = page.get_by_role("link", name="JSON schema")
    link.click()
    panel = page.get_by_role("dialog", name="JSON schema")
    expect(panel).to_contain_text("Bank account.")
    keep_picture(page, "schema-beside")
    assert_axe_is_content(page)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(link).to_be_focused()
    page.get_by_role("link", name="OpenAPI documentation").click()
    expect(page.get_by_role("dialog").locator(".opblock-summary-path").first).to_contain_text("job-phases")
    keep_picture(page, "openapi-beside")
    assert_axe_is_content(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 900})
    page.locator("html.dark-mode").wait_for(state="attached")
    page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished)).then(() => null)")
    keep_picture(page, "openapi-beside-390-dark")
    assert_axe_is_content(page)
    expect(page.locator("[name='value:/.label']")).to_have_value("Chair")
    assert said == []
