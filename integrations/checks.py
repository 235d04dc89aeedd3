"""Refuses set-ups that would leak, lose or double something. Run by every command that starts the product."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

KEY_LENGTH = 50
SECONDS_IN_ORDER = ("REQUEST_DEADLINE", "TASK_TIMEOUT", "LEASE_SECONDS", "Q_CLUSTER retry")


@register(Tags.security)
def check_exposure(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What would let strangers in or secrets out."""
    return [*_debug(), *_keys(), *_private_hosts()]


@register(Tags.security)
def check_engine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What would lose work or do it twice."""
    return [*_sqlite(), *_broker(), *_order(), *_catch_up()]


def _debug() -> Iterator[CheckMessage]:
    if settings.DEBUG and not settings.LOCAL:
        yield Error(
            "DEBUG is on, which shows settings and data to everybody who causes an error.",
            hint="Remove DEBUG, or set LOCAL=true on a machine that only you use.",
            id="integrations.E001",
        )


def _keys() -> Iterator[CheckMessage]:
    for name, keys in (("SECRET_KEY", [settings.SECRET_KEY]), ("CREDENTIAL_KEYS", settings.CREDENTIAL_KEYS)):
        if any(len(key) < KEY_LENGTH or len(set(key)) < 5 for key in keys):
            yield Error(
                f"{name} is too easily guessed; stored credentials are encrypted with it.",
                hint=f"Give a random text of {KEY_LENGTH} characters or more. Put the old one into "
                "SECRET_KEY_FALLBACKS (or behind the new one) and run rotate_credentials.",
                id="integrations.E002",
            )


def _private_hosts() -> Iterator[CheckMessage]:
    if "*" in settings.ALLOWED_PRIVATE_HOSTS:
        yield Warning(
            "ALLOWED_PRIVATE_HOSTS allows *: whoever may make a connection reaches every machine in this network.",
            hint="List the hosts and networks that are needed, e.g. erp.example.internal,10.20.0.0/16.",
            id="integrations.W001",
        )


def _sqlite() -> Iterator[CheckMessage]:
    for alias, database in settings.DATABASES.items():
        if not database["ENGINE"].endswith("sqlite3"):
            continue
        options = database.get("OPTIONS", {})
        if options.get("transaction_mode") != "IMMEDIATE" or "wal" not in options.get("init_command", "").lower():
            yield Error(
                f"The SQLite database {alias!r} is not in WAL mode with IMMEDIATE transactions; "
                "workers would fail with 'database is locked'.",
                hint="Set transaction_mode IMMEDIATE and PRAGMA journal_mode=WAL, as DATABASE_URL does.",
                id="integrations.E003",
            )


def _broker() -> Iterator[CheckMessage]:
    alias = settings.Q_CLUSTER.get("orm")
    if alias not in (None, "default"):
        yield Error(
            f"The ORM broker uses the database {alias!r}, but runs and actions are in 'default'; "
            "a ring would not be part of their transaction.",
            hint="Set Q_CLUSTER['orm'] to 'default'.",
            id="integrations.E004",
        )


def _order() -> Iterator[CheckMessage]:
    cluster: dict[str, Any] = settings.Q_CLUSTER
    seconds = [
        settings.REQUEST_DEADLINE,
        cluster.get("timeout") or float("inf"),
        settings.LEASE_SECONDS,
        cluster.get("retry", 0),
    ]
    if any(shorter >= longer for shorter, longer in pairwise(seconds)):
        shown = " < ".join(f"{name} ({value})" for name, value in zip(SECONDS_IN_ORDER, seconds, strict=True))
        yield Error(
            f"These must grow from left to right, or work is done twice: {shown}.",
            hint="Lower REQUEST_DEADLINE, or leave the others as they are derived from it.",
            id="integrations.E005",
        )


def _catch_up() -> Iterator[CheckMessage]:
    if settings.Q_CLUSTER.get("catch_up", True):
        yield Error(
            "Q_CLUSTER['catch_up'] is on: after a stop, every missed sweep would run.",
            hint="Set it to False; one sweep finds everything that is due.",
            id="integrations.E006",
        )
