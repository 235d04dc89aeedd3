"""Joining the members of an `allOf` into one schema, so that a form can show one set of fields."""

from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]


class Unmergeable(Exception):
    """The two schemas say things that no single schema can say."""


def merged(first: Schema, second: Schema) -> Schema:
    """One schema that demands what both demand; the second one's words win over the first's.

    Differs from `allOf` in one point, on purpose: `additionalProperties: false` in one member
    doesn't forbid the properties of the other. Raises Unmergeable.
    """
    result = dict(first)
    for keyword, value in second.items():
        if keyword not in result or result[keyword] == value:
            result[keyword] = value
        else:
            result[keyword] = _joined(keyword, result[keyword], value)
    return result


def _joined(keyword: str, one: Any, other: Any) -> Any:
    if keyword in _WORDS:
        return other
    join = _JOINS.get(keyword)
    if join is None:
        raise Unmergeable(keyword)
    return join(one, other)


def _properties(one: Schema, other: Schema) -> Schema:
    result = dict(one)
    for name, value in other.items():
        result[name] = _both(result[name], value) if name in result else value
    return result


def _both(one: Any, other: Any) -> Any:
    if one == other:
        return one
    if isinstance(one, dict) and isinstance(other, dict):
        return merged(one, other)
    raise Unmergeable("a property that is true or false")


def _types(one: str | list[str], other: str | list[str]) -> str | list[str]:
    others = _listed(other)
    common = [name for name in _listed(one) if name in others or (name == "integer" and "number" in others)]
    if "integer" in others and "number" in _listed(one) and "integer" not in common:
        common.append("integer")
    if not common:
        raise Unmergeable("type")
    return common[0] if len(common) == 1 else common


def _listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types


def _choices(one: list[Any], other: list[Any]) -> list[Any]:
    common = [value for value in one if value in other]
    if not common:
        raise Unmergeable("enum")
    return common


def _union(one: list[Any], other: list[Any]) -> list[Any]:
    return one + [value for value in other if value not in one]


def _additional(one: Any, other: Any) -> Any:
    if one is False or other is False:
        return False
    if one is True or other is True:
        return other if one is True else one
    return merged(one, other)


_WORDS = {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "discriminator"}
_JOINS: dict[str, Callable[[Any, Any], Any]] = {
    "type": _types,
    "enum": _choices,
    "properties": _properties,
    "required": _union,
    "allOf": _union,
    "additionalProperties": _additional,
    "items": _both,
    "uniqueItems": lambda one, other: one or other,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}
