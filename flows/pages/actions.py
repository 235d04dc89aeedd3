"""The review: the list of actions, the page of one, and what an administrator decides."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from flows import clock
from flows.commands.actions import Decided, close_as, retry_now
from flows.models import Action, Attempt
from flows.pages.action_words import outlook, unknown_advice
from flows.pages.filters import ActionFilters, parse_ids
from flows.pages.payloads import shown
from flows.pages.query_strings import id_in
from flows.queries.actions import ActionView, action_view, count_needing_review, filtered_actions
from flows.queries.connections import held_connections
from flows.queries.paging import page_of
from integrations.models import Connection, Integration
from integrations.permissions import Right, get_integration
from integrations.problems import Problem, Refused

UNKNOWN = "This integration has no such action."
# Of a decision: the word on its button, and the beginning of the sentence that tells what was done.
DECISIONS = {
    "retry": ("Retry now", "Sent again:"),
    "failed": ("Close as Failed", "Closed as Failed:"),
    "successful": ("Close as Successful", "Closed as Successful:"),
}
CLOSING = {"failed": Action.Status.FAILED, "successful": Action.Status.SUCCESSFUL}


@require_safe
def action_list(request: HttpRequest, integration: str) -> HttpResponse:
    owner = get_integration(request.user, integration)
    return _list_page(request, owner, request.GET)


@require_safe
def action_detail(request: HttpRequest, integration: str, pk: int) -> HttpResponse:
    owner = get_integration(request.user, integration)
    return render(request, "flows/action_detail.html", _action_context(owner, pk))


@require_POST
def decide(request: HttpRequest, integration: str) -> HttpResponse:
    """Decide on the ticked actions; then back to the list as it was filtered."""
    owner = get_integration(request.user, integration, Right.REVIEW)
    query = QueryDict(request.POST.get("query", ""))
    try:
        _tell(request, _decide(request, owner, _ticked(request)))
    except Refused as refusal:
        return _list_page(request, owner, query, refusal.problems)
    address = reverse("action-list", kwargs={"integration": integration})
    return redirect(f"{address}?{query.urlencode()}" if query else address)


@require_POST
def decide_one(request: HttpRequest, integration: str, pk: int) -> HttpResponse:
    owner = get_integration(request.user, integration, Right.REVIEW)
    context = _action_context(owner, pk)
    try:
        _tell(request, _decide(request, owner, [pk]))
    except Refused as refusal:
        context["problems"] = refusal.problems
        return render(request, "flows/action_detail.html", context, status=422)
    return redirect("action-detail", integration=integration, pk=pk)


@require_safe
def review_count(request: HttpRequest, integration: str) -> HttpResponse:
    """A piece of the integration's overview: how many actions wait for somebody."""
    owner = get_integration(request.user, integration)
    return render(
        request,
        "flows/action_review_count.html",
        {"integration": owner, "count": count_needing_review(owner.pk)},
    )


@require_safe
def action_data(request: HttpRequest, integration: str, pk: int, part: str) -> HttpResponse:
    """The whole input, or the content that it was closed out with."""
    owner = get_integration(request.user, integration)
    action = get_object_or_404(Action.objects.only(part), integration=owner, pk=pk)
    return shown(getattr(action, part))


@require_safe
def attempt_data(request: HttpRequest, integration: str, pk: int, number: int, part: str) -> HttpResponse:
    """The whole request or answer of an attempt; secrets were masked when it was stored."""
    owner = get_integration(request.user, integration)
    attempts = Attempt.objects.only(part)
    attempt = get_object_or_404(attempts, action__integration=owner, action_id=pk, number=number)
    return shown(getattr(attempt, part))


def _list_page(
    request: HttpRequest, integration: Integration, query: QueryDict, problems: list[Problem] | None = None
) -> HttpResponse:
    filters = ActionFilters(query, integration)
    shows_all = query.get("show") == "all"
    actions = filtered_actions(integration.pk, needs_review=not shows_all, **filters.given())
    context = {
        "integration": integration,
        "filters": filters,
        "shows_all": shows_all,
        "states": held_connections(Connection.objects.filter(integration=integration)),
        "page": page_of(actions, before=id_in(query, "before"), after=id_in(query, "after")),
        "query": query,
        "decisions": DECISIONS,
        "problems": problems or [],
        "ticked": request.POST.getlist("ids"),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "flows/action_list.html", context, status=422 if problems else 200)


def _action_context(integration: Integration, pk: int) -> dict:
    view: ActionView | None = action_view(integration.pk, pk)
    if view is None:
        raise Http404(UNKNOWN)
    action = view.action
    return {
        "integration": integration,
        "view": view,
        "action": action,
        "outlook": outlook(action, clock.now()),
        "advice": unknown_advice(action) if action.status == Action.Status.OUTCOME_UNKNOWN else [],
        "decisions": DECISIONS,
        "problems": [],
    }


def _ticked(request: HttpRequest) -> list[int]:
    """Raises Refused when no action is ticked."""
    try:
        ids = parse_ids(" ".join(request.POST.getlist("ids")))
    except ValidationError as error:
        raise Refused(error.messages[0], "actions") from None
    if not ids:
        raise Refused("tick at least one action.", "actions")
    return ids


def _decide(request: HttpRequest, integration: Integration, ids: list[int]) -> Decided:
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")
    if decision not in DECISIONS:
        raise Refused("choose Retry now, Close as Failed or Close as Successful.", "decision")
    about: dict[str, Any] = {"actor": request.user, "integration": integration, "ids": ids, "reason": reason}
    return retry_now(**about) if decision == "retry" else close_as(status=CLOSING[decision], **about)


def _tell(request: HttpRequest, decided: Decided) -> None:
    """How many were reached, and why the others were not."""
    if decided.done:
        what = DECISIONS[request.POST["decision"]][1]
        messages.success(request, f"{what} {_number_of(len(decided.done))}.")
    if decided.passed_by:
        others = "; ".join(f"action {pk}: {reason}" for pk, reason in sorted(decided.passed_by.items()))
        messages.warning(request, f"Passed by: {others}.")
    if not decided.done and not decided.passed_by:
        messages.warning(request, "None of these actions belongs to this integration.")


def _number_of(count: int) -> str:
    return "1 action" if count == 1 else f"{count} actions"


_LIST = "integrations/<slug:integration>/actions/"
_ACTION = f"{_LIST}<int:pk>/"
_ATTEMPT = f"{_ACTION}attempts/<int:number>/"

urlpatterns = [
    path(_LIST, action_list, name="action-list"),
    path(f"{_LIST}decide/", decide, name="action-decide"),
    path(f"{_LIST}review-count/", review_count, name="action-review-count"),
    path(_ACTION, action_detail, name="action-detail"),
    path(f"{_ACTION}decide/", decide_one, name="action-decide-one"),
    path(f"{_ACTION}input.json", action_data, {"part": "input"}, name="action-input"),
    path(f"{_ACTION}content.json", action_data, {"part": "content"}, name="action-content"),
    path(f"{_ATTEMPT}request.json", attempt_data, {"part": "request"}, name="attempt-request"),
    path(f"{_ATTEMPT}response.json", attempt_data, {"part": "response"}, name="attempt-response"),
]
