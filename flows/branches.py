"""Which branch of a choice, oneOf or anyOf, a stored value was meant for. Pure.

Nothing is stored about it: a branch is known by the fixed values and the properties that it declares.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors import exact_json
from flows.typed_text import Schema, follow_reference

Value = dict[str, Any]
CHOICES = ("oneOf", "anyOf")
# Branches that share their schemas can be more than anybody can read; what lies beyond is not looked at.
MAX_NODES = 5_000


def nodes_for(schema: Schema, value: Value) -> list[dict[str, Any]]:
    """What a schema says about a value: the node, what it refers to and is built of, of a choice the branch meant."""
    return _Reading(value).nodes(schema, frozenset())


def best_fit(branches: Sequence[Schema], value: Value) -> int:
    """The branch that declares most of what is stored, and whose fixed values are the stored ones."""
    reading = _Reading(value)
    scores = [_fit(reading.nodes(branch, frozenset()), value) for branch in branches]
    return scores.index(max(scores))


@dataclass(slots=True)
class _Reading:
    """A schema being read for one value; `left` is how many nodes may still be looked at."""

    value: Value
    left: int = MAX_NODES

    def nodes(self, schema: Schema, seen: frozenset[str]) -> list[dict[str, Any]]:
        node = schema.node
        if not isinstance(node, dict) or not self.left:
            return []
        self.left -= 1
        found = [node]
        reference = node.get("$ref")
        # A schema that is a choice of itself, and asks for nothing in between, says nothing more.
        if isinstance(reference, str) and reference not in seen:
            target = Schema(schema.root, follow_reference(schema.root, reference))
            found += self.nodes(target, seen | {reference})
        for part in _listed(node, "allOf"):
            found += self.nodes(Schema(schema.root, part), seen)
        for keyword in CHOICES:
            branches = [self.nodes(Schema(schema.root, branch), seen) for branch in _listed(node, keyword)]
            if branches:
                meant = max(branches, key=lambda nodes: _fit(nodes, self.value))
                found += meant
        return found


def _fit(nodes: list[dict[str, Any]], value: Value) -> int:
    score = sum(_fit_of(nodes, name, stored) for name, stored in value.get("properties", {}).items())
    types = {name for node in nodes for name in _types(node)}
    if value.get("mode") in ("list", "array_map"):
        score += 10 if "array" in types else -10
    if value.get("mode") == "object":
        score += 10 if "object" in types else -10
    return score


def _fit_of(nodes: list[dict[str, Any]], name: str, stored: Value) -> int:
    declared = [node["properties"][name] for node in nodes if name in _mapping(node, "properties")]
    choices = [_as_text(choice) for node in declared if isinstance(node, dict) for choice in _choices(node)]
    score = 1 if declared else -1
    if choices and stored["mode"] == "text":
        score += 100 if stored["value"] in choices else -100
    return score


def _choices(node: dict[str, Any]) -> list[Any]:
    return [node["const"]] if "const" in node else _listed(node, "enum")


def _types(node: dict[str, Any]) -> list[str]:
    given = node.get("type")
    if given:
        return [given] if isinstance(given, str) else list(map(str, _listed(node, "type")))
    return ["object"] if "properties" in node else ["array"] if "items" in node else []


def _listed(node: dict[str, Any], keyword: str) -> list[Any]:
    return node[keyword] if isinstance(node.get(keyword), list) else []


def _mapping(node: dict[str, Any], keyword: str) -> dict[str, Any]:
    return node[keyword] if isinstance(node.get(keyword), dict) else {}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else exact_json.dumps(value)
