"""One SQLite file for each sample system: its records, the answers it gave, what arrived."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connectors import exact_json

SCHEMA = (
    "create table records (kind text, key text, body text not null, primary key (kind, key)) without rowid",
    "create table numbers (kind text primary key, last integer not null) without rowid",
    """create table answers (
        idempotency_key text primary key, fingerprint text not null,
        status integer not null, body text not null
    ) without rowid""",
    """create table arrivals (
        id integer primary key, at text not null, method text not null, path text not null,
        query text not null, headers text not null, body text not null, idempotency_key text,
        status integer, outcome text not null default 'under way',
        applied integer not null default 0, seconds real
    )""",
    "create index arrivals_by_key on arrivals (idempotency_key) where idempotency_key is not null",
    "pragma user_version = 1",
)


class StoreClosed(ConnectionError):
    """The system is being switched off; whoever still waits sees a cut connection."""


class Store:
    """All reads and writes of one system go through one connection, one at a time.

    Records are JSON documents, found by kind and key and listed in the order of their keys.
    """

    def __init__(self, path: Path, seed: Callable[["Store"], None]) -> None:
        self._lock = threading.RLock()
        self._closed = False
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("pragma journal_mode = wal")
        # A killed process loses nothing this way, and samples need not survive a power cut.
        self._connection.execute("pragma synchronous = off")
        if self._connection.execute("pragma user_version").fetchone()[0] == 0:
            self._create(seed)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; transactions follow each other. Raises StoreClosed."""
        with self._lock:
            if self._closed:
                raise StoreClosed("the sample system has been switched off")
            self._connection.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def execute(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            if self._closed:
                raise StoreClosed("the sample system has been switched off")
            return self._connection.execute(statement, values).fetchall()

    def get(self, kind: str, key: str) -> Any:
        """The record, or None."""
        rows = self.execute("select body from records where kind = ? and key = ?", kind, key)
        return exact_json.loads(rows[0]["body"]) if rows else None

    def put(self, kind: str, key: str, record: Any) -> None:
        self.execute("insert or replace into records values (?, ?, ?)", kind, key, exact_json.dumps(record))

    def remove(self, kind: str, key: str) -> None:
        self.execute("delete from records where kind = ? and key = ?", kind, key)

    def all(self, kind: str, *, prefix: str = "") -> list[Any]:
        """The records of a kind, by key; with a prefix, those whose key begins with it."""
        rows = self.execute(
            "select body from records where kind = ? and key >= ? and key < ? order by key",
            kind,
            prefix,
            prefix + "\U0010ffff",
        )
        return [exact_json.loads(row["body"]) for row in rows]

    def next_number(self, kind: str) -> int:
        """1, 2, 3 ... for each kind, or on from `start_numbers_after`."""
        rows = self.execute(
            "insert into numbers values (?, 1) on conflict do update set last = last + 1 returning last", kind
        )
        return int(rows[0]["last"])

    def start_numbers_after(self, kind: str, number: int) -> None:
        self.execute("insert or replace into numbers values (?, ?)", kind, number)

    def _create(self, seed: Callable[["Store"], None]) -> None:
        with self.transaction():
            for statement in SCHEMA:
                self.execute(statement)
            seed(self)
