"""The builder of an error condition: from a real failure, and tried on the last ones. It sends and stores nothing."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from connectors.models import ActionPath
from flows.conditions.judging import Judgement
from flows.definition import edits
from flows.definition.words import counted
from flows.models import Flow
from flows.pages.cards import step_url
from flows.pages.step_forms.answer_tree import NODES_SHOWN, nodes_of
from flows.pages.step_forms.picking import changed, read_picking
from flows.pages.steps import GONE
from flows.queries.failures import Failure, example_failures, judge_failures, last_failures
from flows.queries.flows import get_flow
from flows.queries.offers import Offer
from integrations.permissions import Right, get_integration

SHOW = "show"
# The two buttons of the step's form.
BUILD, TRY = "build", "try"
OWN_FIELDS = {"kept", "join", "failure", "before", "error_condition", "op", "csrfmiddlewaretoken"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A failure in the list; `judgement` is None while there is no condition."""

    failure: Failure
    judgement: Judgement | None
    is_chosen: bool


@require_http_methods(["GET", "POST"])
def build(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    """A piece for the dialog of the step's form, or a page that carries what was typed into that form."""
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position = edits.position_of(mine.draft, step)
    if position is None or mine.draft["steps"][position]["kind"] != "connector_action":
        raise Http404(GONE)
    if request.method == "GET":
        return redirect(f"{step_url(mine, step)}#part-retry")
    is_dialog = "HX-Request" in request.headers
    values = {
        "integration": mine.integration,
        "flow": mine,
        "step": mine.draft["steps"][position],
        "step_url": step_url(mine, step),
        "is_dialog": is_dialog,
        "carried": _carried(request.POST, only={"connector", "action_path"} if is_dialog else None),
        "before": request.POST.get("before", request.POST.get("error_condition", "")),
        **_panel(mine, request.POST),
    }
    return render(request, "flows/step_condition_form.html" if is_dialog else "flows/step_condition.html", values)


def _panel(flow: Flow, post: QueryDict) -> dict[str, Any]:
    action_path = _action_path(flow, post)
    if action_path is None:
        return {"action_path": None}
    found = last_failures(flow.integration, action_path)
    failures = found or example_failures()
    operation = post.get("op", TRY)
    chosen = _chosen(failures, operation.removeprefix(f"{SHOW}:"), post.get("failure", ""))
    picking = changed(read_picking(post), operation, chosen.item)
    listed = _listed(picking.typed, failures, chosen, flow)
    nodes = nodes_of(chosen.item or {})
    return {
        "action_path": action_path,
        "are_examples": not found,
        "chosen": chosen,
        "picking": picking,
        "listed": listed,
        "nodes": nodes,
        "is_cut": len(nodes) == NODES_SHOWN,
        "outcome": _say_outcome(listed, bool(found)),
        "is_opened_to": operation if operation in (BUILD, TRY) else "",
    }


def _action_path(flow: Flow, post: QueryDict) -> ActionPath | None:
    offer = Offer(flow.integration)
    return offer.action_path(offer.connector(post.get("connector", "")), post.get("action_path", ""))


def _chosen(failures: list[Failure], *keys: str) -> Failure:
    """The one asked for; else the newest that can be looked into."""
    by_key = {failure.key: failure for failure in failures}
    asked = next((by_key[key] for key in keys if key in by_key), None)
    return asked or next((failure for failure in failures if failure.item), failures[0])


def _listed(condition: str, failures: list[Failure], chosen: Failure, flow: Flow) -> list[Listed]:
    judgements: list[Any] = [None] * len(failures)
    if condition.strip():
        judgements = judge_failures(condition, failures, flow)
    pairs = zip(failures, judgements, strict=True)
    return [Listed(failure, judgement, failure is chosen) for failure, judgement in pairs]


def _say_outcome(listed: list[Listed], are_real: bool) -> str:
    """For instance: "Matches 7 of the last 20 failures."."""
    judgements = [one.judgement for one in listed if one.judgement]
    if not judgements:
        return "Pick a value of the answer, or write the condition, to see which failures it matches."
    matched = sum(judgement.matches for judgement in judgements)
    of = f"the last {counted(len(listed), 'failure')}" if are_real else f"the {len(listed)} examples"
    unclear = sum(bool(judgement.problem) for judgement in judgements)
    rest = f" For {counted(unclear, 'failure')} it gives neither true nor false." if unclear else ""
    return f"Matches {matched} of {of}.{rest}"


def _carried(post: QueryDict, only: set[str] | None) -> list[tuple[str, str]]:
    """What was typed into the step's form goes along, so that nothing is lost without JavaScript."""
    names = only or {name for name in post if name not in OWN_FIELDS and not name.startswith("pick.")}
    return [(name, post.get(name, "")) for name in post if name in names]


urlpatterns = [
    path(
        "integrations/<slug:integration>/flows/<slug:flow>/steps/<slug:step>/error-condition",
        build,
        name="step-condition",
    ),
]
