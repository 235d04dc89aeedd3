"""The flows of an integration: their list, and one flow with its steps, settings and file."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from flows.commands.flows import create_flow, delete_flow, replace_webhook_secret, update_flow
from flows.commands.kept_steps import copied_step, kept_steps_of
from flows.definition.changes import changes
from flows.definition.checks import publish_problems
from flows.definition.edits import order_seen
from flows.definition.files import to_text
from flows.engine import definition_of
from flows.models import Flow
from flows.pages.cards import cards_of, link_problems, say_trigger, trigger_label
from flows.pages.flow_forms import FlowForm, FlowSettingsForm, PublishForm
from flows.queries.catalogs import definition_context
from flows.queries.documents import flow_document
from flows.queries.flows import get_flow, list_flows, versions_of
from flows.steps import SETTINGS
from integrations.pages.fields import add_problems
from integrations.permissions import Right, get_integration
from integrations.problems import Refused


@require_GET
def index(request: HttpRequest, integration: str) -> HttpResponse:
    found = get_integration(request.user, integration)
    return render(request, "flows/flow_list.html", {"integration": found, "rows": list_flows(found)})


@require_GET
def summary(request: HttpRequest, integration: str) -> HttpResponse:
    """The flows as a piece of the integration's overview."""
    found = get_integration(request.user, integration)
    return render(request, "flows/flow_summary.html", {"integration": found, "rows": list_flows(found)})


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, integration: str) -> HttpResponse:
    found = get_integration(request.user, integration, Right.BUILD)
    form = FlowForm(request.POST or None)
    if form.is_valid():
        try:
            flow = create_flow(actor=request.user, integration=found, **form.cleaned_data)
        except Refused as refused:
            add_problems(form, refused, {"slug": "name"})
        else:
            messages.success(request, f"{flow} is there. Add its first step next.")
            return redirect("flow-detail", integration=found.slug, flow=flow.slug)
    context = {"integration": found, "form": form}
    return render(request, "flows/flow_create.html", context, status=422 if form.errors else 200)


@require_GET
def detail(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    found = get_integration(request.user, integration)
    return show_flow(request, get_flow(found, flow), PublishForm())


def show_flow(request: HttpRequest, flow: Flow, form: PublishForm, *, status: int = 200) -> HttpResponse:
    """The page of a flow: trigger, steps, the draft's problems, publishing, versions."""
    context = definition_context(flow.integration)
    problems = link_problems(flow, flow.draft, publish_problems(flow.draft, context))
    published = definition_of(flow.published_id) if flow.published_id else None
    values: dict[str, Any] = {
        "integration": flow.integration,
        "flow": flow,
        "trigger": {"label": trigger_label(flow.draft["trigger"]), "sentence": say_trigger(flow.draft["trigger"])},
        "trigger_problems": [problem for problem in problems if problem.place.startswith("trigger")],
        "cards": cards_of(flow, flow.draft, context, problems),
        "problems": problems,
        "steps_seen": order_seen(flow.draft),
        "changes": changes(published, flow.draft) if published else [],
        "needs_publishing": published != flow.draft,
        **_beside_the_draft(request, flow),
        "kinds": [(kind, module.LABEL) for kind, module in SETTINGS.items()],
        "versions": versions_of(flow),
        "form": form,
    }
    return render(request, "flows/flow_detail.html", values, status=status)


def _beside_the_draft(request: HttpRequest, flow: Flow) -> dict[str, Any]:
    """What this person deleted or copied: `kept_now` is the step that has just gone."""
    kept = kept_steps_of(request.session, flow)
    try:
        copied = copied_step(request.session)
    except Refused:
        copied = None
    now = next((each for each in kept if each.key == request.GET.get("kept")), None)
    return {"kept": kept, "kept_now": now, "copied": copied}


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    found = get_integration(request.user, integration, Right.BUILD)
    mine = get_flow(found, flow)
    initial = {"name": mine.name, "description": mine.description, "is_active": mine.is_active}
    form = FlowSettingsForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            update_flow(actor=request.user, flow=mine, **form.cleaned_data)
        except Refused as refused:
            add_problems(form, refused)
        else:
            messages.success(request, "The settings are saved.")
            return redirect("flow-settings", integration=found.slug, flow=mine.slug)
    context = {"integration": found, "flow": mine, "form": form, "trigger_kind": mine.draft["trigger"]["kind"]}
    return render(request, "flows/flow_settings.html", context, status=422 if form.errors else 200)


@require_POST
def delete(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    found = get_integration(request.user, integration, Right.BUILD)
    mine = get_flow(found, flow)
    try:
        delete_flow(actor=request.user, flow=mine)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("flow-settings", integration=found.slug, flow=mine.slug)
    messages.success(request, f"{mine.name} is deleted.")
    return redirect("flow-list", integration=found.slug)


@require_POST
def replace_address(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    found = get_integration(request.user, integration, Right.BUILD)
    mine = replace_webhook_secret(actor=request.user, flow=get_flow(found, flow))
    messages.success(request, "The webhook has a new address. Give it to the sending system: the old one has stopped.")
    return redirect("flow-settings", integration=found.slug, flow=mine.slug)


@require_GET
def export(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    """The flow as a file: its published version, or the draft with ?draft=1."""
    mine = get_flow(get_integration(request.user, integration), flow)
    text = to_text(flow_document(mine, draft="draft" in request.GET))
    headers = {"Content-Disposition": f'attachment; filename="{mine.slug}.json"'}
    return HttpResponse(text, content_type="application/json", headers=headers)


_LIST = "integrations/<slug:integration>/flows/"
_FLOW = f"{_LIST}<slug:flow>/"
urlpatterns = [
    path(_LIST, index, name="flow-list"),
    path(f"{_LIST}summary", summary, name="flow-summary"),
    path(f"{_LIST}new", create, name="flow-create"),
    path(_FLOW, detail, name="flow-detail"),
    path(f"{_FLOW}settings/", edit, name="flow-settings"),
    path(f"{_FLOW}delete", delete, name="flow-delete"),
    path(f"{_FLOW}replace-address", replace_address, name="flow-replace-address"),
    path(f"{_FLOW}flow.json", export, name="flow-export"),
]
