"""How OpenAPI writes a parameter's value into a path, a query, a header or a cookie.

Every value is percent-encoded on its own, so that only the style's own separators separate.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from connectors import exact_json
from connectors.messages import InputError, is_json_type

DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
# What a parameter with allowReserved keeps as it is; & = + # would begin something else in a query.
RESERVED = "/:?@!$'()*,;"


@dataclass(frozen=True, slots=True)
class Part:
    """One property of an input, with the parameter that says where and how it is sent."""

    key: str
    value: Any
    parameter: dict[str, Any]

    @property
    def name(self) -> str:
        return self.parameter["name"]

    @property
    def content(self) -> Any:
        """The value; as one JSON text where the parameter is sent as JSON."""
        if is_json_type(self.parameter.get("content_type", "")):
            return exact_json.to_bytes(self.value).decode()
        return self.value


def path(part: Part) -> str:
    """Styles simple, label and matrix."""
    explode = bool(part.parameter.get("explode"))
    match part.parameter.get("style"):
        case "label":
            return "." + ("." if explode else ",").join(_items(part, explode))
        case "matrix":
            return _matrix(part, explode)
    return ",".join(_items(part, explode))


def query(part: Part) -> str:
    """Pairs joined by &; "" for an empty list that is sent as repeated pairs."""
    name, value, style = _name(part.name), part.content, part.parameter.get("style") or "form"
    explode = part.parameter.get("explode", style == "form")
    if isinstance(value, dict) and (explode or style == "deepObject"):
        pairs = _deep(name, value) if style == "deepObject" else ((_name(key), item) for key, item in value.items())
    elif isinstance(value, list) and explode:
        pairs = ((name, item) for item in value)
    else:
        return f"{name}={DELIMITERS.get(style, ',').join(_items(part, explode=False))}"
    return "&".join(f"{name}={_encoded(part, item)}" for name, item in pairs)


def header(part: Part) -> str:
    """Style simple. Only printable ASCII has one meaning in a header."""
    line = ",".join(_items(part, bool(part.parameter.get("explode")), write=text))
    if not (line.isascii() and line.isprintable()):
        raise InputError(f"{part.key} is sent in a header, which carries plain ASCII in one line only.")
    return line.strip()


def cookie(part: Part) -> str:
    """Style form, as one cookie."""
    return f"{quote(part.name, safe='')}={','.join(_items(part, explode=False))}"


def text(part: Part, value: Any) -> str:
    """A value of the part as text: numbers exactly as they came, objects and lists as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        raise InputError(f"{part.key} is null, which has no form outside of JSON. Leave it out or give a text.")
    return exact_json.to_bytes(value).decode()


def _encoded(part: Part, value: Any) -> str:
    """The value as percent-encoded text, in which nothing separates anything."""
    reserved = part.parameter.get("allow_reserved") and part.parameter["in"] == "query"
    try:
        return quote(text(part, value), safe=RESERVED if reserved else "")
    except UnicodeEncodeError:
        raise InputError(f"{part.key} holds half a character (a lone surrogate), which cannot be sent.") from None


def _items(part: Part, explode: bool, *, write: Callable[[Part, Any], str] = _encoded) -> list[str]:
    """The pieces that a style's separator joins: a, b of a list; k, v or, exploded, k=v of an object."""
    value = part.content
    if isinstance(value, list):
        return [write(part, item) for item in value]
    if not isinstance(value, dict):
        return [write(part, value)]
    pairs = [(write(part, key), write(part, item)) for key, item in value.items()]
    return [f"{key}={item}" for key, item in pairs] if explode else [piece for pair in pairs for piece in pair]


def _matrix(part: Part, explode: bool) -> str:
    name = quote(part.name, safe="")
    if not explode or not isinstance(part.value, list | dict):
        return f";{name}={','.join(_items(part, explode=False))}"
    pieces = _items(part, explode)
    return "".join(f";{piece}" if isinstance(part.value, dict) else f";{name}={piece}" for piece in pieces)


def _deep(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """(name[key], value) pairs, for deeper objects (name[key][key], value)."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _deep(f"{name}[{_name(key)}]", item)
    elif isinstance(value, list):
        for item in value:
            yield from _deep(f"{name}[]", item)
    else:
        yield name, value


def _name(name: str) -> str:
    return quote(name, safe="[]")
