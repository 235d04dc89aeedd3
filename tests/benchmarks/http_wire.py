"""The least of HTTP/1.1 that keeps connections alive: what the target and the load speak."""

HEAD_END = b"\r\n\r\n"


class Inbox:
    """Collects one message after the other from a connection's bytes."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._whole = 0

    def feed(self, data: bytes) -> bytes | None:
        """A whole message, head and body, once its last byte has come."""
        self._data += data
        if not self._whole:
            end = self._data.find(HEAD_END)
            if end < 0:
                return None
            self._whole = end + len(HEAD_END) + _content_length(bytes(self._data[:end]))
        if len(self._data) < self._whole:
            return None
        message = bytes(self._data[: self._whole])
        del self._data[: self._whole]
        self._whole = 0
        return message


def _content_length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def message(first_line: str, body: bytes) -> bytes:
    head = f"{first_line}\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
