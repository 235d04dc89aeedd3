"""Posts triggers over connections that stay open, as many at a time as ordered."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.benchmarks.http_wire import Inbox, message
from tests.benchmarks.target import Target
from tests.benchmarks.work import trigger_body

# Without any arrival for so long, what has not come is lost.
SILENCE_SECONDS = 60
_drives = count(1)


@dataclass(frozen=True)
class Orders:
    """`at_once` clients post `triggers` in all to `path`; `pause` is the mean of their pauses, in seconds.

    A client that `waits` posts its next trigger when the target has answered the request of the last one.
    """

    port: int
    path: str
    triggers: int
    at_once: int
    waits: bool = True
    pause: float = 0
    padding: int = 0


async def drive(target: Target, orders: Orders) -> dict[str, Any]:
    """The target's figures, with what became of the triggers. `began` is in monotonic seconds."""
    drive = _Drive(target, orders)
    cpu, began = time.process_time(), time.monotonic()
    await asyncio.gather(*(drive.client() for _ in range(min(orders.at_once, orders.triggers))))
    accepted = time.monotonic()
    await drive.all_answered()
    return {
        **target.figures(),
        "began": began,
        "accept_seconds": accepted - began,
        "acknowledged": len(drive.acknowledged),
        "refused": dict(drive.refused),
        "lost": sum(ref not in target.counts for ref in drive.acknowledged),
        "cpu": time.process_time() - cpu,
    }


@dataclass
class _Drive:
    target: Target
    orders: Orders
    acknowledged: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._number = next(_drives)
        self._left = iter(range(self.orders.triggers))
        self._unanswered: dict[str, asyncio.Event] = {}
        # Its own seed: the same pauses in each run, and none in step with anything that polls.
        self._random = random.Random(self._number)
        self.target.on_answered = self._answered

    async def client(self) -> None:
        client = await Client.connect(self.orders.port)
        for index in self._left:
            await asyncio.sleep(self._random.uniform(0, 2) * self.orders.pause)
            await self._trigger(client, f"w-{self._number}-{index:06d}")
        client.close()

    async def _trigger(self, client: "Client", ref: str) -> None:
        answered = self._unanswered[ref] = asyncio.Event()
        answer = await client.post(self.orders.path, trigger_body(ref, self.orders.padding))
        if not answer.startswith(b"HTTP/1.1 2"):
            self.refused[answer[-200:].decode(errors="replace")] += 1
            self._unanswered.pop(ref, None)
            return
        self.acknowledged.add(ref)
        if self.orders.waits:
            await self._wait_for(answered)

    async def _wait_for(self, answered: asyncio.Event) -> None:
        try:
            await asyncio.wait_for(answered.wait(), SILENCE_SECONDS)
        except TimeoutError:
            self.refused[f"no request arrived within {SILENCE_SECONDS} s"] += 1

    async def all_answered(self) -> None:
        """Until each acknowledged trigger's request was answered, or nothing has come for long."""
        seen, since = -1, time.monotonic()
        while self._unanswered and time.monotonic() < since + SILENCE_SECONDS:
            await asyncio.sleep(0.005)
            if seen != len(self.target.counts):
                seen, since = len(self.target.counts), time.monotonic()

    def _answered(self, ref: str) -> None:
        if ref in self._unanswered:
            self._unanswered.pop(ref).set()


class Client(asyncio.Protocol):
    """One connection that is used again and again."""

    @classmethod
    async def connect(cls, port: int) -> "Client":
        _, client = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        client.port = port
        return client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.inbox = Inbox()
        self.answer: asyncio.Future[bytes] | None = None

    def data_received(self, data: bytes) -> None:
        whole = self.inbox.feed(data)
        if whole is not None and self.answer is not None:
            self.answer.set_result(whole)

    def connection_lost(self, error: Exception | None) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(ConnectionResetError("the server closed the connection"))

    async def post(self, path: str, body: bytes) -> bytes:
        """The whole answer. A server may close a connection that was idle; then a new one is made."""
        if self.transport.is_closing():
            await self._connect_again()
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(message(f"POST {path} HTTP/1.1", body))
        return await self.answer

    async def _connect_again(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self.port)

    def close(self) -> None:
        self.transport.close()
