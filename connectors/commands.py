"""What people ask of connectors. The import itself is done in the background (connectors/imports.py)."""

from typing import Any

from connectors.models import ConnectorImport


def queue_import(
    *, actor: Any, name: str, base_url: str, source: str, document: bytes | None = None
) -> ConnectorImport:
    """Store the order; the next sweep takes it. Without a document, `source` is the address to fetch."""
    return ConnectorImport.objects.create(
        name=name, base_url=base_url, source=source, document=document, created_by_id=actor.pk
    )
