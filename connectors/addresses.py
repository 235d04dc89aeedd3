"""Which addresses may be called. Pure: names are resolved elsewhere."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urljoin, urlsplit

GLOBAL_UNICAST = ip_network("2000::/3")
# Ranges that are not public although Python 3.11's table lets them through.
NOT_PUBLIC = [ip_network(text) for text in ("192.88.99.0/24", "2001:20::/28", "2002::/16", "3fff::/20")]
NAT64 = ip_network("64:ff9b::/96")


def problem_with(url: str, *, base: bool = True) -> str:
    """Why the address cannot be called, as the end of a sentence; "" when it can.

    A base address may have no query, because paths are put behind it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is no valid address."
    if not url.isprintable() or " " in url or "\\" in url:
        return "holds a space, a backslash or a line break."
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return "must begin with https:// or http:// and a host, e.g. https://api.example.com."
    if "@" in parts.netloc:
        return "may not hold a user name or password; give them as credentials."
    if "{" in url or "}" in url:
        return "has a part in {braces} that must be replaced by your own value."
    if base and (parts.query or parts.fragment):
        return "may not have a part behind ? or #."
    return ""


def is_public(address: str) -> bool:
    """True for an address on the public internet, seen through IPv6 wrappings of IPv4."""
    return _is_public(_unwrapped(address))


def is_allowed(host: str, address: str, allowed: Sequence[str]) -> bool:
    """Whether `host`, which resolved to `address`, may be called.

    `allowed` lists host names, networks like 10.0.0.0/8 and addresses that may be called although
    they are private; "*" allows all.
    """
    ip = _unwrapped(address)
    if _is_public(ip) or "*" in allowed:
        return True
    names, networks = _parsed(tuple(allowed))
    return host.rstrip(".").lower() in names or any(ip in network for network in networks)


def joined(base: str, relative: str) -> str:
    """The address that a document or a redirect means; "" when it makes no sense."""
    try:
        return urljoin(base, relative)
    except ValueError:
        return ""


def same_origin(one: str, other: str) -> bool:
    return origin(one) == origin(other)


def is_same_system(old: str, new: str) -> bool:
    """Whether a redirect stays where credentials may go: one origin, or the usual step from http to https."""
    scheme, host, port = origin(old)
    upgraded = (scheme, port) == ("http", 80) and origin(new) == ("https", host, 443)
    return upgraded or same_origin(old, new)


def origin(url: str) -> tuple[str, str | None, int | None]:
    """(scheme, host, port); the port is never None for http and https. Raises ValueError."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if not ip.is_global or ip.is_multicast:
        return False
    if ip.version == 6 and ip not in GLOBAL_UNICAST:
        return False
    return not any(ip in network for network in NOT_PUBLIC)


def _unwrapped(address: str) -> IPv4Address | IPv6Address:
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and (ip.ipv4_mapped or ip in NAT64):
        return ip.ipv4_mapped or IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


@lru_cache(maxsize=8)
def _parsed(allowed: tuple[str, ...]) -> tuple[frozenset[str], list[IPv4Network | IPv6Network]]:
    """Splits the allow-list into host names and networks."""
    names, networks = set(), []
    for entry in allowed:
        try:
            networks.append(ip_network(entry.strip("[]"), strict=False))
        except ValueError:
            names.add(entry.rstrip(".").lower())
    return frozenset(names), networks
