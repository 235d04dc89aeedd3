from collections import Counter
from typing import Any

from connectors.sandbox.storage import Store
from connectors.sandbox.system import Answer, Call, find
from connectors.sandbox.vista import records
from connectors.sandbox.vista.jobs import open_job
from connectors.sandbox.vista.refusals import broken_rule

JOB_PHASE = "job phase"


def list_job_phases(call: Call) -> Answer:
    job_number = call.query.get("jobNumber")
    return records.page(call.store.all(JOB_PHASE, prefix=f"{job_number}/" if job_number else ""))


def get_job_phase(call: Call) -> Answer:
    job_number, code = call.path["jobNumber"], call.path["phaseCode"]
    text = f"Job {job_number} has no phase {code}"
    return Answer(200, find(call.store, JOB_PHASE, phase_key(job_number, code), text, "phaseCode"))


def upsert_job_phase(call: Call) -> Answer:
    phase = call.body
    open_job(call.store, phase["jobNumber"])
    _check_cost_types_come_once(phase)
    key = phase_key(phase["jobNumber"], phase["phaseCode"])
    present = call.store.get(JOB_PHASE, key)
    if present is None:
        inserted = records.add(call.store, JOB_PHASE, key, "jobPhaseId", {"status": "Active", **phase})
        return Answer(201, {"operation": "inserted", **inserted})
    updated = records.save(call.store, JOB_PHASE, key, present | phase)
    return Answer(200, {"operation": "updated", **updated})


def check_phase_exists(store: Store, job_number: str, code: str, *source: str) -> None:
    """Raises Refusal 422 when the job has no such phase."""
    if store.get(JOB_PHASE, phase_key(job_number, code)) is None:
        raise broken_rule(f"Job {job_number} has no phase {code}", *source, jobNumber=job_number, phaseCode=code)


def phase_key(job_number: str, code: str) -> str:
    return f"{job_number}/{code}"


def _check_cost_types_come_once(phase: dict[str, Any]) -> None:
    counts = Counter(budget["costType"] for budget in phase.get("costTypes", ()))
    for cost_type, count in counts.items():
        if count > 1:
            raise broken_rule(f"Cost type {cost_type} comes {count} times", "costTypes", costType=cost_type)
