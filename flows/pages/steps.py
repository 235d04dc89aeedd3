"""The steps of a draft, on the page of the flow: adding, copying, moving, deleting."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from flows.commands.flows import save_draft
from flows.commands.kept_steps import drop_kept_step, keep_step
from flows.definition import edits
from flows.models import Flow
from flows.pages.cards import step_url
from flows.pages.revisions import posted_revision
from flows.queries.flows import get_flow
from flows.queries.offers import Offer
from flows.steps import SETTINGS
from integrations.permissions import Right, get_integration
from integrations.problems import Refused

GONE = "Somebody deleted or renamed this step meanwhile."


@require_POST
def add(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    kind, position = request.POST.get("kind", ""), posted_position(request)
    if kind not in SETTINGS:
        raise Http404("There is no such kind of step.")
    name, offer = request.POST.get("name", ""), Offer(mine.integration)
    known = offer.only_choice if kind == "connector_action" else {}
    draft, step = edits.add_step(mine.draft, position=position, kind=kind, name=name, known=known)
    if not stored(request, mine, draft):
        return redirect("flow-detail", integration=integration, flow=flow)
    return redirect(f"{step_url(mine, step['id'])}?new")


@require_POST
def duplicate(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    def twin(draft: dict[str, Any], position: int) -> dict[str, Any]:
        return edits.duplicate_step(draft, position)[0]

    return _change(request, integration, flow, step, twin)


@require_POST
def move(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    """By one place (`direction`), or to the place `position` among the steps in their new order."""

    def moved(draft: dict[str, Any], here: int) -> dict[str, Any]:
        if "position" in request.POST:
            return edits.move_step_to(draft, here, posted_position(request))
        return edits.move_step(draft, here, -1 if request.POST.get("direction") == "up" else 1)

    # A drop comes from a script, which gives the focus back to the handle; a fragment would take it away.
    suffix = f"?moved={step}" if "position" in request.POST else ""
    return _change(request, integration, flow, step, moved, suffix=suffix)


@require_POST
def delete(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    """At once; the step is kept for whoever deleted it, to be put back."""
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position = edits.position_of(mine.draft, step)
    if position is None:
        messages.warning(request, GONE)
        return redirect("flow-detail", integration=integration, flow=flow)
    removed, neighbours = mine.draft["steps"][position], edits.neighbours_of(mine.draft, position)
    kept = keep_step(request.session, flow=mine, step=removed, neighbours=neighbours, why="deleted")
    draft = edits.delete_step(mine.draft, position)
    if not stored(request, mine, draft):
        drop_kept_step(request.session, kept.key)
        return redirect("flow-detail", integration=integration, flow=flow)
    if references := edits.count_references(draft, step):
        places = "1 place still refers" if references == 1 else f"{references} places still refer"
        messages.warning(request, f"{places} to {removed['name']}; what is wrong is marked below.")
    return to_flow(mine, f"?kept={kept.key}")


def _change(
    request: HttpRequest,
    integration: str,
    flow: str,
    step: str,
    change: Callable[[dict, int], dict],
    *,
    suffix: str = "",
) -> HttpResponse:
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position = edits.position_of(mine.draft, step)
    if position is None:
        messages.warning(request, GONE)
        return to_flow(mine)
    stored(request, mine, change(mine.draft, position))
    return to_flow(mine, suffix or f"#step-{step}")


def posted_position(request: HttpRequest) -> int:
    """Raises Http404 where it is no place of a flow."""
    text = request.POST.get("position", "")
    if not re.fullmatch("[0-9]{1,4}", text):
        raise Http404("There is no such place.")
    return int(text)


def stored(request: HttpRequest, flow: Flow, draft: dict[str, Any], *, revision: int | None = None) -> bool:
    """Whether the draft was saved; else a message says why not. Without a revision, what the page saw counts."""
    expected = _revision_seen(request, flow) if revision is None else revision
    try:
        save_draft(actor=request.user, flow=flow, draft=draft, revision=expected)
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    return True


def _revision_seen(request: HttpRequest, flow: Flow) -> int:
    """Somebody who types into a step saves every few seconds: that stands in no way of moving steps about."""
    same = request.POST.get("steps_seen") == edits.order_seen(flow.draft)
    return flow.draft_revision if same else posted_revision(request.POST)


def to_flow(flow: Flow, suffix: str = "") -> HttpResponse:
    return redirect(reverse("flow-detail", kwargs={"integration": flow.integration.slug, "flow": flow.slug}) + suffix)


_STEPS = "integrations/<slug:integration>/flows/<slug:flow>/steps/"
_STEP = f"{_STEPS}<slug:step>/"
urlpatterns = [
    path(f"{_STEPS}new", add, name="step-add"),
    path(f"{_STEP}duplicate", duplicate, name="step-duplicate"),
    path(f"{_STEP}move", move, name="step-move"),
    path(f"{_STEP}delete", delete, name="step-delete"),
]
