"""Schemas of all three dialects as JSON Schema 2020-12, for one direction.

A document's named schemas are converted once each and shared: what comes from here is never changed
afterwards. A schema refers to named ones as `#/$defs/NAME`; `definitions` gathers those it reaches.
Differences between the dialects are told by the keywords themselves (`nullable`, a boolean
`exclusiveMinimum`, `type: file`), so that documents which mix them are read as they were meant.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from connectors import exact_json
from connectors.openapi import combinations
from connectors.openapi.circles import cut_circles
from connectors.openapi.keywords import CLEANERS, Unusable
from connectors.openapi.patterns import Verdict, judge
from connectors.openapi.problems import Notes, Refusal
from connectors.openapi.references import MAX_HOPS, Dangling, Source, reference_in
from connectors.openapi.shapes import as_dict, as_flag
from connectors.openapi.subschemas import HANDLERS

Schema = dict[str, Any]
Direction = Literal["input", "output"]

MAX_SCHEMA_CHARACTERS = 8_000_000
DEFINITIONS = "#/$defs/"
ANNOTATIONS = {
    "title",
    "description",
    "deprecated",
    "default",
    "example",
    "examples",
    "readOnly",
    "writeOnly",
}


@dataclass(slots=True)
class Found:
    """What a schema leads to: named schemas, and reasons to refuse it."""

    references: dict[str, None] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    def absorb(self, other: "Found") -> None:
        self.references |= other.references
        self.refusals += other.refusals


@dataclass(slots=True)
class Definition:
    name: str
    schema: Any
    found: Found
    size: int | None = None  # in characters, once it is known to have no circles


class Converter:
    """Converts the schemas of one document: for input without what is read-only, for output without
    what is write-only."""

    def __init__(self, source: Source, direction: Direction, notes: Notes) -> None:
        self.source = source
        self.notes = notes
        self.siblings_count = source.dialect == "3.1"
        self.in_place: tuple[str, ...] = ()  # the named schemas that the one at hand stands for
        self.in_progress: set[str] = set()
        self.depth = 0
        self.patterns_left_out = 0
        self.stands_for: dict[str, list[str]] = {}  # raw: place -> places, without a step into the value
        self._left_out_flag = "readOnly" if direction == "input" else "writeOnly"
        self._definitions: dict[str, Definition] = {}
        self._names: dict[str, str] = {}  # place in the document -> name under $defs
        self._places: dict[str, str] = {}  # and back

    def convert(self, raw: Any, place: str, found: Found) -> Any:
        """The schema in 2020-12: an object, or true or false where the document says so."""
        if isinstance(raw, bool):
            return raw
        if not isinstance(raw, dict):
            self.notes.add(place, "This is no schema; any value is accepted.")
            return {}
        self.depth += 1
        reference = reference_in(raw)
        if reference is None:
            schema = self._converted(raw, place, found)
        else:
            schema = self._referring(raw, reference, place, found)
        self.depth -= 1
        return schema

    def convert_apart(self, raw: Any, place: str, found: Found) -> Any:
        """Convert a schema that applies to a part of the value: a property, an item."""
        outer, self.in_place = self.in_place, ()
        schema = self.convert(raw, place, found)
        self.in_place = outer
        return schema

    def convert_whole(self, raw: Any, place: str, found: Found) -> Any:
        """Convert a schema that must not be a mere reference to a named one."""
        own = Found()  # apart from what others found, who may refer to the same one and need it
        schema = self.flattened(self.convert(raw, place, own), own)
        found.absorb(own)
        return schema

    def flattened(self, schema: Any, found: Found) -> Any:
        """The schema itself, in place of a reference to it, which is taken from what was found."""
        for _ in range(MAX_HOPS):
            if not isinstance(schema, dict) or "$ref" not in schema:
                break
            place = self.place_of(schema["$ref"])
            definition = self.definition(place)
            if not isinstance(definition.schema, dict):
                break
            siblings = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
            if not siblings.keys() - ANNOTATIONS:
                found.references.pop(place, None)
            found.absorb(definition.found)
            schema = {**definition.schema, **siblings}
        return schema

    def definitions(self, found: Found) -> dict[str, Any]:
        """The `$defs` for everything found. Raises Refusal."""
        reached = self._reached(found)
        refusals = found.refusals + [text for one in reached.values() for text in one.found.refusals]
        if refusals:
            raise Refusal(refusals[0])
        for place, definition in reached.items():
            if definition.size is None:
                cut_circles(self, place)
                definition.size = len(exact_json.dumps(definition.schema))
        size = sum(definition.size or 0 for definition in reached.values())
        if size > MAX_SCHEMA_CHARACTERS:
            raise Refusal(f"Its schema has {size} characters; at most {MAX_SCHEMA_CHARACTERS} are taken.")
        return {one.name: one.schema for one in sorted(reached.values(), key=lambda one: one.name)}

    def _reached(self, found: Found) -> dict[str, Definition]:
        reached: dict[str, Definition] = {}
        waiting = list(found.references)
        while waiting:
            place = waiting.pop()
            if place not in reached:
                reached[place] = self.definition(place)
                waiting += reached[place].found.references
        return reached

    def definition(self, place: str) -> Definition:
        """The named schema at a place in the document, converted once."""
        if place not in self._definitions:
            self._definitions[place] = self._defined(place)
        return self._definitions[place]

    def target(self, reference: str, place: str, found: Found) -> str | None:
        """Where a schema's reference leads in the end; None, and told, where that is no schema."""
        try:
            raw, final = self.source.follow(reference, place, siblings_count=self.siblings_count)
        except Dangling as problem:
            self.notes.add(place, f"The reference {problem}; any value is accepted.")
            return None
        except Refusal as refusal:
            found.refusals.append(str(refusal))
            return None
        if not isinstance(raw, dict | bool):
            self.notes.add(place, f"The reference {final:.200} leads to no schema; any value is accepted.")
            return None
        return final

    def reference_to(self, place: str) -> str:
        """The `$ref` by which converted schemas name a place in the document."""
        if place not in self._names:
            name = _unique(_definition_name(place), self._places)
            self._names[place] = name
            self._places[name] = place
        return DEFINITIONS + self._names[place]

    def place_of(self, reference: str) -> str:
        return self._places[reference.removeprefix(DEFINITIONS)]

    def leaves_out(self, raw: Any) -> bool:
        """Does this direction leave out a property with that raw schema?"""
        if not isinstance(raw, dict):
            return False
        if as_flag(raw.get(self._left_out_flag)):
            return True
        try:
            return "$ref" in raw and as_flag(as_dict(self.source.resolve(raw, "")[0]).get(self._left_out_flag))
        except (Dangling, Refusal):
            return False

    def clean(self, schema: Schema, keyword: str, cleaner: Callable[[Any], Any], value: Any, place: str) -> None:
        """Set a keyword to its cleaned value, or tell why it is left out."""
        try:
            schema[keyword] = cleaner(value)
        except Unusable as problem:
            self.notes.add(place, f"Left out: {problem}.")

    def keeps(self, pattern: str, place: str) -> bool:
        """Is the pattern kept? If not, that is told."""
        verdict = judge(pattern)
        if verdict is not Verdict.KEPT:
            self.patterns_left_out += 1
            self.notes.add(place, f"The pattern {pattern[:80]!r} is left out: {verdict.value}.")
        return verdict is Verdict.KEPT

    def _defined(self, place: str) -> Definition:
        found = Found()
        outer, self.in_place = self.in_place, (place,)
        self.in_progress.add(place)
        schema = self.convert(self.source.at(place, ""), place, found)
        self.in_progress.discard(place)
        self.in_place = outer
        return Definition(self.reference_to(place).removeprefix(DEFINITIONS), schema, found)

    def _referring(self, raw: Schema, reference: str, place: str, found: Found) -> Schema:
        final = self.target(reference, place, found)
        schema: Schema = {}
        if final is not None:
            found.references[final] = None
            schema["$ref"] = self.reference_to(final)
        if len(raw) == 1:
            return schema
        siblings = {
            keyword: value
            for keyword, value in raw.items()
            if keyword != "$ref" and (self.siblings_count or keyword in ANNOTATIONS)
        }
        return _nullable({**schema, **self._converted(siblings, place, found)}, raw)

    def _converted(self, raw: Schema, place: str, found: Found) -> Schema:
        schema: Schema = {}
        for keyword, value in raw.items():
            if handler := HANDLERS.get(keyword):
                handler(self, schema, value, f"{place}/{keyword}", found)
            elif cleaner := CLEANERS.get(keyword):
                self.clean(schema, keyword, cleaner, value, f"{place}/{keyword}")
        return self._finished(schema, raw, place, found)

    def _finished(self, schema: Schema, raw: Schema, place: str, found: Found) -> Schema:
        _settle_bounds(schema)
        if "type" not in raw:
            _infer_type(schema)
        elif schema.get("type") == "string" and "enum" in schema:
            schema["enum"] = [_as_text(choice) for choice in schema["enum"]]
        if "discriminator" in raw:
            combinations.discriminate(self, schema, raw, place)
        if schema.get("additionalProperties") is False and {"oneOf", "anyOf"} & schema.keys():
            # It would refuse whatever the branches beside it declare; what is meant is: nothing beyond these.
            schema["unevaluatedProperties"] = schema.pop("additionalProperties")
        if "allOf" in raw:
            schema = combinations.join_all_of(self, schema, raw["allOf"], f"{place}/allOf", found)
        if len(schema.get("patternProperties", {})) < len(as_dict(raw.get("patternProperties"))):
            # What matches a pattern that was left out would count as unknown.
            schema.pop("additionalProperties", None)
            schema.pop("unevaluatedProperties", None)
        if "required" in schema:
            combinations.settle_required(self, schema, raw)
        return _nullable(schema, raw)


