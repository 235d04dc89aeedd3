from typing import Any

from connectors.sandbox.storage import Store
from connectors.sandbox.system import Answer, Call, find
from connectors.sandbox.vista import records
from connectors.sandbox.vista.refusals import already_there, broken_rule

JOB = "job"


def list_jobs(call: Call) -> Answer:
    status = call.query.get("status")
    return records.page(job for job in call.store.all(JOB) if status in (None, job["status"]))


def get_job(call: Call) -> Answer:
    return Answer(200, _find_job(call))


def add_job(call: Call) -> Answer:
    number = call.body["jobNumber"]
    if call.store.get(JOB, number):
        raise already_there(f"Job {number} exists already", "jobNumber")
    job = {"status": "Open", "closedOn": None, "locked": False, **call.body}
    return Answer(201, records.add(call.store, JOB, number, "jobId", job))


def update_job(call: Call) -> Answer:
    job = _find_job(call) | call.body
    if job["status"] == "Open":
        job["closedOn"] = None
    return Answer(200, records.save(call.store, JOB, job["jobNumber"], job))


def open_job(store: Store, number: str) -> dict[str, Any]:
    """The job, if costs and phases may be booked on it. Raises Refusal 422."""
    job = store.get(JOB, number)
    if job is None:
        raise broken_rule(f"Job {number} does not exist", "jobNumber", jobNumber=number)
    if job["status"] == "Hard-closed":
        raise broken_rule(
            f"Job {number} is closed: hard-closed on {job['closedOn'] or 'an unknown day'}",
            "jobNumber",
            jobNumber=number,
            status=job["status"],
            closedOn=job["closedOn"],
        )
    if job["locked"]:
        raise broken_rule(
            f"Job {number} is locked by the accountants until the month is closed",
            "jobNumber",
            jobNumber=number,
        )
    return dict(job)


def _find_job(call: Call) -> dict[str, Any]:
    number = call.path["jobNumber"]
    return dict(find(call.store, JOB, number, f"There is no job {number}", "jobNumber"))
