"""The only place that sees plain secrets."""

from base64 import urlsafe_b64encode
from collections.abc import Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from time import monotonic

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection as database
from django.utils import timezone

from connectors import authentication, client, exact_json
from connectors.authentication import AuthenticationError
from connectors.messages import Credentials
from integrations.models import Connection

# Seconds for a token, when the caller has no shorter deadline.
TOKEN_DEADLINE = 20.0
# A token is given up this long before its end, so that it does not run out on the way.
TOKEN_MARGIN = 60

NO_KEY_FITS = (
    "The stored secrets cannot be read: SECRET_KEY or CREDENTIAL_KEYS has changed. "
    "Put the former key behind the new one, or enter the secrets again."
)

# The fetches of tokens under way in this process; each gives a sealed token and its end.
_fetches: dict[Hashable, Future[tuple[str, datetime]]] = {}
_fetches_lock = Lock()


def seal(secrets: dict) -> str:
    """Encrypt a connection's secrets for storage; no secrets are the empty text."""
    return _fernet().encrypt(exact_json.to_bytes(secrets)).decode() if secrets else ""


def reseal(sealed: str) -> str:
    """The same secrets under the newest key. Raises AuthenticationError when no key fits."""
    try:
        return _fernet().rotate(sealed).decode() if sealed else ""
    except InvalidToken:
        raise AuthenticationError(NO_KEY_FITS) from None


def merged(sealed: str, secrets: dict) -> str:
    """Sealed secrets in which the given ones replace those of the same name."""
    return seal(_open(sealed) | secrets) if secrets else sealed


def names_in(sealed: str) -> set[str] | None:
    """Which secrets are stored; None when no key opens them."""
    try:
        return set(_open(sealed))
    except AuthenticationError:
        return None


def problems_with(kind: str, kind_settings: dict, secrets: dict, *, sealed: str = "") -> list[tuple[str, str]]:
    """(place, text) for every field of the kind that is missing or wrong; `sealed` fills in for `secrets`."""
    known = authentication.KINDS[kind]
    return [
        (f"{'secrets' if field.secret else 'settings'}.{field.name}", f"{field.label} {text}")
        for field, text in known.problems(kind_settings, _open(sealed) | secrets)
    ]


def credentials_for(connection: Connection, *, deadline: float = TOKEN_DEADLINE) -> Credentials:
    """The credentials for a call now; an OAuth2 token is fetched when none is left, within `deadline` seconds.

    May be called in any thread. Raises AuthenticationError.
    """
    secrets = _open(connection.sealed_secrets)
    token = None
    if connection.authentication_kind == "oauth2_client_credentials":
        token = _token(connection, secrets, monotonic() + min(deadline, TOKEN_DEADLINE))
    return authentication.credentials(connection.authentication_kind, connection.settings, secrets, access_token=token)


def forget_token(connection: Connection) -> bool:
    """Drop the OAuth2 token in use, after a 401; True when there was one, so that another may do."""
    used = connection.sealed_token
    if not used:
        return False
    with _borrowed_database():
        rows = Connection.objects.filter(pk=connection.pk, sealed_token=used)
        rows.update(sealed_token="", token_expires_at=None)
    connection.sealed_token, connection.token_expires_at = "", None
    return True


def _token(connection: Connection, secrets: dict, ends: float) -> str:
    if not _is_fresh(connection):
        connection.sealed_token, connection.token_expires_at = _fetched_once(connection, secrets, ends)
    return _open(connection.sealed_token)["access_token"]


def _fetched_once(connection: Connection, secrets: dict, ends: float) -> tuple[str, datetime]:
    """A token that one thread of this process fetches; the others share what came of it, good or bad."""
    key = (connection.pk, connection.sealed_secrets, str(connection.settings))
    with _fetches_lock:
        is_first = key not in _fetches
        fetch = _fetches.setdefault(key, Future())
    if is_first:
        _carry_out(fetch, key, connection, secrets, ends)
    try:
        return fetch.result(timeout=max(ends - monotonic(), 0))
    except AuthenticationError as error:
        raise AuthenticationError(str(error), error.answer) from None
    except TimeoutError:
        text = f"No access token: it is being fetched for another request, and {connection} takes too long over it."
        raise AuthenticationError(text) from None


def _carry_out(fetch: Future, key: Hashable, connection: Connection, secrets: dict, ends: float) -> None:
    try:
        with _borrowed_database():
            _reload_token(connection)
            if not _is_fresh(connection):
                _fetch_token(connection, secrets, ends)
        fetch.set_result((connection.sealed_token, connection.token_expires_at))
    except Exception as error:
        fetch.set_exception(error)
    finally:
        with _fetches_lock:
            del _fetches[key]


def _is_fresh(connection: Connection) -> bool:
    expires = connection.token_expires_at
    return bool(connection.sealed_token) and expires is not None and expires > timezone.now()


def _reload_token(connection: Connection) -> None:
    """Another thread or process may have fetched one meanwhile."""
    row = Connection.objects.filter(pk=connection.pk).values_list("sealed_token", "token_expires_at").first()
    if row:
        connection.sealed_token, connection.token_expires_at = row


def _fetch_token(connection: Connection, secrets: dict, ends: float) -> None:
    known = authentication.KINDS[connection.authentication_kind]
    for field, text in known.problems(connection.settings, secrets):
        raise AuthenticationError(f"{known.label}: {field.label} {text}")
    system = f"The token address of {connection}"
    call = authentication.token_request(connection.settings, secrets, system=system)
    token, seconds = authentication.read_token(client.send(call, deadline=max(round(ends - monotonic(), 1), 0.1)))
    connection.sealed_token = seal({"access_token": token})
    connection.token_expires_at = timezone.now() + timedelta(seconds=seconds - min(TOKEN_MARGIN, seconds / 2))
    # Not when the secrets were changed while the request was out: the token belongs to the old ones.
    same = Connection.objects.filter(
        pk=connection.pk, sealed_secrets=connection.sealed_secrets, settings=connection.settings
    )
    same.update(sealed_token=connection.sealed_token, token_expires_at=connection.token_expires_at)


@contextmanager
def _borrowed_database() -> Iterator[None]:
    """Leave the thread's database connection as it was found: worker threads must not pile them up."""
    was_open = database.connection is not None
    try:
        yield
    finally:
        if not was_open:
            database.close()


def _open(sealed: str) -> dict:
    if not sealed:
        return {}
    try:
        return exact_json.loads(_fernet().decrypt(sealed))
    except InvalidToken:
        raise AuthenticationError(NO_KEY_FITS) from None


def _fernet() -> MultiFernet:
    """Newest key first. Keys derived from SECRET_KEY stay readable after CREDENTIAL_KEYS is first set."""
    return _made_of((*settings.CREDENTIAL_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _made_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"throughline credentials")
    return urlsafe_b64encode(derivation.derive(key.encode()))
