"""The parent of the children: keeps some in stock for one worker process, and ends with it.

On the control socket, one message each:
    to us       b"more"         all are at work and somebody waits
                b"kill NUMBER"  it has given no answer that can be used
                b"warm NAMES"   have these libraries loaded in the children to come
    from us     b"ready VERDICT"             once: how well the children are confined
                b"child NUMBER" + descriptor a child that waits for its crossing, or soon will
                b"ended NUMBER SIGNAL UNIT BEGUN"  a child ended otherwise than by having answered
"""

import gc
import mmap
import os
import select
import signal
import socket
import struct
from contextlib import suppress

from . import child, confinement, rehearsal, wire
from .engine import Engine

# In a row: something is wrong with this machine, and forking on would only heat it.
MAX_STILLBORN = 20
# After so many, Python has specialized its code, and JavaScript made what it makes at the first use.
REHEARSALS = 30
# So much of its processor time a child has used that the clock on the wall ended, though nothing held it up.
SPENT = 0.9


class Child:
    def __init__(self, number: int, pid: int, progress: mmap.mmap, connection: socket.socket):
        self.number, self.pid, self.progress, self.connection = number, pid, progress, connection
        self.is_killed = False


class Server:
    """The stock of one worker process."""

    def __init__(self, control: socket.socket, work: child.Work, spares: int):
        self._control = control
        self._work = work
        self._spares = spares
        self._children: dict[int, Child] = {}  # by the descriptor that tells of their end
        self._rehearsing: dict[int, Child] = {}  # by their connection, which the worker does not have yet
        self._made = 0
        self._stillborn = 0
        self._rehearsal = b""
        self._warmed: set[str] = set()
        # Of a worker that sends to its child. The kernel keeps it, which spares the calls that Python's own would take.
        self._patience = struct.pack("@ll", *divmod(round((work.limits.wall_seconds + wire.GRACE) * 1e6), 10**6))
        self._poll = select.poll()

    def run(self) -> None:
        """Serve until the worker's end of the control socket closes."""
        self._poll.register(self._control, select.POLLIN)
        self._settle()
        self._restock()
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._control.fileno():
                    if not self._obey():
                        return
                elif descriptor in self._children:
                    self._bury(descriptor)
                elif descriptor in self._rehearsing:  # else its child has ended just now
                    self._hand_over(self._rehearsing[descriptor])

    def _obey(self) -> bool:
        message = self._control.recv(4096)
        if not message:
            return False
        order, _, detail = message.decode().partition(" ")
        if order == "more":
            self._fork(rehearsed=False)
        elif order == "kill":
            self._kill(int(detail))
        elif order == "warm":
            self._warm(set(detail.split()))
        return True

    def _warm(self, names: set[str]) -> None:
        """Children in stock were forked without these; they still work, only slower."""
        if names <= self._warmed:
            return
        self._work.engine.warm_up(" ".join(sorted(names - self._warmed)))
        self._warmed |= names
        self._settle()

    def _settle(self) -> None:
        """Make all that is there now the ground on which children are made and measured."""
        self._rehearsal = rehearsal.crossing(frozenset(self._warmed))
        for _ in range(REHEARSALS):
            child.rehearse(self._work, wire.Reader(lambda size: self._rehearsal))
        limits = self._work.limits
        self._work.engine.limit(memory_bytes=limits.memory_bytes, cpu_seconds=limits.cpu_seconds)
        gc.collect()
        gc.freeze()

    def _restock(self) -> None:
        while len(self._children) < self._spares:
            self._fork(rehearsed=True)

    def _fork(self, *, rehearsed: bool) -> None:
        ours, theirs = socket.socketpair()
        progress = mmap.mmap(-1, mmap.PAGESIZE)
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            confinement.die_with(parent)
            os.dup2(theirs.fileno(), 0)  # in place of the control socket
            os.closerange(1, 1 << 16)
            child.serve(self._work, progress, rehearsed=rehearsed)
        theirs.close()
        self._made += 1
        made = Child(self._made, pid, progress, ours)
        self._track(made)
        if rehearsed:
            self._rehearsing[ours.fileno()] = made
            self._poll.register(ours, select.POLLIN)
            ours.send(self._rehearsal)
        else:
            self._hand_over(made)

    def _track(self, made: Child) -> None:
        descriptor = os.pidfd_open(made.pid)
        self._children[descriptor] = made
        self._poll.register(descriptor, select.POLLIN)

    def _hand_over(self, made: Child) -> None:
        """Give the worker a child that stands ready, or one that is wanted as it is."""
        self._end_rehearsal(made)
        with made.connection as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, self._patience)
            socket.send_fds(self._control, [f"child {made.number}".encode()], [connection.fileno()])

    def _end_rehearsal(self, made: Child) -> None:
        if self._rehearsing.pop(made.connection.fileno(), None):
            self._poll.unregister(made.connection)
            with suppress(ConnectionResetError):  # it has ended meanwhile, which is told elsewhere
                made.connection.recv(len(child.READY))

    def _bury(self, descriptor: int) -> None:
        dead = self._children.pop(descriptor)
        self._poll.unregister(descriptor)
        os.close(descriptor)
        self._end_rehearsal(dead)
        dead.connection.close()
        _, status, usage = os.wait4(dead.pid, 0)
        unit, begun = child.PROGRESS.unpack_from(dead.progress)
        dead.progress.close()
        if status or dead.is_killed:
            ending = self._ending(status, usage.ru_utime + usage.ru_stime)
            self._control.send(f"ended {dead.number} {ending} {unit} {begun}".encode())
        self._stillborn = 0 if begun else self._stillborn + 1
        if self._stillborn > MAX_STILLBORN:
            raise SystemExit("children of the expression sandbox end before they are used")
        self._restock()

    def _ending(self, status: int, cpu_seconds: float) -> int:
        """The signal that ended a child, 0 for none. One that computed all the while ran out of that, not of time."""
        signal_number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        is_spent = cpu_seconds >= SPENT * self._work.limits.cpu_seconds
        return signal.SIGPROF if signal_number == signal.SIGALRM and is_spent else signal_number

    def _kill(self, number: int) -> None:
        """Its end is then told in any case: here if it has ended by itself, as if all were well."""
        for descriptor, one in self._children.items():
            if one.number == number:
                one.is_killed = True
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
                return
        self._control.send(f"ended {number} 0 0 1".encode())


