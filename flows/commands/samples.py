"""Samples of what steps give: kept, forgotten, and moved with their step."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from connectors import exact_json
from flows.closing import STEP_STATUSES
from flows.engine import step_output
from flows.models import Action, Flow, StepSample
from integrations.audit import record
from integrations.problems import Refused

# Characters of JSON. Larger ones help nobody who edits a step, and would be read on many pages.
KEPT_LIMIT = 1_000_000


@transaction.atomic
def keep_sample(
    *, actor, flow: Flow, step_id: str, action_path: int, status: str, output: Any, source: str
) -> StepSample:
    """Keep an output as the step's sample, instead of the one before. Raises Refused when it is too large.

    `action_path` is the id of the one that gave it.
    """
    size = len(exact_json.dumps(output))
    if size > KEPT_LIMIT:
        raise Refused(f"This answer has {size:,} characters of JSON; a sample may have {KEPT_LIMIT:,}.")
    values = {"action_path_id": action_path, "status": status, "output": output, "source": source}
    sample, _ = StepSample.objects.update_or_create(
        flow=flow, step_id=step_id, defaults={**values, "kept_by": actor, "kept_at": timezone.now()}
    )
    record(
        integration=flow.integration,
        actor=actor,
        verb="kept sample of",
        target=f"{flow.name}, step {step_id}",
        detail={"source": source},
    )
    return sample


def keep_answer(*, actor, flow: Flow, step_id: str, action: Action) -> StepSample:
    """Keep what a closed action of any flow gave. Raises Refused when it is too large."""
    return keep_sample(
        actor=actor,
        flow=flow,
        step_id=step_id,
        action_path=action.action_path_id,
        status=STEP_STATUSES[Action.Status(action.status)],
        output=step_output(action.input, action.content or {}),
        source=f"run {action.run_id}",
    )


@transaction.atomic
def forget_sample(*, actor, flow: Flow, step_id: str) -> None:
    deleted, _ = StepSample.objects.filter(flow=flow, step_id=step_id).delete()
    if deleted:
        target = f"{flow.name}, step {step_id}"
        record(integration=flow.integration, actor=actor, verb="forgot sample of", target=target)


@transaction.atomic
def move_sample(*, flow: Flow, old_id: str, new_id: str) -> None:
    """The step has another id; a sample that a deleted step of that id left goes."""
    samples = StepSample.objects.filter(flow=flow)
    samples.filter(step_id=new_id).delete()
    samples.filter(step_id=old_id).update(step_id=new_id)
