"""The parts of an installation stay alive together and end together, whatever ends them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import PATIENCE, ROOT, eventually

# Each part writes its process id to a file, so that a test can look for it and kill it.
RUNNER = """
import sys
from flows import processes
processes.PAUSES, processes.GRACE_SECONDS = (0.2, 0.4), {grace}
part = "import os, sys, time, signal; {before}open(sys.argv[1], 'a').write(f'{{os.getpid()}}\\\\n'); {body}"
command = lambda name: [sys.executable, "-c", part, f"{folder}/{{name}}"]
parts = [processes.Part(name, command(name)) for name in ("first", "second")]
processes.keep_running(parts, lambda text: print(text, flush=True))
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a runner with two parts, each of which does `body` after it has signed in."""
    started = []

    def start(body: str = "time.sleep(600)", before: str = "", grace: float = 1.5) -> subprocess.Popen[str]:
        code = RUNNER.format(folder=tmp_path, body=body, before=before, grace=grace)
        runner = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(runner)
        eventually(lambda: process_ids(tmp_path / "first") and process_ids(tmp_path / "second"))
        return runner

    yield start
    for runner in started:
        with runner:
            runner.terminate()


def process_ids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_every_part(run, tmp_path, ending):
    runner = run()
    runner.send_signal(ending)
    assert runner.wait(PATIENCE) == 0
    assert not any(alive(process_ids(tmp_path / name)[0]) for name in ("first", "second"))


def test_a_closed_terminal_ends_every_part(run, tmp_path):
    runner = run()
    runner.stdout.close()
    runner.send_signal(signal.SIGHUP)
    runner.wait(PATIENCE)
    assert not any(alive(process_ids(tmp_path / name)[0]) for name in ("first", "second"))


def test_kill_9_of_the_runner_ends_every_part(run, tmp_path):
    runner = run()
    runner.kill()
    parts = [process_ids(tmp_path / name)[0] for name in ("first", "second")]
    eventually(lambda: not any(alive(part) for part in parts))


def test_a_part_that_dies_is_started_again_and_the_others_are_left_alone(run, tmp_path):
    runner = run()
    os.kill(process_ids(tmp_path / "second")[0], signal.SIGKILL)
    eventually(lambda: len(process_ids(tmp_path / "second")) == 2)
    assert alive(process_ids(tmp_path / "second")[1])
    assert len(process_ids(tmp_path / "first")) == 1
    runner.terminate()
    assert "second ended (by SIGKILL); starting it again in 0.2 s." in runner.communicate()[0]


def test_a_part_that_cannot_stay_alive_is_tried_again_after_growing_pauses(run, tmp_path):
    runner = run(body="sys.exit(3)")
    eventually(lambda: len(process_ids(tmp_path / "first")) == 4)
    runner.terminate()
    told = [line for line in runner.communicate()[0].splitlines() if line.startswith("first")]
    assert told[:3] == [
        "first ended (exit code 3); starting it again in 0.2 s.",
        "first ended (exit code 3); starting it again in 0.4 s.",
        "first ended (exit code 3); starting it again in 0.4 s.",
    ]


def test_a_dead_part_leaves_no_child_of_its_own_behind(run, tmp_path):
    child = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, file=open(sys.argv[1] + '.child', 'a'))"
    run(before=f"{child}; ")
    os.kill(process_ids(tmp_path / "first")[0], signal.SIGKILL)
    eventually(lambda: not alive(process_ids(tmp_path / "first.child")[0]))


def test_a_part_that_will_not_end_is_killed_after_its_grace(run, tmp_path):
    runner = run(before="signal.signal(signal.SIGTERM, signal.SIG_IGN); ")
    began = time.monotonic()
    runner.terminate()
    assert runner.wait(PATIENCE) == 0
    assert time.monotonic() - began >= 2 * 1.5
    assert not any(alive(process_ids(tmp_path / name)[0]) for name in ("first", "second"))


def test_nothing_that_descends_from_a_stubborn_part_is_left_behind(run, tmp_path):
    orphan = "import subprocess; open(sys.argv[1] + '.child', 'a').write(str(subprocess.Popen("
    orphan += "['sleep', '600'], start_new_session=True).pid)); "
    runner = run(before=f"signal.signal(signal.SIGTERM, signal.SIG_IGN); {orphan}")
    runner.terminate()
    assert runner.wait(PATIENCE) == 0
    assert not alive(process_ids(tmp_path / "first.child")[0])


def test_a_second_signal_given_on_purpose_waits_for_nothing(run):
    runner = run(before="signal.signal(signal.SIGTERM, signal.SIG_IGN); ", grace=2 * PATIENCE)
    runner.send_signal(signal.SIGINT)
    time.sleep(1.1)
    runner.send_signal(signal.SIGINT)
    assert runner.wait(PATIENCE) == 0
