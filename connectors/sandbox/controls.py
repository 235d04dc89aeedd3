"""What a sample system offers beside its API: its document, faults on demand, the log of what arrived.

These addresses ask for no log-in, are not logged, and are no part of the OpenAPI document.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from connectors import exact_json
from connectors.sandbox import sending
from connectors.sandbox.arrivals import clear_arrivals, count_by_key, list_arrivals

if TYPE_CHECKING:
    from connectors.sandbox.application import SampleApplication


def answer(application: "SampleApplication", request: Request) -> Response | None:
    """The answer of a control, or None when the address belongs to the API."""
    document_path = f"/openapi{application.system.document.suffix}"
    if request.path == document_path and request.method == "GET":
        return _document(application, request)
    if request.path == "/" and request.method == "GET":
        return _json(200, _welcome(application.system.name, document_path))
    if not request.path.startswith("/sandbox/"):
        return None
    control = CONTROLS.get((request.method, request.path))
    if control is None:
        offered = ", ".join(f"{method} {path}" for method, path in CONTROLS)
        return _json(404, {"error": f"No such control: {request.method} {request.path}. Offered: {offered}"})
    try:
        return control(application, request)
    except ValueError as error:
        return _json(400, {"error": str(error)})


def _document(application: "SampleApplication", request: Request) -> Response:
    text = application.contract.text.replace(application.system.default_address, request.host_url.rstrip("/"))
    kind = "application/json" if application.system.document.suffix == ".json" else "application/yaml"
    return Response(text, content_type=f"{kind}; charset=utf-8")


def _welcome(name: str, document_path: str) -> dict[str, Any]:
    return {
        "name": name,
        "about": "A sample system shipped with Throughline; nothing in it is real.",
        "document": document_path,
        "controls": [f"{method} {path}" for method, path in CONTROLS],
    }


def _add_fault(application: "SampleApplication", request: Request) -> Response:
    return _json(201, asdict(application.faults.add(_body(request))))


def _list_faults(application: "SampleApplication", request: Request) -> Response:
    return _json(200, {"faults": [asdict(fault) for fault in application.faults.waiting()]})


def _clear_faults(application: "SampleApplication", request: Request) -> Response:
    return _json(200, {"cleared": application.faults.clear()})


def _list_requests(application: "SampleApplication", request: Request) -> Response:
    return _json(200, {"requests": list_arrivals(application.store)})


def _clear_requests(application: "SampleApplication", request: Request) -> Response:
    return _json(200, {"cleared": clear_arrivals(application.store)})


def _count_arrivals(application: "SampleApplication", request: Request) -> Response:
    return _json(200, count_by_key(application.store))


def _end_tokens(application: "SampleApplication", request: Request) -> Response:
    return _json(200, {"ended": application.tokens.end_all()})


def _send_changes(application: "SampleApplication", request: Request) -> Response:
    if not application.system.sends_changes:
        raise ValueError(f"{application.system.name} sends no changes; ProjectSight sample does")
    body = _body(request)
    if not isinstance(body, dict) or not isinstance(body.get("to"), str):
        raise ValueError('Say where to send: {"to": "http://127.0.0.1:8000/..."}')
    try:
        return _json(200, {"answers": sending.send_changes(body["to"])})
    except OSError as error:
        return _json(502, {"error": f"Nothing came back from {body['to']}: {error}"})


CONTROLS: dict[tuple[str, str], Callable[["SampleApplication", Request], Response]] = {
    ("POST", "/sandbox/faults"): _add_fault,
    ("GET", "/sandbox/faults"): _list_faults,
    ("DELETE", "/sandbox/faults"): _clear_faults,
    ("GET", "/sandbox/requests"): _list_requests,
    ("DELETE", "/sandbox/requests"): _clear_requests,
    ("GET", "/sandbox/arrivals"): _count_arrivals,
    ("DELETE", "/sandbox/tokens"): _end_tokens,
    ("POST", "/sandbox/send-changes"): _send_changes,
}


def _body(request: Request) -> Any:
    if request.mimetype != "application/json":
        # A page in a browser can post text across sites without being asked; JSON it cannot.
        raise ValueError("The body must be application/json")
    return exact_json.loads(request.get_data())


def _json(status: int, body: Any) -> Response:
    return Response(exact_json.to_bytes(body), status, mimetype="application/json")
