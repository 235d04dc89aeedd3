from typing import Any

from connectors.sandbox.storage import Store
from connectors.sandbox.system import Answer, Call, find
from connectors.sandbox.vista import records
from connectors.sandbox.vista.refusals import already_there, broken_rule

VENDOR = "vendor"


def list_vendors(call: Call) -> Answer:
    return records.page(_shown(vendor) for vendor in call.store.all(VENDOR))


def get_vendor(call: Call) -> Answer:
    return Answer(200, _shown(_find_vendor(call)))


def add_vendor(call: Call) -> Answer:
    number = call.body["vendorNumber"]
    if call.store.get(VENDOR, _key(number)):
        raise already_there(f"Vendor {number} exists already", "vendorNumber")
    added = records.add(call.store, VENDOR, _key(number), "vendorId", {"onHold": False, **call.body})
    return Answer(201, _shown(added))


def update_vendor(call: Call) -> Answer:
    present = _find_vendor(call)
    kept = {name: present[name] for name in ("vendorId", "vendorNumber")}
    vendor = {**kept, "onHold": False, **call.body}
    return Answer(200, _shown(records.save(call.store, VENDOR, _key(present["vendorNumber"]), vendor)))


def check_vendor_exists(store: Store, number: int) -> None:
    """Raises Refusal 422 when there is no such vendor."""
    if store.get(VENDOR, _key(number)) is None:
        raise broken_rule(f"Vendor {number} does not exist", "vendorNumber", vendorNumber=number)


def _find_vendor(call: Call) -> dict[str, Any]:
    number = call.path["vendorNumber"]
    return dict(find(call.store, VENDOR, _key(number), f"There is no vendor {number}", "vendorNumber"))


def _key(number: int) -> str:
    return f"{number:06d}"


def _shown(vendor: dict[str, Any]) -> dict[str, Any]:
    """The vendor without its account number, which is taken but never given out."""
    if "payment" not in vendor:
        return vendor
    payment = {name: value for name, value in vendor["payment"].items() if name != "accountNumber"}
    return {**vendor, "payment": payment}
