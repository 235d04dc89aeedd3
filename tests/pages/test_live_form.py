"""The form of a step while the server takes its time to answer: nothing pressed, typed or chosen is lost."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.making import action_step, expression, make_draft, make_flow, map_step
from tests.pages.test_flow_looks import open_step, settings_of
from tests.pages.test_looks import complaints_of, keep_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORM = "**/steps/send/"


def item(source):
    return {"mode": "object", "properties": {"code": expression(source)}}


@pytest.fixture
def flow(scene):
    properties = {
        "jobNumber": expression("'P-1'"),
        "phaseCode": expression("'03-100'"),
        "costTypes": {"mode": "list", "items": [item("'L'"), item("'M'"), item("'E'")]},
    }
    send = action_step(scene.connection, scene.path, "send", properties=properties)
    return make_flow(scene.integration, send, name="Job phases")


class Gate:
    """Holds back the requests that match, until they are let through."""

    def __init__(self, page, pattern, method="POST"):
        self.held, self.method, self.is_open = [], method, False
        page.route(pattern, self.take)

    def take(self, route):
        if self.is_open or route.request.method != self.method:
            route.continue_()
        else:
            self.held.append(route)

    def open(self):
        self.is_open = True
        for route in self.held:
            route.continue_()


@pytest.fixture
def gate(page):
    yield Gate(page, FORM)
    page.unroute_all(behavior="ignoreErrors")


def test_what_is_pressed_and_typed_meanwhile_follows_in_its_order(context, page, live_server, flow, olga, gate):
    said = complaints_of(page)
    open_step(context, page, live_server, olga, flow)
    page.get_by_role("button", name="Remove item 1").click()
    expect(page.locator("#step-form")).to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Remove item 3").click()
    page.get_by_role("textbox", name="code", exact=True).nth(1).fill("'M2'")
    page.get_by_role("button", name="Save step").last.click()
    assert len(gate.held) == 1
    gate.open()
    page.get_by_text("Send is saved in the draft.").wait_for()
    assert settings_of(flow, 0)["properties"]["costTypes"]["items"] == [item("'M2'")]
    assert said == []


def test_one_types_on_where_one_was_when_the_answer_comes(context, page, live_server, flow, olga, gate):
    open_step(context, page, live_server, olga, flow)
    number = page.get_by_role("textbox", name="jobNumber", exact=True)
    page.get_by_role("button", name="Add Item").click()
    number.press("Control+a")
    page.keyboard.type("'P-2'")
    page.keyboard.press("ArrowLeft")
    gate.open()
    page.get_by_role("button", name="Remove item 4").wait_for()
    expect(number).to_be_focused()
    page.keyboard.type("3")
    expect(page.locator("textarea[name='value:/.jobNumber']")).to_have_value("'P-23'")


def test_a_removed_item_leaves_the_focus_at_its_list(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    page.get_by_role("button", name="Remove item 2").press("Enter")
    expect(page.get_by_role("button", name="Remove item 3")).to_have_count(0)
    expect(page.get_by_role("button", name="Add Item")).to_be_focused()


def test_a_removed_property_leaves_the_focus_at_what_adds_one(context, page, live_server, scene, olga):
    said = complaints_of(page)
    draft = make_draft(scene.integration, map_step("map", code=expression("1"), unit=expression("2")))
    open_step(context, page, live_server, olga, draft, "map")
    page.get_by_role("button", name="Remove unit").press("Enter")
    expect(page.get_by_role("button", name="Remove unit")).to_have_count(0)
    expect(page.get_by_role("button", name="Add property")).to_be_focused()
    assert said == []


@pytest.mark.parametrize("trouble", ["no server", "logged out"])
def test_a_failure_is_said_and_takes_nothing_away(trouble, context, page, live_server, flow, olga, gate):
    open_step(context, page, live_server, olga, flow)
    page.get_by_role("textbox", name="jobNumber", exact=True).fill("'P-2'")
    page.get_by_role("button", name="Add Item").click()
    expect(page.locator("#step-form")).to_have_attribute("aria-busy", "true")
    if trouble == "logged out":
        Session.objects.all().delete()
        gate.open()
    else:
        gate.held.pop().abort()
    page.get_by_role("alert").get_by_text("That could not be done").wait_for()
    keep_picture(page, f"live-form-{trouble.replace(' ', '-')}")
    assert page.locator("textarea[name='value:/.jobNumber']").input_value() == "'P-2'"
    assert page.locator("#step-form").get_attribute("aria-busy") is None


def test_what_is_chosen_before_the_page_has_loaded_counts(context, page, live_server, flow, olga):
    gate = Gate(page, "**/htmx-*.min.js", "GET")
    open_step(context, page, live_server, olga, flow, wait_until="commit")
    page.get_by_label("How costTypes is given").select_option("array_map")
    assert len(gate.held) == 1
    gate.open()
    page.get_by_role("textbox", name="List to map").wait_for()
