"""Saving a step while it is edited: by itself, beside others who edit it too, and back to how it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from connectors import exact_json
from flows.commands.flows import save_draft
from flows.commands.kept_steps import drop_kept_step, keep_step
from flows.commands.steps import StepConflict, save_step
from flows.definition import edits
from flows.definition.changes import changes
from flows.definition.files import read_step, to_step_document
from flows.definition.words import condition_of
from flows.models import Flow
from flows.pages.cards import step_url
from flows.pages.step_forms import FORMS
from flows.pages.step_forms.common import RunConditionForm, with_condition
from flows.pages.step_forms.editing import problems_in
from flows.pages.step_forms.storable import storable
from flows.pages.steps import GONE
from flows.queries.flows import get_flow, last_save_of
from flows.queries.offers import Offer
from integrations.permissions import Right, get_integration
from integrations.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class Typed:
    """The step as its form was posted, with its stored name and id; `problems` are what can't be stored of it."""

    flow: Flow
    position: int
    step: dict[str, Any]
    problems: list[Problem]

    @property
    def stored(self) -> dict[str, Any]:
        return self.flow.draft["steps"][self.position]


def saving_values(step: dict[str, Any], post: Mapping[str, str]) -> dict[str, str]:
    """What the form of a step carries to be saved safely: the step that it was made from."""
    return {
        "step_seen": post.get("step_seen") or edits.fingerprint(step),
        "step_opened": exact_json.dumps(to_step_document(step)),
    }


def conflict_values(flow: Flow, mine: dict[str, Any], theirs: dict[str, Any] | None, user: Any) -> dict[str, Any]:
    """Who saved the other version and when, and how it differs from `mine`; `theirs` is None where it is gone."""
    last = last_save_of(flow)
    who = "" if last is None or last.actor is None else "You" if last.actor == user else str(last.actor)
    found = [] if theirs is None else changes(_alone(mine), _alone(theirs))
    return {
        "flow": flow,
        "integration": flow.integration,
        "step": mine,
        "is_gone": theirs is None,
        "who": who,
        "saved_at": flow.draft_saved_at,
        "differences": [sentence for change in found for sentence in change.sentences],
    }


def _alone(step: dict[str, Any]) -> dict[str, Any]:
    return {"trigger": {"kind": "on_demand"}, "steps": [step]}


