"""Decides, after a failed attempt, whether and when the action is tried again."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from connectors.client import Answer
from connectors.outcome import Verdict
from flows import retries
from flows.conditions.judging import failure_item, judge
from flows.engine import definition_of
from flows.expressions import Scope
from flows.models import Action, Run
from flows.scopes import scope_of


@dataclass(frozen=True, slots=True)
class Retry:
    """`due_at` is None when there is no retry; `message` is for the run log."""

    due_at: datetime | None
    message: str = ""


def decide(action: Action, verdict: Verdict, answer: Answer | None, now: datetime) -> Retry:
    """Sets `first_failed_at` on the action at its first failure; the caller saves it."""
    if verdict.ok:
        return Retry(None)
    action.first_failed_at = action.first_failed_at or now
    policy = action.retry_policy
    if policy is None:
        return Retry(None)
    refusal = _refusal(action, policy["error_condition"], verdict)
    if refusal:
        return Retry(None, f"{verdict.message} {refusal}")
    return _planned(action, policy, verdict, answer, now)


def _planned(action: Action, policy: dict, verdict: Verdict, answer: Answer | None, now: datetime) -> Retry:
    asked = answer.headers.get("retry-after") if answer else None
    due_at = retries.next_due(
        policy,
        retries_done=action.retries_done,
        first_failed_at=action.first_failed_at or now,
        failed_at=now,
        retry_after=retries.parse_retry_after(asked, now),
    )
    if due_at is None:
        return Retry(None, f"{verdict.message} The retry policy has no further try within its 24 hours.")
    number = action.retries_done + 1
    when = f"{timezone.localtime(due_at):%Y-%m-%d %H:%M %Z}"
    return Retry(due_at, f"{verdict.message} Retry {number} of {policy['attempts']} is due at {when}.")


def _refusal(action: Action, condition: str, verdict: Verdict) -> str:
    """Why the error condition forbids a retry; empty when it is true."""
    judgement = judge(condition, _scope(action, verdict))
    if judgement.matches:
        return ""
    return f"No retry: the error condition {judgement.problem or 'is false.'}"


def _scope(action: Action, verdict: Verdict) -> Scope:
    run = Run.objects.select_related("flow__integration").defer("flow__draft").get(pk=action.run_id)
    steps = definition_of(run.version_id)["steps"]
    return scope_of(run, steps, run.step_results.all(), map_item=failure_item(verdict.content))
