"""What Vista sample holds when it is first started."""

from decimal import Decimal
from typing import Any

from connectors.sandbox.storage import Store
from connectors.sandbox.vista import batches, cost_codes, job_phases, jobs, purchase_orders, vendors

UPDATED_AT = "2026-11-02T06:30:00.000Z"


def seed(store: Store) -> None:
    _seed_jobs(store)
    _seed_job_phases(store)
    _seed_cost_codes(store)
    _seed_vendors(store)
    _seed_purchase_orders(store)
    _seed_batches(store)


def _seed_jobs(store: Store) -> None:
    for number, description, status, closed_on, locked, amount in (
        ("1001", "Riverside Bridge Rehabilitation", "Open", None, False, "18450000.00"),
        ("1002", "Harbor Logistics Center", "Open", None, False, "32700000.00"),
        ("1003", "North Campus Parking Deck", "Hard-closed", "2026-09-30", False, "9125000.00"),
        ("1004", "Elm Street Library", "Open", None, True, "2450000.00"),
    ):
        job = {
            "jobNumber": number,
            "description": description,
            "status": status,
            "closedOn": closed_on,
            "locked": locked,
            "contractAmount": Decimal(amount),
        }
        _add(store, jobs.JOB, number, "jobId", job)


def _seed_job_phases(store: Store) -> None:
    for job_number, code, description, unit, budgets in (
        ("1001", "02-100", "Site preparation", "LS", {"L": "38000.00", "E": "52500.00"}),
        ("1001", "03-300", "Cast-in-place concrete", "CY", {"L": "80000.00", "M": "118000.00"}),
        ("1002", "02-100", "Site preparation", "LS", {"L": "61000.00", "E": "74000.00", "S": "22000.00"}),
        ("1002", "05-100", "Structural steel framing", "TON", {"L": "310000.00", "M": "1240000.00"}),
        ("1003", "03-300", "Cast-in-place concrete", "CY", {"L": "210000.00", "M": "365000.00"}),
    ):
        phase = {
            "jobNumber": job_number,
            "phaseCode": code,
            "description": description,
            "status": "Active",
            "unitOfMeasure": unit,
            "costTypes": [{"costType": kind, "budgetAmount": Decimal(amount)} for kind, amount in budgets.items()],
        }
        _add(store, job_phases.JOB_PHASE, job_phases.phase_key(job_number, code), "jobPhaseId", phase)


def _seed_cost_codes(store: Store) -> None:
    for code, description, cost_type, unit in (
        ("02100", "Site preparation labor", "L", "HR"),
        ("03300", "Ready-mix concrete", "M", "CY"),
        ("05100", "Structural steel", "M", "TON"),
        ("26100", "Electrical subcontract", "S", "LS"),
    ):
        record = {
            "code": code,
            "description": description,
            "costType": cost_type,
            "unitOfMeasure": unit,
            "active": True,
        }
        _add(store, cost_codes.COST_CODE, code, "costCodeId", record)


def _seed_vendors(store: Store) -> None:
    granite = {
        "vendorNumber": 20101,
        "name": "Granite State Concrete",
        "email": "billing@granite.example",
        "phone": "+1 603 555 0142",
        "paymentTerms": "NET30",
        "onHold": False,
        "address": {"street": "12 Quarry Road", "city": "Concord", "state": "NH", "country": "US"},
        "payment": {"method": "check", "payableTo": "Granite State Concrete, Inc."},
    }
    blue_ridge = {
        "vendorNumber": 20102,
        "name": "Blue Ridge Steel",
        "paymentTerms": "NET60",
        "onHold": False,
        "payment": {"method": "ach", "routingNumber": "021000021", "accountNumber": "000123456789"},
    }
    for vendor in (granite, blue_ridge):
        _add(store, vendors.VENDOR, f"{vendor['vendorNumber']:06d}", "vendorId", vendor)


def _seed_purchase_orders(store: Store) -> None:
    for number, vendor, job, phase, description, quantity, unit, unit_cost in (
        ("PO-4501", 20101, "1001", "03-300", "Ready-mix concrete, 4000 psi", 840, "CY", "139.50"),
        ("PO-4502", 20102, "1002", "05-100", "Wide-flange beams", 310, "TON", "2875.00"),
    ):
        line = {
            "lineNumber": 1,
            "description": description,
            "phaseCode": phase,
            "costType": "M",
            "quantity": quantity,
            "unitOfMeasure": unit,
            "unitCost": Decimal(unit_cost),
        }
        order = {
            "poNumber": number,
            "vendorNumber": vendor,
            "jobNumber": job,
            "orderedOn": "2026-10-12",
            "lines": [line],
            "total": quantity * Decimal(unit_cost),
        }
        _add(store, purchase_orders.PURCHASE_ORDER, number, "purchaseOrderId", order)


def _seed_batches(store: Store) -> None:
    """An open batch that takes lines, and an old one that somebody never finished: it holds PO-4501."""
    line = {
        "batchNumber": 2827,
        "lineNumber": 1,
        "poNumber": "PO-4501",
        "jobNumber": "1001",
        "phaseCode": "03-300",
        "costType": "M",
        "actualDate": "2024-04-18",
        "amount": Decimal("5580.00"),
        "updatedAt": UPDATED_AT,
    }
    store.put(batches.LINE, "00002827/00000001", line)
    store.put(
        purchase_orders.HOLD,
        "PO-4501",
        {"poNumber": "PO-4501", "batchNumber": 2827, "lineNumber": 1, "month": "4/24"},
    )
    _put_batch(store, 2827, "4/24", "Concrete receipts", "K. Miller", 1, line["amount"])
    _put_batch(store, 2828, "11/26", "November receipts", None, 0, 0)
    store.start_numbers_after(batches.BATCH, 2828)


def _put_batch(
    store: Store, number: int, month: str, description: str, user: str | None, lines: int, total: Any
) -> None:
    batch = {
        "batchNumber": number,
        "month": month,
        "source": "PO Entry",
        "description": description,
        "status": "Open",
        "inUseBy": user,
        "lineCount": lines,
        "lineTotal": total,
        "updatedAt": UPDATED_AT,
    }
    store.put(batches.BATCH, f"{number:08d}", batch)


def _add(store: Store, kind: str, key: str, number_name: str, record: dict[str, Any]) -> None:
    store.put(kind, key, {number_name: store.next_number(kind), **record, "updatedAt": UPDATED_AT})
