"""Encodes the body of a call: JSON, form, multipart, text or bytes."""

from base64 import b64decode
from typing import Any
from urllib.parse import quote_plus

from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

from connectors import exact_json, parameter_styles
from connectors.messages import InputError
from connectors.parameter_styles import Part


def encode(action_path: Any, parts: list[Part]) -> tuple[bytes | None, str]:
    """(body, content type) of the parts that are sent in the body; (None, "") without one. Raises InputError."""
    if action_path.body_kind == "none" or (not parts and not _needs_object(action_path)):
        return None, ""
    media_type = action_path.body_media_type
    match action_path.body_kind:
        case "form":
            return _form(_spread(parts)), media_type or "application/x-www-form-urlencoded"
        case "multipart":
            return encode_multipart_formdata([field for part in _spread(parts) for field in _fields(part)])
        case "binary":
            return _decoded(parts[0], parts[0].value), media_type or "application/octet-stream"
        case "text":
            return _utf8(parts[0], parts[0].value), _with_charset(media_type or "text/plain")
    return _json(parts), media_type or "application/json"


def _needs_object(action_path: Any) -> bool:
    """A required body without any property given is sent as {}."""
    body = [parameter for parameter in action_path.parameters if parameter["in"] == "body"]
    return action_path.body_kind == "json" and any(
        parameter.get("body_required") and not parameter.get("whole") for parameter in body
    )


def _json(parts: list[Part]) -> bytes:
    if parts and parts[0].parameter.get("whole"):
        return exact_json.to_bytes(parts[0].value)
    return exact_json.to_bytes({part.name: part.value for part in parts})


def _spread(parts: list[Part]) -> list[Part]:
    """The fields of a form; where the whole form is one property, those of its value."""
    whole = parts[0] if parts and parts[0].parameter.get("whole") else None
    if whole is None:
        return parts
    if not isinstance(whole.value, dict):
        raise InputError(f"{whole.key} is a whole form: give an object of its fields.")
    return [Part(f"{whole.key}.{name}", value, {"name": name, "in": "body"}) for name, value in whole.value.items()]


def _form(parts: list[Part]) -> bytes:
    return "&".join(filter(None, map(_pairs, parts))).encode()


def _pairs(part: Part) -> str:
    """An object has no form of its own among form fields; it goes as JSON, if not told otherwise."""
    if isinstance(part.value, dict) and part.parameter.get("style") != "deepObject":
        return f"{quote_plus(part.name)}={quote_plus(_utf8(part, part.value))}"
    return parameter_styles.query(part)


def _fields(part: Part) -> list[RequestField]:
    """One field of a multipart body, several for a list."""
    as_one = isinstance(part.value, list) and part.parameter.get("content_type") == "application/json"
    values = part.value if isinstance(part.value, list) and not as_one else [part.value]
    return [_field(part, value) for value in values]


def _field(part: Part, value: Any) -> RequestField:
    content_type = part.parameter.get("content_type")
    if part.parameter.get("file"):
        field = RequestField(part.name, _decoded(part, value), filename=part.name)
        field.make_multipart(content_type=content_type or "application/octet-stream")
        return field
    structured = "application/json" if isinstance(value, dict | list) else None
    field = RequestField(part.name, _utf8(part, value))
    field.make_multipart(content_type=content_type or structured)
    return field


def _decoded(part: Part, value: Any) -> bytes:
    try:
        return b64decode(value, validate=True)
    except (TypeError, ValueError):
        raise InputError(f"{part.key} is a file: give its content as base64 text.") from None


def _utf8(part: Part, value: Any) -> bytes:
    try:
        return parameter_styles.text(part, value).encode()
    except UnicodeEncodeError:
        raise InputError(f"{part.key} holds half a character (a lone surrogate), which cannot be sent.") from None


def _with_charset(media_type: str) -> str:
    return media_type if "charset=" in media_type.lower() else f"{media_type}; charset=utf-8"
