"""The addresses that a document names for its system."""

from typing import Any

from connectors.openapi.references import Source
from connectors.openapi.shapes import as_dict, as_list, as_text


def servers_of(source: Source) -> list[dict[str, str]]:
    """The document's own servers, each {"url", "description"}; an address may be relative."""
    if source.dialect == "2.0":
        return [{"url": url, "description": ""} for url in _of_swagger(source.document)]
    return _listed(source.document.get("servers"))


def own_servers(item: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """The addresses of one operation where it differs from the document's, else an empty list."""
    listed = _listed(operation.get("servers")) or _listed(item.get("servers"))
    return [server["url"] for server in listed]


def _listed(raw: Any) -> list[dict[str, str]]:
    return [
        {"url": url, "description": as_text(as_dict(server).get("description"))}
        for server in as_list(raw)
        if (url := _filled(as_dict(server)))
    ]


def _filled(server: dict[str, Any]) -> str:
    """The address with its variables filled in, but for those whose default is only their name."""
    url = as_text(server.get("url"))
    for name, variable in as_dict(server.get("variables")).items():
        default = as_dict(variable).get("default")
        text = "" if default is None else str(default).strip()
        if text and text.lower() != name.lower():
            url = url.replace("{" + name + "}", text)
    return as_text(url)


def _of_swagger(document: dict[str, Any]) -> list[str]:
    host, base = as_text(document.get("host")), as_text(document.get("basePath")).rstrip("/")
    if not host:
        return [base] if base else []
    schemes = [one for one in as_list(document.get("schemes")) if one in ("https", "http")] or ["https"]
    return [f"{scheme}://{host}{base}" for scheme in sorted(schemes, reverse=True)]