def verdict(*, allow_unconfined: bool) -> str:
    """Try the cage on a child: "confined", or why not. Raises Unconfined where that is not allowed."""
    try:
        lock = confinement.Lock()
        pid = os.fork()
        if not pid:
            try:
                lock.close()
            except confinement.Unconfined:
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status):
            raise confinement.Unconfined(f"the trial of the cage was ended by signal {os.WTERMSIG(status)}")
        if status:
            raise confinement.Unconfined("this kernel takes no seccomp filter")
    except confinement.Unconfined as reason:
        if not allow_unconfined:
            raise
        return f"unconfined: {reason}"
    return "confined"


def main(arguments: list[str]) -> None:
    """Arguments: engine file, cpu and wall seconds, memory and result bytes, spares, 1 to allow no cage."""
    extension, cpu, wall, memory, result, spares, allow = arguments
    control = socket.socket(fileno=0)
    os.setsid()  # the end of the worker is ours; a Ctrl-C in its terminal is not
    os.closerange(3, 1 << 16)
    try:
        found = verdict(allow_unconfined=allow == "1")
    except confinement.Unconfined as reason:
        control.send(f"ready refused: {reason}".encode())
        while control.recv(4096):  # to end sooner could lose that word
            pass
        return
    engine = Engine(extension)
    gc.disable()
    limits = child.Limits(
        cpu_seconds=float(cpu), wall_seconds=float(wall), memory_bytes=int(memory), result_bytes=int(result)
    )
    # Room for the data as text, twice, and for the answer, beside what the engine counts.
    address_space = confinement.address_space() + 2 * limits.memory_bytes + (128 << 20)
    lock = confinement.Lock() if found == "confined" else None
    with suppress(BrokenPipeError, ConnectionResetError):  # the worker has ended without hearing us out
        control.send(f"ready {found}".encode())
        Server(control, child.Work(engine, limits, address_space=address_space, lock=lock), int(spares)).run()
