"""What is wrong with one expression while it is being typed: the answer that saving its step gives."""

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_POST

from flows.definition import edits
from flows.definition.context import Context, in_words
from flows.pages.steps import GONE
from flows.queries.flows import get_flow
from integrations.permissions import Right, get_integration


@require_POST
def check(request: HttpRequest, integration: str, flow: str, step: str) -> JsonResponse:
    """{"problems": [{"text", "line", "column"}]}; both count from 1, in characters, and 0 means the whole."""
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position = edits.position_of(mine.draft, step)
    if position is None:
        raise Http404(GONE)
    earlier = tuple(other["id"] for other in mine.draft["steps"][:position])
    expression = request.POST.get("expression", "").replace("\r\n", "\n")
    found = Context({}, earlier).mistakes([("", expression)])
    return JsonResponse(
        {"problems": [{"text": in_words(each).text, "line": each.line, "column": each.column} for each in found]}
    )


urlpatterns = [
    path(
        "integrations/<slug:integration>/flows/<slug:flow>/steps/<slug:step>/expression-check",
        check,
        name="expression-check",
    ),
]
