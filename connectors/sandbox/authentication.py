"""Who may call: API key, HTTP Basic, and OAuth 2 client credentials with tokens that expire."""

import secrets
import threading
import time
from collections.abc import Callable
from hmac import compare_digest
from typing import Any

from werkzeug.datastructures import Authorization
from werkzeug.wrappers import Request, Response

from connectors import exact_json
from connectors.sandbox.system import Credentials, Problem, Refusal

TOKEN_PATH = "/oauth/token"  # noqa: S105
TOKEN_SECONDS = 3600
SCOPES = frozenset({"vista"})


class Tokens:
    """The bearer tokens in force. They live in memory: a restart ends them, as a revocation would."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._ends: dict[str, float] = {}
        self._lock = threading.Lock()

    def issue(self) -> str:
        with self._lock:
            present = self._clock()
            self._ends = {token: end for token, end in self._ends.items() if end > present}
            token = secrets.token_urlsafe(24)
            self._ends[token] = present + self.seconds
            return token

    def holds(self, token: str) -> bool:
        with self._lock:
            return self._ends.get(token, 0) > self._clock()

    def end_all(self) -> int:
        """End every token at once; returns how many there were."""
        with self._lock:
            count = len(self._ends)
            self._ends.clear()
            return count


def authenticate(request: Request, credentials: Credentials, tokens: Tokens, realm: str) -> None:
    """Raises Refusal 401 unless one of the system's ways of logging in fits."""
    key = request.headers.get("X-API-Key")
    authorization = request.authorization
    if key is not None and _same(key, credentials.api_key):
        return
    if authorization is not None and _fits(authorization, credentials, tokens):
        return
    scheme = "Bearer" if credentials.client_id else "Basic"
    raise Refusal(
        401,
        "Unauthorized",
        Problem(_why(key, authorization, scheme)),
        headers={"WWW-Authenticate": f'{scheme} realm="{realm}"'},
    )


def answer_token_request(request: Request, credentials: Credentials, tokens: Tokens) -> Response:
    """RFC 6749, section 4.4: a token for the client's id and secret, by Basic or in the form."""
    given = request.authorization
    if given is not None and given.type == "basic":
        client_id, client_secret = given.username, given.password
    else:
        client_id, client_secret = request.form.get("client_id"), request.form.get("client_secret")
    if not (_same(client_id, credentials.client_id) and _same(client_secret, credentials.client_secret)):
        response = _token_answer(401, error="invalid_client", error_description="Unknown client or wrong secret")
        response.headers["WWW-Authenticate"] = "Basic"
        return response
    return _grant(request, tokens)


def _grant(request: Request, tokens: Tokens) -> Response:
    grant_type = request.form.get("grant_type")
    if not grant_type:
        return _token_answer(400, error="invalid_request", error_description="grant_type is missing")
    if grant_type != "client_credentials":
        return _token_answer(
            400, error="unsupported_grant_type", error_description="Only client_credentials is offered"
        )
    scope = request.form.get("scope", "")
    if not set(scope.split()) <= SCOPES:
        return _token_answer(400, error="invalid_scope", error_description="The only scope is: vista")
    token = {"access_token": tokens.issue(), "token_type": "Bearer", "expires_in": int(tokens.seconds)}
    return _token_answer(200, **token, scope="vista")


def _token_answer(status: int, **fields: Any) -> Response:
    response = Response(exact_json.to_bytes(fields), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _fits(given: Authorization, credentials: Credentials, tokens: Tokens) -> bool:
    if given.type == "bearer":
        return tokens.holds(given.token or "")
    if given.type == "basic":
        return _same(given.username, credentials.username) and _same(given.password, credentials.password)
    return False


def _same(given: str | None, expected: str) -> bool:
    return bool(expected) and compare_digest((given or "").encode(), expected.encode())


def _why(key: str | None, given: Authorization | None, scheme: str) -> str:
    if given is not None and given.type == "bearer":
        return "The bearer token is unknown or has expired"
    if given is not None:
        return "The user name or password is wrong"
    if key is not None:
        return "The API key is wrong"
    return f"Log in with the header X-API-Key or with Authorization: {scheme}"
