"""What crosses the wire: the call that goes out, its credentials, and the answer that comes back."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from connectors import exact_json

VERSION = "0.1.0"
USER_AGENT = f"Throughline/{VERSION}"
MASK = "••••••••"
# Set by the transport; an input that sets them could make one request into two.
TRANSPORT_HEADERS = {
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}


class InputError(ValueError):
    """The input cannot be sent; the message names the property and the remedy."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What proves who calls, kept apart from the rest of the call so that nothing shows it by accident."""

    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Credentials(in {', '.join(self.names) or 'nothing'})"

    @property
    def names(self) -> list[str]:
        return [*self.headers, *self.query, *self.cookies]

    @property
    def values(self) -> list[str]:
        """Every text that must not be seen, the longest first."""
        whole = [*self.headers.values(), *self.query.values(), *self.cookies.values()]
        tokens = [value.partition(" ")[2] for value in self.headers.values()]
        return sorted({*whole, *filter(None, tokens)}, key=len, reverse=True)

    def masked(self) -> "Credentials":
        return Credentials(*(dict.fromkeys(part, MASK) for part in (self.headers, self.query, self.cookies)))


@dataclass(frozen=True, slots=True)
class Call:
    """One request, ready to be sent. `url` and `headers` hold no secret; `credentials` are added on the wire.

    `system` is what people call the other side in messages; empty means the host's name.
    """

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = field(default=None, repr=False)
    credentials: Credentials = field(default_factory=Credentials)
    system: str = ""

    def wire_url(self) -> str:
        return _with_query(self.url, {name: quote(value, safe="") for name, value in self.credentials.query.items()})

    def wire_headers(self) -> dict[str, str]:
        return _with_credentials(self.headers, self.credentials)

    def masked(self) -> dict[str, Any]:
        """{"method", "url", "headers", "body"} as sent, secrets replaced; body as JSON where it is JSON."""
        hidden = self.credentials.masked()
        return {
            "method": self.method,
            "url": _with_query(self.url, hidden.query),
            "headers": _with_credentials(self.headers, hidden),
            "body": self._readable_body(),
        }

    def _readable_body(self) -> Any:
        if self.body is None:
            return None
        media_type = self.headers.get("Content-Type", "")
        try:
            return exact_json.loads(self.body) if is_json_type(media_type) else self.body.decode()
        except (exact_json.JSONError, UnicodeDecodeError):
            return f"({len(self.body)} bytes of {media_type or 'unknown kind'})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, or why nothing did. Header names are in lower case.

    `trouble` is "" or one of timeout, connection, dns, tls, too_large, refused_address, redirect,
    invalid_address; `message` says it in plain language. `body` is parsed JSON when `is_json`, a text
    when it reads as one, base64 for other bytes, None when empty. `maybe_received` is False only when
    surely nothing reached the other side.
    """

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = field(default=None, repr=False)
    is_json: bool = False
    trouble: str = ""
    message: str = ""
    duration_ms: int = 0
    maybe_received: bool = True


def is_json_type(media_type: str) -> bool:
    """True for application/json and the +json family, with or without parameters."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence.endswith(("/json", "+json"))


def _with_query(url: str, query: dict[str, str]) -> str:
    added = "&".join(f"{quote(name, safe='')}={value}" for name, value in query.items())
    if not added:
        return url
    return f"{url}{'&' if '?' in url else '?'}{added}"


def _with_credentials(headers: dict[str, str], credentials: Credentials) -> dict[str, str]:
    """The headers, where credentials win over an input of the same name."""
    merged = {"User-Agent": USER_AGENT}
    for name, value in [*headers.items(), *credentials.headers.items()]:
        for same in [known for known in merged if known.lower() == name.lower()]:
            del merged[same]
        merged[name] = value
    cookies = [f"{name}={value}" for name, value in credentials.cookies.items()]
    if cookies:
        merged["Cookie"] = "; ".join([*filter(None, [headers.get("Cookie")]), *cookies])
    return merged