@require_POST
def autosave(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    """Stores what can be stored of the form, and answers with the state to show: a piece of HTML."""
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position = edits.position_of(mine.draft, step)
    if position is None:
        return _state(request, "gone", {"reason": GONE})
    typed = read_typed(mine, position, request.POST)
    seen = request.POST.get("step_seen", "")
    try:
        saved, _ = save_step(actor=request.user, flow=mine, step_id=step, step=typed.step, seen=seen, autosave=True)
    except StepConflict as conflict:
        if conflict.theirs == typed.step:
            # The answer to this very save got lost on its way.
            return _saved_state(request, mine, typed)
        return _state(request, "conflict", conflict_values(mine, typed.step, conflict.theirs, request.user))
    except Refused as refused:
        return _state(request, "failed", {"reason": str(refused)})
    return _saved_state(request, saved, typed)


@require_POST
def save_over(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    """What was typed, in place of the version that somebody else saved; theirs is kept, to be put back."""
    typed = _require_typed(request, integration, flow, step)
    theirs = typed.stored
    neighbours = edits.neighbours_of(typed.flow.draft, typed.position)
    kept = keep_step(request.session, flow=typed.flow, step=theirs, neighbours=neighbours, why="replaced")
    try:
        saved, _ = save_step(
            actor=request.user, flow=typed.flow, step_id=step, step=typed.step, seen=edits.fingerprint(theirs)
        )
    except Refused as refused:
        drop_kept_step(request.session, kept.key)
        return _told(request, typed, f"Nothing was saved. {refused}")
    messages.success(
        request, f"Your version of {theirs['name']} is in the draft. The other is kept: put it back on the flow's page."
    )
    return _told(request, Typed(saved, typed.position, typed.step, typed.problems))


@require_POST
def keep_copy(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    """What was typed, as a step of its own after the version that somebody else saved."""
    typed = _require_typed(request, integration, flow, step)
    name = f"{typed.stored['name'][: edits.NAME_LIMIT - 7]} (copy)"
    copied = {**typed.step, "name": name, "id": edits.free_id(name, [step])}
    draft, added = edits.insert_step(typed.flow.draft, typed.position + 1, copied)
    try:
        save_draft(actor=request.user, flow=typed.flow, draft=draft, revision=typed.flow.draft_revision)
    except Refused as refused:
        return _told(request, typed, f"Nothing was saved. {refused}")
    messages.success(request, f"Your version is kept as {added['name']}, right after the other.")
    return _told(request, Typed(typed.flow, typed.position, added, typed.problems))


@require_POST
def discard(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    """The step as it was when its page was opened; what it was meanwhile is kept, to be put back."""
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position = edits.position_of(mine.draft, step)
    if position is None:
        raise Http404(GONE)
    present = mine.draft["steps"][position]
    neighbours = edits.neighbours_of(mine.draft, position)
    kept = keep_step(request.session, flow=mine, step=present, neighbours=neighbours, why="discarded")
    try:
        opened = {**read_step(request.POST.get("opened", "")), "id": step}
        save_step(actor=request.user, flow=mine, step_id=step, step=opened, seen=request.POST.get("step_seen", ""))
    except Refused as refused:
        drop_kept_step(request.session, kept.key)
        messages.error(request, f"Nothing was discarded. {refused}")
    else:
        messages.success(request, f"{present['name']} is as it was when you opened it.")
    return redirect(step_url(mine, step))


def read_typed(flow: Flow, position: int, post: Mapping[str, str]) -> Typed:
    """What can be stored of a posted form. Name and id wait for an explicit save: references may follow them."""
    steps = flow.draft["steps"]
    stored = steps[position]
    given = dict(post.items())
    editing = FORMS[stored["kind"]].read(given, stored["settings"], Offer(flow.integration))
    settings, problems = storable(editing, stored["settings"])
    step = {**stored, "settings": settings}
    condition = RunConditionForm(given, earlier=steps[:position], condition=condition_of(stored))
    if position and condition.is_valid():
        step = with_condition(step, condition.cleaned_data)
    elif position:
        problems += problems_in({"run_condition": condition})
    return Typed(flow, position, step, problems)


def _require_typed(request: HttpRequest, integration: str, flow: str, step: str) -> Typed:
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position = edits.position_of(mine.draft, step)
    if position is None:
        raise Http404(GONE)
    return read_typed(mine, position, request.POST)


def _told(request: HttpRequest, typed: Typed, error: str = "") -> HttpResponse:
    """To the page of the typed step, with what could not be stored of it."""
    if error:
        messages.error(request, error)
    for problem in typed.problems:
        messages.warning(request, f"Not saved: {problem}")
    return redirect(step_url(typed.flow, typed.step["id"]))


def _saved_state(request: HttpRequest, flow: Flow, typed: Typed) -> HttpResponse:
    post, step = request.POST, typed.step
    waits = post.get("name", step["name"]) != step["name"] or post.get("id", step["id"]) != step["id"]
    values = {
        "problems": typed.problems,
        "waits": waits,
        "saved_at": timezone.now(),
        "seen": edits.fingerprint(step),
        "revision": flow.draft_revision,
    }
    return _state(request, "partly" if typed.problems else "saved", values)


def _state(request: HttpRequest, state: str, values: dict[str, Any]) -> HttpResponse:
    return render(request, "flows/step_saved.html", {"state": state, **values})


_STEP = "integrations/<slug:integration>/flows/<slug:flow>/steps/<slug:step>/"
urlpatterns = [
    path(f"{_STEP}autosave", autosave, name="step-autosave"),
    path(f"{_STEP}save-over", save_over, name="step-save-over"),
    path(f"{_STEP}keep-copy", keep_copy, name="step-keep-copy"),
    path(f"{_STEP}discard", discard, name="step-discard"),
]
