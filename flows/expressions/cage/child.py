"""One child: locked in before it reads anything of a run, it serves one crossing and ends."""

import mmap
import os
import signal
import struct
from collections.abc import Callable
from contextlib import suppress

from . import confinement, wire
from .engine import Engine

LIMIT = '{"error":{"kind":"cpu"}}'
BROKEN = '{"error":{"kind":"crash"}}'
SKIPPED = '{"skipped":true}'

READY = b"r"  # what a child says that has rehearsed and waits for its crossing
PROGRESS = struct.Struct("!II")  # the unit being done; 1 once there is work
Progress = mmap.mmap | bytearray


class Limits:
    """memory_bytes is the engine's own limit; result_bytes bounds the text of one value."""

    def __init__(self, *, cpu_seconds: float, wall_seconds: float, memory_bytes: int, result_bytes: int):
        self.cpu_seconds, self.wall_seconds = cpu_seconds, wall_seconds
        self.memory_bytes, self.result_bytes = memory_bytes, result_bytes


class Work:
    """What every child is given by its parent.

    address_space   bytes that the child may map in all
    lock            None where the operator allows children that are not confined
    """

    def __init__(self, engine: Engine, limits: Limits, *, address_space: int, lock: confinement.Lock | None):
        self.engine, self.limits = engine, limits
        self.address_space, self.lock = address_space, lock


def serve(work: Work, progress: Progress, *, rehearsed: bool) -> None:
    """Rehearse where there is time for it, lock in, wait for the one crossing on descriptor 0, answer it, end.

    Both come from that descriptor. `progress` tells the parent which unit is being done.
    """
    reader = wire.Reader(lambda size: os.read(0, size))
    try:
        if rehearsed:
            rehearse(work, reader)
        PROGRESS.pack_into(progress, 0, 0, 0)  # to have that page now, and not in the crossing
        _lock_in(work)
        if rehearsed:
            os.write(0, READY)
        wire.send(0, [_answers(work, reader, progress, wall_seconds=work.limits.wall_seconds)])
    except (wire.Broken, BrokenPipeError):
        os._exit(0)
    except BaseException:
        os._exit(1)
    os._exit(0)


def rehearse(work: Work, reader: wire.Reader) -> None:
    """Go through a crossing whose answers go nowhere (see rehearsal.py)."""
    wire.pack([_answers(work, reader, bytearray(PROGRESS.size), wall_seconds=0)])
    work.engine.reset()
    # Python keeps objects of each size, up to 512 bytes, in pages of their own: answers come in any. The second may
    # lie in another page than the first.
    for size in range(1, 480, 16):
        [bytes(size), bytes(size)]


def _lock_in(work: Work) -> None:
    work.engine.seed(os.urandom(32).hex())
    confinement.set_limits(cpu_seconds=work.limits.cpu_seconds, address_space=work.address_space)
    # The kernel ends this process where the engine does not end a call, and after all calls together.
    signal.setitimer(signal.ITIMER_PROF, work.limits.cpu_seconds + 0.1)
    if work.lock:
        work.lock.close()


def _answers(work: Work, reader: wire.Reader, progress: Progress, *, wall_seconds: float) -> str:
    """Compile what is asked; with the data there, work it out within that time by the clock (0: any)."""
    engine = work.engine
    purpose, number, header = reader.message()
    PROGRESS.pack_into(progress, 0, 0, 1)
    engine.begin(header, work.limits.result_bytes)
    if purpose == "run":
        with suppress(Exception):  # of the engine's own kinds; running a unit meets it again, and says so
            engine.prepare()
    data = iter(reader.message())
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)
    for name, text in zip(data, data, strict=True):
        engine.accept(name, text)
    return "\n".join(_called(engine.run if purpose == "run" else engine.check, int(number), progress))


def _called(call: Callable[[int], str], count: int, progress: Progress) -> list[str]:
    answers: list[str] = []
    for index in range(count):
        PROGRESS.pack_into(progress, 0, index, 1)
        answers.append(_answer(call, index))
        if answers[-1] == LIMIT:
            break
    return answers + [SKIPPED] * (count - len(answers))


def _answer(call: Callable[[int], str], index: int) -> str:
    try:
        return call(index)
    except Exception as error:  # of the engine's own kinds
        return LIMIT if "interrupted" in str(error) else BROKEN
