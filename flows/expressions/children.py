"""One sandbox process and the children it keeps in stock, as the worker that started it sees them.

The sandbox ends when the control socket closes, which the kernel does however the worker ends. What
is said on that socket stands in cage/server.py.
"""

import importlib.util
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from flows.expressions.cage import wire
from flows.expressions.limits import Limits
from flows.expressions.question import Question

_START = "import sys; sys.path.append(sys.argv.pop(1)); from cage import server; server.main(sys.argv[1:])"
_PATIENCE = 15.0  # to get a child, on a machine with much else to do
# What a worker ignores or blocks would stay so in its sandbox, whose timers need these to kill.
_SIGNALS = [signal.SIGALRM, signal.SIGCHLD, signal.SIGINT, signal.SIGPROF, signal.SIGTERM, signal.SIGXCPU]


class SandboxUnavailable(Exception):
    """There is no sandbox to be had on this machine; the message says why and what to do."""


class Ended(Exception):
    """The child ended before it had answered: by which signal (0: by itself), at which unit.

    One that had not begun was ended by others while it waited.
    """

    def __init__(self, signal_number: int, unit: int, begun: bool):
        super().__init__(f"ended by signal {signal_number} at unit {unit}")
        self.signal, self.unit, self.begun = signal_number, unit, begun


