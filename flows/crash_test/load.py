"""Triggers flows all the while, and remembers each run that was acknowledged."""

import contextlib
import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from itertools import count

from flows.crash_test.stack import HOST


@dataclass
class Load:
    """Posts to the webhooks in turn, from several threads, until `stop()`."""

    port: int
    hooks: list[str]
    threads: int = 4
    pause: float = 0.05
    acknowledged: list[int] = field(default_factory=list)
    refused: int = 0
    _numbers: count = field(default_factory=lambda: count(1))
    _done: threading.Event = field(default_factory=threading.Event)
    _workers: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._workers = [threading.Thread(target=self._post_on, daemon=True) for _ in range(self.threads)]
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        self._done.set()
        for worker in self._workers:
            worker.join()

    def _post_on(self) -> None:
        while not self._done.is_set():
            number = next(self._numbers)
            run = self._post(self.hooks[number % len(self.hooks)], number)
            if run is None:
                self.refused += 1
            else:
                self.acknowledged.append(run)
            time.sleep(self.pause)

    def _post(self, hook: str, number: int) -> int | None:
        """The run's id when the webhook said that it is stored; None when it said anything else, or nothing."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        phase = f"{number // 1000 % 100:02d}-{number % 1000:03d}"
        body = json.dumps({"phase": phase, "costCode": f"{10000 + number % 90000}"})
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            connection.request("POST", hook, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
            return answer["run"] if response.status == 202 else None
        return None
