"""The fields of expressions in a real browser: typing, completion, mistakes at their place, and without any of it."""

import json
import shutil
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe

from flows.expressions import Scope, evaluate_many
from tests.cast import client_of
from tests.conftest import ROOT, require_service
from tests.making import action_step, expression, make_flow, map_step, text
from tests.pages.test_flow_looks import open_step, settings_of, url_of
from tests.pages.test_looks import AUDITED, complaints_of, keep_picture

VENDORED = ROOT / "static" / "vendor" / "codemirror"
browser_test = pytest.mark.browser
pytestmark = pytest.mark.django_db(transaction=True)
SCHEMA = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "cost type": {"type": "string"},
        "costs": {"type": "array", "items": {"type": "object", "properties": {"amount": {"type": "number"}}}},
    },
}
# What is typed, and some of what is offered then.
NEXT = [
    ("fl", ["flow"]),
    ("flow.", ["trigger", 'step("…")', "mapItem()", "config"]),
    ("flow.trigger.", ["data", "event", "isActionFail()"]),
    ("flow.trigger.data.", ["code", "cost type", "costs"]),
    ("flow.trigger.data?.co", ["code", "cost type", "costs"]),
    ("flow.trigger.data.costs[0].", ["amount"]),
    ("`${flow.trigger.data.", ["code"]),
    ("flow.step('", ["map"]),
    ("flow.step('map').", ["output", "actionResponse", "isActionFail()"]),
    ("flow.step('map').output[0].", ["code", "name"]),
    ("flow.config.", ["company", "mail"]),
    ("workspace.info().", ["id", "name"]),
    ("_.gro", ["groupBy()"]),
    ("dayjs().", ["add()", "format()"]),
    ("dayjs().add(1, 'day').startOf('month').", ["add()", "format()"]),
    ("numeral('28').", ["value()", "format()"]),
    ("uuid.", ["v4()"]),
    ("Math.ro", ["round"]),
    ("flow.trigger.data.code.", ["trim", "map"]),
]


@pytest.fixture
def flow(scene):
    costs = {
        "mode": "array_map",
        "list": "flow.trigger.data.costs",
        "item": {"mode": "object", "properties": {"code": expression("flow.mapItem().amount")}},
    }
    properties = {"jobNumber": expression("flow.trigger.data.code"), "phaseCode": text("03-100"), "costTypes": costs}
    send = action_step(scene.connection, scene.path, "send", properties=properties)
    mapping = map_step("map", code=expression("flow.mapItem().code"), name=expression("_.trim(flow.mapItem().name)"))
    return make_flow(scene.integration, mapping, send, trigger={"kind": "webhook", "input_schema": SCHEMA})


def field(page, name="jobNumber"):
    """The editor once it has taken the place of the textarea, which it does near the screen."""
    page.get_by_label(name, exact=True).first.scroll_into_view_if_needed()
    page.wait_for_function("name => document.querySelector(`.cm-content[aria-label='${name}']`)", arg=name)
    return page.get_by_role("textbox", name=name, exact=True)


def write(page, typed, name="jobNumber"):
    """Type over what stands in a field."""
    field(page, name).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(typed)


def await_offers(page, *names):
    for name in names:
        page.locator(".cm-completionLabel").get_by_text(name, exact=True).first.wait_for()


def take(page, name):
    """The first choice by keyboard; the editor takes none that came up only just now under the finger."""
    await_offers(page, name)
    page.wait_for_timeout(100)
    page.keyboard.press("Enter")


def posted(page, name="value:/.jobNumber"):
    return page.locator(f"textarea[name='{name}']").input_value()


@browser_test
def test_what_is_typed_is_what_is_saved(context, page, live_server, flow, olga):
    said = complaints_of(page)
    open_step(context, page, live_server, olga, flow)
    write(page, "flow.trigger.data.code\nflow.x", name="jobNumber")
    write(page, "_.get(flow.trigger.data, 'code'")
    assert posted(page) == "_.get(flow.trigger.data, 'code')"
    page.get_by_role("button", name="Save step").last.click()
    page.get_by_text("Send is saved in the draft.").wait_for()
    assert settings_of(flow)["properties"]["jobNumber"] == expression("_.get(flow.trigger.data, 'code')")
    assert said == []


@browser_test
def test_completion_knows_what_comes_next(context, page, live_server, flow, olga):
    said = complaints_of(page)
    open_step(context, page, live_server, olga, flow)
    for typed, some in NEXT:
        write(page, typed)
        page.keyboard.press("Control+Space")
        await_offers(page, *some)
    assert said == []