class Stock:
    """The children of one sandbox process. Safe to use from several threads."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.verdict = ""
        self._lock = threading.Lock()
        self._warmed = ""
        self._waiting: dict[int, int] = {}  # descriptors of children by their number, newest last
        self._working: dict[int, int] = {}
        self._ended: dict[int, Ended] = {}  # of those that work
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._pid = _spawn(theirs, limits)
        self._process = os.pidfd_open(self._pid)
        self._poll = select.poll()
        self._poll.register(self._control, select.POLLIN)

    def cross(self, question: Question) -> list[str]:
        """Send one crossing to a fresh child and wait for its answers. Raises Ended."""
        for _ in range(self.limits.spare_children):
            try:
                return self._cross(question)
            except Ended as ended:
                if ended.begun:
                    raise
        return self._cross(question)

    def _cross(self, question: Question) -> list[str]:
        number, connection = self._take()
        try:
            return self._exchange(number, connection, question)
        finally:
            self._release(number)

    def ready(self) -> str:
        """Wait until the sandbox has said how well its children are confined. Raises SandboxUnavailable."""
        with self._lock:
            self._until(lambda: self.verdict)
        return self.verdict

    def abandon(self) -> None:
        """Let go of what a fork has copied; the sandbox stays with the process it belongs to."""
        self._let_go()
        for descriptor in self._working.values():
            os.close(descriptor)

    def _let_go(self) -> None:
        """Of all but the connections of crossings under way, which those close themselves."""
        self._control.close()
        for descriptor in (self._process, *self._waiting.values()):
            os.close(descriptor)
        self._waiting.clear()

    def close(self) -> None:
        """End the sandbox; the kernel ends its children."""
        with self._lock, suppress(ProcessLookupError, ChildProcessError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        with self._lock:
            self._let_go()

    def _attend(self, libraries: str) -> None:
        """To the sandbox, while a child is at work.

        Who holds the lock may wait long for a child, and listens meanwhile; the answer on its way must not wait too.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._hear(0)
            if libraries and libraries != self._warmed:
                self._say(f"warm {libraries}")
                self._warmed = libraries
        finally:
            self._lock.release()

    def _take(self) -> tuple[int, int]:
        """A child of one's own. The sandbox makes another when it ends, or now if there is none."""
        with self._lock:
            if not self._waiting:
                self._hear(0)
            if not self._waiting:
                self._say("more")
                self._until(lambda: self._waiting)
            # The newest: its memory is the likeliest to be in the processor's caches, and to have all libraries.
            number, connection = self._waiting.popitem()
            self._working[number] = connection
            return number, connection

    def _release(self, number: int) -> None:
        with self._lock:
            os.close(self._working.pop(number))
            self._ended.pop(number, None)

    def _exchange(self, number: int, connection: int, question: Question) -> list[str]:
        try:
            wire.send(connection, question.head)
            wire.send(connection, question.body())
            self._attend(question.meanwhile())
            return self._received(connection, question.answers)
        except (TimeoutError, BlockingIOError):
            ended = self._end_of(number)
            raise Ended(signal.SIGALRM, ended.unit, begun=True) from None
        except (wire.Broken, OSError):
            raise self._end_of(number) from None

    def _received(self, connection: int, answers: int) -> list[str]:
        deadline = time.monotonic() + self.limits.wall_seconds + wire.GRACE
        arrival = select.poll()
        arrival.register(connection, select.POLLIN)

        def read(size: int) -> bytes:
            left = deadline - time.monotonic()
            # Not in the read itself: the child, as it takes in the data, would wake all that wait there.
            if left <= 0 or not arrival.poll(left * 1000):
                raise TimeoutError
            return os.read(connection, size)

        parts = wire.receive(read, largest=4 * self.limits.result_mb << 20)
        lines = parts[0].split("\n") if len(parts) == 1 else []
        if len(lines) != answers:
            raise wire.Broken("another number of answers than of questions")
        return lines

    def _end_of(self, number: int) -> Ended:
        """How a child ended that gave no answer, having made sure that it did end."""
        with self._lock:
            self._say(f"kill {number}")
            self._until(lambda: number in self._ended)
            return self._ended[number]

    def _say(self, message: str) -> None:
        try:
            self._control.send(message.encode())
        except OSError:
            raise SandboxUnavailable("the expression sandbox has ended") from None

    def _until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                raise SandboxUnavailable(f"the expression sandbox gave no answer in {_PATIENCE:g} s")
            self._hear(left)

    def _hear(self, seconds: float) -> None:
        """Take in what the sandbox has said, waiting so long for a first word."""
        while self._poll.poll(seconds * 1000):
            message, descriptors = self._next_message()
            word, _, detail = message.decode().partition(" ")
            if word == "child":
                self._waiting[int(detail)] = descriptors[0]
            elif word == "ended":
                self._bury(*map(int, detail.split()))
            else:
                self._judge(detail)
            seconds = 0

    def _bury(self, number: int, signal_number: int, unit: int, begun: int) -> None:
        if number in self._working:
            # The first that is told: a kill that came after the end is answered as if all had been well.
            self._ended.setdefault(number, Ended(signal_number, unit, bool(begun)))
        elif waiting := self._waiting.pop(number, None):
            os.close(waiting)

    def _next_message(self) -> tuple[bytes, list[int]]:
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, 4096, 1)
        except OSError:
            message, descriptors = b"", []
        if not message:
            raise SandboxUnavailable("the expression sandbox has ended")
        return message, descriptors

    def _judge(self, verdict: str) -> None:
        if verdict.startswith("refused: "):
            raise SandboxUnavailable(
                f"expressions cannot run safely on this machine: {verdict.removeprefix('refused: ')}"
            )
        self.verdict = verdict


def _spawn(control: socket.socket, limits: Limits) -> int:
    arguments = [
        _engine_file(),
        str(limits.cpu_seconds),
        str(limits.wall_seconds),
        str(limits.memory_mb << 20),
        str(limits.result_mb << 20),
        str(limits.spare_children),
        str(int(limits.allow_unconfined)),
    ]
    folder = os.fspath(Path(__file__).parent)
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-I", "-S", "-c", _START, folder, *arguments],
        {},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, control.fileno(), 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        ],
        setsigdef=_SIGNALS,
        setsigmask=[],
    )


def _engine_file() -> str:
    spec = importlib.util.find_spec("_quickjs")
    if spec is None or spec.origin is None:
        raise SandboxUnavailable("the JavaScript engine is not installed (package quickjs-ng)")
    return spec.origin
