from connectors.sandbox.system import Answer, Call, find
from connectors.sandbox.vista import records
from connectors.sandbox.vista.refusals import already_there

COST_CODE = "cost code"


def list_cost_codes(call: Call) -> Answer:
    active = call.query.get("active")
    return records.page(code for code in call.store.all(COST_CODE) if active in (None, code["active"]))


def add_cost_code(call: Call) -> Answer:
    code = call.body["code"]
    if call.store.get(COST_CODE, code):
        raise already_there(f"Cost code {code} exists already", "code")
    return Answer(201, records.add(call.store, COST_CODE, code, "costCodeId", {"active": True, **call.body}))


def update_cost_code(call: Call) -> Answer:
    code = call.path["code"]
    present = find(call.store, COST_CODE, code, f"There is no cost code {code}", "code")
    return Answer(200, records.save(call.store, COST_CODE, code, present | call.body))
