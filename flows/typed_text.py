"""Plain text that a builder typed, as the JSON value that the property's schema asks for. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connectors import exact_json

COMBINATIONS = ("allOf", "oneOf", "anyOf")
DEPTH_LIMIT = 30


@dataclass(frozen=True, slots=True)
class Schema:
    """A place in a JSON Schema, together with the document that its $refs point into."""

    root: dict[str, Any]
    node: Any

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Schema":
        return cls(document, document)


def type_text(text: str, schema: Schema | None) -> Any:
    """The value that `text` means where `schema` stands.

    Text that does not fit stays text: the check against the schema then names the mistake.
    """
    if schema is None:
        return text
    choice = next((value for value in _enumerated(schema) if _as_text(value) == text), text)
    if not isinstance(choice, str):
        return choice
    types = types_of(schema)
    if not types or "string" in types:
        return text
    return _parsed(text, types)


def types_of(schema: Schema) -> set[str]:
    found: set[str] = set()
    for node in variants(schema):
        given = node.get("type", [])
        found.update([given] if isinstance(given, str) else given)
    return found


def property_of(schema: Schema | None, name: str) -> Schema | None:
    """The schema of one property, wherever a combination declares it."""
    if schema is None:
        return None
    for node in variants(schema):
        if name in node.get("properties", {}):
            return Schema(schema.root, node["properties"][name])
    return None


def items_of(schema: Schema | None) -> Schema | None:
    if schema is None:
        return None
    return next((Schema(schema.root, node["items"]) for node in variants(schema) if "items" in node), None)


def variants(schema: Schema) -> Iterator[dict[str, Any]]:
    """The node with its $ref followed, then every part of its combinations, each once."""
    seen: set[int] = set()
    waiting = [schema.node]
    while waiting:
        node = _resolved(Schema(schema.root, waiting.pop()))
        if isinstance(node, dict) and id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting += reversed([part for keyword in COMBINATIONS for part in node.get(keyword, [])])


def _resolved(schema: Schema) -> Any:
    node = schema.node
    for _ in range(DEPTH_LIMIT):
        if not isinstance(node, dict) or "$ref" not in node:
            break
        node = follow_reference(schema.root, node["$ref"])
    return node


def follow_reference(root: dict[str, Any], reference: str) -> Any:
    """The place in `root` that a local reference names; {} where there is none."""
    node: Any = root
    for part in reference.removeprefix("#").split("/")[1:]:
        if isinstance(node, list):
            node = node[int(part)] if part.isdecimal() and int(part) < len(node) else {}
        elif isinstance(node, dict):
            node = node.get(part.replace("~1", "/").replace("~0", "~"), {})
    return node


def _enumerated(schema: Schema) -> Iterator[Any]:
    for node in variants(schema):
        yield from node.get("enum", [])
        if "const" in node:
            yield node["const"]


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else exact_json.dumps(value)


def _parsed(text: str, types: set[str]) -> Any:
    try:
        value = exact_json.loads(text)
    except exact_json.JSONError:
        return text
    return value if _json_types(value) & types else text


def _json_types(value: Any) -> set[str]:
    if value is None:
        return {"null"}
    if isinstance(value, bool):
        return {"boolean"}
    if exact_json.is_number(value):
        return {"number", "integer"}
    return {"array"} if isinstance(value, list) else {"object"} if isinstance(value, dict) else {"string"}
