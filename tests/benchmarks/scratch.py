"""A database and a folder of the benchmark's own, on the servers that the environment names."""

import contextlib
import os
import tempfile
from collections.abc import Iterator

import psycopg
import redis
from psycopg.sql import SQL, Identifier


class ScratchError(Exception):
    """The environment names something that can't be measured on; the message says what to do."""


@contextlib.contextmanager
def scratch() -> Iterator[dict[str, str]]:
    """Environment variables for an installation whose data are gone afterwards. Raises ScratchError."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="throughline-bench-"))
        variables = {"VAR_DIR": folder, "LOCAL": "true", "DJANGO_SETTINGS_MODULE": "integrations.settings"}
        url = os.environ.get("DATABASE_URL", "")
        postgresql = url.startswith("postgres")
        variables["DATABASE_URL"] = stack.enter_context(_database_beside(url)) if postgresql else ""
        if os.environ.get("REDIS_URL"):
            stack.enter_context(_empty_redis(os.environ["REDIS_URL"]))
        yield variables


@contextlib.contextmanager
def _database_beside(url: str) -> Iterator[str]:
    """The address of a new database on the same server."""
    name = Identifier(f"throughline_bench_{os.getpid()}")
    try:
        server = psycopg.connect(url, autocommit=True)
    except psycopg.Error as error:
        raise ScratchError(f"PostgreSQL at DATABASE_URL: {error}") from None
    with server:
        server.execute(SQL("CREATE DATABASE {}").format(name))
        try:
            yield f"{url.rpartition('/')[0]}/{name.as_string(None).strip(chr(34))}"
        finally:
            server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@contextlib.contextmanager
def _empty_redis(url: str) -> Iterator[None]:
    """Another installation's messages must neither be taken nor deleted."""
    server = redis.Redis.from_url(url)
    try:
        if server.dbsize():
            raise ScratchError("REDIS_URL names a database that holds keys. Name an empty one, such as .../15.")
        yield
        server.flushdb()
    except redis.ConnectionError as error:
        raise ScratchError(f"Redis at REDIS_URL: {error}") from None
