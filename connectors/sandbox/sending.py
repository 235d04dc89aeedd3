"""ProjectSight sample's webhook: posts each changed job phase to an address on this machine."""

import uuid
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from connectors import exact_json
from connectors.sandbox.system import DOCUMENTS

PAYLOAD = DOCUMENTS / "job-phases-changed.json"
SECONDS = 10


def deliveries() -> list[dict[str, Any]]:
    """One for each new or changed job phase: {"event", "sentAt", "project", "phase"}."""
    release = exact_json.loads(PAYLOAD.read_bytes())
    return [
        {
            "event": release["event"],
            "sentAt": release["sentAt"],
            "project": phase["project"],
            "phase": {name: value for name, value in phase.items() if name != "project"},
        }
        for phase in release["phases"]
    ]


def send_changes(address: str) -> list[dict[str, Any]]:
    """Post each delivery; returns for each its phase and the status, headers and body that came back.

    Raises ValueError for an address that is not plain HTTP on this machine, OSError when nothing
    came back.
    """
    host, port, target = _loopback(address)
    return [{"phase": each["phase"]["code"], **_post(host, port, target, each)} for each in deliveries()]


def _post(host: str, port: int, target: str, delivery: dict[str, Any]) -> dict[str, Any]:
    connection = HTTPConnection(host, port, timeout=SECONDS)
    try:
        connection.request("POST", target, exact_json.to_bytes(delivery), _headers())
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        return {"status": response.status, "headers": dict(response.getheaders()), "body": _readable(text)}
    except HTTPException as error:
        raise OSError(f"the answer is no HTTP ({error!r})") from None
    finally:
        connection.close()


def _headers() -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "ProjectSight-sample",
        "X-ProjectSight-Event": "job-phases.changed",
        "X-ProjectSight-Delivery": str(uuid.uuid4()),
    }


def _loopback(address: str) -> tuple[str, int, str]:
    parts = urlsplit(address)
    if parts.scheme != "http" or not _is_loopback(parts.hostname or ""):
        raise ValueError(f"The sample sends only to http addresses on this machine, not to {address!r}")
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return str(parts.hostname), parts.port or 80, target


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _readable(text: str) -> Any:
    try:
        return exact_json.loads(text)
    except exact_json.JSONError:
        return text
