"""From a document to rows: a connector and its action paths, made or updated in place.

A flow refers to action paths by key. So an operation that is found again (by its method and path,
or else by its key) keeps the row and the key it has, and one that is gone is marked, never deleted.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from connectors import addresses
from connectors.models import ActionPath, Connector
from connectors.openapi import DerivedActionPath, DerivedConnector, DocumentError, derive_connector, read_document

BATCH = 100
MAX_NAME = Connector._meta.get_field("name").max_length or 0
# What a row takes from the document; its key it keeps.
COLUMNS = [name for name in DerivedActionPath.__dataclass_fields__ if name != "key"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `action_paths` is how many the document has; the three lists hold labels."""

    connector: Connector
    action_paths: int
    added: list[str]
    changed: list[str]
    removed: list[str]
    skipped: list[dict[str, str]]
    notes: list[dict[str, str]]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        names = ("action_paths", "skipped", "seconds", "added", "changed", "removed", "notes")
        return {"connector": self.connector.name} | {name: getattr(self, name) for name in names}


def import_document(
    data: bytes, *, name: str, base_url: str = "", source: str = "", progress: Progress | None = None
) -> ImportReport:
    """Make the connector of that name from a document, or update it. Raises DocumentError; then nothing changes."""
    started = time.monotonic()
    derived = derive(data, name=name, base_url=base_url, progress=progress)
    return store(derived, name=name, base_url=base_url, source=source, started=started)


def derive(data: bytes, *, name: str, base_url: str, progress: Progress | None) -> DerivedConnector:
    """The part of an import that takes long and needs no database. Raises DocumentError."""
    if not name.strip() or len(name) > MAX_NAME:
        raise DocumentError(f"The connector's name must have 1 to {MAX_NAME} characters. Give it another one.")
    if base_url and (problem := addresses.problem_with(base_url)):
        raise DocumentError(f"The base address {base_url} {problem}")
    return derive_connector(read_document(data), progress=progress)


@transaction.atomic
def store(derived: DerivedConnector, *, name: str, base_url: str, source: str, started: float) -> ImportReport:
    """Write a derived connector. `started` is the time.monotonic() at which its import began."""
    connector = _connector(name)
    _describe(connector, derived, base_url, source)
    added, changed, removed = _store_action_paths(connector, derived.action_paths)
    return ImportReport(
        connector=connector,
        action_paths=len(derived.action_paths),
        added=added,
        changed=changed,
        removed=removed,
        skipped=derived.skipped,
        notes=derived.notes,
        seconds=round(time.monotonic() - started, 3),
    )


def _connector(name: str) -> Connector:
    found = Connector.objects.select_for_update().filter(name=name.strip()).first()
    return found or Connector(name=name.strip(), slug=_unused_slug(name))


def _unused_slug(name: str) -> str:
    slug = slugify(name)[: MAX_NAME - 10] or "connector"
    taken = set(Connector.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    candidates = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
    return next(candidate for candidate in candidates if candidate not in taken)


def _describe(connector: Connector, derived: DerivedConnector, base_url: str, source: str) -> None:
    connector.title = derived.title[:300]
    connector.description = derived.description
    connector.version = derived.version[:100]
    connector.servers = derived.servers
    connector.authentication = derived.authentication
    connector.skipped = derived.skipped
    connector.notes = derived.notes
    connector.source = source[:2000]
    connector.base_url = (base_url or connector.base_url or _first_address(derived, source))[:2000]
    connector.imported_at = timezone.now()
    connector.save()


def _first_address(derived: DerivedConnector, source: str) -> str:
    """The document's first address; a relative one counts from where the document was fetched."""
    urls = (addresses.joined(source, server["url"]) for server in derived.servers)
    return next((url for url in urls if url.startswith(("http://", "https://"))), "")


def _store_action_paths(
    connector: Connector, derived: list[DerivedActionPath]
) -> tuple[list[str], list[str], list[str]]:
    """Returns the labels of those added, changed and removed."""
    known, new, gone = _matched(connector, derived)
    taken = set(connector.action_paths.values_list("key", flat=True))
    changed = list(_update(known))
    rows = [_new_row(connector, one, taken) for one in new]
    ActionPath.objects.bulk_create(rows, batch_size=BATCH)
    return [row.label for row in rows], changed, _mark_removed(gone)


def _matched(
    connector: Connector, derived: list[DerivedActionPath]
) -> tuple[dict[int, DerivedActionPath], list[DerivedActionPath], list[int]]:
    """Which row is which operation ({row's id: operation}), the operations without a row, the rows without one."""
    rows = list(connector.action_paths.order_by("pk").values_list("pk", "method", "path", "key"))
    by_operation = {(one.method, one.path): one for one in derived}
    matched = {pk: by_operation.pop((method, path)) for pk, method, path, _ in rows if (method, path) in by_operation}
    by_key = {one.key: one for one in by_operation.values()}
    matched |= {pk: by_key.pop(key) for pk, _, _, key in rows if pk not in matched and key in by_key}
    return matched, list(by_key.values()), [pk for pk, *_ in rows if pk not in matched]


def _update(known: dict[int, DerivedActionPath]) -> Iterator[str]:
    """Write what differs; yields the labels of those rows. A batch at a time, for schemas are large."""
    pks = list(known)
    for start in range(0, len(pks), BATCH):
        for pk, row in ActionPath.objects.in_bulk(pks[start : start + BATCH]).items():
            values = {name: getattr(known[pk], name) for name in COLUMNS} | {"removed_at": None}
            differing = [name for name, value in values.items() if getattr(row, name) != value]
            for name in differing:
                setattr(row, name, values[name])
            if differing:
                row.save(update_fields=differing)
                yield row.label


def _new_row(connector: Connector, one: DerivedActionPath, taken: set[str]) -> ActionPath:
    # Another operation may have kept this key from an earlier import.
    keys = (one.key if number == 1 else f"{one.key}-{number}" for number in count(1))
    key = next(key for key in keys if key not in taken)
    taken.add(key)
    return ActionPath(connector=connector, key=key, **{name: getattr(one, name) for name in COLUMNS})


def _mark_removed(gone: list[int]) -> list[str]:
    rows = list(
        ActionPath.objects.filter(removed_at=None).only("module", "data_object", "action").in_bulk(gone).values()
    )
    for row in rows:
        row.removed_at = timezone.now()
        row.save(update_fields=["removed_at"])
    return [row.label for row in rows]
