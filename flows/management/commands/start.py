"""Starts the whole product in one terminal: what `make run` does once everything is installed."""

import contextlib
import http.client
import os
import sys
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from flows.processes import Part, end_with_parent, keep_running
from integrations.local import SAMPLE_PASSWORD, SAMPLE_USER
from integrations.ports import HOST, trouble
from integrations.static import collect_when_changed


class Command(BaseCommand):
    # The web server runs all checks; the dangers are enough here, and half a second faster.
    requires_system_checks = [Tags.security]
    help = "Start web server, worker and sample systems in this terminal, on one machine for one person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default="8000", help="The web server's; the sample systems take the next two.")

    def handle(self, *, port: str, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("This starts a local installation: set LOCAL=true, as `make run` does.")
        if problem := trouble(port):
            raise CommandError(problem)
        if "MAKELEVEL" in os.environ:
            # make passes on every signal but SIGKILL.
            end_with_parent(os.getppid())
        addresses = _addresses(int(port))
        self._prepare(addresses)
        threading.Thread(target=self._welcome, args=[addresses], daemon=True).start()
        keep_running(_parts(int(port)), self._tell)

    def _prepare(self, addresses: dict[str, str]) -> None:
        self._tell("Preparing database, samples and static files ...")
        call_command("migrate", interactive=False, verbosity=0)
        call_command(
            "load_samples",
            projectsight_url=addresses["projectsight"],
            vista_url=addresses["vista"],
            verbosity=0,
        )
        collect_when_changed()
        connections.close_all()

    def _welcome(self, addresses: dict[str, str]) -> None:
        _wait_until_healthy(addresses["web"])
        self._tell(
            f"Throughline runs at {addresses['web']}\n"
            f"  log in as       {SAMPLE_USER} with the password {SAMPLE_PASSWORD}\n"
            f"  sample systems  ProjectSight {addresses['projectsight']}, Vista {addresses['vista']}\n"
            f"  data are in     {settings.VAR_DIR}; Ctrl-C ends everything"
        )

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _addresses(port: int) -> dict[str, str]:
    return {name: f"http://{HOST}:{port + i}" for i, name in enumerate(("web", "projectsight", "vista"))}


def _parts(port: int) -> list[Part]:
    """In the order of their start; they end the other way round, so that running work finds its systems."""
    samples = ["--data", str(settings.VAR_DIR / "samples")]
    samples += ["--port-projectsight", str(port + 1), "--port-vista", str(port + 2)]
    web = ["--config", "python:integrations.gunicorn"]
    return [
        Part("The sample systems", [sys.executable, "-m", "connectors.sandbox", *samples]),
        Part("The worker", [sys.executable, "manage.py", "worker"]),
        Part("The web server", [sys.executable, "-m", "gunicorn", *web], {"HOST": HOST, "PORT": str(port)}),
    ]


def _wait_until_healthy(address: str) -> None:
    while not _healthy(address):
        time.sleep(0.1)


def _healthy(address: str) -> bool:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    return False
