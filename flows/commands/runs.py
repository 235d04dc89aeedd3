"""Runs: started by a trigger, canceled by a person."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from connectors import exact_json, validation
from flows import clock
from flows.closing import canceled, close_out
from flows.commands import intake
from flows.engine import definition_of
from flows.models import Action, Flow, Run, RunLogEntry
from integrations.audit import record
from integrations.problems import Problem, Refused


class NotRunnable(Refused):
    """The flow can't run now, whatever the data."""


def start_run(*, flow: Flow, data: Any, trigger_kind: str, actor=None, event: dict[str, Any] | None = None) -> Run:
    """Store a run of the published version; when this returns inside no transaction, it is durable.

    Raises NotRunnable when the flow can't run, Refused when the data are not what its trigger takes.
    """
    version_id = _require_runnable(flow)
    _require_fitting(version_id, data)
    now = clock.now()
    run = Run(
        integration_id=flow.integration_id,
        flow=flow,
        version_id=version_id,
        trigger_data=data,
        trigger_event={"kind": trigger_kind, "receivedAt": now.isoformat(), **(event or {})},
        started_by=actor,
        created_at=now,
        due_at=now,
    )
    intake.store(run)
    return run


def run_again(*, actor, run: Run) -> Run:
    """Start a new run with the same trigger data on the version that is published now."""
    event = {**run.trigger_event, "repeats": run.pk}
    kind = event.pop("kind", "on_demand")
    event.pop("receivedAt", None)
    return start_run(flow=run.flow, data=run.trigger_data, trigger_kind=kind, actor=actor, event=event)


@transaction.atomic
def cancel_run(*, actor, run: Run) -> Run:
    """End a run and cancel its open actions; a request that is out at this moment is still recorded.

    Raises Refused when it has ended already.
    """
    run = Run.objects.select_for_update(of=("self",)).select_related("flow__integration").get(pk=run.pk)
    if run.is_finished:
        raise Refused(f"This run has ended already: {run.status}.")
    now = clock.now()
    run.status, run.message = Run.Status.CANCELED, f"Canceled by {actor}."
    run.due_at, run.finished_at = None, now
    # Without its token, a worker that holds the run finds that it is no longer its own.
    run.lease_until, run.lease_token = None, ""
    run.save(update_fields=["status", "message", "due_at", "finished_at", "lease_until", "lease_token"])
    _cancel_actions(run, now)
    RunLogEntry.objects.create(run=run, text=run.message, at=now)
    record(integration=run.flow.integration, actor=actor, verb="canceled", target=str(run))
    return run


def _cancel_actions(run: Run, now: datetime) -> None:
    # A row that a worker holds at this moment is passed over: waiting for it could deadlock with
    # the worker, which waits for the run. The next claim finds that its run was canceled.
    rows = Action.objects.filter(run=run, status__in=Action.RESTING).select_related("step_result")
    close_out(
        [canceled(action) for action in rows.select_for_update(skip_locked=True, of=("self",))],
        now,
    )


def _require_runnable(flow: Flow) -> int:
    """The version that a run takes now."""
    if flow.published_id is None:
        raise NotRunnable(f"The flow {flow.name} has no published version yet. Publish it, then run it.")
    if not flow.is_active:
        raise NotRunnable(f"The flow {flow.name} is switched off. Switch it on in its settings, then run it.")
    return flow.published_id


def _require_fitting(version_id: int, data: Any) -> None:
    size = len(exact_json.to_bytes(data))
    if size > settings.INPUT_LIMIT_BYTES:
        raise Refused(f"The data are {size / 1024 / 1024:.1f} MB; a run takes up to 5 MB. Send them in smaller parts.")
    schema = definition_of(version_id)["trigger"].get("input_schema")
    if not schema:
        return
    errors = validation.check(data, schema)
    if errors:
        raise Refused([Problem(f"data{error.path.removeprefix('$')}", error.text) for error in errors])
