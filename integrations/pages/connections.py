"""The connections of an integration: add, change, test, delete."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from connectors.authentication import KINDS
from connectors.queries import connectors, get_connector
from integrations import commands, queries
from integrations.models import Connection
from integrations.pages.connection_forms import ConnectionForm
from integrations.pages.fields import add_problems
from integrations.permissions import Right, get_integration
from integrations.problems import Refused


@require_GET
def index(request: HttpRequest, integration: str) -> HttpResponse:
    found = get_integration(request.user, integration)
    context = {"integration": found, "connections": queries.connections_of(found)}
    return render(request, "integrations/connections/index.html", context)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, integration: str) -> HttpResponse:
    found = get_integration(request.user, integration, Right.BUILD)
    if "connector" not in request.GET:
        choice = {"integration": found, "connectors": connectors()}
        return render(request, "integrations/connections/choose.html", choice)
    connector = get_connector(request.GET["connector"])
    form = ConnectionForm(request.POST or None, connector=connector)
    if form.is_valid():
        try:
            connection = commands.create_connection(
                actor=request.user, integration=found, connector=connector, **form.values()
            )
        except Refused as refused:
            add_problems(form, refused, form.place_names)
        else:
            messages.success(request, f"{connection} is saved. Test it now: press Test connection.")
            return redirect("connection-detail", integration=found.slug, connection=connection.pk)
    context = {"integration": found, "connector": connector, "form": form}
    return render(request, "integrations/connections/form.html", context, status=422 if form.errors else 200)


@require_GET
def detail(request: HttpRequest, integration: str, connection: int) -> HttpResponse:
    found = get_integration(request.user, integration)
    current = queries.get_connection(found, connection)
    context = {"integration": found, "connection": current, "authentication": authentication_facts(current)}
    return render(request, "integrations/connections/detail.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, integration: str, connection: int) -> HttpResponse:
    found = get_integration(request.user, integration, Right.BUILD)
    current = queries.get_connection(found, connection)
    form = ConnectionForm(request.POST or None, connector=current.connector, connection=current)
    if form.is_valid():
        try:
            commands.update_connection(actor=request.user, connection=current, **form.values())
        except Refused as refused:
            add_problems(form, refused, form.place_names)
        else:
            messages.success(request, "The connection is saved. Runs use it from their next request on.")
            return redirect("connection-detail", integration=found.slug, connection=current.pk)
    context = {"integration": found, "connector": current.connector, "connection": current, "form": form}
    return render(request, "integrations/connections/form.html", context, status=422 if form.errors else 200)


@require_POST
def test(request: HttpRequest, integration: str, connection: int) -> HttpResponse:
    """Sends one harmless request; htmx gets the result alone, others the page with it."""
    found = get_integration(request.user, integration, Right.BUILD)
    current = queries.get_connection(found, connection)
    commands.test_connection(actor=request.user, connection=current)
    if "HX-Request" not in request.headers:
        return redirect("connection-detail", integration=found.slug, connection=current.pk)
    return render(request, "integrations/connections/test_result.html", {"connection": current})


@require_POST
def delete(request: HttpRequest, integration: str, connection: int) -> HttpResponse:
    found = get_integration(request.user, integration, Right.BUILD)
    current = queries.get_connection(found, connection)
    try:
        commands.delete_connection(actor=request.user, connection=current)
    except Refused as refused:
        messages.error(request, refused.problems[0].text)
        return redirect("connection-detail", integration=found.slug, connection=current.pk)
    messages.success(request, f"{current} is deleted.")
    return redirect("connection-list", integration=found.slug)


def authentication_facts(connection: Connection) -> list[tuple[str, str]]:
    """(label, value) of how a connection authenticates; a secret is only said to be stored."""
    kind = KINDS[connection.authentication_kind]
    stored = "stored, never shown" if connection.sealed_secrets else "not given"
    facts = [("Authentication", kind.label)]
    for field in kind.fields:
        value = stored if field.secret else connection.settings.get(field.name, "")
        if value:
            facts.append((field.label, dict(field.choices).get(value, value)))
    return facts
