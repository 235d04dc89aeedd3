"""Starting real programs for a test, and knowing when they are there and gone."""

import contextlib
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Seconds. What happens at all has happened by then, however much else the machine has to do.
PATIENCE = 60


def eventually(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until the condition holds; an AssertionError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


def status_of(address: str, path: str = "/") -> int:
    """The HTTP status of a GET, 0 when nobody answers."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", path)
        return connection.getresponse().status
    return 0


@contextlib.contextmanager
def running(command: Sequence[str], address: str, log: Path, seconds: float = 2 * PATIENCE) -> Iterator[None]:
    """A server from its first answer to its end; all of its processes are gone afterwards."""
    with log.open("w") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, cwd=log.parent, start_new_session=True)
    try:
        eventually(lambda: server.poll() is not None or status_of(address), seconds)
        assert server.poll() is None, log.read_text()
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def is_alive(process: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def descendants(ancestor: int) -> list[int]:
    """Every process that descends from one, with itself."""
    found = [ancestor]
    for process in found:
        for children in Path("/proc").glob(f"{process}/task/*/children"):
            with contextlib.suppress(OSError):
                found.extend(int(child) for child in children.read_text().split())
    return found
