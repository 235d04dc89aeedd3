"""The least that parts of a crossing can take on this machine, and how fast this machine is."""

import os
import socket
from collections.abc import Callable
from functools import reduce
from typing import Any

import _quickjs

from connectors import exact_json

# What `fresh_context` takes where the targets were set.
REFERENCE_MS = 0.1


def fresh_context() -> Any:
    """A new context of the bare engine."""
    return _quickjs.Context()


def lookups(data: dict[str, Any]) -> Callable[[], None]:
    """What ten plain paths look up, without anything around it."""

    def once() -> None:
        for number in range(10):
            reduce(lambda value, key: value[key], ("lines", number, "amount"), data)

    return once


def echo(size: int) -> Callable[[], None]:
    """A process that gives back what it is sent."""
    ours, theirs = socket.socketpair()
    if not os.fork():
        ours.close()
        while data := theirs.recv(1 << 16):
            theirs.sendall(data)
        os._exit(0)
    theirs.close()
    message = b"x" * size

    def once() -> None:
        ours.sendall(message)
        left = size
        while left:
            left -= len(ours.recv(left))

    return once


def written(value: Any) -> Callable[[], str]:
    """What the data costs before it can go anywhere."""
    return lambda: exact_json.dumps(value)
