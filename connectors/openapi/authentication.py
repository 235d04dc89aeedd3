"""How a connection may authenticate, from the document's security schemes."""

from typing import Any

from connectors.openapi.problems import Notes, Refusal
from connectors.openapi.references import Dangling, Source
from connectors.openapi.shapes import as_dict, as_list, as_text

# The names that 2.0 gave to the flows of OAuth2.
_SWAGGER_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}


def authentication_of(source: Source, notes: Notes) -> list[dict[str, Any]]:
    """The authentication kinds that we support, in the document's order.

    Each is {"name", "kind", "label", "in", "parameter_name", "token_url", "scopes"}; kind is one of
    api_key, basic, bearer, oauth2_client_credentials.
    """
    return [kind for name, raw, place in _schemes(source, notes) for kind in _kinds(name, raw, place, notes)]


def credential_parameters(source: Source) -> set[tuple[str, str]]:
    """(location, lower-case name) of every API key: no author fills these in."""
    return {
        (as_text(raw.get("in")), as_text(raw.get("name")).lower())
        for _, raw, _ in _schemes(source, Notes())
        if raw.get("type") == "apiKey"
    }


def security_of(source: Source, operation: dict[str, Any]) -> list[str]:
    """The names of the security schemes that an operation takes."""
    security = operation.get("security", source.document.get("security"))
    return list(dict.fromkeys(as_text(name) for needed in as_list(security) for name in as_dict(needed)))


def _schemes(source: Source, notes: Notes) -> list[tuple[str, dict[str, Any], str]]:
    if source.dialect == "2.0":
        raw, place = source.document.get("securityDefinitions"), "#/securityDefinitions"
    else:
        components = as_dict(source.document.get("components"))
        raw, place = components.get("securitySchemes"), "#/components/securitySchemes"
    result = []
    for name, scheme in as_dict(raw).items():
        try:
            value, final = source.resolve(scheme, f"{place}/{name}")
            result.append((as_text(name), as_dict(value), final))
        except (Dangling, Refusal) as problem:
            notes.add(f"{place}/{name}", f"The authentication kind is left out: {problem}")
    return result


def _kinds(name: str, raw: dict[str, Any], place: str, notes: Notes) -> list[dict[str, Any]]:
    match as_text(raw.get("type")).lower():
        case "apikey":
            return _api_key(name, raw, place, notes)
        case "basic":
            return [_kind(name, "basic", "User name and password (Basic)")]
        case "http":
            return _http(name, raw, place, notes)
        case "oauth2":
            return _oauth2(name, raw)
        case "openidconnect":
            return [_kind(name, "bearer", "Access token from OpenID Connect, got elsewhere (Bearer)")]
        case other:
            notes.add(place, f"Authentication of type {other or 'unknown'!r} is not supported.")
            return []


def _api_key(name: str, raw: dict[str, Any], place: str, notes: Notes) -> list[dict[str, Any]]:
    location, parameter = as_text(raw.get("in")), as_text(raw.get("name"))
    if location not in ("header", "query", "cookie") or not parameter:
        notes.add(place, "The API key is left out: it needs a name, and in: header, query or cookie.")
        return []
    label = f"API key in the {location} {parameter}"
    return [_kind(name, "api_key", label, location=location, parameter_name=parameter)]


def _http(name: str, raw: dict[str, Any], place: str, notes: Notes) -> list[dict[str, Any]]:
    scheme = as_text(raw.get("scheme")).lower()
    if scheme == "basic":
        return [_kind(name, "basic", "User name and password (Basic)")]
    if scheme == "bearer":
        return [_kind(name, "bearer", "Access token (Bearer)")]
    notes.add(place, f"HTTP authentication {scheme or 'without a scheme'!r} is not supported.")
    return []


def _oauth2(name: str, raw: dict[str, Any]) -> list[dict[str, Any]]:
    flows = _flows(raw)
    kinds = []
    client = flows.pop("clientCredentials", None)
    if client is not None:
        kinds.append(
            _kind(
                name,
                "oauth2_client_credentials",
                "OAuth2 client credentials",
                token_url=as_text(client.get("tokenUrl")),
                scopes={as_text(scope): as_text(text) for scope, text in as_dict(client.get("scopes")).items()},
            )
        )
    if flows or not kinds:
        token_name = f"{name} (token)" if kinds else name
        kinds.append(_kind(token_name, "bearer", "Access token from OAuth2, got elsewhere (Bearer)"))
    return kinds


def _flows(raw: dict[str, Any]) -> dict[str, dict[str, Any]]:
    if "flow" in raw:
        flow = as_text(raw["flow"])
        return {_SWAGGER_FLOWS.get(flow, flow): raw}
    return {name: as_dict(flow) for name, flow in as_dict(raw.get("flows")).items() if name[:2] != "x-"}


def _kind(
    name: str,
    kind: str,
    label: str,
    *,
    location: str = "",
    parameter_name: str = "",
    token_url: str = "",
    scopes: dict[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "label": label,
        "in": location,
        "parameter_name": parameter_name,
        "token_url": token_url,
        "scopes": scopes or {},
    }
