"""Undo: steps that somebody deleted, or whose version they replaced, come back into the draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from flows.commands.kept_steps import KeptStep, drop_kept_step, keep_step, kept_steps_of
from flows.definition import edits
from flows.models import Flow
from flows.pages.steps import stored, to_flow
from flows.queries.flows import get_flow
from integrations.permissions import Right, get_integration


@require_POST
def put_back(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    """A deleted step at its old place; a replaced one in its old place, where it still stands."""
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    key = request.POST.get("key", "")
    kept = next((each for each in kept_steps_of(request.session, mine) if each.key == key), None)
    if kept is None:
        messages.warning(request, "This step was put back already, or is no longer kept.")
        return to_flow(mine)
    position = None if kept.why == "deleted" else edits.position_of(mine.draft, kept.step["id"])
    if position is not None:
        return _swap(request, mine, kept, position)
    return _insert(request, mine, kept)


def _insert(request: HttpRequest, flow: Flow, kept: KeptStep) -> HttpResponse:
    place = edits.place_between(flow.draft, kept.neighbours)
    draft, step = edits.insert_step(flow.draft, place, kept.step)
    if not stored(request, flow, draft, revision=flow.draft_revision):
        return to_flow(flow, f"?kept={kept.key}")
    drop_kept_step(request.session, kept.key)
    also = "" if step["id"] == kept.step["id"] else f" Its id is {step['id']} now: another step has the old one."
    messages.success(request, f"{kept.name} is back.{also}")
    return to_flow(flow, f"#step-{step['id']}")


def _swap(request: HttpRequest, flow: Flow, kept: KeptStep, position: int) -> HttpResponse:
    present: dict[str, Any] = flow.draft["steps"][position]
    neighbours = edits.neighbours_of(flow.draft, position)
    other = keep_step(request.session, flow=flow, step=present, neighbours=neighbours, why="replaced")
    draft, _ = edits.replace_step(flow.draft, position, kept.step)
    if not stored(request, flow, draft, revision=flow.draft_revision):
        drop_kept_step(request.session, other.key)
        return to_flow(flow, f"?kept={kept.key}")
    drop_kept_step(request.session, kept.key)
    return to_flow(flow, f"?kept={other.key}#step-{present['id']}")


urlpatterns = [
    path("integrations/<slug:integration>/flows/<slug:flow>/steps/put-back", put_back, name="step-put-back"),
]
