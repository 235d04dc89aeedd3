"""One sample system as a WSGI application: every request is logged, checked, answered."""

import logging
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from connectors import exact_json
from connectors.sandbox import controls
from connectors.sandbox.arrivals import Arrival, mark_applied, record_arrival, record_outcome
from connectors.sandbox.authentication import (
    TOKEN_PATH,
    TOKEN_SECONDS,
    Tokens,
    answer_token_request,
    authenticate,
)
from connectors.sandbox.contract import read_contract
from connectors.sandbox.faults import ConnectionCut, Faults
from connectors.sandbox.idempotency import REPLAY_HEADER, IdempotencyKeys, fingerprint_of, key_of
from connectors.sandbox.storage import Store
from connectors.sandbox.system import Answer, Call, Problem, Refusal, System

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

logger = logging.getLogger(__name__)


class SampleRequest(Request):
    max_content_length = 16 * 1024 * 1024


class SampleApplication:
    """Serves one system from one storage file. `close` ends waiting answers and the storage."""

    def __init__(self, system: System, storage: Path, token_seconds: float = TOKEN_SECONDS) -> None:
        self.system = system
        self.contract = read_contract(system.document)
        self.store = Store(storage, system.seed)
        self.tokens = Tokens(token_seconds)
        self.faults = Faults()
        self.keys = IdempotencyKeys(self.store)
        self._closing = threading.Event()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = SampleRequest(environ)
        try:
            # Read the body whatever happens next, so that the connection can be kept for more.
            request.get_data()
            response = self._answer(request)
        except Refusal as refusal:
            response = self.refused(refusal, request)
        except HTTPException as error:
            problem = Problem(error.description or error.name)
            response = self.refused(Refusal(error.code or 400, error.name, problem), request)
            response.headers["Connection"] = "close"
        except ConnectionError:
            raise
        except Exception:
            logger.exception("%s failed at %s %s", self.system.name, request.method, request.path)
            response = self.refused(Refusal(500, "Internal Error", Problem("The sample has a bug")), request)
        return response(environ, start_response)

    def close(self) -> None:
        self._closing.set()
        self.store.close()

    def refused(self, refusal: Refusal, request: Request) -> Response:
        """The refusal in the words of this system."""
        body = self.system.describe_refusal(refusal, request.path)
        response = Response(exact_json.to_bytes(body), refusal.status, mimetype=self.system.refusal_media_type)
        response.headers.extend(refusal.headers)
        return response

    def _answer(self, request: Request) -> Response:
        public = controls.answer(self, request)
        if public is not None:
            return public
        arrival = record_arrival(self.store, request)
        try:
            response = self._answer_with_faults(request, arrival)
        except ConnectionCut:
            record_outcome(self.store, arrival, "cut")
            raise
        except Refusal as refusal:
            response = self.refused(refusal, request)
        outcome = "replayed" if REPLAY_HEADER in response.headers else "answered"
        record_outcome(self.store, arrival, outcome, response.status_code)
        return response

    def _answer_with_faults(self, request: Request, arrival: Arrival) -> Response:
        fault = self.faults.take(request.method, request.path)
        if fault is None:
            return self._perform(request, arrival)
        early = fault.instead_of_answer()
        if early is not None:
            return early
        response = self._perform(request, arrival, delay=fault.seconds if fault.kind == "slow" else 0)
        if fault.kind == "cut_after":
            raise ConnectionCut("cut after the work was done, on demand")
        return response

    def _perform(self, request: Request, arrival: Arrival, delay: float = 0) -> Response:
        if request.path == TOKEN_PATH and self.system.credentials.client_id:
            self._wait(delay)
            return self._token(request)
        operation, raw_path = self.contract.match(request)
        authenticate(request, self.system.credentials, self.tokens, self.system.name)
        call = Call(
            store=self.store,
            path=self.contract.take_parameters(operation, "path", raw_path),
            query=self.contract.take_parameters(operation, "query", request.args),
            body=self.contract.take_body(operation, request),
        )
        key = key_of(request)
        with self.keys.held(key):
            self._wait(delay)
            return self._apply(operation.id, call, request, key, arrival)

    def _apply(self, operation_id: str, call: Call, request: Request, key: str | None, arrival: Arrival) -> Response:
        """The change, the answer kept for its key, and the mark in the log: one transaction."""
        fingerprint = fingerprint_of(request, call.body)
        with self.store.transaction():
            earlier = self.keys.earlier_answer(key, fingerprint)
            if earlier is not None:
                return _response(earlier, headers={REPLAY_HEADER: "true"})
            answer = self.system.operations[operation_id](call)
            if request.method not in ("GET", "HEAD"):
                mark_applied(self.store, arrival)
            self.keys.keep(key, fingerprint, answer)
        return _response(answer)

    def _token(self, request: Request) -> Response:
        if request.method != "POST":
            problem = Problem("A token is asked for with POST")
            raise Refusal(405, "Method Not Allowed", problem, headers={"Allow": "POST"})
        return answer_token_request(request, self.system.credentials, self.tokens)

    def _wait(self, seconds: float) -> None:
        """Sleep, unless the system is switched off meanwhile."""
        if seconds and self._closing.wait(seconds):
            raise ConnectionCut("the sample system is being switched off")


def _response(answer: Answer, headers: dict[str, Any] | None = None) -> Response:
    if answer.body is None:
        return Response(status=answer.status, headers=headers)
    return Response(exact_json.to_bytes(answer.body), answer.status, headers=headers, mimetype="application/json")
