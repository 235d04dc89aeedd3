"""Chooses whom to kill, from a seed, and kills without warning."""

import random
from collections import Counter
from pathlib import Path

from django.db import connection

from flows.crash_test.stack import Stack, family, kill, kill_family

# How often each kind of death is chosen, relative to the others.
DEATHS = {"queue process": 8, "sentinel": 1, "cluster": 1, "supervisor": 2, "web": 2, "database": 1, "everything": 1}
PAUSE = (0.3, 2.5)


class Killer:
    """`deaths` counts what it did."""

    def __init__(self, stack: Stack, seed: int) -> None:
        self.stack = stack
        self.random = random.Random(seed)  # noqa: S311
        self.deaths: Counter[str] = Counter()

    def pause(self) -> float:
        return self.random.uniform(*PAUSE)

    def strike(self) -> None:
        death = self.random.choices(list(DEATHS), list(DEATHS.values()))[0]
        if self._kill(death):
            self.deaths[death] += 1

    def _kill(self, death: str) -> bool:
        """Whether there was anybody to kill."""
        worker, web = (self.stack.running[name].pid for name in ("worker", "web"))
        if death == "database":
            return _cut_database_connections()
        if death == "everything":
            kill_family(worker)
            kill_family(web)
            return True
        cluster = [process for process in family(worker)[1:] if "qcluster" in _command(process)]
        candidates = {
            "supervisor": [worker],
            "web": family(web),
            "cluster": cluster[:1],
            "sentinel": cluster[1:2],
            "queue process": cluster[2:],
        }[death]
        if not candidates:
            return False
        kill(self.random.choice(candidates))
        return True


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


def _cut_database_connections() -> bool:
    """As a restart of PostgreSQL does; SQLite has no connections to cut."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    return True
