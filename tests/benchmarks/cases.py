"""What is measured: kinds of load, and the figures that each gives."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks.load import Orders


@dataclass(frozen=True)
class Outcome:
    """One measurement of the engine or of the floor. Times in seconds, latencies in ms, memory in MB."""

    triggers: int
    seconds: float
    accept_seconds: float
    cpu: float
    pss: float
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        return self.triggers / self.seconds

    @property
    def accepted_per_second(self) -> float:
        return self.triggers / self.accept_seconds

    @property
    def cpu_per_1000(self) -> float:
        return self.cpu / self.triggers * 1000


Figure = tuple[str, Callable[[Outcome], float]]

RUNS: Figure = ("runs stored per second", lambda outcome: outcome.per_second)
CPU: Figure = ("CPU seconds per 1,000 runs", lambda outcome: outcome.cpu_per_1000)
MEMORY: Figure = ("memory under load, MB (PSS)", lambda outcome: outcome.pss)
ACCEPTED: Figure = ("accepted per second", lambda outcome: outcome.accepted_per_second)
DONE: Figure = ("all stored after, s", lambda outcome: outcome.seconds)
HALF: Figure = ("trigger to target, ms, p50", lambda outcome: outcome.p50)
WORST: Figure = ("trigger to target, ms, p99", lambda outcome: outcome.p99)


@dataclass(frozen=True)
class Case:
    """`triggers` of `flow`, `at_once` at a time, to a target that answers after `delay` seconds.

    The title may name {triggers}. `waits`, `pause` and `padding` are those of load.Orders; `quick`
    replaces `triggers` on a quick run.
    """

    title: str
    figures: tuple[Figure, ...]
    triggers: int
    quick: int
    at_once: int
    flow: str = "paths"
    delay: float = 0
    waits: bool = True
    pause: float = 0
    padding: int = 0

    def orders(self, port: int, path: str, quick: bool) -> Orders:
        count = self.quick if quick else self.triggers
        return Orders(port, path, count, self.at_once, self.waits, self.pause, self.padding)


CASES = {
    "50": Case("50 at a time, target 0 ms", (RUNS, CPU, MEMORY), 2000, 500, 50),
    "50-slow": Case("50 at a time, target 50 ms", (RUNS,), 2000, 500, 50, delay=0.05),
    "10-slow": Case("10 at a time, target 50 ms", (RUNS,), 1000, 250, 10, delay=0.05),
    "programs": Case("50 at a time, with Lodash and Day.js", (RUNS, CPU), 1000, 250, 50, flow="programs"),
    "burst": Case("{triggers:,} at once", (ACCEPTED, DONE), 5000, 1000, 50, waits=False),
    "idle": Case("one now and then", (HALF, WORST), 200, 50, 1, pause=0.1),
    "large": Case("5 MB in, ten properties out", (HALF,), 5, 3, 1, pause=0.5, padding=5_000_000),
    "through": Case("5 MB in, 5 MB out", (HALF,), 5, 3, 1, flow="everything", pause=0.5, padding=5_000_000),
}
