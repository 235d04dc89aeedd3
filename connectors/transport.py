"""One HTTP exchange: only to checked addresses, within a total deadline, up to a size.

The deadline stands on the thread and is obeyed by the sockets themselves, so that it also ends a
connection attempt, a TLS handshake and a server that drips one byte now and then.
"""

import os
import socket
import ssl
import threading
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from time import monotonic
from typing import Any

import certifi
import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, HTTPError

from connectors import addresses

PACKED = {"Accept-Encoding": "gzip, deflate"}


class Trouble(Exception):
    """Why no whole answer came. `text` goes on after the system's name: "could not be reached: ...".

    `status` is set when the answer had begun. `maybe_received` is False when surely nothing got there.
    """

    def __init__(self, kind: str, text: str, *, maybe_received: bool = True, status: int | None = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.maybe_received = maybe_received
        self.status = status


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; header names in lower case, body unpacked."""

    status: int
    headers: dict[str, str]
    body: bytes


class _Thread(threading.local):
    """What one thread keeps: its session, the process that made it, and the deadline of the call it makes."""

    session: requests.Session | None = None
    pid = 0
    ends = 0.0


_thread = _Thread()
_tls_lock = threading.Lock()


def set_deadline(seconds: float) -> None:
    """All exchanges of this thread must end within `seconds` from now."""
    _thread.ends = monotonic() + seconds


def exchange(method: str, url: str, headers: dict[str, str], body: bytes | None, *, limit: int) -> Reply:
    """Send one request, follow nothing, read at most `limit` bytes. Raises Trouble."""
    try:
        request = requests.Request(method, url, headers=PACKED | headers, data=body).prepare()
    except (requests.RequestException, UnicodeError, ValueError) as error:
        raise Trouble("invalid_address", f"was not called: {error}", maybe_received=False) from None
    status = None
    try:
        with _session().send(request, stream=True, allow_redirects=False, timeout=_left()) as response:
            status = response.status_code
            return Reply(status, _headers(response), _read(response, limit))
    except DecodeError:
        raise Trouble("connection", "sent an answer that cannot be unpacked", status=status) from None
    except (requests.RequestException, HTTPError, HTTPException, OSError):
        # Whatever the libraries above the socket make of its time-out, time is what ran out.
        if monotonic() >= _thread.ends:
            raise Trouble("timeout", "did not answer", status=status) from None
        text = "broke off its answer" if status else "closed the connection without an answer"
        raise Trouble("connection", text, status=status) from None


def look_up(host: str, port: int) -> list[tuple[int, tuple[Any, ...]]]:
    """The (family, socket address) pairs of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


def _session() -> requests.Session:
    """This thread's session; one made before a fork would share its sockets with the parent."""
    if _thread.session is None or _thread.pid != os.getpid():
        _thread.session, _thread.pid = _new_session(), os.getpid()
    return _thread.session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """No redirect is prepared behind our back; requests even trips over a malformed one."""


def _new_session() -> requests.Session:
    session = _Session()
    session.trust_env = False
    # One integration's cookies are nothing that another one may send.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(pool_connections=32, pool_maxsize=1))
    return session


def _headers(response: requests.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _read(response: requests.Response, limit: int) -> bytes:
    body = response.raw.read(limit + 1, decode_content=True)
    if len(body) > limit:
        raise Trouble("too_large", f"answered with more than {limit // 10**6} MB", status=response.status_code)
    return body


def _left() -> float:
    """Seconds until the thread's deadline. Raises TimeoutError when there are none."""
    seconds = _thread.ends - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


class _Socket(socket.socket):
    """A socket that waits no longer than its thread may, whatever time-out it is given."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_left())
        return super().recv_into(*args, **kwargs)

    def send(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_left())
        return super().send(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(_left())
        return super().sendall(*args, **kwargs)


class _TLSSocket(_Socket, ssl.SSLSocket):
    pass


def _tls() -> ssl.SSLContext:
    """One context for all threads: a batch of first calls must not read the authorities once for each."""
    with _tls_lock:
        return _new_tls()


@lru_cache(maxsize=1)
def _new_tls() -> ssl.SSLContext:
    """Trusts the machine's authorities (so an operator can add the firm's own) and the public ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.sslsocket_class = _TLSSocket
    return context


class _CheckedConnection(HTTPConnection):
    """Resolves once and connects to the very address that was checked, so that DNS cannot change its mind.

    What goes wrong here goes wrong before anything was sent; raises Trouble past urllib3 for it.
    """

    def connect(self) -> None:
        try:
            super().connect()
        except ssl.SSLError as error:
            raise Trouble("tls", _tls_text(error), maybe_received=False) from None
        except TimeoutError:
            raise Trouble("timeout", "could not be reached", maybe_received=False) from None
        except (OSError, HTTPError) as error:
            text = f"could not be reached: {_reason(error)}"
            raise Trouble("connection", text, maybe_received=False) from None

    def _new_conn(self) -> socket.socket:
        return _connected(_checked(self._dns_host, self.port))


class _CheckedTLSConnection(_CheckedConnection, HTTPSConnection):
    pass


class _CheckedPool(HTTPConnectionPool):
    ConnectionCls = _CheckedConnection


class _CheckedTLSPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedTLSConnection

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, ssl_context=_tls())


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _CheckedPool, "https": _CheckedTLSPool}

    def cert_verify(self, *args: Any) -> None:
        """Nothing to load for each connection: the shared context has it, and requires a valid certificate."""


def _checked(host: str, port: int) -> list[tuple[int, tuple[Any, ...]]]:
    """Where the name leads. One forbidden address among several refuses them all."""
    found = _looked_up(host, port)
    for _, address in found:
        if not addresses.is_allowed(host, address[0], settings.ALLOWED_PRIVATE_HOSTS):
            text = (
                f"was not called: {host} leads to {address[0]}, which is no public address. "
                "An operator can allow it in ALLOWED_PRIVATE_HOSTS"
            )
            raise Trouble("refused_address", text, maybe_received=False)
    return found


def _looked_up(host: str, port: int) -> list[tuple[int, tuple[Any, ...]]]:
    """Resolves in a thread of its own, because the system's resolver knows no deadline."""
    found: list[Any] = []

    def resolve() -> None:
        try:
            found.append(look_up(host, port))
        except (OSError, UnicodeError) as error:
            found.append(error)

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(_left())
    if not found:
        raise Trouble("dns", f"could not be reached: looking up {host} takes too long", maybe_received=False)
    if isinstance(found[0], Exception) or not found[0]:
        raise Trouble("dns", f"could not be reached: there is no host named {host}", maybe_received=False)
    return found[0]


def _connected(found: list[tuple[int, tuple[Any, ...]]]) -> socket.socket:
    """A connection to the first address that takes one. Raises OSError of the last."""
    failure: OSError = OSError("it has no address")
    for position, (family, address) in enumerate(found):
        sock = _Socket(family, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # One address that swallows everything leaves time for those behind it.
            sock.settimeout(_left() / (len(found) - position))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nothing accepts connections at that address; it may be down"
    return (getattr(error, "strerror", None) or str(error)).lower()


def _tls_text(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"could not be reached safely: its certificate is not valid ({error.verify_message})"
    if error.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST"}:
        return "could not be reached safely: no TLS is spoken there. Does the address begin with http://?"
    return f"could not be reached safely: {error.reason or error}"
