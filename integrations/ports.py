"""Where is there room to listen? Asked by `make run` before anything is built, so without Django."""

import itertools
import os
import socket
import sys
from collections import deque

HOST = "127.0.0.1"
# The web server takes the first port, the two sample systems those after it.
PORTS = 3
LAST = 65535 - (PORTS - 1)
# Apart from those of processes that started beside this one, and below those that the kernel gives to connections.
_unused = itertools.count(20000 + os.getpid() * 61 % 9000)


def trouble(first: str) -> str:
    """One line saying why the product can't start on this port and the two after it, or ''."""
    if not first.isascii() or not first.isdigit() or not 1024 <= int(first) <= LAST:
        return f"PORT={first}: write a whole number from 1024 to {LAST}, such as PORT=8000"
    taken = _taken(int(first))
    if not taken:
        return ""
    return (
        f"Port {taken[0]} is taken (ports {first} to {int(first) + PORTS - 1} are needed): "
        f"stop the program that uses it, or start elsewhere with PORT={_elsewhere(int(first))}"
    )


def free_ports(count: int = 1) -> int:
    """The first of `count` ports in a row that nobody uses; this process gives none out twice. Raises OSError."""
    for first in itertools.takewhile(lambda port: port < 32000, _unused):
        if all(map(_free, range(first, first + count))):
            deque(itertools.islice(_unused, count - 1), maxlen=0)
            return first
    raise OSError("no free ports")


def _elsewhere(first: int) -> int:
    candidates = range(first + 10, min(first + 1000, LAST), 10)
    return next((port for port in candidates if not _taken(port)), 8000)


def _taken(first: int) -> list[int]:
    return [port for port in range(first, first + PORTS) if not _free(port)]


def _free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: a port whose last user has just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    print(trouble(sys.argv[1]))  # noqa: T201