def _settle_bounds(schema: Schema) -> None:
    """The boolean `exclusiveMinimum` of 3.0 turns the minimum beside it into an exclusive one."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.get(exclusive) is True:
            del schema[exclusive]
            if bound in schema:
                schema[exclusive] = schema.pop(bound)


def _infer_type(schema: Schema) -> None:
    if "properties" in schema or isinstance(schema.get("additionalProperties"), dict):
        schema["type"] = "object"
    elif "items" in schema:
        schema["type"] = "array"


def _as_text(choice: Any) -> Any:
    """YAML reads an unquoted 1.0 or true among the choices of a text as something else."""
    if isinstance(choice, bool):
        return "true" if choice else "false"
    return choice if choice is None or isinstance(choice, str | dict | list) else str(choice)


def _nullable(schema: Schema, raw: Schema) -> Schema:
    if not (as_flag(raw.get("nullable")) or as_flag(raw.get("x-nullable"))):
        return schema
    combined = {"$ref", "allOf", "anyOf", "oneOf", "not", "if", "const"} & schema.keys()
    if combined:
        words = {keyword: value for keyword, value in schema.items() if keyword in ANNOTATIONS}
        rest = {keyword: value for keyword, value in schema.items() if keyword not in ANNOTATIONS}
        return {**words, "anyOf": [rest, {"type": "null"}]}
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        schema["type"] = types if "null" in types else [*types, "null"]
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema


def _definition_name(place: str) -> str:
    for prefix in ("#/components/schemas/", "#/definitions/"):
        if place.startswith(prefix) and "/" not in place.removeprefix(prefix):
            return re.sub(r"[^A-Za-z0-9._-]", "_", place.removeprefix(prefix))
    return re.sub(r"(~1|[^A-Za-z0-9._-])+", "_", place.removeprefix("#/"))[-100:] or "document"


def _unique(name: str, taken: dict[str, str]) -> str:
    number, candidate = 2, name
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate
