"""The last failures of an action path, as an error condition sees them."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Length

from connectors import outcome
from connectors.fields import ExactJSONField
from connectors.messages import Answer
from connectors.models import ActionPath
from flows.conditions.judging import Judgement, failure_item, judge, judge_each, needs_its_run
from flows.expressions import Scope
from flows.models import Action, Attempt, Flow, Run, StepResult
from flows.scopes import scope_of
from integrations.models import Integration

SHOWN = 20
# Characters of JSON: larger answers are listed, and neither shown nor tried.
LOOKED_INTO = 100_000
TOO_LARGE = Judgement(False, "can't be tried here: the data are too large.")


@dataclass(frozen=True, slots=True)
class Failure:
    """`item` is what `flow.mapItem()` gave; None where it is too large. An example has no action."""

    key: str
    message: str
    item: dict[str, Any] | None
    at: datetime | None = None
    flow: str = ""
    action_id: int | None = None
    run_id: int | None = None

    @property
    def status(self) -> int | None:
        return self.item["status"] if self.item else None

    @property
    def text(self) -> str:
        return self.item["result"]["errors"][0]["text"] if self.item else self.message


def last_failures(integration: Integration, action_path: ActionPath) -> list[Failure]:
    """Of each of the newest actions that ever failed, the last failed answer; two queries, by index."""
    mine = Action.objects.filter(integration=integration, action_path=action_path, first_failed_at__isnull=False)
    failed = Attempt.objects.filter(action=OuterRef("pk"), verdict=Attempt.Verdict.FAILURE).order_by("-number")
    newest = mine.order_by("-id").annotate(last=Subquery(failed.values("pk")[:1])).values_list("last", flat=True)
    rows = _read([pk for pk in newest[:SHOWN] if pk])
    return [failure for row in rows if (failure := _failure(row))]


def example_failures() -> list[Failure]:
    """What one can expect before anything has failed: busy, asked to wait, refused, no answer in time."""
    answers = [
        Answer(status=503),
        Answer(status=429),
        Answer(status=400, body={"message": "The job is closed."}),
        Answer(trouble="timeout", message="No whole answer came in time."),
    ]
    verdicts = [outcome.judge(answer, json_declared=False) for answer in answers]
    return [
        Failure(f"example-{number}", verdict.message, failure_item(verdict.content))
        for number, verdict in enumerate(verdicts)
    ]


def judge_failures(condition: str, failures: list[Failure], flow: Flow) -> list[Judgement]:
    """The condition on each: in one crossing, or with each one's own run where it asks for the run's data.

    `flow` comes with its integration, and its draft has the condition.
    """
    steps = flow.draft["steps"]
    outside = scope_of(Run(flow=flow), steps, ())
    if needs_its_run(condition):
        scopes = {None: outside, **_scopes_of_runs([failure.run_id for failure in failures if failure.run_id], steps)}
        return [_judged_in_its_run(condition, failure, scopes.get(failure.run_id)) for failure in failures]
    judgements = iter(judge_each(condition, [failure.item for failure in failures if failure.item], outside))
    return [next(judgements) if failure.item else TOO_LARGE for failure in failures]


def _read(attempt_ids: list[int]) -> QuerySet:
    """The attempts, newest first; what is large of them comes as None."""
    sizes = {"size": Length("response"), "content_size": Length("action__content")}
    small = {"answer": _where_small("size", "response"), "content": _where_small("content_size", "action__content")}
    rows = Attempt.objects.filter(pk__in=attempt_ids).order_by("-action_id").annotate(**sizes, **small)
    return rows.values(
        *("pk", "number", "message", "started_at", *sizes, *small),
        *("action_id", "action__run_id", "action__flow__name"),
        *("action__status", "action__close_reason", "action__attempts_made"),
    )


def _where_small(size: str, field: str) -> Case:
    return Case(When(**{f"{size}__lte": LOOKED_INTO}, then=F(field)), output_field=ExactJSONField(null=True))


def _failure(row: dict[str, Any]) -> Failure | None:
    """None where it is not known any more what the condition saw."""
    content = _content(row)
    if content is None and (row["size"] or 0) <= LOOKED_INTO:
        return None
    return Failure(
        key=str(row["pk"]),
        message=row["message"],
        item=content and failure_item(content),
        at=row["started_at"],
        flow=row["action__flow__name"],
        action_id=row["action_id"],
        run_id=row["action__run_id"],
    )


def _content(row: dict[str, Any]) -> dict[str, Any] | None:
    """As the action was closed with it; else judged again from the answer, as it was when it came."""
    was_closed_by_it = row["action__status"] == Action.Status.FAILED and row["number"] == row["action__attempts_made"]
    if row["content"] and was_closed_by_it and not row["action__close_reason"]:
        return row["content"]
    if row["answer"] is None:
        return None
    # Of an answer below 400 that failed without trouble, one thing is sure: it was no JSON.
    verdict = outcome.judge(Answer(**row["answer"], message=row["message"]), json_declared=True)
    is_known = row["answer"]["status"] is not None or row["answer"].get("trouble")
    return verdict.content if is_known and not verdict.ok else None


def _judged_in_its_run(condition: str, failure: Failure, scope: Scope | None) -> Judgement:
    return judge(condition, replace(scope, map_item=failure.item)) if scope and failure.item else TOO_LARGE


def _scopes_of_runs(run_ids: list[int], steps: list[dict[str, Any]]) -> dict[int | None, Scope]:
    """What the runs saw, by their ids; runs with large data are left out."""
    sizes = Run.objects.filter(pk__in=run_ids).annotate(
        size=Length("trigger_data"), made=Sum(Length("step_results__output"))
    )
    small = [run.pk for run in sizes.only("pk") if (run.size or 0) + (run.made or 0) <= LOOKED_INTO]
    results: dict[int, list[StepResult]] = defaultdict(list)
    for result in StepResult.objects.filter(run__in=small).defer("input"):
        results[result.run_id].append(result)
    runs = Run.objects.filter(pk__in=small).select_related("flow__integration").defer("flow__draft")
    return {run.pk: scope_of(run, steps, results[run.pk]) for run in runs}
