"""Rows joined as the API's answers need them, without payloads in lists."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from flows.models import Action, Flow, Run, StepResult, Version
from flows.queries.actions import SUMMARY, filtered_actions
from flows.queries.runs import ACTION_PATH_BULK, runs_of
from integrations.models import Integration


def flow_summaries(integration: Integration) -> QuerySet[Flow]:
    flows = Flow.objects.filter(integration=integration).select_related("published")
    return flows.defer("draft", "published__definition").order_by("slug")


def version_summaries(flow: Flow) -> QuerySet[Version]:
    return flow.versions.select_related("published_by").defer("definition").order_by("-number")


def action_summaries(integration: Integration, **filters: Any) -> QuerySet[Action]:
    """`filters` are those of filtered_actions."""
    named = ("connection__connector__slug", "action_path__key", "action_path__connector")
    return filtered_actions(integration.pk, **filters).only(*SUMMARY, *named)


def whole_action(integration: Integration, pk: int) -> Action | None:
    """One action with payloads, attempts, and the actions that send it again."""
    actions = Action.objects.filter(integration=integration).defer(*ACTION_PATH_BULK)
    joined = actions.select_related("connection__connector", "action_path", "flow", "step_result", "closed_by")
    return joined.prefetch_related("attempts", "retries").filter(pk=pk).first()


def run_with_results(integration: Integration, pk: int) -> Run | None:
    """One run as `run_as_json` takes it; two queries."""
    runs = runs_of(integration.pk).prefetch_related(Prefetch("step_results", StepResult.objects.defer("input")))
    return runs.filter(pk=pk).first()
