"""Samples of data for a step that is being edited: past runs, an example of the schema, pasted JSON."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, F, When
from django.db.models.functions import Length

from connectors import exact_json
from connectors.fields import ExactJSONField
from connectors.models import ActionPath
from flows import statuses
from flows.catalog import Catalog
from flows.definition.examples import example_of
from flows.engine import step_output
from flows.expressions import Scope
from flows.models import Flow, Run, StepResult
from flows.queries.kept_samples import kept_results
from flows.scopes import scope_of
from flows.steps import EXECUTIONS

RUNS_OFFERED = 20
EXAMPLE, PASTED, RUN = "example", "pasted", "run-"
PASTED_LIMIT = 5 * 1024 * 1024
# Characters of JSON; the fields of larger data are not collected, for a page must not wait for it.
LOOKED_INTO = 20_000


class SampleError(ValueError):
    """The sample can't be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`key` is "example", "pasted", or "run-" and the number of a run; `pasted` the trigger data as typed."""

    key: str
    pasted: str = ""

    @property
    def run_id(self) -> int | None:
        number = self.key.removeprefix(RUN)
        return int(number) if self.key.startswith(RUN) and number.isdecimal() and len(number) < 19 else None


def runs_offered(flow: Flow) -> list[Run]:
    """The newest runs, without their payloads."""
    return list(flow.runs.only("id", "flow_id", "status", "created_at")[:RUNS_OFFERED])


def sample_scope(flow: Flow, position: int, sample: Sample) -> tuple[Scope, list[str]]:
    """What the step at `position` of the draft would see, and what of it is assumed, in words. Raises SampleError.

    A step before it that the sample knows nothing of gives its kept sample, or what it makes of
    this one, or an example of what its action path declares. `flow` comes with its integration.
    """
    steps = flow.draft["steps"]
    earlier = steps[:position]
    run = _run(flow, sample)
    names = [step["id"] for step in earlier]
    results = StepResult.objects.filter(run=run.pk, step_id__in=names) if run.pk and names else ()
    scope = scope_of(run, steps, results)
    return _completed(scope, flow, earlier)


def recent_triggers(runs: list[Run]) -> list[Any]:
    """What the runs were started with, newest first; the large ones are left out."""
    rows = Run.objects.filter(pk__in=[run.pk for run in runs]).annotate(size=Length(F("trigger_data")))
    return list(rows.filter(size__lte=LOOKED_INTO).order_by("-id").values_list("trigger_data", flat=True))


def recent_outputs(runs: list[Run], step_ids: list[str]) -> dict[str, list[Any]]:
    """What each step gave in the runs, newest first; None where a run ended without it.

    Left out is a run that may still come to the step, and one in which the step gave something large.
    """
    if not runs or not step_ids:
        return {}
    small = Case(When(size__lte=LOOKED_INTO, then=F("output")), output_field=ExactJSONField(null=True))
    results = StepResult.objects.filter(run__in=[run.pk for run in runs], step_id__in=step_ids, output__isnull=False)
    rows = results.annotate(size=Length(F("output")), small=small).values_list("run_id", "step_id", "small")
    # What is not small came as None.
    found = {(run, step): [] if output is None else [output] for run, step, output in rows}
    without = {run.pk: [None] if run.is_finished else [] for run in runs}
    return {
        step: [output for run in runs for output in found.get((run.pk, step), without[run.pk])] for step in step_ids
    }


def declared_outputs(steps: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any] | None]:
    """The output schemas of the steps' action paths, by connector and key; one query."""
    wanted = {_target(step) for step in steps if step["kind"] == "connector_action"} - {("", "")}
    if not wanted:
        return {}
    slugs, keys = zip(*wanted, strict=True)
    rows = ActionPath.objects.filter(connector__slug__in=slugs, key__in=keys)
    found = rows.values_list("connector__slug", "key", "output_schema")
    return {(slug, key): schema for slug, key, schema in found if (slug, key) in wanted}


def _run(flow: Flow, sample: Sample) -> Run:
    """A stored run, or one that was never stored."""
    if sample.key == EXAMPLE:
        schema = flow.draft["trigger"].get("input_schema")
        return Run(flow=flow, trigger_data=example_of(schema) if schema else {})
    if sample.key == PASTED:
        return Run(flow=flow, trigger_data=_parsed(sample.pasted))
    found = Run.objects.filter(flow=flow, pk=sample.run_id).first() if sample.run_id is not None else None
    if found is None:
        raise SampleError("That run is not there any more. Choose another sample.")
    found.flow = flow
    return found


def _parsed(text: str) -> Any:
    if len(text) > PASTED_LIMIT:
        raise SampleError(f"The pasted JSON has {len(text):,} characters; a sample may have {PASTED_LIMIT:,}.")
    if not text.strip():
        raise SampleError("Paste the JSON that the trigger would get.")
    try:
        return exact_json.loads(text)
    except exact_json.JSONError as error:
        raise SampleError(f"The pasted JSON can't be read: {error}.") from None


def _completed(scope: Scope, flow: Flow, earlier: list[dict[str, Any]]) -> tuple[Scope, list[str]]:
    unknown = [step for step in earlier if step["id"] not in scope.steps]
    kept = kept_results(flow, [step for step in unknown if step["kind"] == "connector_action"])
    declared = declared_outputs([step for step in unknown if step["id"] not in kept])
    catalog = Catalog(flow.integration_id)
    for step in unknown:
        made = kept.get(step["id"]) or _made(step, scope, catalog, declared)
        if made is not None:
            scope = replace(scope, steps={**scope.steps, step["id"]: made})
    sent = [step for step in unknown if step["kind"] == "connector_action"]
    with_kept = [step["name"] for step in sent if step["id"] in kept]
    without = [step["name"] for step in sent if step["id"] not in kept]
    assumed = [(with_kept, "its kept sample"), (without, "an example of what its action path declares")]
    return scope, [_say_assumed(names, what) for names, what in assumed if names]


def _say_assumed(names: list[str], what: str) -> str:
    whose = "its output here" if len(names) == 1 else "the output of each here"
    return f"{', '.join(names)} sent nothing for this sample: {whose} is {what}."


def _made(step: dict[str, Any], scope: Scope, catalog: Catalog, declared: dict) -> dict[str, Any] | None:
    if step["kind"] == "connector_action":
        schema = declared.get(_target(step))
        content = {"status": 200, "data": example_of(schema) if schema else {}}
        return {"status": statuses.ACTION_HANDLED_SUCCESSFUL, "output": step_output({}, content)}
    finished = EXECUTIONS[step["kind"]].execute(step["settings"], scope, catalog)
    if finished.status != statuses.SUCCESSFUL:
        return None
    return {"status": finished.status, "output": finished.output}


def _target(step: dict[str, Any]) -> tuple[str, str]:
    return step["settings"]["connector"], step["settings"]["action_path"]
