"""What all records of Vista sample have in common: a number of their own, a time stamp, pages."""

from collections.abc import Iterable
from typing import Any

from connectors.sandbox.storage import Store
from connectors.sandbox.system import Answer, now


def page(records: Iterable[Any]) -> Answer:
    items = list(records)
    return Answer(200, {"items": items, "total": len(items)})


def add(store: Store, kind: str, key: str, number_name: str, record: dict[str, Any]) -> dict[str, Any]:
    """Store a new record under the next number of its kind, and return it."""
    return save(store, kind, key, {number_name: store.next_number(kind), **record})


def save(store: Store, kind: str, key: str, record: dict[str, Any]) -> dict[str, Any]:
    """Store the record with the present time as its `updatedAt`, and return it."""
    stamped = {**record, "updatedAt": now()}
    store.put(kind, key, stamped)
    return stamped
