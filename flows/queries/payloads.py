"""The beginnings of payloads: a page shows what a person can read, and links to the whole."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, TextField
from django.db.models.functions import Left, Length

from connectors import exact_json

SHOWN = 12_000


@dataclass(frozen=True, slots=True)
class Payload:
    """`text` is indented JSON, or the first characters of what is stored when it `is_cut`."""

    text: str
    size: int
    is_cut: bool


def heads(*fields: str) -> dict[str, Any]:
    """Annotations that read the beginning and the length of JSON columns instead of the columns."""
    found: dict[str, Any] = {}
    for field in fields:
        name = field.replace("__", "_")
        found[f"{name}_head"] = Left(F(field), SHOWN, output_field=TextField())
        found[f"{name}_size"] = Length(F(field))
    return found


def payload(row: Any, field: str) -> Payload | None:
    """From a row that was read with `heads(field)`; None where nothing is stored."""
    head, size = getattr(row, f"{field}_head"), getattr(row, f"{field}_size")
    if head is None:
        return None
    if size > len(head):
        return Payload(head, size, is_cut=True)
    return Payload(exact_json.pretty(exact_json.restore(head)), size, is_cut=False)
