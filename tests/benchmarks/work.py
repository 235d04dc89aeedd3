"""The work that is measured: the trigger's data, what is mapped from them, and the system it goes to.

A trigger of about 1 kB; ten properties; one POST. `ref` and `sent_ns` come through every mapping
unchanged: by them the target counts arrivals and knows how long each took.
"""

import json
from time import monotonic_ns
from typing import Any

PROJECT = {"code": "P-10023", "name": "Harbour Bridge Rehabilitation", "company": "1", "region": "North West"}
COST_TYPES = [
    {"type": "L", "description": "Labour", "budget": 12500.5, "hours": 320},
    {"type": "M", "description": "Material", "budget": 48210.75, "hours": 0},
    {"type": "E", "description": "Equipment", "budget": 9100, "hours": 64},
]
PHASE = {"code": "03-100", "description": "Concrete footings, east abutment", "unit": "CY", "costTypes": COST_TYPES}
USER = {"id": "u-5521", "name": "Dana Whitfield", "email": "dana.whitfield@example.com"}
NOTES = (
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore "
    "et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris."
)
TRIGGER = {
    "event": "job_phase.updated",
    "status": "open",
    "source": "ProjectSight v2",
    "project": PROJECT,
    "phase": PHASE,
    "updatedBy": USER,
    "tags": ["budget", "approved", "q3"],
    "notes": NOTES,
}

# {property: expression}; every one a plain path.
PATHS = {
    "ref": "flow.trigger.data.id",
    "sent_ns": "flow.trigger.data.sent_ns",
    "phaseCode": "flow.trigger.data.phase.code",
    "phaseDescription": "flow.trigger.data.phase.description",
    "projectCode": "flow.trigger.data.project.code",
    "projectName": "flow.trigger.data.project.name",
    "status": "flow.trigger.data.status",
    "updatedBy": "flow.trigger.data.updatedBy.email",
    "tags": "flow.trigger.data.tags",
    "costTypes": "flow.trigger.data.phase.costTypes",
}
# The same ten, eight of them with a library or plain JavaScript.
PROGRAMS = {
    "ref": "flow.trigger.data.id",
    "sent_ns": "flow.trigger.data.sent_ns",
    "phaseCode": "_.padEnd(flow.trigger.data.phase.code, 10, '0')",
    "phaseDescription": "_.truncate(flow.trigger.data.phase.description, {length: 20})",
    "projectCode": "`${flow.trigger.data.project.company}/${flow.trigger.data.project.code}`",
    "projectName": "flow.trigger.data.project.name.toUpperCase()",
    "status": "_.get(flow.trigger.data, 'status', 'closed')",
    "updatedBy": "dayjs('2026-03-01').add(flow.trigger.data.phase.costTypes[0].hours, 'hour').format('YYYY-MM-DD')",
    "tags": "_.sortBy(flow.trigger.data.tags)",
    "costTypes": "_.filter(flow.trigger.data.phase.costTypes, (cost) => cost.budget > 10000)",
}
# The ten, and everything large that came with the trigger.
EVERYTHING = PATHS | {"rows": "flow.trigger.data.rows"}

COST_TYPE_SCHEMA = {
    "type": "object",
    "required": ["type", "budget"],
    "properties": {
        "type": {"type": "string", "maxLength": 1},
        "description": {"type": "string"},
        "budget": {"type": "number", "minimum": 0},
        "hours": {"type": "number"},
    },
}
INPUT_SCHEMA = {
    "type": "object",
    "required": ["ref", "phaseCode", "projectCode"],
    "properties": {
        "ref": {"type": "string"},
        "sent_ns": {"type": "string", "pattern": "^[0-9]+$"},
        "phaseCode": {"type": "string", "maxLength": 20},
        "phaseDescription": {"type": "string"},
        "projectCode": {"type": "string"},
        "projectName": {"type": "string"},
        "status": {"type": "string", "enum": ["open", "closed"]},
        "updatedBy": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "costTypes": {"type": "array", "items": COST_TYPE_SCHEMA},
        "rows": {"type": "array"},
    },
}
ANSWER = {
    "ok": True,
    "id": "T-1",
    "status": "ACCEPTED",
    "received": "2026-01-01T00:00:00Z",
    "echo": {"phase": "03-100", "job": "P-10023", "lines": [1, 2, 3]},
}
ROW = {"code": "03-100-1", "desc": "Line item description text", "qty": 12.5, "rate": 101.25, "ok": True}


def trigger_body(ref: str, padding: int = 0) -> bytes:
    """A trigger as it is posted, stamped with this moment; `padding` adds about so many bytes of rows."""
    data: dict[str, Any] = {"id": ref, "sent_ns": "", **TRIGGER}
    if padding:
        data["rows"] = [ROW] * (padding // (len(json.dumps(ROW)) + 2))
    text = json.dumps(data)
    # Stamped last: writing megabytes of JSON is no part of the measured time.
    return text.replace('"sent_ns": ""', f'"sent_ns": "{monotonic_ns()}"', 1).encode()


def mapped(data: dict[str, Any]) -> dict[str, Any]:
    """What PATHS makes of a trigger, in plain Python; `rows` as well when there are any."""
    result = {
        "ref": data["id"],
        "sent_ns": data["sent_ns"],
        "phaseCode": data["phase"]["code"],
        "phaseDescription": data["phase"]["description"],
        "projectCode": data["project"]["code"],
        "projectName": data["project"]["name"],
        "status": data["status"],
        "updatedBy": data["updatedBy"]["email"],
        "tags": data["tags"],
        "costTypes": data["phase"]["costTypes"],
    }
    return result | {"rows": data["rows"]} if "rows" in data else result


def openapi_document() -> dict[str, Any]:
    """The target, as its maker would describe it: one operation that is not safe to repeat."""
    body = {"required": True, "content": {"application/json": {"schema": INPUT_SCHEMA}}}
    answer = {"description": "Accepted", "content": {"application/json": {"schema": {"type": "object"}}}}
    operation = {
        "operationId": "addPhase",
        "tags": ["Phases"],
        "summary": "Add a phase",
        "requestBody": body,
        "responses": {"200": answer},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Target", "version": "1"},
        "servers": [{"url": "http://127.0.0.1"}],
        "paths": {"/phases": {"post": operation}},
    }
