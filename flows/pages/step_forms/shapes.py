"""What one place of a JSON Schema asks a person for. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flows.typed_text import Schema, follow_reference

CHOICES = ("oneOf", "anyOf")
STRUCTURES = {"object", "array"}


@dataclass(frozen=True, slots=True)
class Shape:
    """`words` holds the annotations and limits found first; `types` is empty where anything goes."""

    types: frozenset[str] = frozenset()
    nullable: bool = False
    words: dict[str, Any] = field(default_factory=dict)
    choices: list[Any] = field(default_factory=list)
    properties: dict[str, Schema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    others: Schema | None = None
    takes_others: bool = False
    items: Schema | None = None
    alternatives: list[Schema] = field(default_factory=list)

    @property
    def is_object(self) -> bool:
        return "object" in self.types

    @property
    def is_list(self) -> bool:
        return "array" in self.types

    @property
    def takes_text(self) -> bool:
        return not self.types or bool(self.types - STRUCTURES)


def shape_of(schema: Schema | None, alternative: int | None = None) -> Shape:
    """The shape of a place, where `alternative` was chosen among its alternatives."""
    if schema is None:
        return Shape()
    alternatives = alternatives_of(schema)
    parts = list(_parts(schema))
    if alternatives and alternative is not None:
        parts += _parts(alternatives[alternative])
    return _joined(parts, alternatives)


def alternatives_of(schema: Schema) -> list[Schema]:
    """The branches of a oneOf or anyOf among which a person has to choose; plain values need no choice."""
    return _leaves(schema, set())


def _leaves(schema: Schema, opened: set[int]) -> list[Schema]:
    """The same; a choice that was opened before, by its identity, stays one branch."""
    for part in _parts(schema):
        branches = _branches(part)
        if id(part.node) not in opened and len(branches) > 1 and any(map(_is_structured, branches)):
            opened.add(id(part.node))
            return [leaf for branch in branches for leaf in _leaves(branch, opened) or [branch]]
    return []


def _parts(schema: Schema) -> Iterator[Schema]:
    """The node, what it refers to, what it is built of, and the only branch of a choice that isn't null, each once."""
    seen: set[int] = set()
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part.node, dict) and id(part.node) not in seen:
            seen.add(id(part.node))
            yield part
            waiting += reversed(_members(part))


def _members(part: Schema) -> list[Schema]:
    members = listing(part.node, "allOf")
    if isinstance(part.node.get("$ref"), str):
        members = [follow_reference(part.root, part.node["$ref"]), *members]
    branches = _branches(part)
    return [Schema(part.root, member) for member in members] + (branches if len(branches) == 1 else [])


def listing(node: dict[str, Any], keyword: str) -> list[Any]:
    """A draft may hold a schema that is none: what is not as it should be counts as absent."""
    return node[keyword] if isinstance(node.get(keyword), list) else []


def mapping(node: dict[str, Any], keyword: str) -> dict[str, Any]:
    return node[keyword] if isinstance(node.get(keyword), dict) else {}


def _branches(schema: Schema) -> list[Schema]:
    found: list[Any] = next((schema.node[keyword] for keyword in CHOICES if listing(schema.node, keyword)), [])
    return [Schema(schema.root, branch) for branch in found if not _is_null(branch)]


def _is_null(branch: Any) -> bool:
    return isinstance(branch, dict) and (branch.get("type") in ("null", ["null"]) or branch.get("enum") == [None])


def _is_structured(schema: Schema) -> bool:
    return any(_types(part.node) & STRUCTURES for part in _parts(schema))


def _joined(parts: list[Schema], alternatives: list[Schema]) -> Shape:
    simple = [] if alternatives else [leaf for part in parts for branch in _branches(part) for leaf in _parts(branch)]
    types = frozenset().union(*(_types(part.node) for part in [*parts, *simple]))
    properties: dict[str, Schema] = {}
    for part in parts:
        for name, node in mapping(part.node, "properties").items():
            properties[name] = _both(properties.get(name), Schema(part.root, node))
    others = next((part.node["additionalProperties"] for part in parts if "additionalProperties" in part.node), None)
    words = {key: value for part in reversed(parts) for key, value in part.node.items()}
    root = parts[0].root if parts else {}
    return Shape(
        types=types - {"null"},
        nullable="null" in types or any(_is_null(branch) for part in parts for branch in _all_branches(part)),
        words=words,
        choices=_choices(parts) or _choices_of_all(simple),
        properties=properties,
        required=frozenset(name for part in parts for name in listing(part.node, "required") if name in properties),
        others=Schema(root, others) if isinstance(others, dict) else None,
        takes_others=others is not False and bool(others is not None or not properties) and "object" in types,
        items=next((Schema(part.root, part.node["items"]) for part in parts if "items" in part.node), None),
        alternatives=alternatives,
    )


def _both(one: Schema | None, other: Schema) -> Schema:
    """A property that two parts declare; the earlier one says what is special here."""
    if one is None or one.node == other.node:
        return other
    return Schema(one.root, {"allOf": [one.node, other.node]})


def _all_branches(schema: Schema) -> list[Any]:
    return [branch for keyword in CHOICES for branch in listing(schema.node, keyword)]


def _types(node: dict[str, Any]) -> set[str]:
    given = node.get("type")
    if given:
        return {given} if isinstance(given, str) else set(map(str, listing(node, "type")))
    if "properties" in node or "additionalProperties" in node:
        return {"object"}
    return {"array"} if "items" in node else set()


def _choices(parts: list[Schema]) -> list[Any]:
    for part in parts:
        if "const" in part.node:
            return [part.node["const"]]
        if "enum" in part.node:
            return [value for value in listing(part.node, "enum") if value is not None]
    return []


def _choices_of_all(branches: list[Schema]) -> list[Any]:
    """The choices of plain branches, where each of them names some."""
    named = [_choices([branch]) for branch in branches]
    return [value for values in named for value in values] if all(named) else []
