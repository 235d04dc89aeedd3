"""Send for real, and samples of what a step gives: what happens only when a person presses for it."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from flows.commands.real_sends import send_for_real
from flows.commands.samples import forget_sample, keep_answer, keep_sample
from flows.definition import edits
from flows.engine import step_output
from flows.models import Flow
from flows.pages.kept_answers import pack, unpack
from flows.pages.step_forms import FORMS
from flows.pages.step_forms.editing import Editing
from flows.pages.step_preview import preview_of
from flows.pages.steps import GONE
from flows.preview.results import Preview, Sendable, show
from flows.queries.flows import get_flow
from flows.queries.kept_samples import KeptSample, kept_samples
from flows.queries.last_answers import answered_action, last_answers
from flows.queries.offers import Offer
from flows.sending import Sent
from flows.statuses import ACTION_HANDLED_FAILED, ACTION_HANDLED_SUCCESSFUL
from integrations.permissions import Right, get_integration
from integrations.problems import Refused

SEND, KEEP, FORGET = "send", "keep", "forget"
PRESSES = {SEND, KEEP, FORGET}
MISTAKES = "Nothing was sent: first correct what is marked in the request."
ANOTHER = "Nothing was sent: the request is another one by now. Look at it, then press again."
TOO_OLD = "This answer can't be kept any more. Send the request again, then keep its answer."
NOT_THERE = "This answer is not there any more. Open the list anew."


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of a press: a sentence, `sent` where something went out, `token` where it can be kept."""

    said: str = ""
    is_good: bool = False
    sent: Sent | None = None
    answer: str = ""
    token: str = ""


@require_POST
def press(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    """Who may build may also run flows, which is what sending for real comes to."""
    mine, position = _step(request, integration, flow, step)
    stored = mine.draft["steps"][position]
    editing = FORMS[stored["kind"]].read(request.POST.dict(), stored["settings"], Offer(mine.integration))
    values = {
        "integration": mine.integration,
        "flow": mine,
        "step": stored,
        "pressed": pressed(request, mine, position, editing),
        "kept": kept_of(mine, position),
    }
    return render(request, "flows/step_answer.html", values)


@require_safe
def answers(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    """The last answers of the action path that is chosen in the form."""
    mine, position = _step(request, integration, flow, step)
    offer = Offer(mine.integration)
    connector = offer.connector(request.GET.get("connector", ""))
    action_path = offer.action_path(connector, request.GET.get("action_path", ""))
    found = last_answers(mine.integration_id, action_path.pk) if action_path else []
    values = {
        "integration": mine.integration,
        "flow": mine,
        "step": mine.draft["steps"][position],
        "action_path": action_path,
        "answers": found,
    }
    return render(request, "flows/step_last_answers.html", values)


def pressed(request: HttpRequest, flow: Flow, position: int, editing: Editing) -> Pressed:
    """Do what the button says: "send:" and the digest of what was shown, "keep", "keep:" and an action, "forget"."""
    step = flow.draft["steps"][position]
    operation, _, which = request.POST.get("op", "").partition(":")
    try:
        if operation == SEND:
            return _send(request, flow, position, editing, which)
        if operation == KEEP:
            return _keep(request, flow, step, which)
        forget_sample(actor=request.user, flow=flow, step_id=step["id"])
        return Pressed("The sample is forgotten.", is_good=True)
    except Refused as refused:
        return Pressed(str(refused))


def kept_of(flow: Flow, position: int) -> KeptSample | None:
    step = flow.draft["steps"][position]
    return kept_samples(flow, [step]).get(step["id"])


def _send(request: HttpRequest, flow: Flow, position: int, editing: Editing, seen: str) -> Pressed:
    step = flow.draft["steps"][position]
    wanted = preview_of(flow, position, editing, request.POST).sendable
    if wanted is None:
        return Pressed(MISTAKES)
    if wanted.digest != seen and _is_settled(preview_of(flow, position, editing, request.POST), wanted):
        return Pressed(ANOTHER)
    sent = send_for_real(
        actor=request.user,
        flow=flow,
        step_id=step["id"],
        connection=wanted.connection,
        action_path=wanted.action_path,
        input=wanted.input,
    )
    return _told(flow, step, wanted, sent)


def _is_settled(again: Preview, wanted: Sendable) -> bool:
    """Whether it comes out the same each time; with the time of day or chance in it, it never does."""
    return again.sendable is not None and again.sendable.digest == wanted.digest


def _told(flow: Flow, step: dict[str, Any], wanted: Sendable, sent: Sent) -> Pressed:
    if sent.answer is None:
        return Pressed(sent.verdict.message)
    answer = {
        "action_path": wanted.action_path.pk,
        "status": ACTION_HANDLED_SUCCESSFUL if sent.verdict.ok else ACTION_HANDLED_FAILED,
        "output": step_output(wanted.input, sent.verdict.content),
        "source": "a request sent for real",
    }
    body = sent.answer.body
    shown = "" if body is None else show(body)
    return Pressed(sent=sent, answer=shown, token=pack(answer, step=(flow.pk, step["id"])))


def _keep(request: HttpRequest, flow: Flow, step: dict[str, Any], which: str) -> Pressed:
    if which:
        return _keep_action(request, flow, step, which)
    answer = unpack(request.POST.get("answer", ""), step=(flow.pk, step["id"]))
    if answer is None:
        return Pressed(TOO_OLD)
    keep_sample(actor=request.user, flow=flow, step_id=step["id"], **answer)
    return Pressed("Kept as sample.", is_good=True)


def _keep_action(request: HttpRequest, flow: Flow, step: dict[str, Any], which: str) -> Pressed:
    number = int(which) if which.isdecimal() and len(which) < 19 else 0
    action = answered_action(flow.integration_id, number)
    if action is None:
        return Pressed(NOT_THERE)
    keep_answer(actor=request.user, flow=flow, step_id=step["id"], action=action)
    return Pressed("Kept as sample.", is_good=True)


def _step(request: HttpRequest, integration: str, flow: str, step: str) -> tuple[Flow, int]:
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position = edits.position_of(mine.draft, step)
    if position is None:
        raise Http404(GONE)
    return mine, position


_STEP = "integrations/<slug:integration>/flows/<slug:flow>/steps/<slug:step>/"
urlpatterns = [
    path(f"{_STEP}press", press, name="step-press"),
    path(f"{_STEP}answers", answers, name="step-answers"),
]
