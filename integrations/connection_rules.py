"""What a connection may be: every problem with its place, so that a form can show it beside the field."""

from dataclasses import dataclass
from typing import Any

from connectors import addresses
from connectors.authentication import KINDS, NAME
from connectors.messages import TRANSPORT_HEADERS
from integrations import secrets as safe
from integrations.models import Connection
from integrations.problems import Problem

NAME_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Range:
    """What a limit may be; None, where it is optional, means that there is none."""

    label: str
    least: int
    most: int
    is_optional: bool = False

    def allows(self, value: Any) -> bool:
        if value is None:
            return self.is_optional
        return isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most


LIMITS = {
    "concurrency": Range("Requests at the same time", 1, 64),
    "requests_per_second": Range("Requests per second", 1, 1000, is_optional=True),
    "requests_per_minute": Range("Requests per minute", 1, 60_000, is_optional=True),
    "processing_minutes": Range("Minutes between two processings", 1, 10_080),
}
KNOWN_LIMITS = {*LIMITS, "idempotency_header", "honours_idempotency_key"}


@dataclass(frozen=True, slots=True)
class Stored:
    """What becomes of a connection's stored secrets: `kept` sealed, or `lost` by name and why."""

    kept: str = ""
    lost: frozenset[str] = frozenset()
    why: str = ""


def name_problems(name: str) -> list[Problem]:
    if not name.strip():
        return [Problem("name", "Give the connection a name.")]
    if len(name) > NAME_LIMIT:
        return [Problem("name", f"The name has {len(name)} characters; at most {NAME_LIMIT} fit.")]
    return []


def address_problems(base_url: str) -> list[Problem]:
    problem = addresses.problem_with(base_url.strip())
    return [Problem("base_url", f"The base address {problem}")] if problem else []


def authentication_problems(
    kind: str, settings: dict[str, Any], secrets: dict[str, str], stored: Stored
) -> list[Problem]:
    if kind not in KINDS:
        return [Problem("authentication_kind", f"Choose one of {', '.join(KINDS)}.")]
    fields = {field.name: field for field in KINDS[kind].fields}
    problems = [
        Problem(f"{place}.{name}", f"{KINDS[kind].label} has no such field.")
        for place, given in (("settings", settings), ("secrets", secrets))
        for name in given
        if name not in fields or fields[name].secret != (place == "secrets")
    ]
    lost = [name for name in fields if name in stored.lost and not secrets.get(name)]
    problems += [
        Problem(f"secrets.{name}", f"{fields[name].label} must be entered again: {stored.why}") for name in lost
    ]
    problems += [
        Problem(place, text)
        for place, text in safe.problems_with(kind, settings, secrets, sealed=stored.kept)
        if place.removeprefix("secrets.") not in lost
    ]
    token_url = settings.get("token_url")
    if isinstance(token_url, str) and token_url and (problem := addresses.problem_with(token_url, base=False)):
        problems.append(Problem("settings.token_url", f"The token address {problem}"))
    return problems


def stored_secrets(connection: Connection, base_url: str, kind: str, settings: dict[str, Any]) -> Stored:
    """Stored secrets stay in use only where the person who entered them meant them to be sent."""
    if connection.pk is None or kind != connection.authentication_kind:
        return Stored()
    names = safe.names_in(connection.sealed_secrets)
    if names is None:
        every = frozenset(field.name for field in KINDS[kind].fields if field.secret and field.required)
        return Stored(lost=every, why="the key that the stored one was encrypted with is gone.")
    if _moves(connection, base_url, settings):
        return Stored(lost=frozenset(names), why="a stored one is never sent to another address.")
    return Stored(kept=connection.sealed_secrets)


def _moves(connection: Connection, base_url: str, settings: dict[str, Any]) -> bool:
    pairs = [(base_url, connection.base_url)]
    if "token_url" in connection.settings:
        pairs.append((str(settings.get("token_url", "")), connection.settings["token_url"]))
    return any(_origin(new) != _origin(old) for new, old in pairs)


def _origin(url: str) -> Any:
    return url if addresses.problem_with(url.strip(), base=False) else addresses.origin(url.strip())


def limit_problems(limits: dict[str, Any]) -> list[Problem]:
    problems = [Problem(f"limits.{name}", "There is no such limit.") for name in limits if name not in KNOWN_LIMITS]
    for name, allowed in LIMITS.items():
        if not allowed.allows(limits.get(name, allowed.least)):
            none = ", or nothing for no limit" if allowed.is_optional else ""
            text = f"{allowed.label}: write a whole number from {allowed.least} to {allowed.most}{none}."
            problems.append(Problem(f"limits.{name}", text))
    if not isinstance(limits.get("honours_idempotency_key", False), bool):
        problems.append(Problem("limits.honours_idempotency_key", "Write true or false."))
    header = str(limits.get("idempotency_header", "Idempotency-Key")).strip()
    if not NAME.fullmatch(header) or header.lower() in TRANSPORT_HEADERS or len(header) > 100:
        problems.append(Problem("limits.idempotency_header", "Write the name of a header, e.g. Idempotency-Key."))
    return problems
