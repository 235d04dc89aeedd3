"""Runs: the lists, the page of one, and what a person may do with it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from flows.commands.runs import cancel_run, run_again
from flows.definition.schema import TRIGGER_KINDS
from flows.models import Run, StepResult
from flows.pages.filters import RunFilters
from flows.pages.payloads import download, shown
from flows.pages.query_strings import id_in
from flows.queries.paging import page_of
from flows.queries.runs import filtered_runs, run_document, run_head, run_pulse, run_view, run_with_steps
from integrations.models import Integration
from integrations.permissions import Right, get_integration
from integrations.problems import Refused

TRIGGERS = {**TRIGGER_KINDS, "command": "Command line"}
UNKNOWN = "This integration has no such run."
# What HTMX takes as "nothing changed": the page stays as it is, and asks again.
UNCHANGED = 204


@require_safe
@vary_on_headers("HX-Request")
def run_list(request: HttpRequest, integration: str, flow: str = "") -> HttpResponse:
    """The runs of an integration, or of one of its flows. HTMX gets the table alone."""
    owner = get_integration(request.user, integration)
    only = get_object_or_404(owner.flows.only("integration", "name", "slug"), slug=flow) if flow else None
    filters = RunFilters(request.GET, owner, only)
    wanted = {"flow_id": only.pk} if only else {}
    runs = filtered_runs(owner.pk, **filters.given() | wanted)
    page = page_of(runs, before=id_in(request.GET, "before"), after=id_in(request.GET, "after"))
    context = {
        "integration": owner,
        "flow": only,
        "filters": filters,
        "query": request.GET,
        "page": page,
        "moves": any(not run.is_finished for run in page.rows),
    }
    template = "flows/run_table.html" if request.headers.get("HX-Request") else "flows/run_list.html"
    return render(request, template, context)


@require_safe
def run_detail(request: HttpRequest, integration: str, pk: int) -> HttpResponse:
    owner = get_integration(request.user, integration)
    return render(request, "flows/run_detail.html", _run_context(owner, pk))


@require_safe
def run_live(request: HttpRequest, integration: str, pk: int) -> HttpResponse:
    """The changing part of the page of a run; 204 while it is as the asker has `seen` it."""
    owner = get_integration(request.user, integration)
    pulse = run_pulse(owner.pk, pk)
    if pulse is None:
        raise Http404(UNKNOWN)
    if pulse == request.GET.get("seen"):
        return HttpResponse(status=UNCHANGED)
    return render(request, "flows/run_live.html", _run_context(owner, pk, pulse))


@require_POST
def again(request: HttpRequest, integration: str, pk: int) -> HttpResponse:
    owner = get_integration(request.user, integration, Right.RUN)
    run = _run(owner, pk)
    try:
        run = run_again(actor=request.user, run=run)
        messages.success(request, f"Run {run.pk} was started with the data of run {pk}.")
    except Refused as refusal:
        messages.error(request, f"Nothing was started. {refusal}")
    return redirect("run-detail", integration=integration, pk=run.pk)


@require_POST
def cancel(request: HttpRequest, integration: str, pk: int) -> HttpResponse:
    owner = get_integration(request.user, integration, Right.RUN)
    try:
        cancel_run(actor=request.user, run=_run(owner, pk))
        messages.success(request, f"Run {pk} is canceled. A request that was out at that moment is still recorded.")
    except Refused as refusal:
        messages.error(request, f"Nothing was canceled. {refusal}")
    return redirect("run-detail", integration=integration, pk=pk)


@require_safe
def run_download(request: HttpRequest, integration: str, pk: int) -> HttpResponse:
    """All that is stored of the run, as a file."""
    owner = get_integration(request.user, integration)
    run = run_with_steps(owner.pk, pk)
    if run is None:
        raise Http404(UNKNOWN)
    return download(run_document(run), f"{run.flow.slug}-run-{pk}.json")


@require_safe
def trigger_data(request: HttpRequest, integration: str, pk: int) -> HttpResponse:
    owner = get_integration(request.user, integration)
    run = get_object_or_404(Run.objects.only("trigger_data"), integration=owner, pk=pk)
    return shown(run.trigger_data)


@require_safe
def step_data(request: HttpRequest, integration: str, pk: int, step: str, part: str) -> HttpResponse:
    """The whole input or output of a step."""
    owner = get_integration(request.user, integration)
    result = get_object_or_404(StepResult.objects.only(part), run__integration=owner, run_id=pk, step_id=step)
    return shown(getattr(result, part))


def _run(integration: Integration, pk: int) -> Run:
    run = run_head(integration.pk, pk)
    if run is None:
        raise Http404(UNKNOWN)
    return run


def _run_context(integration: Integration, pk: int, pulse: str | None = None) -> dict:
    # Read before the rows: what changes in between is then sent once more, never missed.
    pulse = pulse or run_pulse(integration.pk, pk)
    view = run_view(integration.pk, pk)
    if view is None:
        raise Http404(UNKNOWN)
    event = view.run.trigger_event
    trigger = TRIGGERS.get(event.get("kind"), event.get("kind"))
    return {
        "integration": integration,
        "view": view,
        "run": view.run,
        "pulse": pulse,
        "trigger": trigger,
        "repeats": event.get("repeats"),
    }


_LIST = "integrations/<slug:integration>/runs/"
_RUN = f"{_LIST}<int:pk>/"

urlpatterns = [
    path(_LIST, run_list, name="run-list"),
    path("integrations/<slug:integration>/flows/<slug:flow>/runs/", run_list, name="flow-run-list"),
    path(_RUN, run_detail, name="run-detail"),
    path(f"{_RUN}live/", run_live, name="run-live"),
    path(f"{_RUN}again/", again, name="run-again"),
    path(f"{_RUN}cancel/", cancel, name="run-cancel"),
    path(f"{_RUN}run.json", run_download, name="run-download"),
    path(f"{_RUN}trigger.json", trigger_data, name="run-trigger-data"),
    path(f"{_RUN}steps/<slug:step>/input.json", step_data, {"part": "input"}, name="run-step-input"),
    path(f"{_RUN}steps/<slug:step>/output.json", step_data, {"part": "output"}, name="run-step-output"),
]
