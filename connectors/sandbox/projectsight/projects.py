from typing import Any

from connectors.sandbox.storage import Store
from connectors.sandbox.system import Answer, Call, Problem, Refusal, find

PROJECT = "project"


def list_projects(call: Call) -> Answer:
    return Answer(200, call.store.all(PROJECT))


def get_project(call: Call) -> Answer:
    code = call.path["code"]
    return Answer(200, find(call.store, PROJECT, code, f"There is no project {code}", "code"))


def refer_to_project(store: Store, code: str) -> dict[str, Any]:
    """The code and name of a project, as its phases show them. Raises Refusal 422."""
    project = store.get(PROJECT, code)
    if project is None:
        problem = Problem(f"Project {code} does not exist", ("project", "code"))
        raise Refusal(422, "Unknown Project", problem)
    return {"code": project["code"], "name": project["name"]}
