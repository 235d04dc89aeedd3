"""The benchmark itself: it measures what it says, and every run of it counts."""

import os
import re
import subprocess
import sys

import pytest

from tests.servers import ROOT


def bench(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    command = [sys.executable, "-m", "tests.benchmarks.engine", *arguments]
    return subprocess.run(command, cwd=ROOT, env=kept | variables, capture_output=True, text=True, timeout=300)


@pytest.mark.stack
def test_it_prints_each_figure_beside_its_floor_and_counts_every_run():
    ran = bench("--quick", "--only", "10-slow", "--only", "programs", "--history", "1000")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "SQLite, ORM broker, 1,000 finished runs stored before" in ran.stdout
    for title in ("10 at a time, target 50 ms", "50 at a time, with Lodash and Day.js"):
        assert re.search(rf"\| {title} +\| runs stored per second +\| [\d.,]+ +\| [\d.,]+ +\| [\d.]+ +\|", ran.stdout)
    assert "500 runs acknowledged, 500 succeeded, 0 lost, 0 doubled" in ran.stdout


def test_a_database_that_does_not_answer_is_one_clear_line():
    ran = bench(DATABASE_URL="postgres://postgres@127.0.0.1:9/postgres")
    assert ran.returncode == 2
    assert ran.stderr.startswith("PostgreSQL at DATABASE_URL: ")
    assert "Traceback" not in ran.stderr
