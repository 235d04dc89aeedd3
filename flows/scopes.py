"""What the expressions of a run can see, built from its rows."""

from collections.abc import Iterable
from typing import Any

from flows.expressions import MISSING, Scope
from flows.models import Run, StepResult


def scope_of(run: Run, steps: list[dict[str, Any]], results: Iterable[StepResult], *, map_item: Any = MISSING) -> Scope:
    """`run` comes with its flow and integration selected."""
    integration = run.flow.integration
    return Scope(
        trigger={"data": run.trigger_data, "event": run.trigger_event},
        steps={result.step_id: {"status": result.status, "output": result.output} for result in results},
        config=integration.config,
        workspace={"id": str(integration.pk), "name": integration.name},
        flow={
            "registrationId": str(run.flow_id),
            "url": f"/integrations/{integration.slug}/flows/{run.flow.slug}/",
        },
        step_ids=tuple(step["id"] for step in steps),
        map_item=map_item,
    )
