"""Samples of what steps gave that people kept: they stand in for steps of which no run knows anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Length

from connectors.fields import ExactJSONField
from flows.models import Flow, StepSample

# Characters of JSON; the fields of a larger sample are not collected, for a page must not wait for it.
LOOKED_INTO = 200_000

Steps = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class KeptSample:
    """`output` is None where it is too large to look into."""

    source: str
    kept_at: datetime
    kept_by: Any
    output: Any


def kept_results(flow: Flow, steps: Steps) -> dict[str, dict[str, Any]]:
    """{step id: {"status", "output"}} of those steps that have a sample; one query."""
    found = _counting(_samples(flow, steps), steps)
    return {sample.step_id: {"status": sample.status, "output": sample.output} for sample in found}


def kept_samples(flow: Flow, steps: Steps) -> dict[str, KeptSample]:
    """The samples by step id, in one query."""
    small = Case(When(size__lte=LOOKED_INTO, then=F("output")), output_field=ExactJSONField(null=True))
    rows = _samples(flow, steps).defer("output").annotate(size=Length(F("output")))
    found = _counting(rows.annotate(small=small), steps)
    return {row.step_id: KeptSample(row.source, row.kept_at, row.kept_by, row.small) for row in found}


def _samples(flow: Flow, steps: Steps) -> QuerySet[StepSample]:
    heavy = ("action_path__openapi", "action_path__input_schema", "action_path__output_schema")
    ids = [step["id"] for step in steps]
    rows = StepSample.objects.filter(flow=flow, step_id__in=ids) if ids else StepSample.objects.none()
    return rows.select_related("action_path__connector", "kept_by").defer(*heavy)


def _counting(samples: Iterable[Any], steps: Steps) -> list[Any]:
    """Those whose step still has the action path that gave them."""
    targets = {step["id"]: (step["settings"].get("connector"), step["settings"].get("action_path")) for step in steps}
    return [
        sample
        for sample in samples
        if (sample.action_path.connector.slug, sample.action_path.key) == targets[sample.step_id]
    ]
