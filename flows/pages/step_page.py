"""The form in which one step of a draft is edited."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from flows.commands.steps import StepConflict, save_step, save_step_moving
from flows.definition import edits
from flows.definition.checks import step_problems
from flows.definition.context import Context
from flows.definition.moving import Moved
from flows.definition.words import condition_of
from flows.models import Flow, Run
from flows.pages.cards import cards_of, step_url
from flows.pages.revisions import STEP_CONFLICT
from flows.pages.step_forms import FORMS
from flows.pages.step_forms.available import Group, History, data_available
from flows.pages.step_forms.common import RunConditionForm, StepForm, with_condition
from flows.pages.step_forms.editing import Editing, problems_in, show_problems
from flows.pages.step_forms.posted import edited
from flows.pages.step_preview import pane_values, preview_of
from flows.pages.step_saving import conflict_values, saving_values
from flows.pages.step_send import PRESSES, Pressed, pressed
from flows.pages.steps import GONE
from flows.preview import Preview
from flows.queries.catalogs import definition_context
from flows.queries.flows import get_flow
from flows.queries.kept_samples import KeptSample, kept_samples
from flows.queries.offers import Offer
from flows.queries.samples import declared_outputs, recent_outputs, recent_triggers, runs_offered
from flows.steps import SETTINGS
from integrations.permissions import Right, get_integration
from integrations.problems import Problem, Refused

SAVE, PREVIEW, MOVE = "save", "preview", "move-to-map:"


@dataclass(slots=True)
class Draft:
    """One step of a draft in the hands of its editor. `context` is what its flow is checked against."""

    flow: Flow
    context: Context
    position: int
    step: dict[str, Any]
    offer: Offer
    name_form: StepForm
    condition_form: RunConditionForm | None
    editing: Editing
    problems: list[Problem] = field(default_factory=list)
    conflict: dict[str, Any] | None = None

    @property
    def forms(self) -> dict[str, Any]:
        return {"": self.name_form, **({"run_condition": self.condition_form} if self.condition_form else {})}


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position = edits.position_of(mine.draft, step)
    if position is None:
        return _show_gone(request, mine)
    if request.method == "GET":
        draft = _open(mine, position)
        # Nobody has done anything wrong in a step that was only just added.
        draft.problems = [] if "new" in request.GET else _problems_of(draft, mine.draft)
        return _show(request, draft)
    operation = request.POST.get("op", SAVE)
    draft = _read(mine, position, edited(request.POST.dict(), operation))
    if operation == PREVIEW or operation.partition(":")[0] in PRESSES:
        return _press(request, draft, operation)
    if operation.startswith(MOVE):
        return _save(request, draft, moving=operation.removeprefix(MOVE)) or _show(request, draft, status=422)
    if operation != SAVE:
        return _show(request, draft)
    return _save(request, draft) or _show(request, draft, status=422)


def _press(request: HttpRequest, draft: Draft, operation: str) -> HttpResponse:
    """The buttons of the preview pane in a browser without JavaScript: the whole page, with what was typed."""
    said = pressed(request, draft.flow, draft.position, draft.editing) if operation != PREVIEW else None
    preview = preview_of(draft.flow, draft.position, draft.editing, request.POST)
    return _show(request, draft, preview=preview, said=said)


def _open(flow: Flow, position: int) -> Draft:
    step = flow.draft["steps"][position]
    offer = Offer(flow.integration)
    editing = FORMS[step["kind"]].open_settings(step["settings"], offer)
    return _draft(flow, position, offer, step, condition_of(step), editing)


def _read(flow: Flow, position: int, post: Mapping[str, str]) -> Draft:
    step = flow.draft["steps"][position]
    offer = Offer(flow.integration)
    editing = FORMS[step["kind"]].read(post, step["settings"], offer)
    return _draft(flow, position, offer, post, post, editing)


def _draft(
    flow: Flow, position: int, offer: Offer, name: Mapping[str, Any], condition: Mapping[str, Any], editing: Editing
) -> Draft:
    steps = flow.draft["steps"]
    step = steps[position]
    others = [other["id"] for number, other in enumerate(steps) if number != position]
    name_form = StepForm(name, step=step, others=others)
    earlier = RunConditionForm(condition, earlier=steps[:position], condition=condition_of(step))
    context = definition_context(flow.integration)
    return Draft(flow, context, position, step, offer, name_form, earlier if position else None, editing)


def _save(request: HttpRequest, draft: Draft, *, moving: str | None = None) -> HttpResponse | None:
    """A redirect when the step was saved; None when it was not, with the reason among its problems.

    `moving` is the path of a constant that goes to a map step at the same time.
    """
    draft.problems = [*problems_in(draft.forms), *draft.editing.problems]
    if draft.problems or draft.editing.settings is None:
        return None
    step = _edited_step(draft)
    saving = {"flow": draft.flow, "step_id": draft.step["id"], "step": step, "seen": request.POST.get("step_seen", "")}
    repaired, moved = 0, None
    try:
        if moving is None:
            flow, repaired = save_step(actor=request.user, **saving)
        else:
            flow, moved = save_step_moving(actor=request.user, **saving, **_constant_at(draft, moving))
    except StepConflict as found:
        draft.conflict = conflict_values(draft.flow, step, found.theirs, request.user)
        draft.problems = [Problem("", STEP_CONFLICT)]
        return None
    except Refused as refused:
        draft.problems = _here(refused.problems, draft.position)
        return None
    draft.position = edits.position_of(flow.draft, step["id"]) or 0
    return _told_where(request, flow, step, moved) if moved else _saved(request, draft, flow, repaired)


def _constant_at(draft: Draft, path: str) -> dict[str, Any]:
    """What leads to the constant of that path, and the schema of the properties around it."""
    way = draft.editing.ways.get(path)
    if not way:
        raise Refused("The value to move is not in this form any more.")
    settings = draft.editing.settings or {}
    action_path = draft.offer.action_path(
        draft.offer.connector(settings.get("connector", "")), settings.get("action_path", "")
    )
    return {"way": way, "schema": action_path.input_schema if action_path else None}


def _told_where(request: HttpRequest, flow: Flow, step: dict[str, Any], moved: Moved) -> HttpResponse:
    text = f"The value is the property {moved.name} of the step {moved.step} now, and this step takes it from there."
    messages.success(request, f"{text} {step['name']} is saved in the draft.")
    return redirect(step_url(flow, step["id"]))


def _edited_step(draft: Draft) -> dict[str, Any]:
    step = {**draft.step, **draft.name_form.cleaned_data, "settings": draft.editing.settings}
    if draft.condition_form:
        step = with_condition(step, draft.condition_form.cleaned_data)
    return step


def _saved(request: HttpRequest, draft: Draft, flow: Flow, repaired: int) -> HttpResponse:
    step = flow.draft["steps"][draft.position]
    if repaired:
        count = f"{repaired} reference{'s' if repaired > 1 else ''}"
        messages.info(request, f"The id is {step['id']} now, and {count} to it in this flow followed.")
    if _problems_of(draft, flow.draft):
        messages.warning(request, f"{step['name']} is saved in the draft. It needs correcting before you publish.")
        return redirect(step_url(flow, step["id"]))
    messages.success(request, f"{step['name']} is saved in the draft.")
    return redirect("flow-detail", integration=flow.integration.slug, flow=flow.slug)


def _problems_of(draft: Draft, definition: dict[str, Any]) -> list[Problem]:
    """What stands in the way of publishing this step, by its own places."""
    return _here(step_problems(definition, draft.position, draft.context), draft.position)


def _here(problems: list[Problem], position: int) -> list[Problem]:
    return [Problem(p.place.removeprefix(f"steps[{position}]."), p.text) for p in problems]


def _show(
    request: HttpRequest,
    draft: Draft,
    *,
    status: int = 200,
    preview: Preview | None = None,
    said: Pressed | None = None,
) -> HttpResponse:
    module = FORMS[draft.step["kind"]]
    runs = runs_offered(draft.flow)
    kept = kept_samples(draft.flow, draft.flow.draft["steps"][: draft.position + 1])
    show_problems(draft.forms, draft.problems)
    values = {
        "integration": draft.flow.integration,
        "flow": draft.flow,
        "step": draft.step,
        "kind": SETTINGS[draft.step["kind"]].LABEL,
        "name_form": draft.name_form,
        "condition_form": draft.condition_form,
        "cards": cards_of(draft.flow, draft.flow.draft, draft.context, []),
        "available": _available(draft, runs, kept),
        "problems": draft.problems,
        "conflict": draft.conflict,
        **saving_values(draft.step, request.POST),
        "template": module.TEMPLATE,
        "preview": preview,
        "pressed": said,
        "kept": kept.get(draft.step["id"]),
        **pane_values(draft.flow, draft.step, runs, request.POST or request.GET),
        **module.context(draft.editing, draft.offer, draft.problems),
    }
    return render(request, "flows/step_edit.html", values, status=status)


def _available(draft: Draft, runs: list[Run], kept: Mapping[str, KeptSample]) -> list[Group]:
    """The data panel: what is declared, and what the last runs held or a person kept."""
    earlier = draft.flow.draft["steps"][: draft.position]
    outputs = recent_outputs(runs, [step["id"] for step in earlier])
    samples = {step_id: sample.output for step_id, sample in kept.items() if sample.output is not None}
    history = History(recent_triggers(runs), outputs, samples)
    config = draft.flow.integration.config
    return data_available(draft.flow.draft, draft.position, config, history, declared_outputs(earlier))


def _show_gone(request: HttpRequest, flow: Flow) -> HttpResponse:
    """What was typed for a step that is no longer there, to be copied."""
    skipped = {"csrfmiddlewaretoken", "draft_revision", "op", "sample", "sample_data", "answer"}
    typed = {key: value for key, value in request.POST.items() if key not in skipped and value}
    values = {"integration": flow.integration, "flow": flow, "typed": typed, "message": GONE}
    return render(request, "flows/step_gone.html", values, status=404)


urlpatterns = [
    path("integrations/<slug:integration>/flows/<slug:flow>/steps/<slug:step>/", edit, name="step-edit"),
]