@browser_test
def test_an_element_of_the_mapped_list_is_known_too(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    write(page, "flow.mapItem().", name="code")
    await_offers(page, "amount")


@browser_test
def test_a_step_is_written_by_keyboard_alone(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    write(page, "flow.st")
    take(page, 'step("…")')
    keep_picture(page, "expression-steps")
    take(page, "map")
    page.keyboard.type(".")
    take(page, "output")
    assert posted(page) == 'flow.step("map").output'


@browser_test
def test_a_name_that_is_no_identifier_goes_in_brackets(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    write(page, "flow.trigger.data?.cost")
    page.locator(".cm-completionLabel").get_by_text("cost type", exact=True).click()
    assert posted(page) == 'flow.trigger.data?.["cost type"]'


@browser_test
def test_escape_closes_the_choices_and_tab_leaves_the_field(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    write(page, "flow.")
    await_offers(page, "trigger")
    page.keyboard.press("Escape")
    page.get_by_role("listbox").wait_for(state="detached")
    page.keyboard.press("Tab")
    assert not field(page).evaluate("element => element === document.activeElement")
    page.keyboard.press("Shift+Tab")
    assert field(page).evaluate("element => element === document.activeElement")
    assert posted(page) == "flow."


@browser_test
def test_what_writes_into_the_textarea_writes_into_the_editor(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    field(page)
    page.locator("textarea[name='value:/.jobNumber']").fill("flow.trigger.event")
    assert field(page).inner_text() == "flow.trigger.event"
    assert posted(page) == "flow.trigger.event"


@browser_test
def test_typing_over_a_selection_breaks_no_policy(context, page, live_server, flow, olga):
    said = complaints_of(page)
    open_step(context, page, live_server, olga, flow)
    for words in ("flow.trigger.event", "_.now()"):
        field(page).click()
        page.keyboard.press("Control+a")
        page.keyboard.type(words)
    assert posted(page) == "_.now()"
    assert said == []


@browser_test
def test_a_label_leads_into_the_editor(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    field(page)
    page.locator("label.prop-name", has_text="jobNumber").click()
    assert field(page).evaluate("element => element === document.activeElement")


@browser_test
def test_a_mistake_is_marked_at_its_place_and_said_below(context, page, live_server, flow, olga):
    said = complaints_of(page)
    open_step(context, page, live_server, olga, flow)
    write(page, "'é😀' + flow.step('mop').output")
    found = page.locator(".said", has_text="there is no step mop (line 1, column 8). Did you mean map?")
    found.wait_for()
    assert page.locator(".cm-lintRange-error").inner_text() == "flow"
    described = field(page).get_attribute("aria-describedby").split()
    assert found.get_attribute("id") in described
    assert field(page).get_attribute("aria-invalid") == "true"
    write(page, "'03-100'")
    found.wait_for(state="detached")
    assert field(page).get_attribute("aria-invalid") is None
    assert said == []


@browser_test
def test_the_mark_is_there_when_the_page_comes_with_a_mistake(context, page, live_server, flow, olga):
    flow.draft["steps"][1]["settings"]["properties"]["jobNumber"]["value"] = "flow.trigger.data.code +"
    flow.save()
    open_step(context, page, live_server, olga, flow)
    page.locator(".cm-lintRange-error").wait_for()
    assert page.get_by_text("the expression ends too early").count() >= 1
    write(page, "flow.trigger.data.code")
    page.locator("#settings\\.properties\\.jobNumber\\:error").wait_for(state="detached")


@browser_test
def test_text_has_no_editor_and_the_way_back_loses_nothing(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    write(page, "flow.trigger.data.name")
    page.get_by_label("How jobNumber is given").select_option("text")
    plain = page.locator("textarea[name='value:/.jobNumber']")
    assert (
        page.get_by_role("textbox", name="jobNumber", exact=True).evaluate("element => element.tagName") == "TEXTAREA"
    )
    plain.fill("4711")
    page.get_by_label("How jobNumber is given").select_option("expression")
    assert field(page).inner_text() == "4711"


@browser_test
def test_a_press_in_the_data_panel_writes_at_the_cursor(context, page, live_server, flow, olga):
    open_step(context, page, live_server, olga, flow)
    write(page, "_.trim(")
    page.locator("[data-insert='flow.trigger.data.code']").click()
    assert posted(page) == "_.trim(flow.trigger.data.code)"
    assert field(page).inner_text() == "_.trim(flow.trigger.data.code)"
    assert field(page).evaluate("element => element === document.activeElement")


@browser_test
def test_the_fields_look_well_and_break_no_rule_at_each_size_and_shade(context, page, live_server, flow, olga):
    said = complaints_of(page)
    for shade in ("light", "dark"):
        page.emulate_media(color_scheme=shade)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            open_step(context, page, live_server, olga, flow)
            write(page, "// Jobs are numbered from 1.\n_.padStart(flow.trigger.data?.code ?? 'none', 6, 1) + tru")
            page.keyboard.press("Escape")
            write(page, "`${flow.step('map').output[0].code}` + ", name="code")
            page.locator(".said", has_text="ends too early").wait_for()
            keep_picture(page, f"expression-mistakes-{width}-{shade}")
            write(page, "_.")
            await_offers(page, "camelCase()")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            keep_picture(page, f"expression-{width}-{shade}")
            if (shade, width) in AUDITED:
                audit = Axe().run(page)
                assert audit.violations_count == 0, audit.generate_report()
    assert said == []


@browser_test
def test_without_javascript_the_textarea_is_the_field(browser, live_server, flow, olga):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_step(context, page, live_server, olga, flow)
    page.get_by_role("textbox", name="jobNumber", exact=True).fill("flow.trigger.data.name")
    page.get_by_role("button", name="Save step").last.click()
    page.get_by_text("Send is saved in the draft.").wait_for()
    assert settings_of(flow)["properties"]["jobNumber"] == expression("flow.trigger.data.name")
    context.close()


@browser_test
def test_every_word_offered_is_there_when_the_expression_runs(page, live_server):
    page.goto(live_server.url + "/static/js/expression-words.js")
    words = page.evaluate("import('/static/js/expression-words.js').then(module => module.WORDS.map(([word]) => word))")
    scope = Scope(
        trigger={"data": {}, "event": {}},
        steps={"map": {"output": []}},
        map_item={},
        flow={"registrationId": "1", "url": "/"},
        workspace={"id": "1", "name": "x"},
    )
    values = [
        (word, expression(f"typeof ({word.removesuffix('()').replace('step()', 'step(`map`)')})")) for word in words
    ]
    kinds = {word: found.value for (word, _), found in zip(values, evaluate_many(values, scope), strict=True)}
    may_be_absent = {"flow.step().output", "flow.step().actionResponse", "flow.step().actionRequest"}
    assert {word for word, kind in kinds.items() if kind == "undefined"} - may_be_absent == set()
    assert {word for word, kind in kinds.items() if word.endswith("()") and kind != "function"} == set()
    assert len(words) > 250


def check(who, flow, typed, step="send"):
    return client_of(who).post(url_of("expression-check", flow, step=step), {"expression": typed})


def test_the_check_answers_as_saving_would(flow, bo):
    assert check(bo, flow, "flow.step('map').output").json() == {"problems": []}
    later = check(bo, flow, "1 +\r\nflow.step('send').output").json()["problems"]
    assert later == [
        {
            "text": "`flow.step('send')`: there is no step send (line 2, column 1). The steps are map.",
            "line": 2,
            "column": 1,
        }
    ]
    assert check(bo, flow, " ").json()["problems"][0]["text"] == "give an expression; it is empty."
    assert check(bo, flow, "", step="gone").status_code == 404


def test_who_may_ask_for_it(flow, sam, vic, opal, bo, olga):
    assert [check(who, flow, "1").status_code for who in (sam, vic, opal, bo, olga)] == [404, 403, 403, 200, 200]
    assert check(None, flow, "1").status_code == 302
    assert client_of(bo).get(url_of("expression-check", flow, step="send")).status_code == 405


def test_it_asks_the_database_little(flow, bo, django_assert_max_num_queries):
    client = client_of(bo)
    with django_assert_max_num_queries(6):
        client.post(url_of("expression-check", flow, step="send"), {"expression": "flow.step('map').output"})


@pytest.mark.peers
def test_the_vendored_editor_is_what_its_locked_packages_give(tmp_path):
    require_service(shutil.which("npm") is not None, "npm is not installed")
    command = ["node", VENDORED / "build" / "build.mjs", tmp_path]
    built = subprocess.run(command, capture_output=True, text=True, timeout=300)
    require_service("npm error" not in built.stderr, "npm could not install CodeMirror")
    assert built.returncode == 0, built.stderr
    for name in ("codemirror.min.js", "LICENSE"):
        assert (tmp_path / name).read_bytes() == (VENDORED / name).read_bytes(), name


def test_the_lock_names_no_registry():
    lock = json.loads((VENDORED / "build" / "package-lock.json").read_text())
    packages = [values for name, values in lock["packages"].items() if name]
    assert packages
    assert [values for values in packages if "resolved" in values or "integrity" not in values] == []
