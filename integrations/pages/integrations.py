"""The integrations of the user, and one of them: overview, settings, audit trail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from integrations import commands, queries
from integrations.pages.fields import add_problems
from integrations.pages.forms import IntegrationForm, SettingsForm
from integrations.permissions import Right, get_integration
from integrations.problems import Refused


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "integrations/home.html", {"integrations": queries.integrations_for(request.user)})


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    form = IntegrationForm(request.POST or None)
    if form.is_valid():
        try:
            integration = commands.create_integration(actor=request.user, **form.cleaned_data)
        except Refused as refused:
            add_problems(form, refused)
        else:
            messages.success(request, f"{integration} is ready. Add a connection to the first system next.")
            return redirect("integration-detail", integration=integration.slug)
    return render(request, "integrations/create.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def detail(request: HttpRequest, integration: str) -> HttpResponse:
    found = get_integration(request.user, integration)
    context = {
        "integration": found,
        "connections": queries.connections_of(found),
        "members": queries.members_of(found),
    }
    return render(request, "integrations/detail.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, integration: str) -> HttpResponse:
    found = get_integration(request.user, integration, Right.OWN)
    initial = {"name": found.name, "description": found.description, "config": found.config}
    form = SettingsForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            commands.update_integration(actor=request.user, integration=found, **form.cleaned_data)
        except Refused as refused:
            add_problems(form, refused)
        else:
            messages.success(request, "The settings are saved.")
            return redirect("integration-settings", integration=found.slug)
    context = {"integration": found, "form": form}
    return render(request, "integrations/settings.html", context, status=422 if form.errors else 200)


@require_GET
def audit_trail(request: HttpRequest, integration: str) -> HttpResponse:
    found = get_integration(request.user, integration)
    page = queries.audit_page(found, request.GET.get("page"))
    return render(request, "integrations/audit_trail.html", {"integration": found, "page": page})
