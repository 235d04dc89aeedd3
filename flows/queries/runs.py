"""Runs, for pages and API."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from flows.engine import definition_of
from flows.models import Action, Attempt, Run, RunLogEntry, StepResult
from flows.queries.attempts import AttemptView, attempts_of
from flows.queries.paging import within
from flows.queries.payloads import Payload, heads, payload
from flows.steps import SETTINGS

ACTION_PATH_BULK = ("action_path__openapi", "action_path__input_schema", "action_path__output_schema")


@dataclass(frozen=True, slots=True)
class ActionOfStep:
    action: Action
    attempts: list[AttemptView]


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the version with what it did; without a result the run has not come to it."""

    number: int
    step: dict[str, Any]
    result: StepResult | None = None
    actions: list[ActionOfStep] = field(default_factory=list)
    input: Payload | None = None
    output: Payload | None = None

    @property
    def kind(self) -> str:
        return SETTINGS[self.step["kind"]].LABEL


@dataclass(frozen=True, slots=True)
class RunView:
    run: Run
    steps: list[StepView]
    log: list[RunLogEntry]
    trigger_data: Payload | None

    @property
    def done(self) -> int:
        """How many steps are behind the run."""
        return sum(1 for view in self.steps if view.result and view.result.finished_at)


def runs_of(integration_id: int) -> QuerySet[Run]:
    """Newest first, without the payloads."""
    runs = Run.objects.filter(integration_id=integration_id)
    return runs.select_related("flow", "version", "started_by").defer(
        "trigger_data", "trigger_event", "version__definition", "flow__draft"
    )


def filtered_runs(
    integration_id: int,
    *,
    flow_id: int | None = None,
    status: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Run]:
    """For a list: each combination of filters walks an index."""
    runs = within(runs_of(integration_id), since, until)
    if flow_id is not None:
        runs = runs.filter(flow_id=flow_id)
    return runs.filter(status=status) if status else runs


def run_with_steps(integration_id: int, pk: int) -> Run | None:
    """One run with its step results, their actions and attempts, and its log."""
    actions = Action.objects.select_related("connection", "action_path").defer(*ACTION_PATH_BULK)
    runs = Run.objects.filter(integration_id=integration_id)
    return (
        runs.select_related("flow__integration", "version")
        .prefetch_related("step_results", Prefetch("actions", actions), "actions__attempts", "log")
        .filter(pk=pk)
        .first()
    )


def run_head(integration_id: int, pk: int) -> Run | None:
    """The row alone, with its flow: enough to ask who and whether."""
    runs = Run.objects.filter(integration_id=integration_id).select_related("flow__integration")
    return runs.defer("flow__draft").filter(pk=pk).first()


def run_view(integration_id: int, pk: int) -> RunView | None:
    """All that the page of a run shows, in five queries; of each payload the beginning."""
    run = _with_event(runs_of(integration_id)).annotate(**heads("trigger_data")).filter(pk=pk).first()
    if run is None:
        return None
    results = {result.step_id: result for result in _results(run)}
    actions = _actions(run)
    steps = definition_of(run.version_id)["steps"]
    return RunView(
        run=run,
        steps=[_step_view(number, step, results, actions) for number, step in enumerate(steps, start=1)],
        log=list(run.log.all()),
        trigger_data=payload(run, "trigger_data"),
    )


def run_pulse(integration_id: int, pk: int) -> str | None:
    """A short text that changes whenever the page of the run would; None for an unknown run."""
    pulse = Run.objects.filter(integration_id=integration_id, pk=pk).annotate(last_entry=Max("log"))
    found = pulse.values_list("status", "last_entry").first()
    if found is None:
        return None
    attempts = Attempt.objects.filter(action__run=pk).aggregate(
        begun=Count("pk"), open=Count("pk", filter=Q(verdict=Attempt.Verdict.STARTED))
    )
    return f"{found[0]}-{found[1] or 0}-{attempts['begun']}-{attempts['open']}".replace(" ", "")


def run_as_json(run: Run) -> dict[str, Any]:
    """{"id", "flow", "version", "status", "message", "created_at", "started_at", "finished_at", "steps"}.

    `steps` has one entry for each step of the version, in order: {"id", "name", "status", "output", "message"}.
    """
    results = {result.step_id: result for result in run.step_results.all()}
    return {
        "id": run.pk,
        "flow": run.flow.slug,
        "version": run.version.number,
        "status": run.status,
        "message": run.message,
        "created_at": _moment(run.created_at),
        "started_at": _moment(run.started_at),
        "finished_at": _moment(run.finished_at),
        "steps": [_step_as_json(step, results.get(step["id"])) for step in definition_of(run.version_id)["steps"]],
    }


def run_document(run: Run) -> dict[str, Any]:
    """All that is stored of a run from `run_with_steps`: as `run_as_json`, with "trigger", "actions" and "log"."""
    inputs = {result.step_id: result.input for result in run.step_results.all()}
    document = run_as_json(run)
    for step in document["steps"]:
        step["input"] = inputs.get(step["id"])
    return {
        **document,
        "trigger": {"data": run.trigger_data, "event": run.trigger_event},
        "actions": [_action_as_json(action) for action in run.actions.all()],
        "log": [
            {"at": _moment(entry.at), "step": entry.step_id or None, "text": entry.text} for entry in run.log.all()
        ],
    }


def _with_event(runs: QuerySet[Run]) -> QuerySet[Run]:
    return runs.defer(None).defer("trigger_data", "version__definition", "flow__draft")


def _results(run: Run) -> QuerySet[StepResult]:
    return run.step_results.defer("input", "output").annotate(**heads("input", "output"))


def _actions(run: Run) -> dict[int, list[ActionOfStep]]:
    """By step result, oldest first: the step's own action before those sent again by hand."""
    rows = run.actions.select_related("connection", "action_path").order_by("pk")
    actions = list(rows.defer("input", "content", *ACTION_PATH_BULK))
    attempts = attempts_of(action.pk for action in actions) if actions else {}
    found: dict[int, list[ActionOfStep]] = defaultdict(list)
    for action in actions:
        found[action.step_result_id].append(ActionOfStep(action, attempts[action.pk]))
    return found


def _step_view(number: int, step: dict[str, Any], results: dict, actions: dict[int, list[ActionOfStep]]) -> StepView:
    result = results.get(step["id"])
    if result is None:
        return StepView(number, step)
    given, gave = payload(result, "input"), payload(result, "output")
    return StepView(number, step, result, actions[result.pk], given, gave)


def _step_as_json(step: dict[str, Any], result: Any) -> dict[str, Any]:
    return {
        "id": step["id"],
        "name": step["name"],
        "status": result.status if result else None,
        "output": result.output if result else None,
        "message": result.message if result else "",
    }


def _action_as_json(action: Action) -> dict[str, Any]:
    return {
        "id": action.pk,
        "action_path": action.action_path.key,
        "connection": action.connection.name,
        "status": action.status,
        "message": action.message,
        "input": action.input,
        "content": action.content,
        "created_at": _moment(action.created_at),
        "closed_at": _moment(action.closed_at),
        "attempts": [_attempt_as_json(attempt) for attempt in action.attempts.all()],
    }


def _attempt_as_json(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "verdict": attempt.verdict,
        "started_at": _moment(attempt.started_at),
        "duration_ms": attempt.duration_ms,
        "request": attempt.request,
        "response": attempt.response,
        "message": attempt.message,
    }


def _moment(value: Any) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value else None
