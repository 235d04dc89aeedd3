from typing import Any

from connectors.sandbox.storage import Store
from connectors.sandbox.system import Answer, Call, find
from connectors.sandbox.vista import records
from connectors.sandbox.vista.job_phases import check_phase_exists
from connectors.sandbox.vista.jobs import open_job
from connectors.sandbox.vista.purchase_orders import HOLD, PURCHASE_ORDER, check_not_held
from connectors.sandbox.vista.refusals import broken_rule, in_use

BATCH = "batch"
LINE = "batch line"


def list_batches(call: Call) -> Answer:
    status = call.query.get("status")
    return records.page(batch for batch in call.store.all(BATCH) if status in (None, batch["status"]))


def get_batch(call: Call) -> Answer:
    return Answer(200, _find_batch(call))


def open_batch(call: Call) -> Answer:
    number = call.store.next_number(BATCH)
    batch = {
        "batchNumber": number,
        **call.body,
        "status": "Open",
        "inUseBy": None,
        "lineCount": 0,
        "lineTotal": 0,
    }
    return Answer(201, records.save(call.store, BATCH, _key(number), batch))


def list_batch_lines(call: Call) -> Answer:
    batch = _find_batch(call)
    return records.page(call.store.all(LINE, prefix=f"{_key(batch['batchNumber'])}/"))


def post_batch_line(call: Call) -> Answer:
    batch = _find_batch(call)
    _check_takes_lines(batch)
    _check_line(call.store, batch, call.body)
    number = batch["lineCount"] + 1
    line = {"batchNumber": batch["batchNumber"], "lineNumber": number, **call.body}
    key = _key(batch["batchNumber"])
    posted = records.save(call.store, LINE, f"{key}/{_key(number)}", line)
    batch |= {"lineCount": number, "lineTotal": batch["lineTotal"] + line["amount"]}
    records.save(call.store, BATCH, key, batch)
    _hold_purchase_order(call.store, batch, line)
    return Answer(201, posted)


def lock_batch(call: Call) -> Answer:
    batch = _find_batch(call)
    user = call.body["inUseBy"]
    if batch["inUseBy"] not in (None, user):
        raise _batch_in_use(batch)
    return Answer(200, records.save(call.store, BATCH, _key(batch["batchNumber"]), batch | {"inUseBy": user}))


def unlock_batch(call: Call) -> Answer:
    batch = _find_batch(call)
    records.save(call.store, BATCH, _key(batch["batchNumber"]), batch | {"inUseBy": None})
    return Answer(204, None)


def post_batch(call: Call) -> Answer:
    batch = _find_batch(call)
    _check_takes_lines(batch)
    if batch["lineCount"] == 0:
        raise broken_rule(f"{_name(batch)} has no lines to post", "batchNumber")
    for hold in call.store.all(HOLD):
        if hold["batchNumber"] == batch["batchNumber"]:
            call.store.remove(HOLD, hold["poNumber"])
    key = _key(batch["batchNumber"])
    return Answer(200, records.save(call.store, BATCH, key, batch | {"status": "Posted"}))


def _find_batch(call: Call) -> dict[str, Any]:
    number = call.path["batchNumber"]
    return dict(find(call.store, BATCH, _key(number), f"There is no batch # {number}", "batchNumber"))


def _check_takes_lines(batch: dict[str, Any]) -> None:
    if batch["status"] == "Posted":
        raise broken_rule(f"{_name(batch)} is posted and takes no more", "batchNumber")
    if batch["inUseBy"] is not None:
        raise _batch_in_use(batch)


def _check_line(store: Store, batch: dict[str, Any], line: dict[str, Any]) -> None:
    open_job(store, line["jobNumber"])
    check_phase_exists(store, line["jobNumber"], line["phaseCode"], "phaseCode")
    if "poNumber" not in line:
        return
    if store.get(PURCHASE_ORDER, line["poNumber"]) is None:
        raise broken_rule(f"There is no purchase order {line['poNumber']}", "poNumber")
    check_not_held(store, line["poNumber"], except_by=batch["batchNumber"])


def _hold_purchase_order(store: Store, batch: dict[str, Any], line: dict[str, Any]) -> None:
    if "poNumber" in line and store.get(HOLD, line["poNumber"]) is None:
        hold = {name: line[name] for name in ("poNumber", "batchNumber", "lineNumber")}
        store.put(HOLD, line["poNumber"], hold | {"month": batch["month"]})


def _batch_in_use(batch: dict[str, Any]) -> Exception:
    return in_use(
        f"Batch already in use by {batch['inUseBy']} - {_name(batch)} takes no lines until it is let go",
        "batchNumber",
        batchNumber=batch["batchNumber"],
        inUseBy=batch["inUseBy"],
    )


def _name(batch: dict[str, Any]) -> str:
    return f"{batch['month']} batch # {batch['batchNumber']}"


def _key(number: int) -> str:
    return f"{number:08d}"
