"""Test connection: one harmless call, and what came of it in plain language."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from connectors import authentication, client, exact_json
from connectors.authentication import AuthenticationError
from connectors.messages import Answer, Call, Credentials, InputError
from connectors.models import ActionPath
from integrations import audit
from integrations import secrets as safe
from integrations.models import Connection

DEADLINE = 20
SAID_LIMIT = 200

ADVICE = {
    400: "The system does not accept this call. Try an action of your own.",
    401: "The system does not accept these credentials. Check them.",
    403: "The system knows who is calling, but does not allow it. Ask for more rights there.",
    404: "There is nothing at this address. Check the base address.",
    429: "The system is called too often just now. Try again later.",
}


def test_connection(*, actor: Any, connection: Connection) -> dict[str, Any]:
    """{"ok", "tried", "came_back"}, also stored on the connection. Sends one reading request."""
    result = _tried(connection)
    now = timezone.now()
    Connection.objects.filter(pk=connection.pk).update(tested_at=now, test_result=result)
    connection.tested_at, connection.test_result = now, result
    audit.record(
        integration=connection.integration,
        actor=actor,
        verb="tested connection",
        target=connection.name,
        detail={"ok": result["ok"]},
    )
    return result


def _tried(connection: Connection) -> dict[str, Any]:
    action_path = _harmless(connection)
    try:
        call = _call(connection, action_path, safe.credentials_for(connection))
    except AuthenticationError as error:
        means = authentication.describe(connection.authentication_kind, connection.settings)
        return {"ok": False, "tried": f"To get credentials: {means}", "came_back": str(error)}
    except InputError as error:
        return {"ok": False, "tried": f"GET {connection.base_url}", "came_back": str(error)}
    answer = client.send(call, deadline=min(DEADLINE, settings.REQUEST_DEADLINE))
    if answer.status == 401:
        safe.forget_token(connection)
    means = authentication.describe(connection.authentication_kind, connection.settings)
    return {
        "ok": _is_good(answer, proves=action_path is not None),
        "tried": f"GET {call.masked()['url']} with {means}",
        "came_back": _came_back(answer, proves=action_path is not None),
    }


def _call(connection: Connection, action_path: ActionPath | None, credentials: Credentials) -> Call:
    target = action_path or ActionPath(method="GET", path="/")
    return client.build(
        target,
        {},
        base_url=connection.base_url,
        credentials=credentials,
        idempotency=None,
        system=connection.name,
    )


def _harmless(connection: Connection) -> ActionPath | None:
    """A reading action that needs no input, best one that asks for credentials, with a short path."""
    candidates = [action for action in _reading(connection) if not action.input_schema.get("required")]
    return min(candidates, key=lambda action: (not action.security, action.deprecated, len(action.path)), default=None)


def _reading(connection: Connection) -> QuerySet[ActionPath]:
    reading = ActionPath.objects.filter(connector_id=connection.connector_id, method="GET", removed_at=None)
    return reading.exclude(path__contains="{").defer("openapi", "output_schema", "description")


def _is_good(answer: Answer, *, proves: bool) -> bool:
    """Without an action that proves more, any answer shows that the system is there."""
    if answer.trouble or answer.status is None:
        return False
    return answer.status < 400 if proves else answer.status < 500 and answer.status not in {401, 403}


def _came_back(answer: Answer, *, proves: bool) -> str:
    if answer.trouble or answer.status is None:
        return answer.message
    line = f"{answer.status} {_phrase(answer.status)} in {answer.duration_ms} ms"
    if not proves and _is_good(answer, proves=False):
        return f"{line}: the system is there. None of its actions can prove the credentials without input."
    advice = ADVICE.get(answer.status, "The system has trouble of its own." if answer.status >= 500 else "")
    said = _said(answer)
    return f"{line}: {advice or said}{f' It says: {said}' if advice and said else ''}"


def _said(answer: Answer) -> str:
    if answer.body is None:
        return "nothing in it."
    text = exact_json.pretty(answer.body) if answer.is_json else str(answer.body)
    line = " ".join(text.split())
    return line if len(line) <= SAID_LIMIT else f"{line[:SAID_LIMIT]}…"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
