"""How long expressions take, beside the least that such work can take on this machine.

    python -m tests.benchmarks.expressions

Every row is measured in turn with its floor, and the ratio of the two tells a busy machine from slow
code: a busy one slows both. The floor of a crossing sends as many bytes through a process that only
echoes them.

The targets hold on the machine they were set on. How much slower this one is, is measured in turn with
each row as well, after the same wait: by how long a fresh context of the bare engine takes. A row is met
when its best tenth takes no longer than its target at that pace.

A crossing begins as soon as its child stands ready, as in a worker that has work. A machine that
sleeps in between has cold caches and is slow to wake; what that costs stands in a row of its own.
"""

import json
import os
import re
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors import exact_json
from flows.expressions import Scope, Template, evaluate
from flows.expressions.limits import current
from tests.benchmarks.crossing_floors import REFERENCE_MS, echo, fresh_context, lookups, written
from tests.flows.expressions.processes import children_of, is_asleep, sandbox

LINES = [
    {"amount": number * 1.25, "date": f"2026-01-{number:02d}", "name": f"line {number}", "qty": number}
    for number in range(1, 21)
]
DATA = {"lines": LINES, "total": 1234.5, "name": "Main Street", "vendor": {"id": 7, "name": "Acme"}}

PLAIN = [f"flow.trigger.data.lines[{number}].amount" for number in range(10)]
ORDINARY = [
    "flow.trigger.data.total + 1",
    "flow.trigger.data.name.toUpperCase()",
    "flow.trigger.data.lines.length * 2",
    "`${flow.trigger.data.vendor.id}-${flow.trigger.data.name}`",
    "flow.trigger.data.missing ?? 'none'",
    "flow.trigger.data.lines.filter((line) => line.amount > 5).length",
    "flow.trigger.data.lines.map((line) => line.name).join(', ')",
    "flow.trigger.data.lines.reduce((sum, line) => sum + line.amount, 0)",
    "flow.trigger.data.total > 1000 ? 'large' : 'small'",
    "flow.step('lookup').output[0]?.id ?? null",
]
LIBRARIES = [
    "_.sumBy(flow.trigger.data.lines, 'amount')",
    "dayjs(flow.trigger.data.lines[0].date).format('MM/DD/YYYY')",
    "_.orderBy(flow.trigger.data.lines, ['amount'], ['desc'])[0].name",
    "dayjs('2026-01-31').add(1, 'month').format('YYYY-MM-DD')",
    "_.groupBy(flow.trigger.data.lines, (line) => line.qty % 3)",
    "_.startCase(flow.trigger.data.name)",
    "dayjs(flow.trigger.data.lines[2].date).endOf('month').format()",
    "_.uniq(flow.trigger.data.lines.map((line) => line.qty)).length",
    "_.get(flow.trigger.data, 'vendor.name', 'none')",
    "dayjs('2026-03-01').isAfter(flow.trigger.data.lines[1].date)",
]
LARGE = "flow.trigger.data.rows.reduce((sum, row) => sum + row.amount, 0)"


HEADINGS = ("best", "median", "floor", "ratio", "target", "at pace")


@dataclass(frozen=True)
class Row:
    """One measurement; times in milliseconds. Not every row has a target.

    `pace` says how many times as long this machine takes as the one the target was set on.
    """

    name: str
    best: float
    median: float
    floor: float
    target: float | None
    pace: float

    @property
    def is_met(self) -> bool:
        return self.target is None or self.best <= self.target * self.pace

    def __str__(self) -> str:
        figures = f"{self.name:<40}{self.best:>9.3f}{self.median:>9.3f}{self.floor:>9.3f}{self.best / self.floor:>9.1f}"
        if self.target is None:
            return figures
        return f"{figures}{self.target:>9.1f}{self.target * self.pace:>9.2f}  {'ok' if self.is_met else 'TOO SLOW'}"


