"""One benchmark from warm-up to proof, printed as it goes. Imported once Django is set up."""

import sys
from argparse import Namespace

from django.conf import settings
from django.db import connection

from tests.benchmarks import machine, node
from tests.benchmarks.cases import CASES
from tests.benchmarks.history import add_history
from tests.benchmarks.installation import Installation, finished_run
from tests.benchmarks.measuring import Bench, Proof
from tests.benchmarks.outside_process import Outside
from tests.benchmarks.table import HEADINGS, number, rows_of, table


def run(options: Namespace) -> int:
    """The exit code: 0 when every run counts."""
    load = machine.load_average()
    with Outside() as outside:
        outside.serve(0)
        with Installation(outside.port) as installation:
            bench = Bench(outside, installation, options.quick)
            _prepare(bench, options.history)
            _print_facts(bench, load, options.history)
            _print_cases(bench, options.only or list(CASES))
            if options.bench_js:
                _print_node(bench, options.bench_js)
            _print_proof(bench.proof)
            if not bench.proof.holds:
                print(installation.log_tail())
    return 0 if bench.proof.holds else 1


def _prepare(bench: Bench, history: int) -> None:
    _tell("Warming up ...")
    bench.warm_up()
    if history:
        _tell(f"Storing {history:,} finished runs ...")
        add_history(finished_run(), history)


def _print_facts(bench: Bench, load: float, history: int) -> None:
    broker = "Redis" if settings.REDIS_URL else "ORM broker"
    print(f"{connection.display_name}, {broker}, {history:,} finished runs stored before")
    print(f"{machine.facts()}; load average at the start {load:.1f}")
    print(f"Target and load alone: {number(bench.target_alone())} requests per second")
    print(f"Memory of web server and worker when idle: {number(bench.idle_pss())} MB (PSS)\n", flush=True)


def _print_cases(bench: Bench, names: list[str]) -> None:
    rows = []
    for name in names:
        _tell(f"Measuring {name} ...")
        outcomes = [bench.measure(CASES[name]) for _ in range(1 if bench.quick else 3)]
        rows += rows_of(CASES[name], outcomes)
    print(table(HEADINGS, rows))


def _print_node(bench: Bench, script: str) -> None:
    _tell("The same by bench.js ...")
    bench.outside.close()
    url = f"http://127.0.0.1:{bench.installation.port}{bench.installation.hooks['paths']}"
    rows = node.drive(script, url, bench.outside.port, bench.installation.roots, bench.quick)
    print(f"\nDriven by bench.js:\n{table(node.HEADINGS, rows)}")


def _print_proof(proof: Proof) -> None:
    print(
        f"\n{proof.acknowledged:,} runs acknowledged, {proof.succeeded:,} succeeded, {proof.lost} lost, "
        f"{proof.doubled} doubled. Target and load took {proof.outside_cpu_per_1000:.2f} CPU seconds per 1,000; "
        f"load average at the end {machine.load_average():.1f}."
    )
    if not proof.holds:
        print(f"The figures are worth nothing: not every run counts. Refused: {dict(proof.refused)}")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
