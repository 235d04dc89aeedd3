"""An example of what a JSON Schema asks for, to start from. Pure."""

from dataclasses import dataclass
from typing import Any

from flows.typed_text import Schema, items_of, property_of, types_of, variants

DEPTH_LIMIT = 5
VALUES_LIMIT = 2_000
OF_TYPE: dict[str, Any] = {"string": "text", "integer": 1, "number": 1, "boolean": True, "null": None}
OF_FORMAT = {
    "date": "2026-03-31",
    "date-time": "2026-03-31T14:05:00Z",
    "email": "name@company.example",
    "uri": "https://company.example",
    "uuid": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
}


def example_of(document: dict[str, Any]) -> Any:
    """The schema's own examples and defaults where it has some, and plausible values elsewhere."""
    return _Example().of(Schema.of(document), 0)


@dataclass(slots=True)
class _Example:
    """One being made; `left` is how many values it may still have, for few schemas can ask for millions."""

    left: int = VALUES_LIMIT

    def of(self, schema: Schema, depth: int) -> Any:
        self.left -= 1
        nodes = list(variants(schema))
        for node in nodes:
            if (given := _given(node)) is not None:
                return given
        types = types_of(schema)
        is_deep = depth >= DEPTH_LIMIT or self.left <= 0
        if "object" in types or any("properties" in node for node in nodes):
            return {} if is_deep else self._object(schema, nodes, depth)
        if "array" in types:
            items = None if is_deep else items_of(schema)
            return [self.of(items, depth + 1)] if items else []
        formats = (OF_FORMAT.get(str(node.get("format"))) for node in nodes)
        return next(filter(None, formats), None) or next((OF_TYPE[name] for name in OF_TYPE if name in types), None)

    def _object(self, schema: Schema, nodes: list[dict[str, Any]], depth: int) -> dict[str, Any]:
        names = dict.fromkeys(name for node in nodes for name in node.get("properties", {}))
        found = ((name, property_of(schema, name)) for name in names)
        return {name: self.of(child, depth + 1) for name, child in found if child}


def _given(node: dict[str, Any]) -> Any:
    listed = [*_list(node.get("examples")), *_list(node.get("enum"))]
    candidates = [node.get("example"), node.get("default"), node.get("const"), *listed]
    return next((value for value in candidates if value is not None), None)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
