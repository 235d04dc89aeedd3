"""How a flow starts: the form of its trigger, and starting a run by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from connectors import exact_json
from flows.commands.flows import save_draft
from flows.commands.runs import start_run
from flows.definition.checks import publish_problems
from flows.definition.describing import schema_describing
from flows.definition.edits import fingerprint
from flows.definition.examples import example_of
from flows.engine import definition_of
from flows.models import Flow, Run
from flows.pages.flow_forms import ExampleForm, RunForm, TriggerForm
from flows.pages.revisions import conflict
from flows.queries.catalogs import definition_context
from flows.queries.flows import get_flow, last_data_of
from integrations.permissions import Right, get_integration
from integrations.problems import Refused

IN_DATA, DESCRIBE = "data", "describe"


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    found = get_integration(request.user, integration, Right.BUILD)
    mine = get_flow(found, flow)
    describes = request.POST.get("op") == DESCRIBE
    example = ExampleForm(request.POST if describes else None, initial={"example": _last_data(mine)}, auto_id="%s")
    form = TriggerForm(_typed(request, example) if request.method == "POST" else _as_typed(mine), auto_id="%s")
    stored = fingerprint(mine.draft["trigger"])
    seen = request.POST.get("trigger_seen", "") if request.method == "POST" else stored
    if seen != stored:
        form.add_error(None, conflict("trigger"))
    if request.method == "POST" and not describes and form.is_valid() and _save(request, mine, form):
        messages.success(request, "The trigger is saved in the draft.")
        return redirect("flow-detail", integration=found.slug, flow=mine.slug)
    if request.method == "GET":
        _show_problems(mine, form)
    context = {
        "integration": found,
        "flow": mine,
        "form": form,
        "example_form": example,
        "trigger_seen": stored,
        "theirs": mine.draft["trigger"] if seen != stored else None,
    }
    is_refused = request.method == "POST" and not (describes and example.is_valid())
    return render(request, "flows/flow_trigger.html", context, status=422 if is_refused else 200)


@require_POST
def autosave(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    """Stores the trigger as it is typed, and answers with the state to show: a piece of HTML."""
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    form = TriggerForm(request.POST, auto_id="%s")
    is_valid, stored = form.is_valid(), mine.draft["trigger"]
    if is_valid and form.cleaned_data == stored:
        # Nothing new, or the answer to this very save got lost on its way.
        return _state(request, "saved", seen=fingerprint(stored))
    if request.POST.get("trigger_seen") != fingerprint(stored):
        return _state(request, "conflict")
    if not (is_valid and _save(request, mine, form, autosave=True)):
        return _state(request, "failed", form=form)
    return _state(request, "saved", seen=fingerprint(form.cleaned_data))


def _state(request: HttpRequest, state: str, **values: Any) -> HttpResponse:
    return render(request, "flows/trigger_saved.html", {"state": state, "saved_at": timezone.now(), **values})


def _typed(request: HttpRequest, example: ExampleForm) -> dict[str, Any]:
    """What was posted, with the input schema that describes the example where one was asked for."""
    post = request.POST.dict()
    if example.is_bound and example.is_valid():
        post["input_schema"] = exact_json.pretty(schema_describing(example.cleaned_data["example"]))
    return post


def _last_data(flow: Flow) -> str:
    last = last_data_of(flow)
    return exact_json.pretty(last.trigger_data) if last else ""


def _as_typed(flow: Flow) -> dict[str, str]:
    schema = flow.draft["trigger"].get("input_schema")
    return {"kind": flow.draft["trigger"]["kind"], "input_schema": exact_json.pretty(schema) if schema else ""}


def _save(request: HttpRequest, flow: Flow, form: TriggerForm, *, autosave: bool = False) -> bool:
    """Whether it was saved; else the form says why not, and keeps what was typed."""
    draft = {**flow.draft, "trigger": form.cleaned_data}
    problems = [p for p in publish_problems(draft, definition_context(flow.integration)) if _is_of_trigger(p.place)]
    for problem in problems:
        form.add_error("input_schema", f"{problem.place.removeprefix('trigger.')}: {problem.text}")
    if problems:
        return False
    try:
        save_draft(actor=request.user, flow=flow, draft=draft, revision=flow.draft_revision, autosave=autosave)
    except Refused as refused:
        form.add_error(None, str(refused))
    return form.is_valid()


def _show_problems(flow: Flow, form: TriggerForm) -> None:
    for problem in publish_problems(flow.draft, definition_context(flow.integration)):
        if _is_of_trigger(problem.place):
            form.add_error("input_schema", problem.text)


def _is_of_trigger(place: str) -> bool:
    return place.startswith("trigger")


@require_http_methods(["GET", "POST"])
def run(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    found = get_integration(request.user, integration, Right.RUN)
    mine = get_flow(found, flow)
    last = last_data_of(mine)
    form = RunForm(request.POST if request.method == "POST" else None, initial={"payload": _suggested(mine, last)})
    if form.is_valid():
        try:
            started = start_run(
                flow=mine, data=form.cleaned_data["payload"], trigger_kind="on_demand", actor=request.user
            )
        except Refused as refused:
            _refuse(form, refused)
        else:
            return redirect("run-detail", integration=found.slug, pk=started.pk)
    context = {"integration": found, "flow": mine, "form": form, "last_run": last}
    return render(request, "flows/flow_run.html", context, status=422 if form.errors else 200)


def _suggested(flow: Flow, last: Run | None) -> str:
    """The data of the last run, or an example of what the trigger takes."""
    if last is not None:
        return exact_json.pretty(last.trigger_data)
    schema = _trigger(flow).get("input_schema")
    return exact_json.pretty(example_of(schema)) if schema else "{}"


def _trigger(flow: Flow) -> dict[str, Any]:
    return definition_of(flow.published_id)["trigger"] if flow.published_id else flow.draft["trigger"]


def _refuse(form: RunForm, refused: Refused) -> None:
    for problem in refused.problems:
        inside = problem.place.removeprefix(IN_DATA).removeprefix(".")
        form.add_error("payload" if problem.place else None, f"{inside}: {problem.text}" if inside else problem.text)


_FLOW = "integrations/<slug:integration>/flows/<slug:flow>/"
urlpatterns = [
    path(f"{_FLOW}trigger/", edit, name="flow-trigger"),
    path(f"{_FLOW}trigger/autosave", autosave, name="trigger-autosave"),
    path(f"{_FLOW}run/", run, name="flow-run"),
]
