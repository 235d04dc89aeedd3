"""A flow as the document that files and API share."""

from typing import Any

from flows.definition.files import to_document
from flows.engine import definition_of
from flows.models import Flow, Version


def flow_document(flow: Flow, *, draft: bool = False) -> dict[str, Any]:
    """Its published version, or its draft when asked for or when none was published."""
    published = None if draft else flow.published_id
    return _document(flow, definition_of(published) if published else flow.draft)


def version_document(version: Version) -> dict[str, Any]:
    return _document(version.flow, version.definition)


def _document(flow: Flow, definition: dict[str, Any]) -> dict[str, Any]:
    return to_document(name=flow.name, slug=flow.slug, description=flow.description, definition=definition)
