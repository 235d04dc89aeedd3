"""The same load by bench.js, where there is one: its figures stand beside those of other engines.

It brings a target of its own on the port it is given, so that ours must be away meanwhile.
"""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from typing import Any

from tests.benchmarks.cases import CASES

# What it can do: closed loops, and one that is as fast as the webhook accepts.
DRIVEN = ("50", "50-slow", "10-slow", "burst")
HEADINGS = ("case", "runs/s", "accepted/s", "p50 ms", "p99 ms", "CPU s/1,000", "PSS MB", "lost", "doubled")
COLUMNS = ("flows_per_s", "ack_per_s", "lat_p50", "lat_p99", "cpu_per_1000", "pss_peak", "lost", "doubled")


def drive(script: str, url: str, target_port: int, roots: Sequence[int], quick: bool) -> list[tuple]:
    """One row of HEADINGS for each case that bench.js can drive."""
    rows = []
    for name in DRIVEN:
        case = CASES[name]
        options = {
            "url": url,
            "n": case.quick if quick else case.triggers,
            "c": case.at_once,
            "delay": int(case.delay * 1000),
            "tport": target_port,
            "roots": ",".join(map(str, roots)),
        }
        seen = _drive(script, options, [] if case.waits else ["--open"])
        rows.append((case.title.format(triggers=options["n"]), *(seen[column] for column in COLUMNS)))
    return rows


def _drive(script: str, options: dict[str, Any], flags: list[str]) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile("r") as out:
        given = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        command = ["node", script, *given, *flags, "--out", out.name]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        return json.loads(out.read())
