"""Copy and paste: a step goes from one flow to another, also of another integration or installation."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from connectors import exact_json
from flows.commands.kept_steps import copied_step, copy_step
from flows.definition import edits
from flows.definition.checks import step_problems
from flows.definition.files import read_step, to_step_document
from flows.definition.words import counted
from flows.models import Flow
from flows.pages.steps import GONE, posted_position, stored, to_flow
from flows.queries.catalogs import definition_context
from flows.queries.flows import get_flow
from integrations.permissions import Right, get_integration
from integrations.problems import Refused


@require_GET
def document(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    """One step as JSON, in the format that paste takes."""
    mine, position = _find(request, integration, flow, step)
    text = exact_json.pretty(to_step_document(mine.draft["steps"][position])) + "\n"
    return HttpResponse(text, content_type="application/json")


@require_POST
def copy(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    mine, position = _find(request, integration, flow, step)
    copied = mine.draft["steps"][position]
    copy_step(request.session, copied)
    messages.success(request, f"{copied['name']} is copied. Press + in any flow, then Paste.")
    return to_flow(mine, f"#step-{step}")


@require_POST
def paste(request: HttpRequest, integration: str, flow: str) -> HttpResponse:
    """The step of the posted `text`, else the copied one, at the posted position."""
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position, text = posted_position(request), request.POST.get("text", "").strip()
    try:
        step = read_step(text) if text else copied_step(request.session)
    except Refused as refused:
        messages.error(request, f"Nothing was pasted. {refused}")
        return to_flow(mine)
    if step is None:
        messages.warning(request, "There is nothing to paste. Press Copy on a step first.")
        return to_flow(mine)
    draft, pasted = edits.insert_step(mine.draft, min(position, len(mine.draft["steps"])), step)
    if not stored(request, mine, draft):
        return to_flow(mine)
    _tell(request, mine, draft, pasted["id"])
    return to_flow(mine, f"#step-{pasted['id']}")


def _find(request: HttpRequest, integration: str, flow: str, step: str) -> tuple[Flow, int]:
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position = edits.position_of(mine.draft, step)
    if position is None:
        raise Http404(GONE)
    return mine, position


def _tell(request: HttpRequest, flow: Flow, draft: dict, step_id: str) -> None:
    """What does not fit here: a connection, connector or step of the flow that it comes from."""
    position = edits.position_of(draft, step_id) or 0
    name = draft["steps"][position]["name"]
    problems = step_problems(draft, position, definition_context(flow.integration))
    if problems:
        words = "does not fit here and is marked" if len(problems) == 1 else "do not fit here and are marked"
        messages.warning(request, f"{name} is pasted. {counted(len(problems), 'setting')} {words} below.")
    else:
        messages.success(request, f"{name} is pasted.")


_STEPS = "integrations/<slug:integration>/flows/<slug:flow>/steps/"
urlpatterns = [
    path(f"{_STEPS}paste", paste, name="step-paste"),
    path(f"{_STEPS}<slug:step>/copy", copy, name="step-copy"),
    path(f"{_STEPS}<slug:step>/step.json", document, name="step-document"),
]
