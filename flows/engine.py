"""Carries runs forward: claims due runs, works out their next steps, writes what came of it.

Nothing here sends anything: a Connector Action becomes an Action row, and flows/processing.py
takes it from there.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import QuerySet

from flows import clock, graph, leases, retries, statuses
from flows.catalog import Catalog
from flows.models import Action, Attempt, Flow, Run, RunLogEntry, StepResult, Version
from flows.rows import insert_rows, update_rows
from flows.scopes import scope_of
from flows.steps import EXECUTIONS
from flows.steps.outcomes import ActionWanted, Finished

logger = logging.getLogger(__name__)

BATCH = 100
# Seconds of computing after which the rest of a batch is given back for others to take.
BATCH_BUDGET = 1

# Asked a hundred times a second by every lane; as a queryset it would cost ten times as much (measured).
_ANY_DUE = """
    SELECT 1 FROM flows_run
    WHERE status IN (%s, %s, %s) AND due_at <= %s AND (lease_until IS NULL OR lease_until < %s) LIMIT 1
"""

# Leases those of new actions, not stored yet, that may go out at once; called in the transaction
# that stores them. Without it each waits to be claimed.
Admit = Callable[[list[Action], datetime], None]


@dataclass(slots=True)
class Progress:
    """What became of one run in this batch; written in one go with the others."""

    run: Run
    results: dict[str, StepResult]
    new_results: list[StepResult] = field(default_factory=list)
    new_actions: list[Action] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, text: str, step_id: str = "") -> None:
        self.log.append((step_id, text))


def advance_due_runs(limit: int = BATCH, admit: Admit | None = None) -> int:
    """Carry each due run as far as it goes. Returns how many were taken."""
    now = clock.now()
    token = leases.make_token()
    runs = _claim(token, now, limit)
    if not runs:
        return 0
    batch = _prepare(runs)
    _advance_within_budget(batch, now)
    _record(batch, token, admit)
    return len(runs)


def _claim(token: str, now: datetime, limit: int) -> list[Run]:
    # Asked without a lock first: an idle lane must not hold SQLite's only writer.
    if not has_due_runs(now):
        return []
    with transaction.atomic():
        ids = leases.take(due_runs(now), limit=limit, token=token, now=now)
    return _with_flows(Run.objects.filter(pk__in=ids).order_by("due_at"))


def _with_flows(runs: Iterable[Run]) -> list[Run]:
    """The runs, those of one flow with the same Flow: most of a batch have it in common."""
    runs = list(runs)
    flows = Flow.objects.select_related("integration").defer("draft").in_bulk({run.flow_id for run in runs})
    for run in runs:
        run.flow = flows[run.flow_id]
    return runs


def has_due_runs(now: datetime) -> bool:
    moment = database.ops.adapt_datetimefield_value(now)
    with database.cursor() as cursor:
        cursor.execute(_ANY_DUE, [*Run.ACTIVE, moment, moment])
        return cursor.fetchone() is not None


def due_runs(now: datetime) -> QuerySet[Run]:
    return Run.objects.filter(leases.free(now), status__in=Run.ACTIVE, due_at__lte=now)


def _prepare(runs: list[Run]) -> list[Progress]:
    begun = [run.pk for run in runs if run.status != Run.Status.QUEUED]
    results = _by_run(StepResult.objects.filter(run_id__in=begun)) if begun else {}
    return [Progress(run, results.get(run.pk, {})) for run in runs]


def results_of(runs: Iterable[int]) -> dict[int, dict[str, StepResult]]:
    """All step results of these runs, by run and step, without what they took and gave."""
    return _by_run(StepResult.objects.filter(run_id__in=runs).defer("input", "output"))


def _by_run(results: Iterable[StepResult]) -> dict[int, dict[str, StepResult]]:
    found: dict[int, dict[str, StepResult]] = defaultdict(dict)
    for result in results:
        found[result.run_id][result.step_id] = result
    return found


def _advance_within_budget(batch: list[Progress], now: datetime) -> None:
    catalogs: dict[int, Catalog] = {}
    until = time.monotonic() + BATCH_BUDGET
    for progress in batch:
        if time.monotonic() > until:
            # Untouched, it stays due: the lease is given back when the batch is recorded.
            continue
        integration_id = progress.run.flow.integration_id
        catalog = catalogs.setdefault(integration_id, Catalog(integration_id))
        try:
            _advance(progress, catalog, now)
        except Exception as error:
            logger.exception("run %s can't be advanced", progress.run.pk)
            _finish(
                progress,
                Run.Status.EXCEPTION,
                f"Throughline itself failed: {error!r}. Please report it.",
                now,
            )


def _advance(progress: Progress, catalog: Catalog, now: datetime) -> None:
    run = progress.run
    if run.claims > leases.CLAIM_LIMIT:
        text = f"Set aside: it stopped its worker {leases.CLAIM_LIMIT} times."
        _finish(progress, Run.Status.EXCEPTION, text, now)
        return
    if run.started_at is None:
        run.started_at = now
        progress.tell(f"Begun: version {version_of(run.version_id).number}.")
    steps = definition_of(run.version_id)["steps"]
    while next_step := _decide(progress, steps, now):
        _execute(progress, steps, next_step.position, next_step.step, catalog, now)


def _decide(progress: Progress, steps: list, now: datetime) -> graph.Execute | None:
    """Settle all that needs no computing: what is skipped, waiting and ended. Returns the step to execute next."""
    while True:
        decision = graph.decide(steps, {key: result.status for key, result in progress.results.items()})
        match decision:
            case graph.Execute():
                return decision
            case graph.Skip(position, step, reason):
                _add_result(progress, position, step, Finished(statuses.SKIPPED, message=reason), now)
            case graph.Wait(step_id):
                _suspend(progress, step_id)
                return None
            case graph.End(outcome, message):
                _finish(progress, Run.Status(outcome), message, now)
                return None


def resume(answered: dict[int, dict[str, StepResult]], now: datetime) -> None:
    """Let runs go on whose answers are there, given by run with all results of each.

    In the caller's transaction, so only what needs no computing is done: a run whose last step was
    answered ends here, any other is due at once.
    """
    active = Run.objects.filter(pk__in=answered, status__in=Run.ACTIVE).defer("trigger_data", "trigger_event")
    batch = [Progress(run, answered[run.pk]) for run in active.select_for_update()]
    for progress in batch:
        if _decide(progress, definition_of(progress.run.version_id)["steps"], now):
            progress.run.due_at = now
    _store_results(batch)
    update_rows([progress.run for progress in batch], ["status", "due_at", "message", "finished_at"])


def definition_of(version_id: int) -> dict[str, Any]:
    return version_of(version_id).definition


@lru_cache(maxsize=256)
def version_of(version_id: int) -> Version:
    """A version never changes, so that it is read and parsed once for each process."""
    return Version.objects.only("number", "definition").get(pk=version_id)


def _execute(progress: Progress, steps: list, position: int, step: dict, catalog: Catalog, now: datetime) -> None:
    scope = scope_of(progress.run, steps, progress.results.values())
    outcome = EXECUTIONS[step["kind"]].execute(step["settings"], scope, catalog)
    for warning in outcome.warnings:
        progress.tell(warning, step["id"])
    if isinstance(outcome, ActionWanted):
        _add_action(progress, position, step, outcome, now)
    else:
        _add_result(progress, position, step, outcome, now)


def _add_result(progress: Progress, position: int, step: dict, outcome: Finished, now: datetime) -> StepResult:
    waits = outcome.status == statuses.WAITING
    result = StepResult(
        run=progress.run,
        step_id=step["id"],
        position=position,
        status=outcome.status,
        input=outcome.input,
        output=outcome.output,
        message=outcome.message,
        started_at=now,
        finished_at=None if waits else clock.now(),
    )
    progress.results[step["id"]] = result
    progress.new_results.append(result)
    progress.tell(outcome.message or outcome.status, step["id"])
    return result


def _add_action(progress: Progress, position: int, step: dict, wanted: ActionWanted, now: datetime) -> None:
    waits = wanted.settings["wait_for_response"]
    if wanted.invalid:
        output = step_output(wanted.input, wanted.invalid)
        outcome = Finished(statuses.ACTION_HANDLED_FAILED, output, wanted.input, wanted.message)
    elif waits:
        outcome = Finished(statuses.WAITING, None, wanted.input, f"{_asked(wanted)} Waits for the answer.")
    else:
        output = step_output(wanted.input, {"status": "Queued"})
        outcome = Finished(
            statuses.QUEUE_ACTION_SUCCESSFUL, output, wanted.input, f"{_asked(wanted)} Goes on without waiting."
        )
    result = _add_result(progress, position, step, outcome, now)
    action = _make_action(progress.run, result, wanted, now)
    if wanted.invalid:
        _close_unsent(action, wanted, now)
    progress.new_actions.append(action)


def _asked(wanted: ActionWanted) -> str:
    return f"Queued for {wanted.connection.name}: {wanted.action_path.action}."


def step_output(request: Any, content: dict[str, Any]) -> dict[str, Any]:
    """The output of a Connector Action, always in this shape."""
    return {"Request": request, "Response": {"Content": content}}


def _make_action(run: Run, result: StepResult, wanted: ActionWanted, now: datetime) -> Action:
    settings = wanted.settings
    real_time = settings["real_time_processing"]
    return Action(
        integration_id=run.flow.integration_id,
        connection=wanted.connection,
        action_path=wanted.action_path,
        flow_id=run.flow_id,
        run=run,
        step_result=result,
        input=wanted.input,
        wait_for_response=settings["wait_for_response"],
        real_time=real_time,
        retry_policy=settings["retry_policy"] if settings["retry_policy"]["enabled"] else None,
        due_at=now if real_time else retries.next_slot(now, wanted.connection.processing_minutes),
        expires_at=now + retries.EXPIRY,
        created_at=now,
    )


def _close_unsent(action: Action, wanted: ActionWanted, now: datetime) -> None:
    action.status = Action.Status.FAILED
    action.content = wanted.invalid
    action.message = wanted.message
    action.needs_review = True
    action.due_at = None
    action.closed_at = now


def _suspend(progress: Progress, step_id: str) -> None:
    progress.run.status = Run.Status.SUSPENDED
    progress.run.due_at = None
    progress.run.message = f"Waits for the answer to {step_id}."


def _finish(progress: Progress, status: Run.Status, message: str, now: datetime) -> None:
    run = progress.run
    run.status, run.message, run.due_at, run.finished_at = status, message, None, clock.now()
    progress.tell(f"Ended: {status.value}. {message}".strip())


@transaction.atomic
def _record(batch: list[Progress], token: str, admit: Admit | None) -> None:
    """Write the whole batch, but for runs whose lease somebody else has taken over."""
    ids = [progress.run.pk for progress in batch]
    ours = set(Run.objects.filter(pk__in=ids, lease_token=token).select_for_update().values_list("pk", flat=True))
    batch = [progress for progress in batch if progress.run.pk in ours]
    _store_results(batch)
    _store_actions([action for progress in batch for action in progress.new_actions], admit)
    _release([progress.run for progress in batch])


def _store_results(batch: list[Progress]) -> None:
    insert_rows([result for progress in batch for result in progress.new_results])
    log = [(progress.run.pk, step_id, text) for progress in batch for step_id, text in progress.log]
    insert_rows([RunLogEntry(run_id=run, step_id=step_id, text=text) for run, step_id, text in log])


def _store_actions(actions: list[Action], admit: Admit | None) -> None:
    now = clock.now()
    if admit and actions:
        admit(actions, now)
    for action in actions:
        # It had no id when the action was made. (Setting the id alone would forget the object.)
        action.step_result = action.step_result
    insert_rows(actions)
    insert_rows([begun_attempt(action, now) for action in actions if action.status == Action.Status.PROCESSING])


def begun_attempt(action: Action, now: datetime) -> Attempt:
    """The attempt that a claimed action makes now; stored before its request goes out."""
    return Attempt(
        action_id=action.pk, number=action.attempts_made, idempotency_key=action.idempotency_key, started_at=now
    )


def _release(runs: list[Run]) -> None:
    for run in runs:
        run.lease_until, run.lease_token, run.claims = None, "", 0
    update_rows(
        runs,
        ["status", "due_at", "message", "started_at", "finished_at", "lease_until", "lease_token", "claims"],
    )
