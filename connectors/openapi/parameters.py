"""The parameters of an operation: in the path, the query, the headers, the cookies."""

import re
from dataclasses import dataclass
from typing import Any

from connectors.messages import TRANSPORT_HEADERS
from connectors.openapi.problems import Notes, Refusal
from connectors.openapi.references import Dangling, Source
from connectors.openapi.schemas import Converter, Found
from connectors.openapi.shapes import as_dict, as_flag, as_list, as_text, escaped

LOCATIONS = ("path", "query", "header", "cookie")
# The first two follow from the body and the answer; the next two are the connection's business.
OWN_HEADERS = {"accept", "content-type", "authorization", "idempotency-key"} | TRANSPORT_HEADERS
PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")

_DEFAULT_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
# What Swagger 2.0 calls collectionFormat.
_COLLECTION_STYLES = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that is sent outside the body. `wire` tells how: style, explode and the like."""

    name: str
    location: str
    required: bool
    schema: Any
    wire: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter as the document declares it, its reference resolved."""

    raw: dict[str, Any]
    place: str

    @property
    def name(self) -> str:
        return as_text(self.raw.get("name"))

    @property
    def location(self) -> str:
        return as_text(self.raw.get("in"))


def declared_parameters(
    source: Source, item: dict[str, Any], operation: dict[str, Any], item_place: str, place: str
) -> list[Declared]:
    """The operation's parameters and its path's, which it may override. Raises Refusal."""
    result: dict[tuple[str, str], Declared] = {}
    for raw, start in ((item, item_place), (operation, place)):
        for index, reference in enumerate(as_list(raw.get("parameters"))):
            declared = _declared(source, reference, f"{start}/parameters/{index}")
            result[declared.location, declared.name] = declared
    return list(result.values())


def _declared(source: Source, raw: Any, place: str) -> Declared:
    try:
        value, final = source.resolve(raw, place)
    except Dangling as problem:
        raise Refusal(f"{place}: the parameter {problem}. Add it to the document.") from None
    if not isinstance(value, dict):
        raise Refusal(f"{place}: the parameter is no object. Correct it in the document.")
    return Declared(value, final)


def sent_parameters(
    declared: list[Declared], path: str, credentials: set[tuple[str, str]], converter: Converter, found: Found
) -> list[Parameter]:
    """What an author fills in: all but bodies, credentials and the headers that the client sets.

    `credentials` are the (location, lower-case name) pairs of the document's API keys. Raises Refusal.
    """
    placeholders = PLACEHOLDER.findall(path)
    result = [
        _read(one, converter, found) for one in declared if _is_input(one, placeholders, credentials, converter.notes)
    ]
    known = {one.name for one in result if one.location == "path"}
    for name in dict.fromkeys(placeholders):
        if name not in known:
            place = f"#/paths/{escaped(path)}"
            converter.notes.add(place, f"The path names {{{name}}}, which is not declared; it is taken as text.")
            result.append(_path_text(name))
    return sorted(result, key=lambda one: LOCATIONS.index(one.location))


def _is_input(one: Declared, placeholders: list[str], credentials: set[tuple[str, str]], notes: Notes) -> bool:
    lowered = one.name.lower()
    if one.location in ("body", "formData"):
        return False
    if one.location not in LOCATIONS or not one.name:
        notes.add(one.place, f"Left out: a parameter needs a name, and in one of {', '.join(LOCATIONS)}.")
        return False
    if one.location == "path" and one.name not in placeholders:
        notes.add(one.place, f"Left out: the path has no {{{one.name}}}.")
        return False
    if one.location == "header" and lowered in OWN_HEADERS:
        return False
    return (one.location, lowered) not in credentials


def _path_text(name: str) -> Parameter:
    wire = {"style": "simple", "explode": False}
    return Parameter(name, "path", True, {"type": "string", "minLength": 1}, wire)


def _read(one: Declared, converter: Converter, found: Found) -> Parameter:
    required = one.location == "path" or as_flag(one.raw.get("required"))
    if "schema" in one.raw or "content" in one.raw:
        schema, wire = _of_version_3(one, converter, found)
    else:
        raw = {keyword: value for keyword, value in one.raw.items() if keyword != "required"}
        schema, wire = converter.convert_apart(raw, one.place, found), collection_style(one)
    return Parameter(one.name, one.location, required, _described(schema, one, converter, found), wire)


def _of_version_3(one: Declared, converter: Converter, found: Found) -> tuple[Any, dict[str, Any]]:
    if "schema" in one.raw:
        style = as_text(one.raw.get("style")) or _DEFAULT_STYLES[one.location]
        explode = as_flag(one.raw["explode"]) if "explode" in one.raw else style == "form"
        wire = {"style": style, "explode": explode}
        if as_flag(one.raw.get("allowReserved")):
            wire["allow_reserved"] = True
        return converter.convert_apart(one.raw["schema"], f"{one.place}/schema", found), wire
    media_type, media = next(iter(as_dict(one.raw["content"]).items()), ("application/json", {}))
    schema = converter.convert_apart(as_dict(media).get("schema", {}), f"{one.place}/content", found)
    return schema, {"style": "simple", "explode": False, "content_type": media_type}


def collection_style(one: Declared) -> dict[str, Any]:
    """Style and explode for Swagger 2.0's collectionFormat. Raises Refusal."""
    form = as_text(one.raw.get("collectionFormat"))
    if form == "tsv":
        raise Refusal(f"{one.place}: collectionFormat tsv is not supported. Use csv or multi.")
    style = _COLLECTION_STYLES.get(form, _DEFAULT_STYLES.get(one.location, "form"))
    return {"style": style, "explode": form == "multi"}


def _described(schema: Any, one: Declared, converter: Converter, found: Found) -> Any:
    """The schema with the parameter's own words, which say more than the schema's."""
    if not isinstance(schema, dict):
        return schema
    words = {key: one.raw[key] for key in ("description", "deprecated", "example", "examples") if key in one.raw}
    if isinstance(words.get("examples"), dict):
        words["examples"] = [
            as_dict(example)["value"] for example in words["examples"].values() if "value" in as_dict(example)
        ]
    return {**schema, **converter.convert_apart(words, one.place, found)} if words else schema
