from uuid import uuid4

from connectors.sandbox.system import Answer, Call, Problem, Refusal

COST_CODE = "cost code"


def list_cost_codes(call: Call) -> Answer:
    return Answer(200, call.store.all(COST_CODE))


def add_cost_code(call: Call) -> Answer:
    code = call.body["code"]
    if call.store.get(COST_CODE, code):
        raise Refusal(409, "Duplicate", Problem(f"Cost code {code} exists already", ("code",)))
    added = {"id": str(uuid4()), **call.body}
    call.store.put(COST_CODE, code, added)
    return Answer(201, added)
