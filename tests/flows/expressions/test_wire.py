"""The wire between a worker and its sandbox: messages come whole, however the kernel cuts them up."""

from collections.abc import Callable

import pytest

from flows.expressions.cage import wire

MESSAGES = [["run", "2", '{"units":[]}'], [], ["data", '"é"', "item", ""], ["x" * 200_000]]


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_messages_that_follow_each_other_are_told_apart(size):
    reader = wire.Reader(cut(b"".join(map(wire.pack, MESSAGES)), size))
    assert [reader.message() for _ in MESSAGES] == MESSAGES


def test_a_connection_that_closes_within_a_message_is_broken():
    reader = wire.Reader(cut(wire.pack(["whole"]) + wire.pack(["cut short"])[:-1], 5))
    assert reader.message() == ["whole"]
    with pytest.raises(wire.Broken, match="closed"):
        reader.message()


@pytest.mark.parametrize(("total", "count"), [(0, 0), (11, 0), (13, 1), (101, 0), (1 << 63, 1)])
def test_a_length_that_cannot_be_is_refused_before_anything_is_read_for_it(total, count):
    message = total.to_bytes(8, "big") + count.to_bytes(4, "big") + b"\0" * 100
    with pytest.raises(wire.Broken, match="length"):
        wire.receive(cut(message, 1 << 10), largest=100)


def cut(data: bytes, size: int) -> Callable[[int], bytes]:
    """A connection that gives so many bytes at a time, and then its end."""
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    return lambda most: next(pieces, b"")
