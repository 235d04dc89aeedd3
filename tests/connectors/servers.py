"""Servers that misbehave on purpose: real sockets on loopback, a thread for each connection."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.servers import PATIENCE

Behaviour = Callable[[socket.socket], None]


@contextmanager
def serve(behave: Behaviour) -> Iterator[str]:
    """The address of a server that treats each connection as told, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, behave), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def _accept(listener: socket.socket, behave: Behaviour) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_converse, args=(client, behave), daemon=True).start()


def _converse(client: socket.socket, behave: Behaviour) -> None:
    with client, suppress(OSError):
        client.settimeout(PATIENCE)
        behave(client)


def read_request(client: socket.socket) -> bytes:
    """One whole request: head and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(client)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        body += _some(client)
    return head + b"\r\n\r\n" + body


def _some(client: socket.socket) -> bytes:
    data = client.recv(65536)
    if not data:
        raise OSError("the client has gone")
    return data


def reply(
    body: bytes = b"{}", *, status: str = "200 OK", content_type: str = "application/json", **headers: str
) -> bytes:
    """One whole answer; a header's name is given with _ for -."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answering(answer: bytes, *, seen: list[bytes] | None = None) -> Behaviour:
    """Answers every request on a connection in the same way, and notes what it got."""

    def behave(client: socket.socket) -> None:
        while True:
            request = read_request(client)
            if seen is not None:
                seen.append(request)
            client.sendall(answer)

    return behave


def free_port() -> int:
    """A port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
