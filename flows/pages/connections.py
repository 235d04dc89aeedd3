"""Whether anything goes out over a connection now: a piece of its page and of others, and what to do about it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from flows.commands import connections as commands
from flows.queries.connections import held_connections
from integrations.models import Connection
from integrations.permissions import Right, get_integration
from integrations.problems import Refused
from integrations.queries import get_connection


@require_safe
def state(request: HttpRequest, integration: str, connection: int) -> HttpResponse:
    """Empty when nothing is to be told."""
    owner = get_integration(request.user, integration)
    states = held_connections(Connection.objects.filter(integration=owner, pk=connection))
    return render(request, "flows/connection_state.html", {"integration": owner, "states": states})


@require_POST
def try_now(request: HttpRequest, integration: str, connection: int) -> HttpResponse:
    owner = get_integration(request.user, integration, Right.REVIEW)
    current = get_connection(owner, connection)
    try:
        commands.try_now(actor=request.user, connection=current)
    except Refused as refused:
        messages.warning(request, refused.problems[0].text)
    else:
        messages.success(request, f"{current} is tried at once, with the action that has waited longest.")
    return redirect("connection-detail", integration=integration, connection=connection)


_CONNECTION = "integrations/<slug:integration>/connections/<int:connection>/"

urlpatterns = [
    path(f"{_CONNECTION}state/", state, name="connection-state"),
    path(f"{_CONNECTION}try-now/", try_now, name="connection-try"),
]
