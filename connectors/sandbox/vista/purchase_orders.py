from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from connectors.sandbox.storage import Store
from connectors.sandbox.system import Answer, Call, find
from connectors.sandbox.vista import records
from connectors.sandbox.vista.job_phases import check_phase_exists
from connectors.sandbox.vista.jobs import open_job
from connectors.sandbox.vista.refusals import already_there, broken_rule, in_use
from connectors.sandbox.vista.vendors import check_vendor_exists

PURCHASE_ORDER = "purchase order"
HOLD = "purchase order hold"


def list_purchase_orders(call: Call) -> Answer:
    return records.page(
        order
        for order in call.store.all(PURCHASE_ORDER)
        if all(order[name] == wanted for name, wanted in call.query.items())
    )


def get_purchase_order(call: Call) -> Answer:
    return Answer(200, _find_order(call))


def add_purchase_order(call: Call) -> Answer:
    order = call.body
    number = order["poNumber"]
    if call.store.get(PURCHASE_ORDER, number):
        raise already_there(f"Purchase order {number} exists already", "poNumber")
    open_job(call.store, order["jobNumber"])
    check_vendor_exists(call.store, order["vendorNumber"])
    _check_lines(call.store, order)
    priced = {**order, "total": sum(line["quantity"] * line["unitCost"] for line in order["lines"])}
    added = records.add(call.store, PURCHASE_ORDER, number, "purchaseOrderId", priced)
    return Answer(201, added)


def delete_purchase_order(call: Call) -> Answer:
    number = _find_order(call)["poNumber"]
    check_not_held(call.store, number)
    call.store.remove(PURCHASE_ORDER, number)
    return Answer(204, None)


def check_not_held(store: Store, number: str, *, except_by: int | None = None) -> None:
    """Raises Refusal 409 while an open batch has lines for the purchase order."""
    hold = store.get(HOLD, number)
    if hold is None or hold["batchNumber"] == except_by:
        return
    raise in_use(
        f"PO already in use by {hold['month']} batch # {hold['batchNumber']} -"
        f" {number} is on its line {hold['lineNumber']}",
        "poNumber",
        batchNumber=hold["batchNumber"],
        poNumber=number,
    )


def _find_order(call: Call) -> dict[str, Any]:
    number = call.path["poNumber"]
    text = f"There is no purchase order {number}"
    return dict(find(call.store, PURCHASE_ORDER, number, text, "poNumber"))


def _check_lines(store: Store, order: dict[str, Any]) -> None:
    seen: set[int] = set()
    for index, line in enumerate(order["lines"]):
        if line["lineNumber"] in seen:
            raise broken_rule(f"Line number {line['lineNumber']} comes twice", "lines", str(index), "lineNumber")
        seen.add(line["lineNumber"])
        _check_distributions(line, index)
        for code in _phase_codes(line):
            check_phase_exists(store, order["jobNumber"], code, "lines", str(index), "phaseCode")


def _check_distributions(line: dict[str, Any], index: int) -> None:
    distributions = line.get("distributions")
    total = sum((Decimal(share["percent"]) for share in distributions or ()), Decimal(0))
    if distributions and total != 100:
        text = f"The distributions of line {line['lineNumber']} add up to {total} percent, not 100"
        raise broken_rule(text, "lines", str(index), "distributions", percent=total)


def _phase_codes(line: dict[str, Any]) -> Iterator[str]:
    yield line["phaseCode"]
    for share in line.get("distributions", ()):
        yield share["phaseCode"]
