"""The sandbox process: one a worker, for threads and forks alike, and gone when its worker is."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from flows.expressions import EvaluationError, children, stock
from flows.expressions.children import Ended
from tests.flows.expressions.making import value_of
from tests.flows.expressions.processes import children_of, is_running, processor_seconds_of, sandbox
from tests.servers import PATIENCE, eventually

ROOT = Path(__file__).parents[3]

WORKER = """
import json, os, sys, threading, time
from flows.expressions import stock
from tests.flows.expressions.making import value_of
from tests.flows.expressions.processes import children_of, sandbox
assert value_of("1 + 1") == 2
threading.Thread(target=value_of, args=("for (;;);",), daemon=True).start()
while len(children_of(sandbox())) < 2:
    time.sleep(0.01)
print(json.dumps([sandbox(), *children_of(sandbox())]), flush=True)
{ending}
"""


def test_who_waits_for_a_child_keeps_no_other_thread_from_its_answer(monkeypatch):
    """A large answer that nobody takes holds up its child until the clock ends it."""
    assert value_of("1 + 1") == 2
    eventually(lambda: len(children_of(sandbox())) == stock.current().spare_children)
    ended = []

    class Noted(Ended):
        def __init__(self, *how: Any, **more: Any):
            super().__init__(*how, **more)
            ended.append(self)

    monkeypatch.setattr(children, "Ended", Noted)
    rows = [{"text": "x" * 40}] * 60_000
    with ThreadPoolExecutor(4) as pool, stopped(sandbox(), seconds=1.5):
        large = pool.submit(value_of, "flow.trigger.data.map((row) => row.text).join('')", rows)
        eventually(lambda: stock._stock._working)
        small = [pool.submit(value_of, "1 + 2") for _ in range(3)]
    assert (len(large.result()), [each.result() for each in small]) == (2_400_000, [3, 3, 3])
    assert ended == []


@contextmanager
def stopped(process: int, *, seconds: float) -> Iterator[None]:
    """It makes no children meanwhile; those in stock work."""
    os.kill(process, signal.SIGSTOP)
    threading.Timer(seconds, os.kill, (process, signal.SIGCONT)).start()
    yield


def test_threads_share_one_sandbox_and_never_an_answer():
    def several(thread: int) -> list[int]:
        return [value_of(f"{thread} * 1000 + {number}") for number in range(25)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(several, range(8)))
    assert answers == [[thread * 1000 + number for number in range(25)] for thread in range(8)]
    assert_settles_to(stock.current().spare_children)


def test_slow_values_run_side_by_side():
    busy = "const end = Date.now() + 300; while (Date.now() < end); return 1"
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(value_of, [busy] * 4)) == [1, 1, 1, 1]


def test_a_forked_worker_makes_its_own_sandbox():
    value_of("1 + 1")
    here = sandbox()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        answer = [value_of("20 + 22"), sandbox()]
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    value, there = json.loads(os.read(reading, 100))
    os.close(reading)
    os.close(writing)
    assert value == 42
    assert there != here
    assert value_of("1 + 2") == 3
    assert sandbox() == here
    assert_ends([there])


def test_a_fork_while_another_thread_evaluates_takes_no_lock_along():
    stop = threading.Event()

    def evaluate_on() -> None:
        while not stop.is_set():
            value_of("1 + 1")

    thread = threading.Thread(target=evaluate_on)
    thread.start()
    try:
        for _ in range(10):
            assert in_daemonic_process() == 42
    finally:
        stop.set()
        thread.join()


def test_a_daemonic_process_may_evaluate():
    """What django-q2's workers are: they may have no children of multiprocessing's own."""
    assert in_daemonic_process() == 42


@pytest.mark.parametrize(
    "ending",
    ["time.sleep(60)", "os._exit(1)", "sys.exit(0)", "raise ValueError", "os.kill(os.getpid(), 11)"],
)
def test_everything_ends_with_the_worker(ending):
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER.format(ending=ending)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    assert worker.stdout
    processes = json.loads(worker.stdout.readline())
    worker.stdout.close()
    if "sleep" in ending:
        worker.kill()
    worker.wait(PATIENCE)
    assert len(processes) >= 3
    assert_ends(processes)


def test_a_sandbox_whose_worker_is_killed_says_nothing_about_it():
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER.format(ending="value_of('1 + 2'); value_of('1 + 3'); time.sleep(60)")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert worker.stdout
    processes = json.loads(worker.stdout.readline())
    eventually(lambda: set(children_of(processes[0])) - set(processes))  # of whom the worker may never hear
    worker.kill()
    assert worker.communicate(timeout=PATIENCE)[1] == b""
    assert_ends(processes)


def test_a_sandbox_that_was_killed_is_replaced():
    value_of("1 + 1")
    dead = sandbox()
    processes = [dead, *children_of(dead)]
    os.kill(dead, signal.SIGKILL)
    assert_ends(processes)
    assert value_of("2 + 2") == 4
    assert sandbox() != dead


def test_a_sandbox_that_is_killed_again_and_again_mixes_up_no_two_runs():
    stop = threading.Event()

    def evaluate_on(run: int) -> int:
        own = 0
        while not stop.is_set():
            number = run * 1_000_000 + own
            try:
                assert value_of("flow.trigger.data.secret + 0", {"secret": number}) == number
                own += 1
            except EvaluationError as error:  # killed under it a second time
                assert "the expression sandbox has ended" in str(error)
        return own

    value_of("1 + 1")
    with ThreadPoolExecutor(6) as pool:
        counts = [pool.submit(evaluate_on, run) for run in range(6)]
        for _ in range(12):
            stop.wait(0.1)
            with suppress(ProcessLookupError, AssertionError):  # none is there just now
                os.kill(sandbox(), signal.SIGKILL)
        stop.set()
        assert all(count.result() for count in counts)


def test_a_sandbox_killed_during_a_crossing_is_replaced_and_the_values_worked_out_again():
    value_of("1 + 1")
    killer = threading.Timer(0.15, os.kill, (sandbox(), signal.SIGKILL))
    killer.start()
    assert value_of("const end = Date.now() + 400; while (Date.now() < end); return 7") == 7


def test_children_that_are_killed_while_they_wait_are_replaced():
    value_of("1 + 1")
    assert_settles_to(stock.current().spare_children)
    waiting = children_of(sandbox())
    for pid in waiting:
        with suppress(ProcessLookupError):  # the one that has served may end just now
            os.kill(pid, signal.SIGKILL)
    assert_ends(waiting)
    assert value_of("2 + 2") == 4


def test_the_sandbox_imports_nothing_heavy_for_every_fork_to_copy():
    names = "import sys; sys.path.append('flows/expressions'); from cage import server; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", names], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "cage.server" in answer.stdout.split()
    assert not {"dataclasses", "inspect", "json", "pathlib", "re", "typing"} & set(answer.stdout.split())


def test_an_interrupt_at_the_terminal_does_not_reach_the_sandbox():
    value_of("1 + 1")
    assert os.getpgid(sandbox()) != os.getpgid(0)


def test_a_child_that_is_killed_during_a_crossing_fails_that_step_alone(patient):
    value_of("1 + 1")
    with ThreadPoolExecutor(1) as pool:
        endless = pool.submit(value_of, "for (;;);")
        eventually(lambda: busy_children())
        for pid in busy_children():
            os.kill(pid, signal.SIGTERM)
        with pytest.raises(EvaluationError, match="brought its sandbox down"):
            endless.result()
    assert value_of("2 + 2") == 4


def busy_children() -> list[int]:
    """Those that have computed a while, which one that waits or starts has not."""
    return [pid for pid in children_of(sandbox()) if processor_seconds_of(pid) >= 0.2]


def answer_42(connection) -> None:
    connection.send(value_of("20 + 22"))


def in_daemonic_process() -> int:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=answer_42, args=(theirs,), daemon=True)
    process.start()
    assert ours.poll(PATIENCE)
    answer = ours.recv()
    process.join(PATIENCE)
    return answer


def assert_ends(processes: list[int]) -> None:
    eventually(lambda: not any(map(is_running, processes)))


def assert_settles_to(number: int) -> None:
    eventually(lambda: len(children_of(sandbox())) <= number)
