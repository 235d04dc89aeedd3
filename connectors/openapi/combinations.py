"""allOf, and oneOf or anyOf with a discriminator."""

import re
from typing import TYPE_CHECKING, Any

from connectors.openapi.circles import leads_to
from connectors.openapi.merging import Unmergeable, merged
from connectors.openapi.problems import Refusal
from connectors.openapi.references import Dangling, reference_in
from connectors.openapi.shapes import as_dict, as_list

if TYPE_CHECKING:
    from connectors.openapi.schemas import Converter, Found

Schema = dict[str, Any]

MAX_MERGE_DEPTH = 40
# What a schema says about itself, not about those built on it.
_OWN_WORDS = {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "discriminator"}
_CHOICES = {"oneOf", "anyOf", "discriminator"}
_SCHEMA_NAME = re.compile(r"[A-Za-z0-9._-]+\Z")


def join_all_of(converter: "Converter", schema: Schema, raw: Any, place: str, found: "Found") -> Schema:
    """The schema with the members of its `allOf` merged into it; those that cannot be stay there."""
    members = as_list(raw)
    wraps_one = len(members) == 1 and reference_in(members[0]) and not schema.keys() - _OWN_WORDS
    if wraps_one:
        return {**converter.convert(members[0], f"{place}/0", found), **schema}
    joined: Schema = {}
    kept = []
    for index, member in enumerate(members):
        part, apart = _member(converter, member, f"{place}/{index}", found)
        try:
            joined = merged(joined, part)
        except Unmergeable:
            kept.append(apart)
    try:
        joined = merged(joined, schema)
    except Unmergeable:
        kept.append(joined)
        joined = dict(schema)
    if kept:
        joined["allOf"] = [*joined.get("allOf", []), *kept]
    return joined


def _member(converter: "Converter", raw: Any, place: str, found: "Found") -> tuple[Schema, Any]:
    """One member in two forms: as it can be merged, and as it stands where it cannot."""
    reference = reference_in(raw)
    if reference is None or (converter.siblings_count and len(raw) > 1):
        schema = converter.convert(raw, place, found)
        return _mergeable(schema), schema
    target = converter.target(reference, place, found)
    if target is None:
        return {}, {}
    if target in converter.in_place:
        converter.notes.add(place, f"The schema builds on itself through {target:.200}; that part is left out.")
        return {}, {}
    if converter.depth > MAX_MERGE_DEPTH:
        return _by_reference(converter, target, found)
    if any(leads_to(converter, target, outer) for outer in converter.in_place):
        base = _without_choices(converter, target, found)
        return base, base
    if target in converter.in_progress:
        return _by_reference(converter, target, found)
    return _named_member(converter, target, found)


def _by_reference(converter: "Converter", target: str, found: "Found") -> tuple[Schema, Any]:
    found.references[target] = None
    reference = {"$ref": converter.reference_to(target)}
    return reference, reference


def _named_member(converter: "Converter", target: str, found: "Found") -> tuple[Schema, Any]:
    definition = converter.definition(target)
    found.absorb(definition.found)
    part = _mergeable(definition.schema)
    return {keyword: value for keyword, value in part.items() if keyword not in _OWN_WORDS}, definition.schema


def _mergeable(schema: Any) -> Schema:
    # Nothing fits `false`, which only `not` can say inside another schema.
    return schema if isinstance(schema, dict) else {} if schema else {"not": {}}


def _without_choices(converter: "Converter", target: str, found: "Found") -> Schema:
    """A base whose `oneOf` names the very schemas that build on it: its own part, without those."""
    raw = as_dict(converter.source.at(target, ""))
    outer, converter.in_place = converter.in_place, (*converter.in_place, target)
    own = {keyword: value for keyword, value in raw.items() if keyword not in _CHOICES}
    base = converter.convert(own, target, found)
    converter.in_place = outer
    return {keyword: value for keyword, value in base.items() if keyword not in _OWN_WORDS}


def settle_required(converter: "Converter", schema: Schema, raw: Schema) -> None:
    """Demand no property that this direction leaves out."""
    properties = schema.get("properties", {})
    required = [name for name in schema["required"] if name in properties or not _hides(converter, raw, name)]
    schema.pop("required")
    if required:
        schema["required"] = required


def _hides(converter: "Converter", raw: Any, name: str, hops: int = 0) -> bool:
    """Does a schema, or one that it builds on, have the property as one that is left out?"""
    try:
        raw = as_dict(converter.source.resolve(raw, "")[0])
    except (Dangling, Refusal):
        return False
    if name in as_dict(raw.get("properties")):
        return converter.leaves_out(raw["properties"][name])
    return hops < 10 and any(_hides(converter, member, name, hops + 1) for member in as_list(raw.get("allOf")))


def discriminate(converter: "Converter", schema: Schema, raw: Schema, place: str) -> None:
    """Bind each branch of a choice to the value of its discriminating property.

    Without that, a value which fits two branches would fail `oneOf`, and one that fits none would
    get the errors of all.
    """
    discriminator = raw["discriminator"]
    name = discriminator if isinstance(discriminator, str) else as_dict(discriminator).get("propertyName")
    if not isinstance(name, str):
        converter.notes.add(f"{place}/discriminator", "Left out: it names no property.")
        return
    schema["discriminator"] = {"propertyName": name}
    values = _values_of_targets(converter, as_dict(as_dict(discriminator).get("mapping")))
    mapping: dict[str, str] = {}
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            schema[keyword] = [_bound(converter, branch, name, values, mapping) for branch in schema[keyword]]
    if mapping:
        schema["discriminator"]["mapping"] = mapping


def _values_of_targets(converter: "Converter", mapping: dict[str, Any]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for value, target in mapping.items():
        if not isinstance(target, str):
            continue
        reference = f"#/components/schemas/{target}" if _SCHEMA_NAME.match(target) else target
        try:
            _, final = converter.source.follow(reference, "", siblings_count=converter.siblings_count)
        except (Dangling, Refusal):
            continue
        values.setdefault(final, []).append(value)
    return values


def _bound(
    converter: "Converter", branch: Any, name: str, values: dict[str, list[str]], mapping: dict[str, str]
) -> Any:
    if not isinstance(branch, dict) or "$ref" not in branch:
        return branch
    target = converter.place_of(branch["$ref"])
    meant = values.get(target) or _implied(converter, target, name)
    reference: str = branch["$ref"]
    mapping |= dict.fromkeys(meant, reference)
    if not meant or _hides(converter, {"$ref": target}, name):
        return branch
    fixed = {"const": meant[0]} if len(meant) == 1 else {"enum": meant}
    binding = {"properties": {name: fixed}, "required": [name]}
    return {**branch, **binding} if len(branch) == 1 else {"allOf": [branch, binding]}


def _implied(converter: "Converter", target: str, name: str) -> list[str]:
    """The schema's own name, unless the schema itself says which values the property has."""
    definition = as_dict(converter.source.at(target, ""))
    own = as_dict(as_dict(definition.get("properties")).get(name))
    if "enum" in own or "const" in own:
        return []
    return [target.rpartition("/")[2].replace("~1", "/").replace("~0", "~")]
