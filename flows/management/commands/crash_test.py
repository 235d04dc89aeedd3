"""Kills an installation of its own at random points and proves that nothing was lost or doubled."""

import random
import sys
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from connectors import exact_json
from flows.crash_test.machines import run_on_two_machines
from flows.crash_test.trial import holds, run_trial


class Command(BaseCommand):
    help = "Run on the database and broker that the environment names; exit 1 when the proof fails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--minutes", type=float, default=1.0, help="How long to kill; 1 unless told.")
        parser.add_argument("--seed", type=int, default=None, help="Repeats the choices of an earlier trial.")
        parser.add_argument(
            "--two-machines",
            action="store_true",
            help="Instead of killing at random: two workers with settings of their own; in the middle one is lost for "
            "good, then the other is cut off from Redis for good. Needs PostgreSQL and REDIS_URL.",
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *, minutes: float, seed: int | None, two_machines: bool, json: bool, **options: Any) -> None:
        seed = random.SystemRandom().randrange(10**6) if seed is None else seed
        self.stderr.write(f"Seed {seed}")
        run = run_trial
        if two_machines:
            _require_shared()
            run = partial(run_on_two_machines, redis_url=settings.REDIS_URL)
        try:
            figures = run(minutes=minutes, seed=seed, tell=self.stderr.write)
        except TimeoutError as trouble:
            raise CommandError(str(trouble)) from None
        self.stdout.write(exact_json.pretty(figures) if json else _table(figures))
        if not holds(figures):
            sys.exit(1)


def _require_shared() -> None:
    if connection.vendor != "postgresql" or not settings.REDIS_URL:
        raise CommandError("Two machines share PostgreSQL and Redis: set DATABASE_URL and REDIS_URL.")


def _table(figures: dict[str, Any]) -> str:
    width = max(map(len, figures))
    return "\n".join(f"{name.replace('_', ' '):<{width}}  {value}" for name, value in figures.items())
