"""Two machines of one installation: half-way through the load one is lost, then the other is cut off from Redis."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from flows.crash_test.relay import Relay
from flows.crash_test.stack import Stack
from flows.crash_test.trial import run_load
from integrations.ports import HOST


def run_on_two_machines(*, redis_url: str, minutes: float, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Each of the two troubles lasts to the end: what is left does all the work. The figures are those of a trial."""
    redis = urlsplit(redis_url)
    relay = Relay(redis.hostname or HOST, redis.port or 6379)
    with relay, tempfile.TemporaryDirectory(prefix="throughline-machines-") as folder:
        by_relay = redis._replace(netloc=_netloc(redis.netloc, relay.port)).geturl()
        machines = {
            "first": _machine(Path(folder), "first", redis_url),
            "second": _machine(Path(folder), "second", by_relay),
        }
        with Stack(Path(folder), machines) as stack:
            deaths: Counter[str] = Counter()
            return run_load(stack, deaths, lambda: _strike(stack, relay, deaths, minutes * 60, tell), seed, tell)


def _machine(folder: Path, name: str, redis_url: str) -> dict[str, str]:
    """Settings of its own; what machines must share is the key that credentials are sealed with."""
    return {"VAR_DIR": str(folder / name), "REDIS_URL": redis_url, "SECRET_KEY": settings.SECRET_KEY}


def _netloc(netloc: str, port: int) -> str:
    """User and password stay."""
    credentials, at, _host = netloc.rpartition("@")
    return f"{credentials}{at}{HOST}:{port}"


def _strike(stack: Stack, relay: Relay, deaths: Counter[str], seconds: float, tell: Callable[[str], None]) -> None:
    time.sleep(seconds / 3)
    tell("The first machine is lost.")
    stack.lose("first")
    deaths["machine"] += 1
    time.sleep(seconds / 3)
    tell("The second machine is cut off from Redis.")
    relay.cut()
    deaths["way to Redis"] += 1
    time.sleep(seconds / 3)
