"""Measures the engine and the floor, one after the other, and proves that every run counts."""

import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.benchmarks import machine
from tests.benchmarks.cases import Case, Outcome
from tests.benchmarks.installation import Installation, last_run, succeeded, wait_for_ends
from tests.benchmarks.load import Orders
from tests.benchmarks.outside_process import Outside
from tests.servers import ROOT

WARM_UP = 200
IDLE_SECONDS = 3


@dataclass
class Proof:
    """Adds up what became of all triggers; a figure is worth something only when nothing is missing."""

    acknowledged: int = 0
    succeeded: int = 0
    lost: int = 0
    doubled: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    # What target and load themselves took.
    outside_cpu: float = 0

    def add(self, seen: dict[str, Any], succeeded: int) -> None:
        self.acknowledged += seen["acknowledged"]
        self.succeeded += succeeded
        self.lost += seen["lost"]
        self.doubled += seen["doubled"]
        self.outside_cpu += seen["cpu"]
        self.refused.update(seen["refused"])

    @property
    def outside_cpu_per_1000(self) -> float:
        return self.outside_cpu / max(self.acknowledged, 1) * 1000

    @property
    def holds(self) -> bool:
        return self.acknowledged == self.succeeded and not (self.lost or self.doubled or self.refused)


@dataclass
class Bench:
    """Everything that takes part in a measurement."""

    outside: Outside
    installation: Installation
    quick: bool
    proof: Proof = field(default_factory=Proof)

    def warm_up(self) -> None:
        """Fill caches, pools and connections."""
        for path in self.installation.hooks.values():
            before = last_run()
            self.outside.serve(0)
            self.outside.drive(Orders(self.installation.port, path, WARM_UP, 50))
            wait_for_ends(before)

    def idle_pss(self) -> float:
        time.sleep(IDLE_SECONDS)
        return machine.pss_mb(self.installation.roots)

    def measure(self, case: Case) -> tuple[Outcome, Outcome]:
        """The engine's outcome, and the floor's just after it."""
        return self._engine(case), self._floor(case)

    def _engine(self, case: Case) -> Outcome:
        roots, before = self.installation.roots, last_run()
        orders = case.orders(self.installation.port, self.installation.hooks[case.flow], self.quick)
        self.outside.serve(case.delay)
        cpu = machine.cpu_seconds(roots)
        with machine.highest_pss(roots) as samples:
            seen = self.outside.drive(orders)
            ended = wait_for_ends(before)
        self.proof.add(seen, succeeded(before))
        return Outcome(
            triggers=orders.triggers,
            seconds=ended - seen["began"],
            accept_seconds=seen["accept_seconds"],
            cpu=machine.cpu_seconds(roots) - cpu,
            pss=max(samples),
            p50=seen["p50"],
            p99=seen["p99"],
        )

    def _floor(self, case: Case) -> Outcome:
        orders = case.orders(self.outside.port, "/phases", self.quick)
        self.outside.serve(case.delay)
        command = [sys.executable, "-m", "tests.benchmarks.floor", json.dumps(asdict(orders))]
        answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        took, seen = json.loads(answer.stdout), self.outside.count()
        if seen["arrived"] != orders.triggers:
            raise RuntimeError(f"The floor sent {orders.triggers} requests, and {seen['arrived']} arrived.")
        return Outcome(
            triggers=orders.triggers,
            seconds=took["seconds"],
            accept_seconds=took["seconds"],
            cpu=took["cpu"],
            pss=took["pss"],
            p50=seen["p50"],
            p99=seen["p99"],
        )

    def target_alone(self) -> float:
        """Requests per second of load and target without anybody between them: the most that can be seen."""
        self.outside.serve(0)
        orders = Orders(self.outside.port, "/phases", 1000 if self.quick else 5000, 50, waits=False)
        return orders.triggers / self.outside.drive(orders)["accept_seconds"]
