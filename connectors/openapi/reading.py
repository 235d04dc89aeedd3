"""From bytes to a document: JSON or YAML, within limits that no bomb passes."""

from typing import Any

from connectors import exact_json
from connectors.openapi.problems import DocumentError
from connectors.openapi.yaml_reading import MAX_VALUES, read_yaml

MAX_BYTES = 32 * 1024 * 1024
# Converted, a schema can be three times as deep; exact_json reads no more than 200 levels.
MAX_DEPTH = 60


def read_document(data: bytes) -> dict[str, Any]:
    """Read an OpenAPI 3.0, 3.1 or Swagger 2.0 document from JSON or YAML.

    Numbers with a fraction come as Decimal. Of a key that stands twice the last one counts.
    Raises DocumentError.
    """
    if len(data) > MAX_BYTES:
        raise DocumentError(
            f"The document has {len(data) / 1024 / 1024:.1f} MB; at most {MAX_BYTES // 1024 // 1024} MB are "
            "taken. Split it, or leave out the operations that are not needed."
        )
    document = _parsed(data)
    _check_depth(document)
    return _recognised(document)


def dialect_of(document: dict[str, Any]) -> str:
    """The dialect: "2.0", "3.0" or "3.1" (3.1 and everything later in line 3). Raises DocumentError."""
    if "swagger" in document:
        if _version(document["swagger"])[:1] == ("2",):
            return "2.0"
        raise DocumentError(
            f"#/swagger: version {document['swagger']!s:.20} is not supported. "
            "Convert the document to Swagger 2.0 or OpenAPI 3."
        )
    version = _version(document.get("openapi"))
    if version[:1] != ("3",):
        raise DocumentError(f"#/openapi: version {document.get('openapi')!s:.20} is not supported; 3.0 and 3.1 are.")
    return "3.0" if version[1:2] in ((), ("0",)) else "3.1"


def _version(value: Any) -> tuple[str, ...]:
    return tuple(str(value).strip().split("."))


def _parsed(data: bytes) -> Any:
    start = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise DocumentError("The document is empty. Give an OpenAPI document in JSON or YAML.")
    if start.startswith(b"<"):
        raise DocumentError(
            "Line 1: this is an HTML or XML page, not an OpenAPI document. "
            "Give the address of the document itself, often ending in .json or .yaml."
        )
    if start.startswith((b"{", b"[")):
        return _json(data)
    return read_yaml(data, max_depth=MAX_DEPTH)


def _json(data: bytes) -> Any:
    # Before a single value is made: 32 MB of "{},{},{}" would need twenty times as much memory.
    if data.count(b",") > MAX_VALUES:
        raise DocumentError(f"The document has more than {MAX_VALUES} values. Split it.")
    try:
        return exact_json.loads(data)
    except exact_json.JSONError as error:
        raise DocumentError(f"The document is no valid JSON: {error}. Correct it there.") from None


def _check_depth(document: Any) -> None:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise DocumentError(f"The document is nested more than {MAX_DEPTH} levels deep. Use $ref for the inner schemas.")


def _children(node: Any) -> list[Any]:
    values = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [value for value in values if isinstance(value, dict | list)]


def _recognised(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise DocumentError("The document is no OpenAPI document: its top level must be an object.")
    if "openapi" not in document and "swagger" not in document:
        raise DocumentError(
            "The document is no OpenAPI document: neither 'openapi' nor 'swagger' stands at its top level. "
            "Give an OpenAPI 3.0, OpenAPI 3.1 or Swagger 2.0 document."
        )
    dialect_of(document)
    return document
