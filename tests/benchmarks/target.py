"""The outside system that flows send to: answers after a delay, and counts what arrived."""

import asyncio
import json
import re
from collections.abc import Callable
from time import monotonic_ns
from typing import Any

from tests.benchmarks.http_wire import Inbox, message
from tests.benchmarks.work import ANSWER

# A trigger that is posted to the target itself, to see what both can do, has its ref as `id`.
REF = re.compile(rb'"(?:ref|id)"\s*:\s*"([^"]+)"')
SENT = re.compile(rb'"sent_ns"\s*:\s*"([0-9]+)"')
OK = message("HTTP/1.1 200 OK", json.dumps(ANSWER).encode())


class Target:
    """`counts` tells how often each ref arrived, `latencies` how many ms after its stamp it first did."""

    def __init__(self) -> None:
        self.on_answered: Callable[[str], None] = lambda ref: None
        self.reset(0)

    def reset(self, delay: float) -> None:
        self.delay = delay
        self.counts: dict[str, int] = {}
        self.latencies: list[float] = []

    def connection(self) -> asyncio.Protocol:
        return _Connection(self)

    def arrive(self, request: bytes) -> str:
        # Stamp and ref are mapped first, so that a large body is not searched through.
        ref, sent = REF.search(request), SENT.search(request)
        if ref is None or sent is None:
            raise ValueError(f"a request without ref or sent_ns: {request[:500]!r}")
        name = ref[1].decode()
        self.counts[name] = self.counts.get(name, 0) + 1
        if self.counts[name] == 1:
            self.latencies.append((monotonic_ns() - int(sent[1])) / 1e6)
        return name

    def figures(self) -> dict[str, Any]:
        """Milliseconds from a trigger to its arrival, and how many came, and came again."""
        ordered = sorted(self.latencies)
        return {
            "arrived": len(self.counts),
            "doubled": sum(count > 1 for count in self.counts.values()),
            "p50": ordered[len(ordered) // 2] if ordered else None,
            "p99": ordered[len(ordered) * 99 // 100] if ordered else None,
        }


class _Connection(asyncio.Protocol):
    def __init__(self, target: Target) -> None:
        self.target = target
        self.inbox = Inbox()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        request = self.inbox.feed(data)
        if request is None:
            return
        ref = self.target.arrive(request)
        if self.target.delay:
            asyncio.get_running_loop().call_later(self.target.delay, self._answer, ref)
        else:
            self._answer(ref)

    def _answer(self, ref: str) -> None:
        self.transport.write(OK)
        self.target.on_answered(ref)
