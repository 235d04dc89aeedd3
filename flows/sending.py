"""Sends one claimed action, in a thread of its own; never raises, never touches the engine's rows."""

import logging
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.conf import settings

from connectors import client, outcome
from connectors.authentication import AuthenticationError
from connectors.client import Answer, InputError
from connectors.outcome import Verdict
from flows import pacing
from flows.closing import failure_content
from flows.models import Action
from integrations import secrets

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came back from one attempt. `request` is masked; `answer` is None when nothing was sent.

    `heard` is what tells how the connection is: the answer, or that the token address gave none.
    """

    action: Action
    token: str
    request: dict[str, Any] | None
    answer: Answer | None
    verdict: Verdict
    heard: Answer | None = None

    @property
    def reached_nobody(self) -> bool:
        """Surely nothing of it arrived, and that is not its own fault."""
        if self.heard is None or not pacing.is_unreachable(self.heard):
            return False
        return self.answer is None or not self.answer.maybe_received


def send(action: Action, token: str) -> Sent:
    """One attempt, within REQUEST_DEADLINE in all. Whatever goes wrong becomes a verdict."""
    try:
        return _attempt(action, token)
    except AuthenticationError as error:
        heard = error.answer if error.answer and pacing.is_unreachable(error.answer) else None
        return _unsent(action, token, "AuthenticationError", str(error), heard)
    except InputError as error:
        return _unsent(action, token, "InputError", str(error))
    except Exception as error:
        logger.exception("action %s can't be sent", action.pk)
        return _unsent(action, token, "InternalError", f"Throughline itself failed: {error!r}. Please report it.")


def _attempt(action: Action, token: str) -> Sent:
    ends = monotonic() + settings.REQUEST_DEADLINE
    call = _build(action, ends)
    answer = client.send(call, deadline=_left(ends))
    if answer.status == 401 and secrets.forget_token(action.connection):
        # A 401 means that nothing was done; the token had been withdrawn, a new one may do.
        call = _build(action, ends)
        answer = client.send(call, deadline=_left(ends))
    verdict = outcome.judge(answer, json_declared=action.action_path.output_schema is not None)
    return Sent(action, token, call.masked(), answer, verdict, heard=answer)


def _build(action: Action, ends: float) -> client.Call:
    connection = action.connection
    return client.build(
        action.action_path,
        action.input,
        base_url=connection.base_url,
        credentials=secrets.credentials_for(connection, deadline=_left(ends)),
        idempotency=(connection.idempotency_header, action.idempotency_key),
        system=connection.name,
    )


def _left(ends: float) -> float:
    """Seconds, to a tenth, for they are told to people; never none at all."""
    return max(round(ends - monotonic(), 1), 0.1)


def _unsent(action: Action, token: str, code: str, text: str, heard: Answer | None = None) -> Sent:
    message = f"Nothing was sent: {text}"
    verdict = Verdict(ok=False, content=failure_content(code, text), message=message)
    return Sent(action, token, None, None, verdict, heard)
