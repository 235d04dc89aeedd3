"""Builds the call of one action: puts every property of the input where it is sent. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from connectors import addresses, bodies, parameter_styles
from connectors.authentication import NAME
from connectors.messages import TRANSPORT_HEADERS, Call, Credentials, InputError
from connectors.parameter_styles import Part

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PATH_LITERALS = "/?&=%:@!$'()*+,;~{}"


def build(
    action_path: Any,
    input: dict[str, Any] | None,
    *,
    base_url: str,
    credentials: Credentials,
    idempotency: tuple[str, str] | None,
    system: str = "",
) -> Call:
    """The call for one action.

    `action_path` is a stored or derived action path, `input` its one input object, `idempotency` a
    header's name and value. Raises InputError naming the property that cannot be sent.
    """
    if problem := addresses.problem_with(base_url):
        raise InputError(f"The connection's base address {problem}")
    places = _by_place(action_path, input or {})
    body, content_type = bodies.encode(action_path, places["body"])
    headers = {"Accept": "application/json, */*;q=0.5"} | _headers(places["header"], places["cookie"])
    if content_type:
        headers["Content-Type"] = _sendable(content_type)
    if idempotency:
        headers.setdefault(*idempotency)
    url = _url(base_url, action_path, places["path"], places["query"])
    return Call(action_path.method.upper(), url, headers, body, credentials, system)


def _sendable(content_type: str) -> str:
    if not (content_type.isascii() and content_type.isprintable()):
        raise InputError(f"The body cannot be sent: its document calls its media type {content_type!r}.")
    return content_type


def _by_place(action_path: Any, input: dict[str, Any]) -> dict[str, list[Part]]:
    known = {parameter["property"]: parameter for parameter in action_path.parameters}
    places: dict[str, list[Part]] = {place: [] for place in ("path", "query", "header", "cookie", "body")}
    for name, value in input.items():
        parameter = known.get(name) or _additional(action_path, name)
        places[parameter["in"]].append(Part(name, value, parameter))
    return places


def _additional(action_path: Any, name: str) -> dict[str, Any]:
    """A property that the schema allows without naming it belongs in the body, where there is an open one."""
    whole = any(parameter.get("whole") for parameter in action_path.parameters)
    if whole or action_path.body_kind not in {"json", "form"}:
        raise InputError(f"{name} is no input of this action. Remove it.")
    return {"property": name, "name": name, "in": "body"}


def _url(base_url: str, action_path: Any, path: list[Part], query: list[Part]) -> str:
    url = _base(base_url, action_path.servers).rstrip("/") + _filled(action_path.path, path)
    pairs = "&".join(filter(None, map(parameter_styles.query, query)))
    if not pairs:
        return url
    return f"{url}{'&' if '?' in url else '?'}{pairs}"


def _base(base_url: str, servers: Iterable[str]) -> str:
    """The connection's address names the host; a server of the action's own may only give another path on it."""
    for server in servers:
        own = addresses.joined(base_url, server)
        if not addresses.problem_with(own) and addresses.same_origin(own, base_url):
            return own
    return base_url


def _filled(template: str, parts: list[Part]) -> str:
    values = {part.name: part for part in parts}

    def fill(match: re.Match[str]) -> str:
        part = values.get(match[1])
        if part is None:
            raise InputError(f"{match[1]} is missing: it is part of the address {template}.")
        return _segment(part)

    path = PLACEHOLDER.sub(fill, quote(template.partition("#")[0], safe=PATH_LITERALS))
    return path if path.startswith("/") else f"/{path}"


def _segment(part: Part) -> str:
    text = parameter_styles.path(part)
    if not text:
        raise InputError(f"{part.key} may not be empty: it is part of the address.")
    if any(piece in {".", ".."} for leaf in _texts(part.value) for piece in re.split(r"[/\\]", leaf)):
        raise InputError(f'{part.key} may not hold "." or ".." alone: in an address they lead elsewhere.')
    return text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _headers(parts: list[Part], cookies: list[Part]) -> dict[str, str]:
    headers = {}
    for part in parts:
        if not NAME.fullmatch(part.name):
            raise InputError(f"{part.key} cannot be sent: {part.name!r} is no name for a header.")
        if part.name.lower() in TRANSPORT_HEADERS:
            raise InputError(f"{part.key} cannot be given: Throughline sets the header {part.name} itself.")
        headers[part.name] = parameter_styles.header(part)
    if cookies:
        headers["Cookie"] = "; ".join(map(parameter_styles.cookie, cookies))
    return headers
