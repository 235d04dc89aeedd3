"""Runs a flow from the command line and prints the run as JSON."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connectors import exact_json
from flows.commands.runs import start_run
from flows.management.naming import find_flow
from flows.models import Run
from flows.queries.runs import run_as_json
from integrations.problems import Refused


class Command(BaseCommand):
    help = "Start a run of a flow's published version. With --wait, exit 0 only when it ends with Success."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("flow", help="The flow's slug, or integration-slug/flow-slug.")
        parser.add_argument("--data", default="", metavar="FILE", help="JSON for the trigger; - reads standard input.")
        parser.add_argument("--wait", action="store_true", help="Wait until the run has ended.")
        parser.add_argument("--timeout", type=float, default=0, metavar="SECONDS", help="Wait no longer than this.")

    def handle(self, *, flow: str, data: str, wait: bool, timeout: float, **options: Any) -> None:
        try:
            run = start_run(flow=find_flow(flow), data=_read(data), trigger_kind="command")
        except Refused as refusal:
            raise CommandError("\n".join(map(str, refusal.problems))) from None
        if wait:
            run = _wait(run, timeout)
        self.stdout.write(exact_json.pretty(run_as_json(run)))
        if wait and run.status != Run.Status.SUCCESS:
            sys.exit(1)


def _read(source: str) -> Any:
    if not source:
        return None
    try:
        text = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return exact_json.loads(text)
    except OSError as error:
        raise CommandError(f"{source} can't be read: {error.strerror}.") from None
    except exact_json.JSONError as error:
        raise CommandError(f"{'Standard input' if source == '-' else source} is no JSON: {error}.") from None


def _wait(run: Run, timeout: float) -> Run:
    until = time.monotonic() + timeout if timeout else float("inf")
    while not run.is_finished and time.monotonic() < until:
        time.sleep(0.1)
        run = Run.objects.select_related("flow", "version").get(pk=run.pk)
    return run
