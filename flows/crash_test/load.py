"""Triggers flows all the while, and remembers each run that was acknowledged, and why the others were not."""

import contextlib
import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count

from integrations.ports import HOST


class _Refused(Exception):
    """The webhook did not store the run."""


@dataclass
class Load:
    """Posts to the webhooks in turn, from several threads, until `stop()`.

    patience        seconds until the first must be acknowledged
    acknowledged    the ids of runs that the webhook said are stored
    refused         {why: how often} of the others
    """

    port: int
    hooks: list[str]
    threads: int = 4
    pause: float = 0.05
    patience: float = 60
    acknowledged: list[int] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    _numbers: count = field(default_factory=lambda: count(1))
    _done: threading.Event = field(default_factory=threading.Event)
    _workers: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._workers = [threading.Thread(target=self._post_on, daemon=True) for _ in range(self.threads)]
        for worker in self._workers:
            worker.start()

    def wait_for_first(self) -> None:
        """Until something was acknowledged: before that there is nothing to lose. Raises TimeoutError."""
        until = time.monotonic() + self.patience
        while not self.acknowledged:
            if time.monotonic() > until:
                raise TimeoutError(self._silence())
            time.sleep(0.05)

    def _silence(self) -> str:
        reasons = ", ".join(f"{why} ({times} times)" for why, times in self.refused.items())
        return (
            f"The webhooks acknowledged nothing in {self.patience:g} s: {reasons or 'no answer'}. "
            "Start the web server with these settings by hand, and see in its log why."
        )

    def stop(self) -> None:
        self._done.set()
        for worker in self._workers:
            worker.join()

    def _post_on(self) -> None:
        while not self._done.is_set():
            number = next(self._numbers)
            try:
                self.acknowledged.append(self._post(self.hooks[number % len(self.hooks)], number))
            except _Refused as refusal:
                self.refused[str(refusal)] += 1
            except (OSError, http.client.HTTPException, ValueError) as trouble:
                self.refused[type(trouble).__name__] += 1
            time.sleep(self.pause)

    def _post(self, hook: str, number: int) -> int:
        """The run's id: the webhook said that it is stored. Raises _Refused when it said anything else."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        phase = f"{number // 1000 % 100:02d}-{number % 1000:03d}"
        body = json.dumps({"phase": phase, "costCode": f"{10000 + number % 90000}"})
        with contextlib.closing(connection):
            connection.request("POST", hook, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            if response.status != 202:
                raise _Refused(f"status {response.status}")
            return json.loads(response.read())["run"]
