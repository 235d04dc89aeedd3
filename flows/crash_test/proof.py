"""Counts on both sides: what our rows say, and what the outside system saw."""

import json
import urllib.request
from typing import Any

from django.db.models import Count, F, Max, QuerySet

from flows.models import Action, Run, RunLogEntry
from integrations.models import Integration


def unfinished(acknowledged: list[int]) -> int:
    """Acknowledged runs that neither ended nor wait for a person."""
    active = Run.objects.filter(pk__in=acknowledged, status__in=Run.ACTIVE)
    return active.exclude(actions__status=Action.Status.OUTCOME_UNKNOWN).count()


def arrivals(vista_url: str) -> dict[str, dict[str, int]]:
    """{idempotency key: {"received", "applied"}} as the outside system counted."""
    with urllib.request.urlopen(f"{vista_url}/sandbox/arrivals", timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def prove(integration: Integration, acknowledged: list[int], seen: dict[str, dict[str, int]]) -> dict[str, Any]:
    """The figures of the proof; `lost`, `doubled` and `stuck` must be 0. `longest_delay` is in seconds."""
    runs = Run.objects.filter(pk__in=acknowledged)
    actions = list(Action.objects.filter(run__in=runs).select_related("action_path", "connection"))
    unknown = sum(action.status == Action.Status.OUTCOME_UNKNOWN for action in actions)
    return {
        "acknowledged": len(acknowledged),
        "succeeded": runs.filter(status=Run.Status.SUCCESS).count(),
        "failed": runs.filter(status__in=[Run.Status.FAILED, Run.Status.EXCEPTION, Run.Status.CANCELED]).count(),
        "unknown": unknown,
        "waiting": runs.filter(status__in=Run.ACTIVE).count() - unknown,
        "requests_seen_outside_per_key": _histogram(
            seen[action.idempotency_key]["received"] for action in _seen(actions, seen)
        ),
        "lost": _lost(acknowledged, actions, seen) + _forgotten(integration, seen),
        "doubled": _doubled(actions, seen) + _told_twice(integration),
        "stuck": unfinished(acknowledged),
        "longest_delay": _longest_delay(runs),
    }


def _seen(actions: list[Action], seen: dict[str, Any]) -> list[Action]:
    return [action for action in actions if action.idempotency_key in seen]


def _lost(acknowledged: list[int], actions: list[Action], seen: dict[str, Any]) -> int:
    """Runs that are gone, and actions that claim a success which never arrived."""
    gone = len(set(acknowledged)) - Run.objects.filter(pk__in=acknowledged).count()
    claimed = [action for action in actions if action.status == Action.Status.SUCCESSFUL]
    return gone + len(claimed) - len(_seen(claimed, seen))


def _forgotten(integration: Integration, seen: dict[str, Any]) -> int:
    """Requests that arrived, and no action knows of them."""
    known = Action.objects.filter(integration=integration).values_list("idempotency_key", flat=True)
    return len(set(seen).difference(known))


def _doubled(actions: list[Action], seen: dict[str, Any]) -> int:
    """Requests that arrived again though they are not safe to repeat, and second actions of one step."""
    unsafe = [action for action in _seen(actions, seen) if not action.action_path.safe_to_repeat]
    again = sum(seen[action.idempotency_key]["received"] > 1 for action in unsafe)
    return again + len(actions) - len({action.step_result_id for action in actions})


def _told_twice(integration: Integration) -> int:
    """Actions that were closed out, and runs that ended, more than once, as the runs' own logs tell."""
    log = RunLogEntry.objects.filter(run__integration=integration)
    return _repeated(log.filter(text__contains=" closed out as ")) + _repeated(log.filter(text__startswith="Ended: "))


def _repeated(entries: QuerySet[RunLogEntry]) -> int:
    return entries.values("run", "step_id").annotate(times=Count("pk")).filter(times__gt=1).count()


def _histogram(counts: Any) -> dict[str, int]:
    """{how many requests a key made: how many keys}."""
    found: dict[int, int] = {}
    for number in counts:
        found[number] = found.get(number, 0) + 1
    return {str(number): found[number] for number in sorted(found)}


def _longest_delay(runs: Any) -> float:
    """Seconds from the trigger to the end, at the worst."""
    delay = runs.aggregate(longest=Max(F("finished_at") - F("created_at")))["longest"]
    return round(delay.total_seconds(), 1) if delay else 0.0
