"""What will be sent: the preview beside the form of a step. It stores nothing and sends nothing."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from flows.catalog import Catalog
from flows.definition import edits
from flows.models import Flow, Run
from flows.pages.step_forms import FORMS
from flows.pages.step_forms.editing import Editing
from flows.pages.step_forms.fields import Choice
from flows.pages.step_forms.posted import settled
from flows.pages.steps import GONE
from flows.preview import PREVIEWS, Preview
from flows.queries.flows import get_flow
from flows.queries.offers import Offer
from flows.queries.samples import EXAMPLE, PASTED, RUN, Sample, SampleError, sample_scope
from integrations.permissions import Right, get_integration

TITLES = {"map_json": "What it makes", "connector_action": "What will be sent"}


@require_POST
def preview(request: HttpRequest, integration: str, flow: str, step: str) -> HttpResponse:
    mine = get_flow(get_integration(request.user, integration, Right.BUILD), flow)
    position = edits.position_of(mine.draft, step)
    if position is None:
        raise Http404(GONE)
    stored = mine.draft["steps"][position]
    editing = FORMS[stored["kind"]].read(request.POST.dict(), stored["settings"], Offer(mine.integration))
    values = {"preview": preview_of(mine, position, editing, request.POST)}
    return render(request, "flows/step_preview.html", values)


def preview_of(flow: Flow, position: int, editing: Editing, post: Mapping[str, str]) -> Preview:
    """The preview of what was typed, from the sample that was chosen beside it."""
    form = editing.forms["settings"]
    if not form.is_valid():
        return Preview("First correct what is marked in the form.", is_waiting=True)
    settings = {**form.cleaned_data, "properties": settled(editing.properties)}
    sample = Sample(post.get("sample", EXAMPLE), post.get("sample_data", ""))
    try:
        scope, assumed = sample_scope(flow, position, sample)
        kind = flow.draft["steps"][position]["kind"]
        preview = PREVIEWS[kind].preview(settings, scope, Catalog(flow.integration_id))
    except SampleError as error:
        return Preview(str(error), is_waiting=True)
    except ValueError as error:
        raise BadRequest(f"The form holds a value that no page of ours sends: {error}") from None
    preview.assumed = assumed
    return preview


def pane_values(flow: Flow, step: dict[str, Any], runs: list[Run], asked: Mapping[str, str]) -> dict[str, Any]:
    """What the pane shows beside any preview: its title and the samples to choose from."""
    past = [(f"{RUN}{run.pk}", _say_run(run)) for run in runs]
    example = "Example of the trigger's schema" if flow.draft["trigger"].get("input_schema") else "Empty trigger data"
    offered = [*past, (EXAMPLE, example), (PASTED, "Pasted JSON")]
    chosen = asked.get("sample", offered[0][0])
    if chosen not in dict(offered):
        offered.append((chosen, f"Run {chosen.removeprefix(RUN)}"))
    return {
        "preview_title": TITLES[step["kind"]],
        "sends": step["kind"] == "connector_action",
        "samples": [Choice(key, label, key == chosen) for key, label in offered],
        "sample_data": asked.get("sample_data", ""),
    }


def _say_run(run: Run) -> str:
    return f"Run {run.pk}, {date_format(timezone.localtime(run.created_at), 'j M H:i')}, {run.get_status_display()}"


urlpatterns = [
    path("integrations/<slug:integration>/flows/<slug:flow>/steps/<slug:step>/preview", preview, name="step-preview"),
]
