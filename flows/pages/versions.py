"""Publishing a draft, and reading what was published."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from flows.commands.flows import publish
from flows.definition.changes import changes
from flows.pages.cards import cards_of, say_trigger, trigger_label
from flows.pages.flow_forms import PublishForm
from flows.pages.flows import show_flow
from flows.queries.catalogs import definition_context
from flows.queries.flows import get_flow, get_version, version_before
from integrations.permissions import Right, get_integration
from integrations.problems import Refused


@require_POST
def create(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    found = get_integration(request.user, integration, Right.BUILD)
    mine = get_flow(found, flow)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return show_flow(request, mine, form, status=422)
    if request.POST.get("draft_revision") != str(mine.draft_revision):
        messages.warning(request, "Somebody changed the draft meanwhile. Read it, then publish it.")
        return redirect("flow-detail", integration=found.slug, flow=mine.slug)
    try:
        version = publish(actor=request.user, flow=mine, comment=form.cleaned_data["comment"])
    except Refused:
        # The page finds the same problems in the draft, and shows each beside its step.
        messages.error(request, "The flow was not published: its draft has problems.")
        return show_flow(request, mine, form, status=422)
    messages.success(request, f"Version {version.number} is published. New runs use it.")
    return redirect("flow-detail", integration=found.slug, flow=mine.slug)


@require_GET
def detail(request: HttpRequest, integration: str, flow: str, number: int) -> HttpResponse:
    found = get_integration(request.user, integration)
    mine = get_flow(found, flow)
    version = get_version(mine, number)
    trigger = version.definition["trigger"]
    earlier = version_before(version)
    context = {
        "integration": found,
        "flow": mine,
        "version": version,
        "version_title": f"Version {number}",
        "earlier": earlier,
        "changes": changes(earlier.definition, version.definition) if earlier else [],
        "trigger": {"label": trigger_label(trigger), "sentence": say_trigger(trigger), **trigger},
        "cards": cards_of(mine, version.definition, definition_context(found), []),
    }
    return render(request, "flows/flow_version.html", context)


_VERSIONS = "integrations/<slug:integration>/flows/<slug:flow>/versions/"
urlpatterns = [
    path(f"{_VERSIONS}new", create, name="flow-publish"),
    path(f"{_VERSIONS}<int:number>/", detail, name="flow-version"),
]
