from datetime import datetime
from typing import Any
from uuid import uuid4

from connectors.sandbox.projectsight.changes import record_change
from connectors.sandbox.projectsight.projects import refer_to_project
from connectors.sandbox.storage import Store
from connectors.sandbox.system import Answer, Call, Problem, Refusal, find, now

JOB_PHASE = "job phase"
ID = "job phase id"
COST_TYPES = {"L": "Labor", "M": "Material", "S": "Subcontract", "E": "Equipment", "O": "Other"}


def list_job_phases(call: Call) -> Answer:
    project_code = call.query.get("projectCode")
    phases = call.store.all(JOB_PHASE, prefix=f"{project_code}/" if project_code else "")
    if "changedSince" in call.query:
        since = datetime.fromisoformat(call.query["changedSince"].upper())
        phases = [phase for phase in phases if datetime.fromisoformat(phase["changedAt"]) >= since]
    return Answer(200, phases)


def get_job_phase(call: Call) -> Answer:
    return Answer(200, _find_phase(call))


def add_job_phase(call: Call) -> Answer:
    project = refer_to_project(call.store, call.body["project"]["code"])
    if call.store.get(JOB_PHASE, f"{project['code']}/{call.body['code']}"):
        text = f"Project {project['code']} has a phase {call.body['code']} already"
        raise Refusal(409, "Duplicate", Problem(text, ("code",)))
    moment = now()
    optional = {"status": "Active", "unit": None, "plannedStart": None, "plannedFinish": None}
    phase = {"id": str(uuid4()), **optional, **call.body, "project": project}
    phase |= {
        "costTypes": _named_cost_types(call.body.get("costTypes", [])),
        "createdAt": moment,
        "changedAt": moment,
    }
    save_phase(call.store, "added", phase)
    return Answer(201, phase)


def update_job_phase(call: Call) -> Answer:
    phase = _find_phase(call) | call.body
    phase |= {"costTypes": _named_cost_types(phase["costTypes"]), "changedAt": now()}
    save_phase(call.store, "changed", phase)
    return Answer(200, phase)


def save_phase(store: Store, change: str, phase: dict[str, Any]) -> None:
    """Store the phase and tell of it in the feed."""
    key = f"{phase['project']['code']}/{phase['code']}"
    store.put(JOB_PHASE, key, phase)
    store.put(ID, phase["id"], key)
    record_change(store, change, phase)


def _find_phase(call: Call) -> dict[str, Any]:
    phase_id = call.path["id"].lower()
    key = find(call.store, ID, phase_id, f"There is no job phase {phase_id}", "id")
    return dict(call.store.get(JOB_PHASE, key))


def _named_cost_types(cost_types: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**given, "name": COST_TYPES[given["code"]]} for given in cost_types]
