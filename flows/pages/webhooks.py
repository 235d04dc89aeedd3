"""The address that other systems call: the data of a call start a run. Its secret is the log-in."""

import uuid
from typing import Any

from csp.decorators import csp_exempt
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt

from connectors import exact_json
from flows.commands.runs import NotRunnable, start_run
from flows.engine import definition_of
from flows.models import Flow, Run
from flows.queries.webhooks import called_by_webhook
from integrations.problems import Refused

HINT = "Send the data of the run to this address as JSON, by POST."
UNKNOWN = "No flow has this webhook address. Copy the address from the settings of the flow; it may have been replaced."
NO_LENGTH = "Say in Content-Length how long the body is: a body sent in chunks is not read."
COMPRESSED = "The body is compressed. Send it as plain JSON, without Content-Encoding."
REQUEST_ID_LENGTH = 100


class _Unreadable(Exception):
    """The body can't be taken; the HTTP status says how, the message what to do."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@csrf_exempt
@csp_exempt()  # type: ignore[arg-type]
@login_not_required
def webhook(request: HttpRequest, secret: str) -> HttpResponse:
    """Answers 202 once the run is stored, never before; else {"detail"}, and {"problems"} of the data."""
    if request.method != "POST":
        return _answer(405, {"detail": HINT}, Allow="POST")
    called = called_by_webhook(secret)
    if called is None:
        return _answer(404, {"detail": UNKNOWN})
    flow = called.flow
    try:
        data = _data(request)
        _require_webhook(flow)
        run = start_run(flow=flow, data=data, trigger_kind="webhook", event=_event(request))
    except _Unreadable as unreadable:
        return _answer(unreadable.status, {"detail": str(unreadable)})
    except NotRunnable as refusal:
        return _answer(409, {"detail": str(refusal)})
    except Refused as refusal:
        return _answer(422, {"detail": str(refusal), "problems": refusal.as_json()})
    return _answer(202, _receipt(request, called.integration, run))


def _data(request: HttpRequest) -> Any:
    """The body as JSON; nothing at all is null."""
    body = _body(request)
    if not body.strip():
        return None
    try:
        return exact_json.loads(body)
    except exact_json.JSONError as error:
        raise _Unreadable(400, f"The body is not JSON: {error}.") from None


def _body(request: HttpRequest) -> bytes:
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        raise _Unreadable(411, NO_LENGTH)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise _Unreadable(415, COMPRESSED)
    limit = settings.INPUT_LIMIT_BYTES
    try:
        body = request.body
    except RequestDataTooBig:
        raise _Unreadable(413, _too_big(int(request.headers["Content-Length"]), limit)) from None
    if len(body) > limit:
        raise _Unreadable(413, _too_big(len(body), limit))
    return body


def _too_big(size: int, limit: int) -> str:
    return f"The body has {size:,} bytes; a run takes up to {limit:,} (5 MB). Send the data in smaller parts."


def _require_webhook(flow: Flow) -> None:
    """What is published counts: a draft with another trigger changes nothing yet."""
    if flow.published_id and definition_of(flow.published_id)["trigger"]["kind"] != "webhook":
        raise NotRunnable(f"The flow {flow.name} is not started by a webhook. Publish it with that trigger.")


def _event(request: HttpRequest) -> dict[str, str]:
    """What expressions may know of the call; its headers may hold secrets and stay out."""
    given = request.headers.get("X-Request-ID", "")[:REQUEST_ID_LENGTH]
    return {"method": "POST", "contentType": request.content_type or "", "requestId": given or str(uuid.uuid4())}


def _receipt(request: HttpRequest, integration: str, run: Run) -> dict[str, Any]:
    place = {"integration": integration, "pk": run.pk}
    return {
        "run": run.pk,
        "status": run.status,
        "address": request.build_absolute_uri(reverse("run-detail", kwargs=place)),
        "api": reverse("api-run", kwargs=place),
    }


def _answer(status: int, body: dict[str, Any], **headers: str) -> HttpResponse:
    return HttpResponse(exact_json.to_bytes(body), status=status, content_type="application/json", headers=headers)


urlpatterns = [
    path("<slug:secret>/", webhook, name="webhook"),
    # A redirect to the address with the slash would lose the body.
    path("<slug:secret>", webhook),
]
