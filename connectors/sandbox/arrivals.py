"""The log of what arrived: one row for each request, written before anything is done about it."""

import sqlite3
import time
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from connectors import exact_json
from connectors.sandbox.authentication import TOKEN_PATH
from connectors.sandbox.idempotency import HEADER
from connectors.sandbox.storage import Store
from connectors.sandbox.system import now

SECRET_HEADERS = frozenset({"authorization", "x-api-key", "cookie"})
MASK = "***"
KEPT_CHARACTERS = 100_000
LISTED = 1000


@dataclass(frozen=True, slots=True)
class Arrival:
    id: int
    started: float


def record_arrival(store: Store, request: Request) -> Arrival:
    started = time.perf_counter()
    with store.transaction():
        rows = store.execute(
            "insert into arrivals (at, method, path, query, headers, body, idempotency_key)"
            " values (?, ?, ?, ?, ?, ?, ?) returning id",
            now(),
            request.method,
            request.path,
            request.query_string.decode(errors="replace"),
            exact_json.dumps(_masked_headers(request)),
            _kept_body(request),
            request.headers.get(HEADER),
        )
    return Arrival(rows[0]["id"], started)


def mark_applied(store: Store, arrival: Arrival) -> None:
    """To be called in the transaction of the change itself."""
    store.execute("update arrivals set applied = 1 where id = ?", arrival.id)


def record_outcome(store: Store, arrival: Arrival, outcome: str, status: int | None = None) -> None:
    """`outcome` is "answered", "replayed" or "cut"."""
    with store.transaction():
        store.execute(
            "update arrivals set outcome = ?, status = ?, seconds = ? where id = ?",
            outcome,
            status,
            round(time.perf_counter() - arrival.started, 6),
            arrival.id,
        )


def list_arrivals(store: Store) -> list[dict[str, Any]]:
    """The newest requests (1,000 at most), oldest first."""
    rows = store.execute("select * from (select * from arrivals order by id desc limit ?) order by id", LISTED)
    return [_described(row) for row in rows]


def count_by_key(store: Store) -> dict[str, dict[str, int]]:
    """For each Idempotency-Key ever sent: how often it was received, and how often it changed something."""
    rows = store.execute(
        "select idempotency_key, count(*) as received, sum(applied) as applied from arrivals"
        " where idempotency_key is not null group by idempotency_key"
    )
    return {row["idempotency_key"]: {"received": row["received"], "applied": row["applied"]} for row in rows}


def clear_arrivals(store: Store) -> int:
    """Forget what arrived; returns how many requests that were."""
    with store.transaction():
        return len(store.execute("delete from arrivals returning id"))


def _described(row: sqlite3.Row) -> dict[str, Any]:
    return {
        **dict(row),
        "headers": exact_json.loads(row["headers"]),
        "body": _readable(row["body"]),
        "applied": bool(row["applied"]),
    }


def _readable(body: str) -> Any:
    try:
        return exact_json.loads(body)
    except exact_json.JSONError:
        return body


def _masked_headers(request: Request) -> dict[str, str]:
    return {name: MASK if name.lower() in SECRET_HEADERS else value for name, value in request.headers.items()}


def _kept_body(request: Request) -> str:
    if request.path == TOKEN_PATH:
        return MASK
    return request.get_data().decode(errors="replace")[:KEPT_CHARACTERS]
