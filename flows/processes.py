"""Runs the parts of an installation side by side in one terminal.

A part that dies is started again. When the process that started them dies, even by kill -9,
its parts end too.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

# Seconds before a part that keeps dying is started again; the last one repeats.
PAUSES = (1, 2, 4, 8, 15, 30)
# A part that ran this long was well, and its next death counts as the first.
SETTLED_SECONDS = 60
# What a part gets to finish its work when it is asked to end.
GRACE_SECONDS = 20
TICK_SECONDS = 0.1

_PR_SET_PDEATHSIG = 1
# Looked up before any fork: in a forked child only plain calls are safe.
_prctl = getattr(ctypes.CDLL(None), "prctl", None)


@dataclass
class Part:
    """One process to keep alive. `deaths` counts those in a row; times are monotonic seconds."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    start_at: float = 0
    started_at: float = 0


def keep_running(parts: Sequence[Part], tell: Callable[[str], None]) -> None:
    """Run all parts until SIGINT, SIGTERM or SIGHUP, then end them, the last one first.

    A second signal, given on purpose, ends them without waiting for the work they have begun.
    """
    signals, tell = _signal_times(), partial(_try_to, tell)
    try:
        while not signals:
            for part in parts:
                _tend(part, tell)
            time.sleep(TICK_SECONDS)
    finally:
        tell("Stopping. Once more to stop without waiting for running work.")
        for part in reversed(parts):
            _end(part, signals)


def end_with_parent(parent: int, how: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel (Linux) to send this process a signal when `parent`, its parent, dies."""
    if _prctl is None:
        return
    _prctl(_PR_SET_PDEATHSIG, how)
    # It may have died before the kernel was asked.
    if os.getppid() != parent:
        os.kill(os.getpid(), how)


def _signal_times() -> list[float]:
    """A list that grows by the monotonic time of each signal to stop."""
    times: list[float] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: times.append(time.monotonic()))
    return times


def _in_a_hurry(signals: Sequence[float]) -> bool:
    # A terminal or make may deliver one wish to stop twice within an instant.
    return len(signals) > 1 and signals[-1] - signals[0] > 1


def _try_to(tell: Callable[[str], None], text: str) -> None:
    # A closed terminal must not keep the parts from being ended.
    with contextlib.suppress(OSError):
        tell(text)


def _tend(part: Part, tell: Callable[[str], None]) -> None:
    if part.process is None:
        if time.monotonic() >= part.start_at:
            _start(part)
    elif part.process.poll() is not None:
        _bury(part, tell)


def _start(part: Part) -> None:
    # A group of its own: Ctrl-C in the terminal reaches only us, and we end the parts in order.
    part.process = subprocess.Popen(
        part.command,
        env=os.environ | part.environment,
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=partial(end_with_parent, os.getpid()),
    )
    part.started_at = time.monotonic()


def _bury(part: Part, tell: Callable[[str], None]) -> None:
    process, now = part.process, time.monotonic()
    assert process is not None
    # What it left behind would hold its port, or work on with nobody watching.
    _kill_group(process)
    part.deaths = 1 if now - part.started_at >= SETTLED_SECONDS else part.deaths + 1
    pause = PAUSES[min(part.deaths, len(PAUSES)) - 1]
    part.process, part.start_at = None, now + pause
    tell(f"{part.name} ended ({_ending(process.returncode)}); starting it again in {pause} s.")


def _ending(code: int) -> str:
    return f"by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _end(part: Part, signals: Sequence[float]) -> None:
    if part.process is None:
        return
    part.process.terminate()
    patience = time.monotonic() + GRACE_SECONDS
    while part.process.poll() is None and time.monotonic() < patience and not _in_a_hurry(signals):
        time.sleep(TICK_SECONDS / 2)
    if part.process.poll() is None:
        _kill_all(part.process.pid)
    _kill_group(part.process)
    part.process.wait()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _kill_all(ancestor: int) -> None:
    """Kill a process and all that descend from it, in whatever group or session they are."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name, in brackets, may hold spaces and brackets; state and parent follow it.
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    doomed = [ancestor]
    for process in doomed:
        doomed.extend(children.get(process, []))
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
