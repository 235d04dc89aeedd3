"""What ProjectSight sample holds when it is first started.

The phases added or changed in the week of 16 November 2026 are the ones that the webhook sends
(`documents/job-phases-changed.json`). The last one belongs to a project that the accountants closed.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from connectors.sandbox.projectsight.cost_codes import COST_CODE
from connectors.sandbox.projectsight.job_phases import COST_TYPES, save_phase
from connectors.sandbox.projectsight.projects import PROJECT, refer_to_project
from connectors.sandbox.storage import Store

LONG_AGO = "2026-08-03T13:00:00.000Z"


def seed(store: Store) -> None:
    for code, name, status, starts_on, manager in (
        ("1001", "Riverside Bridge Rehabilitation", "Active", "2026-03-02", "Dana Whitfield"),
        ("1002", "Harbor Logistics Center", "Active", "2026-05-18", "Luis Ortega"),
        ("1003", "North Campus Parking Deck", "Active", "2025-02-10", None),
    ):
        project = {"id": _id(code), "code": code, "name": name, "status": status}
        store.put(PROJECT, code, {**project, "startsOn": starts_on, "manager": manager})
    for code, description, cost_type in (
        ("02100", "Site preparation labor", "L"),
        ("03300", "Ready-mix concrete", "M"),
        ("05100", "Structural steel", "M"),
    ):
        record = {"id": _id(f"cost-code/{code}"), "code": code, "description": description}
        store.put(COST_CODE, code, {**record, "costType": cost_type})
    _seed_phases(store)


def _seed_phases(store: Store) -> None:
    _add(store, "1001", "02-100", "Site preparation", "LS", {"L": "38000.00", "E": "52500.00"})
    _add(store, "1001", "31-600", "Drilled caissons", "LF", {"S": "684000.00"})
    _add(store, "1002", "02-100", "Site preparation", "LS", {"L": "61000.00", "E": "74000.00"})
    _add(store, "1002", "03-300", "Cast-in-place concrete", "CY", {"L": "192000.00", "M": "305500.00"})
    _add(store, "1002", "07-500", "Membrane roofing", "SF", {"S": "418750.00"})
    _add(store, "1002", "08-300", "Dock doors", "EA", {"M": "96400.00", "S": "31200.00"})
    _add(store, "1003", "02-100", "Site preparation", "LS", {"L": "27000.00"})
    _add(
        store,
        "1001",
        "03-300",
        "Cast-in-place concrete, piers 1 to 4",
        "CY",
        {"L": "84500.00", "M": "126750.50", "E": "18200.00"},
        hours={"L": 1300},
        changed="2026-11-17T09:12:40.000Z",
    )
    _add(
        store,
        "1001",
        "03-600",
        "Grouting of bearings",
        None,
        {"L": "9450.00", "M": "3120.25"},
        hours={"L": 180},
        created="2026-11-17T09:20:05.000Z",
    )
    _add(
        store,
        "1001",
        "05-120",
        "Structural steel repair",
        "TON",
        {"L": "142000.00", "M": "265300.00", "S": "48000.00"},
        hours={"L": 2150},
        created="2026-11-18T14:02:31.000Z",
    )
    _add(
        store,
        "1002",
        "05-100",
        "Structural steel framing",
        "TON",
        {"L": "318500.00", "M": "1287400.75"},
        hours={"L": 4900},
        changed="2026-11-19T16:45:10.000Z",
    )
    _add(
        store,
        "1003",
        "32-120",
        "Asphalt overlay, level 2",
        "SF",
        {"S": "57800.00"},
        created="2026-11-20T08:30:00.000Z",
    )


def _add(
    store: Store,
    project_code: str,
    code: str,
    description: str,
    unit: str | None,
    budgets: Mapping[str, str],
    *,
    hours: Mapping[str, int] | None = None,
    created: str = LONG_AGO,
    changed: str | None = None,
) -> None:
    phase: dict[str, Any] = {
        "id": _id(f"{project_code}/{code}"),
        "project": refer_to_project(store, project_code),
        "code": code,
        "description": description,
        "status": "Active",
        "unit": unit,
        "plannedStart": "2026-12-01",
        "plannedFinish": None,
        "costTypes": [_cost_type(kind, amount, (hours or {}).get(kind)) for kind, amount in budgets.items()],
        "createdAt": created,
        "changedAt": changed or created,
    }
    save_phase(store, "changed" if changed else "added", phase)


def _cost_type(code: str, budget: str, hours: int | None) -> dict[str, Any]:
    return {"code": code, "name": COST_TYPES[code], "budget": Decimal(budget), "hours": hours}


def _id(name: str) -> str:
    """The same ids on every machine."""
    return str(uuid5(NAMESPACE_URL, f"projectsight-sample/{name}"))
