"""Reads settings from environment variables, strictly: a typing error stops the start."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off"}


class Environment:
    """Typed reading of environment variables. Every reader raises ImproperlyConfigured."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, "").strip() or default

    def boolean(self, name: str, default: bool) -> bool:
        word = self.text(name).lower()
        if not word:
            return default
        if word in TRUE_WORDS | FALSE_WORDS:
            return word in TRUE_WORDS
        raise ImproperlyConfigured(f"{name}={word}: write true or false.")

    def integer(self, name: str, default: int, *, minimum: int = 0, maximum: int | None = None) -> int:
        word = self.text(name)
        if not word:
            return default
        number = int(word) if re.fullmatch(r"-?[0-9]+", word) else None
        if number is None or number < minimum or (maximum is not None and number > maximum):
            limits = f"from {minimum}" + (f" to {maximum}" if maximum is not None else " up")
            raise ImproperlyConfigured(f"{name}={word}: write a whole number {limits}.")
        return number

    def words(self, name: str, default: list[str]) -> list[str]:
        given = [word.strip() for word in self.text(name).split(",")]
        return [word for word in given if word] or default

    def database(self, name: str, default: Path) -> dict[str, Any]:
        """A Django DATABASES entry from sqlite:///path or postgres://user:password@host:port/name."""
        parts = _split(name, self.text(name) or f"sqlite:///{quote(str(default))}")
        if parts.scheme == "sqlite":
            return _sqlite(name, parts.path)
        return _postgresql(name, parts)


def _split(name: str, url: str) -> SplitResult:
    """The message never repeats the address: it may hold a password."""
    try:
        parts = urlsplit(url)
        understood = parts.scheme in {"sqlite", "postgres", "postgresql"} and parts.port != 0
    except ValueError:
        understood = False
    if not understood:
        raise ImproperlyConfigured(f"{name}: write sqlite:///path or postgres://user:password@host:port/name.")
    return parts


def _sqlite(name: str, path: str) -> dict[str, Any]:
    file = unquote(path[1:]) if path.startswith("/") else ""
    if not file:
        raise ImproperlyConfigured(f"{name}: sqlite:/// needs the path of a file.")
    return {
        "ENGINE": "integrations.backends.sqlite3",
        "NAME": file,
        # Opening a SQLite file anew for each request costs more than most requests do.
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def _postgresql(name: str, parts: SplitResult) -> dict[str, Any]:
    database = unquote(parts.path.lstrip("/"))
    if not database:
        raise ImproperlyConfigured(f"{name}: the address names no database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