def main() -> int:
    scope = Scope(trigger={"data": DATA}, steps={"lookup": {"output": [{"id": 1}]}})
    large = exact_json.loads(exact_json.dumps({"rows": rows(5_000_000)}))
    large_scope = Scope(trigger={"data": large}, steps={})
    echoed = echo(len(exact_json.dumps(DATA)))
    print(f"{'milliseconds':<40}" + "".join(f"{heading:>9}" for heading in HEADINGS))
    results = [
        measured("ten plain paths", step(PLAIN), scope, lookups(DATA), target=0.1, between=at_once),
        measured("ten ordinary expressions, one crossing", step(ORDINARY), scope, echoed, target=0.5),
        measured("ten with Lodash and Day.js, one crossing", step(LIBRARIES), scope, echoed, target=2),
        measured("5 MB of data into one expression", step([LARGE]), large_scope, written(large), target=200, times=9),
        measured("ten ordinary ones after 5 ms of sleep", step(ORDINARY), scope, echoed, between=asleep),
        measured("ten ordinary ones, no child ready", step(ORDINARY), scope, echoed, between=at_once),
    ]
    for row in results:
        print(row)
    paces = [row.pace for row in results]
    print(
        f"\nThis machine takes {min(paces):.1f} to {max(paces):.1f} times as long as the one the targets were set on."
    )
    rate, processor = throughput(step(ORDINARY), scope)
    print(f"Two threads: {rate:.0f} crossings a second, {processor:.2f} ms of processor time each.")
    memory = megabytes_of_the_sandbox()
    print(f"The warm sandbox and its children add {memory:.1f} MB to a worker (target 20).")
    return int(not all(row.is_met for row in results) or memory > 20)


def step(sources: list[str]) -> Template:
    properties = {f"field{index}": {"mode": "expression", "value": source} for index, source in enumerate(sources)}
    return {"mode": "object", "properties": properties}


def measured(
    name: str,
    template: Template,
    scope: Scope,
    floor: Callable[[], Any],
    *,
    target: float | None = None,
    between: Callable[[], None] | None = None,
    times: int = 200,
) -> Row:
    """Evaluate many times, each as soon as a child is ready unless told otherwise; floor and pace in between."""
    for _ in range(5):
        evaluate(template, scope)
        time.sleep(0.02)
    wait = between or until_ready
    spent, least, contexts = [], [], []
    for _ in range(times):
        for work, kept in ((lambda: evaluate(template, scope), spent), (floor, least), (fresh_context, contexts)):
            wait()
            kept.append(seconds(work))
    pace = tenth(contexts) / REFERENCE_MS
    return Row(name, tenth(spent), statistics.median(spent) * 1000, tenth(least), target, pace)


def until_ready() -> None:
    """Wait, without sleeping, until every child in stock waits for its crossing."""
    while sum(map(is_asleep, children_of(sandbox()))) < current().spare_children:
        pass


def asleep() -> None:
    time.sleep(0.005)


def at_once() -> None:
    pass


def throughput(template: Template, scope: Scope, *, each: int = 300) -> tuple[float, float]:
    """Crossings a second of two threads, and milliseconds of processor time each, the sandbox's included."""
    before, begun = processor_seconds(), time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: evaluate(template, scope), range(2 * each)))
    passed = time.perf_counter() - begun
    return 2 * each / passed, (processor_seconds() - before) / (2 * each) * 1000


def processor_seconds() -> float:
    """Of this process, its sandbox, and the sandbox's children that have ended."""
    fields = Path(f"/proc/{sandbox()}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def seconds(work: Callable[[], Any]) -> float:
    before = time.perf_counter()
    made = work()
    passed = time.perf_counter() - before
    del made  # which takes time of its own
    return passed


def tenth(values: list[float]) -> float:
    """The best tenth, in milliseconds."""
    return sorted(values)[len(values) // 10] * 1000


def rows(size: int) -> list[dict[str, Any]]:
    row = {"id": 1, "code": "C000001", "amount": 1.25, "text": "some words about it " * 4, "tags": ["a", "b"]}
    return [row | {"id": number} for number in range(size // len(json.dumps(row)))]


def megabytes_of_the_sandbox() -> float:
    """Proportional set size of the sandbox and its children: shared pages count once."""
    time.sleep(0.5)  # for the children that have served to be gone
    kilobytes = 0
    for pid in [sandbox(), *children_of(sandbox())]:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        kilobytes += int(found[1]) if found else 0
    return kilobytes / 1024


if __name__ == "__main__":
    sys.exit(main())
