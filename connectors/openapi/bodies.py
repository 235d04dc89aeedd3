"""The body of a request: which of the offered media types, and which fields it has."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.openapi.parameters import Declared, collection_style
from connectors.openapi.problems import Refusal
from connectors.openapi.references import Dangling, Source
from connectors.openapi.schemas import Converter, Found, Schema
from connectors.openapi.shapes import as_dict, as_flag, as_list, as_text

MULTIPART = "multipart/form-data"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Body:
    """A body with its converted schema. `wires` tells how single fields of a form are sent."""

    kind: str
    media_type: str = ""
    required: bool = False
    schema: Any = None
    wires: dict[str, dict[str, Any]] = field(default_factory=dict)


NO_BODY = Body("none")


def kind_of(media_type: str) -> str | None:
    """The body kind for a media type; None for XML, which is not supported."""
    essence = media_type.partition(";")[0].strip().lower()
    if essence in ("application/json", "*/*", "application/*", "text/json") or essence.endswith(("+json", "/json")):
        return "json"
    if essence == FORM:
        return "form"
    if essence.startswith("multipart/"):
        return "multipart"
    if essence.endswith(("/xml", "+xml")):
        return None
    return "text" if essence.startswith("text/") else "binary"


def preferred(media_types: list[str]) -> str | None:
    """The media type that is used out of several; None where only XML is offered."""
    kinds = ["json", "form", "multipart", "text", "binary"]
    usable = [one for one in media_types if kind_of(one)]
    # Among JSON types the plain one comes first: "application/json" before "application/json-patch+json".
    return min(
        usable,
        key=lambda one: (kinds.index(kind_of(one) or ""), one.partition(";")[0].strip() != "application/json"),
        default=None,
    )


def concrete(media_type: str) -> str:
    """The media type as it is sent: "*/*" and "application/*+json" are no such."""
    return "application/json" if "*" in media_type else media_type


def read_body(
    source: Source, operation: dict[str, Any], declared: list[Declared], place: str, converter: Converter, found: Found
) -> Body:
    """The body that an operation takes. Raises Refusal."""
    if source.dialect == "2.0":
        return _of_swagger(source, operation, declared, converter, found)
    if "requestBody" not in operation:
        return NO_BODY
    try:
        raw, place = source.resolve(operation["requestBody"], f"{place}/requestBody")
    except Dangling as problem:
        raise Refusal(f"{place}/requestBody: the reference {problem}. Add it to the document.") from None
    content = as_dict(as_dict(raw).get("content"))
    if not content:
        return NO_BODY
    media_type = preferred(list(content))
    if media_type is None:
        raise Refusal(_only_xml(f"{place}/content", list(content)))
    media = as_dict(content[media_type])
    required = as_flag(as_dict(raw).get("required"))
    pointer = f"{place}/content/{media_type.replace('/', '~1')}"
    if "*" in media_type and as_dict(media.get("schema")).get("format") == "binary":
        media_type = "application/octet-stream"
    make = _MAKERS[kind_of(media_type) or ""]
    return make(_Raw(concrete(media_type), required, media, pointer), converter, found)


def _only_xml(place: str, media_types: list[str]) -> str:
    return f"{place}: the body is XML only ({', '.join(media_types)}), which is not supported; JSON is."


@dataclass(frozen=True, slots=True)
class _Raw:
    """A body as the document offers it: `media` holds its schema and, for forms, its encoding."""

    media_type: str
    required: bool
    media: dict[str, Any]
    place: str


def _json(raw: _Raw, converter: Converter, found: Found) -> Body:
    schema = converter.convert_whole(raw.media.get("schema", {}), f"{raw.place}/schema", found)
    return Body("json", raw.media_type, raw.required, schema)


def _text(raw: _Raw, converter: Converter, found: Found) -> Body:
    words = _words(raw.media)
    return Body("text", raw.media_type, raw.required, {"type": "string", **words})


def _binary(raw: _Raw, converter: Converter, found: Found) -> Body:
    return Body("binary", raw.media_type, raw.required, _file(raw.media_type) | _words(raw.media))


def _words(media: dict[str, Any]) -> Schema:
    description = as_text(as_dict(media.get("schema")).get("description"))
    return {"description": description} if description else {}


def _form(raw: _Raw, converter: Converter, found: Found) -> Body:
    schema = _fields(raw, converter, found)
    encoding = as_dict(raw.media.get("encoding"))
    wires = {name: _form_wire(as_dict(encoding.get(name))) for name in schema.get("properties", {})}
    return Body("form", FORM, raw.required, schema, wires)


def _form_wire(encoding: dict[str, Any]) -> dict[str, Any]:
    style = as_text(encoding.get("style")) or "form"
    explode = as_flag(encoding["explode"]) if "explode" in encoding else style == "form"
    wire: dict[str, Any] = {"style": style, "explode": explode}
    if content_type := as_text(encoding.get("contentType")):
        wire["content_type"] = content_type
    return wire


def _multipart(raw: _Raw, converter: Converter, found: Found) -> Body:
    schema = _fields(raw, converter, found)
    encoding = as_dict(raw.media.get("encoding"))
    properties, wires = {}, {}
    for name, part in schema.get("properties", {}).items():
        content_type = as_text(as_dict(encoding.get(name)).get("contentType"))
        properties[name], wires[name] = _part(part, content_type, converter, found)
    if properties:
        schema = {**schema, "properties": properties}
    return Body("multipart", MULTIPART, raw.required, schema, wires)


def _fields(raw: _Raw, converter: Converter, found: Found) -> Schema:
    schema = converter.convert_whole(raw.media.get("schema", {}), f"{raw.place}/schema", found)
    if not isinstance(schema, dict):
        return {"type": "object"}
    if schema.get("type", "object") == "object" or "object" in schema["type"]:
        return schema
    if raw.media_type != MULTIPART:
        raise Refusal(f"{raw.place}: the form is no object, so its fields have no names. Use type: object.")
    converter.notes.add(raw.place, "The multipart body names no parts; it is sent as one file named 'file'.")
    return {"type": "object", "properties": {"file": _file("")}, "required": ["file"]}


def _part(part: Any, content_type: str, converter: Converter, found: Found) -> tuple[Any, dict[str, Any]]:
    """One part of a multipart body: its schema, files as base64, and how it is sent."""
    flat = converter.flattened(part, Found()) if isinstance(part, dict) else part
    if not isinstance(flat, dict):
        return part, {"content_type": content_type or "application/json"}
    if _is_file(flat):
        return _as_file(flat, content_type), _file_wire(content_type)
    items = converter.flattened(flat.get("items"), Found())
    if isinstance(items, dict) and _is_file(items):
        return {**flat, "items": _as_file(items, content_type)}, _file_wire(content_type)
    structured = flat.get("type") == "object" or (isinstance(items, dict) and items.get("type") == "object")
    default = "application/json" if structured else ""
    wire = {"content_type": content_type or default} if content_type or default else {}
    return part, wire


def _is_file(schema: Schema) -> bool:
    return schema.get("format") in ("binary", "byte", "base64") or "contentMediaType" in schema


def _as_file(schema: Schema, content_type: str) -> Schema:
    rest = {keyword: value for keyword, value in schema.items() if keyword != "format"}
    return {**rest, **_file(content_type or as_text(schema.get("contentMediaType")))}


def _file(content_type: str) -> Schema:
    media_type = concrete_file(content_type)
    return {"type": "string", "contentEncoding": "base64", "contentMediaType": media_type}


def concrete_file(content_type: str) -> str:
    """One media type of a file, where an encoding may list several, or "image/*"."""
    first = content_type.partition(",")[0].strip()
    return first if first and "*" not in first else "application/octet-stream"


def _file_wire(content_type: str) -> dict[str, Any]:
    return {"file": True, "content_type": concrete_file(content_type)}


_MAKERS: dict[str, Callable[[_Raw, Converter, Found], Body]] = {
    "json": _json,
    "form": _form,
    "multipart": _multipart,
    "text": _text,
    "binary": _binary,
}


def _of_swagger(
    source: Source, operation: dict[str, Any], declared: list[Declared], converter: Converter, found: Found
) -> Body:
    consumes = _consumed(source, operation)
    fields = [one for one in declared if one.location == "formData"]
    if fields:
        return _swagger_form(fields, consumes, converter, found)
    body = next((one for one in declared if one.location == "body"), None)
    if body is None:
        return NO_BODY
    media_type = preferred(consumes) if consumes else "application/json"
    if media_type is None:
        raise Refusal(_only_xml(body.place, consumes))
    if kind_of(media_type) in ("form", "multipart"):
        media_type = "application/json"  # a body parameter is never a form
    media = {"schema": body.raw.get("schema", {})}
    raw = _Raw(concrete(media_type), as_flag(body.raw.get("required")), media, body.place)
    return _MAKERS[kind_of(media_type) or ""](raw, converter, found)


def _consumed(source: Source, operation: dict[str, Any]) -> list[str]:
    consumes = operation.get("consumes", source.document.get("consumes"))
    return [one for one in as_list(consumes) if isinstance(one, str)]


def _swagger_form(fields: list[Declared], consumes: list[str], converter: Converter, found: Found) -> Body:
    has_file = any(one.raw.get("type") == "file" for one in fields)
    multipart = has_file or any(kind_of(one) == "multipart" for one in consumes)
    if any(kind_of(one) == "form" for one in consumes) and not has_file:
        multipart = False
    properties, wires = {}, {}
    for one in fields:
        raw = {keyword: value for keyword, value in one.raw.items() if keyword != "required"}
        schema = converter.convert_apart(raw, one.place, found)
        if multipart:
            properties[one.name], wires[one.name] = _part(schema, "", converter, found)
        else:
            properties[one.name], wires[one.name] = schema, collection_style(one)
    required = [one.name for one in fields if as_flag(one.raw.get("required"))]
    schema = {"type": "object", "properties": properties} | ({"required": required} if required else {})
    kind, media_type = ("multipart", MULTIPART) if multipart else ("form", FORM)
    return Body(kind, media_type, bool(required), schema, wires)
