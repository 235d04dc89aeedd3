"""The other side of outside.py: starts that process and tells it what to do."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from functools import partial
from typing import Any, Self

from flows.processes import end_with_parent
from integrations.ports import free_ports
from tests.benchmarks.load import Orders
from tests.servers import ROOT


class Outside:
    """The target on `port`, and the load."""

    def __init__(self) -> None:
        self.port = free_ports()

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.benchmarks.outside", str(self.port)]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=partial(end_with_parent, os.getpid()),
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def serve(self, delay: float) -> None:
        """Forget all arrivals; from now on the target answers after so many seconds."""
        self._tell(do="serve", delay=delay)

    def drive(self, orders: Orders) -> dict[str, Any]:
        return self._tell(do="drive", **asdict(orders))

    def count(self) -> dict[str, Any]:
        return self._tell(do="count")

    def _tell(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("The process of target and load has ended; its error stands above.")
        return json.loads(answer)
