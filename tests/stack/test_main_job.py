"""The whole main job by clicking, as a new user would do it: from a document to data in another system."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect

from connectors import exact_json
from connectors.sandbox.sending import deliveries
from integrations.local import SAMPLE_PASSWORD, SAMPLE_USER
from tests.servers import ROOT
from tests.stack.conftest import Installation

pytestmark = [pytest.mark.stack, pytest.mark.browser]

DOCUMENT = ROOT / "connectors/sandbox/documents/vista.json"
PHASE = '{"job": "1001", "phase": {"code": "09-900", "name": "Painting", "costs": [{"type": "L", "amount": 950.10}]}}'


@pytest.fixture
def builder(running_installation: Installation, page: Page) -> Page:
    """Somebody at a browser who has logged in."""
    page.goto(f"{running_installation.address}/")
    page.get_by_label("User name").or_(page.get_by_label("Username")).fill(SAMPLE_USER)
    page.get_by_label("Password").fill(SAMPLE_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    return page


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console held against the pages.

    Playwright's `fill` writes past the editor of an expression, and Chromium then tries inline styles;
    tests/pages/test_expression_fields.py shows that typing by hand does not.
    """
    found: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "Applying inline style" not in message.text:
            found.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def check(page: Page) -> Callable[[], None]:
    """The page as it is now has no violation of accessibility."""

    def look() -> None:
        violations = Axe().run(page).response["violations"]
        assert not violations, [(found["id"], found["nodes"][0]["html"][:200]) for found in violations]

    return look


def test_from_a_document_to_data_in_the_other_system(running_installation, builder, complaints, check):
    page, vista = builder, f"http://127.0.0.1:{running_installation.port + 2}"
    import_connector(page, vista, check)
    create_integration(page, check)
    add_connection(page, vista, check)
    create_flow(page, check)
    add_map_step(page, check)
    add_connector_action(page, check)
    publish(page, check)
    run(page, check)
    assert not complaints


def test_the_failed_sample_action_is_put_right(running_installation, builder, complaints, check):
    page = builder
    page.goto(f"{running_installation.address}/integrations/harbour-bridge-sample/flows/job-phases-to-vista/run/")
    page.locator("textarea").first.fill(exact_json.pretty(deliveries()[-1]))
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_text("hard-closed").first).to_be_visible()
    page.goto(f"{running_installation.address}/integrations/harbour-bridge-sample/actions/")
    check()
    page.locator("main a[href*='/actions/']").filter(has_text=re.compile(r"\d")).first.click()
    check()
    page.get_by_label("Reason").first.fill("The job stays closed; accounting was told.")
    page.get_by_role("button", name="Close as Failed").first.click()
    expect(page.get_by_text("accounting was told").first).to_be_visible()
    assert not complaints


def go(page: Page, name: str) -> None:
    """By the page's own navigation."""
    page.get_by_role("link", name=name, exact=True).last.click()


def import_connector(page: Page, vista: str, check: Callable[[], None]) -> None:
    go(page, "Connectors")
    page.get_by_role("link", name="Import a connector").click()
    check()
    page.get_by_label("A file").set_input_files(DOCUMENT)
    page.get_by_label("Name", exact=True).fill("Vista by hand")
    page.get_by_label("Base address").fill(vista)
    page.get_by_role("button", name="Import").click()
    page.get_by_role("link", name="Open Vista by hand").click()
    check()
    page.get_by_role("link", name="Upsert a job phase").click()
    expect(page.get_by_role("link", name="JSON schema")).to_be_visible()
    check()


def create_integration(page: Page, check: Callable[[], None]) -> None:
    go(page, "Integrations")
    page.get_by_role("link", name="Create an integration").click()
    check()
    page.get_by_label("Name").fill("Built by hand")
    page.get_by_role("button", name="Create the integration").click()
    expect(page.get_by_role("heading", name="Built by hand")).to_be_visible()


def add_connection(page: Page, vista: str, check: Callable[[], None]) -> None:
    go(page, "Connections")
    page.get_by_role("link", name="Add a connection").first.click()
    page.get_by_role("link", name="Vista by hand").first.click()
    check()
    page.get_by_label("Name").first.fill("Vista")
    page.get_by_label("Base address").fill(vista)
    page.get_by_label("How it authenticates").select_option("api_key")
    page.locator("[name=api_key-api_key]").fill("vista-sample-key")
    page.get_by_role("button", name="Add the connection").click()
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("200").first).to_be_visible()
    check()
    assert "vista-sample-key" not in page.content()


def create_flow(page: Page, check: Callable[[], None]) -> None:
    go(page, "Flows")
    page.get_by_role("link", name="Create a flow").first.click()
    check()
    page.get_by_label("Name").fill("Phases by hand")
    page.get_by_role("button", name="Create the flow").click()
    expect(page.get_by_role("heading", name="Phases by hand")).to_be_visible()


def add_step(page: Page, name: str, kind: str) -> None:
    """By the last plus sign of the flow."""
    page.locator("summary, button").filter(has_text=re.compile("Add a step")).last.click()
    page.get_by_label("Name").last.fill(name)
    page.get_by_role("button", name=kind).last.click()


def add_map_step(page: Page, check: Callable[[], None]) -> None:
    add_step(page, "Map phase", "Map JSON List or Object")
    page.locator(".cm-content[aria-label='List or object to map']").fill("flow.trigger.data")
    rows = {"jobNumber": "flow.trigger.data.job", "phaseCode": "flow.mapItem().phase.code"}
    for number, (name, value) in enumerate(rows.items()):
        if not page.locator(f"[name='name:/+{number}']").count():
            page.get_by_role("button", name="Add property").last.click()
        page.locator(f"[name='name:/+{number}']").fill(name)
        page.locator(f"[name='value:/+{number}']").fill(value)
    check()
    page.get_by_role("button", name="Save step").click()


def add_connector_action(page: Page, check: Callable[[], None]) -> None:
    add_step(page, "Upsert phase", "Connector Action")
    expect(page.get_by_label("Connector", exact=True).locator("option:checked")).to_have_text("Vista by hand")
    page.locator("search-select input").fill("upsert")
    page.get_by_role("option", name=re.compile("Upsert a job phase")).first.click()
    expect(page.get_by_role("link", name="JSON schema")).to_be_visible()
    fill_property(page, "jobNumber", 'flow.step("map-phase").output[0].jobNumber')
    fill_property(page, "phaseCode", 'flow.step("map-phase").output[0].phaseCode')
    fill_property(page, "description", "_.upperFirst(flow.trigger.data.phase.name)")
    page.get_by_label("Enable Retry Policy").check()
    page.locator(".cm-content[aria-label='Error Condition']").fill("flow.mapItem().result?.code === '503'")
    page.get_by_label("Interval").fill("1 h 30")
    check()
    page.get_by_role("button", name="Save step").click()


def fill_property(page: Page, name: str, value: str) -> None:
    page.locator(f"[name='mode:/.{name}']").select_option(label="Expression")
    page.locator(f"[name='value:/.{name}']").fill(value)


def publish(page: Page, check: Callable[[], None]) -> None:
    check()
    page.get_by_role("button", name=re.compile("Publish")).first.click()
    expect(page.get_by_text(re.compile("Version 1")).first).to_be_visible()


def run(page: Page, check: Callable[[], None]) -> None:
    page.get_by_role("link", name="Run…").click()
    page.locator("textarea").first.fill(PHASE)
    check()
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_text("ACTION_HANDLED_SUCCESSFUL")).to_be_visible()
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()
    check()
