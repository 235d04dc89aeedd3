"""An action path that has failed before, through the engine itself and a server of the test's own."""

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from connectors import exact_json
from flows import lane
from tests.making import (
    action_step,
    make_action_path,
    make_connection,
    make_connector,
    make_flow,
    make_run,
)

BUSY = (503, {"message": "Batch 12 is in use by another user.", "batch": {"in use by": "Ünal", "lines": 3, "to": None}})
CLOSED = (422, {"title": "The job is closed", "errors": [{"message": "Job 100 takes no more phases."}]})
ANSWERS = {"09-503": BUSY, "09-422": CLOSED, "03-100": (201, {"id": 4711})}


def make_failing_flow(integration, httpserver: HTTPServer, *codes: str):
    """A flow to one action path, published, with a run for each of the codes."""
    httpserver.expect_request("/phases").respond_with_handler(_answer)
    connection = make_connection(integration, make_connector("Vista sample"), httpserver.url_for(""), name="Vista")
    action_path = make_action_path(connection.connector, key="job-cost/phases/add")
    step = action_step(connection, action_path)
    flow = make_flow(integration, step, name="Job phases to Vista")
    for code in codes:
        make_run(flow, {"code": code})
        lane.work()
    return flow


def _answer(request: Request) -> Response:
    status, body = ANSWERS[exact_json.loads(request.get_data())["code"]]
    return Response(exact_json.to_bytes(body), status=status, content_type="application/json")
