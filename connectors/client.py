"""Sends one call and tells what came of it. The only way out to other systems."""

import codecs
from base64 import b64encode
from dataclasses import replace
from email.message import Message
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from connectors import addresses, exact_json, transport
from connectors.building import build
from connectors.messages import MASK, Answer, Call, Credentials, InputError, is_json_type

__all__ = ["Answer", "Call", "FetchError", "InputError", "build", "fetch", "send"]

ANSWER_LIMIT = 10_000_000
REDIRECTS_LIMIT = 5
REDIRECTS = {301, 302, 303, 307, 308}
# Python also decodes punycode, in quadratic time, and the like.
TEXT_CHARSETS = ("utf-8", "utf-16", "utf-32", "ascii", "iso8859", "cp", "koi8", "gb", "big5", "shift_jis", "euc")
# Shorter secrets may be part of an ordinary text; masking them would spoil data.
SHORTEST_ECHO = 8


class FetchError(Exception):
    """A document could not be fetched; the message says why and what to do."""


def send(call: Call, *, deadline: float) -> Answer:
    """Send once and wait at most `deadline` seconds in all. Never raises for trouble outside."""
    started = monotonic()
    try:
        reply = _reply(call, deadline=deadline, limit=ANSWER_LIMIT)
    except transport.Trouble as trouble:
        return Answer(
            status=trouble.status,
            trouble=trouble.kind,
            message=_sentence(call, trouble, deadline),
            duration_ms=_since(started),
            maybe_received=trouble.maybe_received,
        )
    return _answer(call, reply, _since(started))


def fetch(url: str, *, deadline: float, limit: int) -> bytes:
    """GET a document of at most `limit` bytes. Raises FetchError."""
    if problem := addresses.problem_with(url, base=False):
        raise FetchError(f"The address {problem}")
    call = Call("GET", url, {"Accept": "application/json, application/yaml, */*;q=0.5"})
    try:
        reply = _reply(call, deadline=deadline, limit=limit)
    except transport.Trouble as trouble:
        raise FetchError(_sentence(call, trouble, deadline)) from None
    if reply.status != 200:
        raise FetchError(f"{_name(call)} answered {reply.status}. The address must open without a log-in.")
    return reply.body


def _reply(call: Call, *, deadline: float, limit: int) -> transport.Reply:
    """The reply at the end of all redirects. Raises transport.Trouble."""
    if problem := addresses.problem_with(call.url, base=False):
        text = f"was not called: the address {problem}"
        raise transport.Trouble("invalid_address", text, maybe_received=False)
    transport.set_deadline(deadline)
    for _ in range(REDIRECTS_LIMIT + 1):
        reply = transport.exchange(call.method, call.wire_url(), call.wire_headers(), call.body, limit=limit)
        target = reply.headers.get("location")
        if reply.status not in REDIRECTS or not target:
            return reply
        call = _redirected(call, target, reply.status)
    raise transport.Trouble("redirect", f"redirects more than {REDIRECTS_LIMIT} times", status=reply.status)


def _redirected(call: Call, target: str, status: int) -> Call:
    """The next hop; another host gets neither the credentials nor the headers of the first."""
    if call.method not in {"GET", "HEAD"}:
        text = "answered with a redirect, which is followed when reading only. Check the base address"
        raise transport.Trouble("redirect", text, status=status)
    url = addresses.joined(call.url, target)
    if problem := addresses.problem_with(url, base=False):
        raise transport.Trouble("redirect", f"redirects to an address that {problem}", status=status)
    if addresses.is_same_system(call.url, url):
        return replace(call, url=url)
    accept = {name: value for name, value in call.headers.items() if name == "Accept"}
    return replace(call, url=url, headers=accept, credentials=Credentials())


def _answer(call: Call, reply: transport.Reply, duration_ms: int) -> Answer:
    text = _text(reply)
    body: Any = b64encode(reply.body).decode()
    is_json = False
    if text is not None:
        body, is_json = _parsed(_without_echo(text, call.credentials), reply.headers.get("content-type", ""))
    headers = {name: _without_echo(value, call.credentials) for name, value in reply.headers.items()}
    if "set-cookie" in headers:
        headers["set-cookie"] = MASK
    return Answer(reply.status, headers, body, is_json, duration_ms=duration_ms)


def _text(reply: transport.Reply) -> str | None:
    """The body as text; None when it is none."""
    try:
        text = reply.body.decode(_charset(reply.headers.get("content-type", "")))
    except (ValueError, LookupError):
        return None
    return None if "\0" in text else text


def _charset(content_type: str) -> str:
    """Python's name of the charset. Raises LookupError for those that no text is sent in."""
    header = Message()
    header["content-type"] = content_type
    name = codecs.lookup(str(header.get_param("charset") or "utf-8")).name
    if not name.startswith(TEXT_CHARSETS):
        raise LookupError(name)
    return "utf-8-sig" if name == "utf-8" else name


def _parsed(text: str, content_type: str) -> tuple[Any, bool]:
    """(value, True) for JSON, also where a system calls it text/plain; (text, False) for anything else."""
    if not text.strip():
        return None, False
    if is_json_type(content_type) or text.lstrip()[0] in "{[":
        try:
            return exact_json.loads(text), True
        except exact_json.JSONError:
            return text, False
    return text, False


def _without_echo(text: str, credentials: Credentials) -> str:
    """Some systems repeat the credentials that they got; nobody may read them in an answer."""
    for secret in credentials.values:
        if len(secret) >= SHORTEST_ECHO:
            text = text.replace(secret, MASK)
    return text


def _sentence(call: Call, trouble: transport.Trouble, deadline: float) -> str:
    within = f" within {deadline:g} s" if trouble.kind == "timeout" else ""
    return f"{_name(call)} {trouble.text}{within}".rstrip(".") + "."


def _name(call: Call) -> str:
    return call.system or _host(call.url) or call.url


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _since(started: float) -> int:
    return round((monotonic() - started) * 1000)
