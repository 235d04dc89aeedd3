"""Faults on demand: what real systems do on a bad day, for chosen requests, a chosen number of times."""

import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import count
from typing import Any

from jsonschema import Draft202012Validator
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response

from connectors.sandbox.system import Problem, Refusal

FAULT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["fault"],
    "properties": {
        "match": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"method": {"type": "string"}, "path": {"type": "string", "pattern": "^/"}},
        },
        "fault": {"enum": ["status", "retry_after", "slow", "cut", "not_json", "cut_after"]},
        "status": {"type": "integer", "minimum": 200, "maximum": 599},
        "seconds": {"type": "number", "minimum": 0, "maximum": 600},
        "retry_after": {"type": ["integer", "string"]},
        "times": {"type": ["integer", "null"], "minimum": 1},
    },
}

NOT_JSON = b"<!doctype html><title>Sample proxy</title><p>The system is being looked after.</p>"


class ConnectionCut(ConnectionError):
    """The connection is to be closed without an answer."""


@dataclass(slots=True)
class Fault:
    """One fault as asked for; `times` counts down, None means until cleared."""

    id: int
    kind: str
    method: str | None
    path: str
    status: int | None
    seconds: float
    retry_after: int | str
    times: int | None

    def matches(self, method: str, path: str) -> bool:
        return self.method in (None, method) and fnmatchcase(path, self.path)

    def instead_of_answer(self) -> Response | None:
        """The answer that is given without the system having done anything, if that is the fault.

        Raises ConnectionCut, and Refusal for the faults that look like the system's own refusals.
        """
        match self.kind:
            case "cut":
                raise ConnectionCut("cut before any answer, on demand")
            case "status":
                status = self.status or 503
                code = HTTP_STATUS_CODES.get(status, "Sample Fault")
                raise Refusal(status, code, Problem("This fault was asked for"))
            case "retry_after":
                raise Refusal(
                    self.status or 429,
                    "Too Many Requests",
                    Problem("Too many requests at once; this fault was asked for"),
                    headers={"Retry-After": str(self.retry_after)},
                )
            case "not_json":
                return Response(NOT_JSON, self.status or 200, mimetype="text/html")
        return None


class Faults:
    """The faults that wait for their requests."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._ids = count(1)
        self._lock = threading.Lock()

    def add(self, wanted: Any) -> Fault:
        """Raises ValueError, naming the property, for anything but a fault."""
        for error in Draft202012Validator(FAULT).iter_errors(wanted):
            raise ValueError(f"{error.json_path}: {error.message}")
        match = wanted.get("match", {})
        with self._lock:
            fault = Fault(
                id=next(self._ids),
                kind=wanted["fault"],
                method=match["method"].upper() if "method" in match else None,
                path=match.get("path", "*"),
                status=wanted.get("status"),
                seconds=float(wanted.get("seconds", 2)),
                retry_after=wanted.get("retry_after", 3),
                times=wanted.get("times", 1),
            )
            self._waiting.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """The oldest fault that matches, used up by one."""
        with self._lock:
            fault = next((fault for fault in self._waiting if fault.matches(method, path)), None)
            if fault is not None and fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self._waiting.remove(fault)
            return fault

    def waiting(self) -> list[Fault]:
        with self._lock:
            return list(self._waiting)

    def clear(self) -> int:
        """Forget every fault; returns how many there were."""
        with self._lock:
            cleared = len(self._waiting)
            self._waiting.clear()
            return cleared
