"""How a crossing looks on the socket: messages of a total length, a count of parts, their lengths, and the parts.

Two go to the child: what is asked, which it compiles while the worker writes the other, the data
([name, JSON text, name, JSON text ...]). One comes back: the answers, a line of JSON a unit, in one part.
"""

import os
import struct
from collections.abc import Callable

GRACE = 1.0  # seconds that a worker waits longer than a child may take: the child's own timers come first
_PIECE = 1 << 16
_HEAD = struct.Struct("!QI")


class Broken(Exception):
    """The other side is gone, or says what no honest side says."""


def pack(parts: list[str]) -> bytes:
    # Only the name of a step can have half of a surrogate pair; its data is then not found.
    texts = [part.encode(errors="backslashreplace") for part in parts]
    lengths = struct.pack(f"!{len(texts)}I", *map(len, texts))
    body = b"".join((lengths, *texts))
    return _HEAD.pack(_HEAD.size + len(body), len(texts)) + body


class Reader:
    """Reads messages with `read(most bytes)`, which may bring the beginning of the next one along."""

    def __init__(self, read: Callable[[int], bytes], *, largest: int = 1 << 31):
        self._read, self._largest = read, largest
        self._data = bytearray()

    def message(self) -> list[str]:
        """The parts of the next message. Raises Broken."""
        self._fill(_HEAD.size)
        total, count = _HEAD.unpack_from(self._data)
        if not _HEAD.size + 4 * count <= total <= self._largest:
            raise Broken("a message of a length that cannot be")
        self._fill(total)
        data, self._data = self._data, self._data[total:]
        return _parts(memoryview(data)[:total], count)

    def _fill(self, size: int) -> None:
        while len(self._data) < size:
            piece = self._read(_PIECE)
            if not piece:
                raise Broken("the other side closed the connection")
            self._data += piece


def receive(read: Callable[[int], bytes], *, largest: int) -> list[str]:
    """Read the one message that is to come. Raises Broken."""
    return Reader(read, largest=largest).message()


def send(descriptor: int, parts: list[str]) -> None:
    view = memoryview(pack(parts))
    while view:
        view = view[os.write(descriptor, view) :]


def _parts(data: memoryview, count: int) -> list[str]:
    at = _HEAD.size + 4 * count
    parts = []
    for length in struct.unpack_from(f"!{count}I", data, _HEAD.size):
        if at + length > len(data):
            raise Broken("a part that is longer than its message")
        try:
            parts.append(str(data[at : at + length], "utf-8"))
        except UnicodeDecodeError as error:
            raise Broken(str(error)) from None
        at += length
    return parts
