"""A call as a curl command, to be tried in a terminal. Pure: what is secret is a variable of the shell."""

import re
import shlex
from collections.abc import Iterable
from urllib.parse import quote

from connectors.messages import Call


def command(call: Call, *, unknown: Iterable[str] = ()) -> str:
    """The command, one option a line; credentials and the headers in `unknown` stand as "$NAME".

    Empty where the body is no text, which a command line can't carry.
    """
    body = _body(call)
    if body is None:
        return ""
    hidden = dict.fromkeys([*unknown, *call.credentials.headers])
    taken = {name.lower() for name in hidden}
    headers = [shlex.quote(f"{name}: {value}") for name, value in call.headers.items() if name.lower() not in taken]
    headers += [f"{shlex.quote(f'{name}: ')}{_variable(name)}" for name in hidden]
    cookies = [f"{shlex.quote(f'{name}=')}{_variable(name)}" for name in call.credentials.cookies]
    options = [f"-H {header}" for header in headers] + [f"-b {cookie}" for cookie in cookies]
    return " \\\n  ".join([f"curl -X {shlex.quote(call.method)} {_address(call)}", *options, *body])


def _address(call: Call) -> str:
    """The variables stand outside of the quotes, so that the shell fills them in."""
    address = shlex.quote(call.url)
    for number, name in enumerate(call.credentials.query):
        mark = "&" if number or "?" in call.url else "?"
        address += shlex.quote(f"{mark}{quote(name, safe='')}=") + _variable(name)
    return address


def _body(call: Call) -> list[str] | None:
    if call.body is None:
        return []
    try:
        text = call.body.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else [f"--data-raw {shlex.quote(text)}"]


def _variable(name: str) -> str:
    return f'"${re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_") or "SECRET"}"'
