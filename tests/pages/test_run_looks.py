"""The pages of runs, actions and health in a real browser."""

import pytest
from django.urls import reverse

from flows import heartbeats, lane
from flows.models import Action
from tests.pages.histories import make_history
from tests.pages.test_looks import complaints_of, log_in, look_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def history(harbour, httpserver):
    heartbeats.beat("worker")
    return make_history(harbour, httpserver)


@pytest.fixture
def opals(context, page, live_server, opal):
    """A page of the operator's browser."""
    log_in(context, live_server, opal)
    return page


def address(live_server, name, **kwargs):
    return live_server.url + reverse(name, kwargs={"integration": "harbour-bridge", **kwargs})


@pytest.mark.parametrize("which", ["succeeded", "refused", "retrying", "unknown", "queued"])
def test_the_page_of_a_run(which, opals, live_server, history):
    run = getattr(history, which)
    look_at(opals, f"run-{which}", address(live_server, "run-detail", pk=run.pk))


def test_the_lists(opals, live_server, history):
    look_at(opals, "run-list", address(live_server, "run-list"))
    look_at(opals, "flow-run-list", address(live_server, "flow-run-list", flow=history.flow.slug))
    look_at(opals, "action-list", address(live_server, "action-list"))
    look_at(
        opals,
        "action-list-all",
        address(live_server, "action-list") + "?show=all&since=2026-01-02T00:00&until=2026-01-01T00:00",
    )
    look_at(opals, "health", live_server.url + reverse("health"))


@pytest.mark.parametrize("which", ["succeeded", "refused", "retrying", "unknown"])
def test_the_page_of_an_action(which, opals, live_server, history):
    action = getattr(history, which).actions.first()
    look_at(opals, f"action-{which}", address(live_server, "action-detail", pk=action.pk))


def test_an_empty_integration(opals, live_server, harbour):
    look_at(opals, "run-list-empty", address(live_server, "run-list"))
    look_at(opals, "action-list-empty", address(live_server, "action-list"))


def test_a_run_is_followed_live_and_what_was_opened_stays_open(opals, live_server, history):
    said = complaints_of(opals)
    opals.goto(address(live_server, "run-detail", pk=history.queued.pk))
    opals.locator("#trigger-data-summary").click()
    assert opals.get_by_text("To come").count() == 3
    lane.work()
    opals.get_by_text("ACTION_HANDLED_SUCCESSFUL", exact=True).wait_for()
    assert opals.locator("#trigger-data").get_attribute("open") is not None
    assert opals.locator("#run-said").inner_text().startswith(f"Run {history.queued.pk} is Success.")
    assert opals.locator("#run-parts").get_attribute("hx-get") is None
    assert not opals.get_by_role("button", name="Cancel run").is_visible()
    assert said == []


def test_a_run_is_canceled_after_a_question(opals, live_server, history):
    opals.goto(address(live_server, "run-detail", pk=history.retrying.pk))
    opals.get_by_role("button", name="Cancel run").first.click()
    opals.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    opals.get_by_text("is canceled. A request that was out").wait_for()
    history.retrying.refresh_from_db()
    assert history.retrying.status == "Canceled"


def test_who_was_logged_out_meanwhile_is_shown_the_log_in(opals, context, live_server, history):
    opals.goto(address(live_server, "run-detail", pk=history.queued.pk))
    context.clear_cookies()
    opals.wait_for_url("**/accounts/login/**")


def test_ticked_actions_are_closed_with_one_reason(opals, live_server, history):
    opals.goto(address(live_server, "action-list"))
    opals.get_by_label("Tick all on this page").check()
    opals.get_by_text("3 of 3 ticked").wait_for()
    opals.get_by_label("Reason, for all ticked actions").fill("settled with the office by phone")
    opals.get_by_role("button", name="Close as Successful").click()
    opals.get_by_text("Closed as Successful: 3 actions.").wait_for()
    opals.get_by_text("Nothing needs review").wait_for()
    assert not Action.objects.filter(needs_review=True).exists()
