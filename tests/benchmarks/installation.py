"""The engine under measurement: web server and worker as people run them, and the flows they run.

Imported once Django is set up for the scratch database.
"""

import json
import os
import subprocess
import sys
import time
from functools import partial
from typing import Any, Self

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from connectors.imports import import_document
from flows.commands.flows import import_flow
from flows.crash_test.stack import kill_family
from flows.definition.files import to_document
from flows.models import Run
from flows.processes import end_with_parent
from integrations.commands import create_connection
from integrations.models import Connection, Integration
from integrations.ports import free_ports
from tests.benchmarks.work import EVERYTHING, PATHS, PROGRAMS, openapi_document
from tests.servers import ROOT, eventually, status_of

FLOWS = {"paths": PATHS, "programs": PROGRAMS, "everything": EVERYTHING}
# The widest that a connection allows: the target is not what is to be measured.
LIMITS = {"concurrency": 64}
POLL_SECONDS = 0.01
END_SECONDS = 60


class Installation:
    """`hooks` holds the webhook's path of each flow, by the names in FLOWS."""

    def __init__(self, target_port: int) -> None:
        self.port = free_ports()
        call_command("migrate", interactive=False, verbosity=0)
        self.hooks = _build(f"http://127.0.0.1:{target_port}")
        self._log = settings.VAR_DIR / "log"
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def roots(self) -> list[int]:
        return [process.pid for process in self._processes]

    def __enter__(self) -> Self:
        self._start([sys.executable, "manage.py", "worker"])
        self._start([sys.executable, "-m", "gunicorn", "--config", "python:integrations.gunicorn"])
        address = f"http://127.0.0.1:{self.port}"
        eventually(lambda: status_of(address, "/healthz") == 200, seconds=END_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                kill_family(process.pid)
        connection.close()

    def log_tail(self) -> str:
        return "\n".join(self._log.read_text().splitlines()[-20:])

    def _start(self, command: list[str]) -> None:
        environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(self.port)}
        with self._log.open("a") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=partial(end_with_parent, os.getpid()),
            )
        self._processes.append(process)


def last_run() -> int:
    return Run.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def wait_for_ends(after: int) -> float:
    """The monotonic moment at which all runs with a higher id have ended."""
    active = Run.objects.filter(pk__gt=after, status__in=Run.ACTIVE)
    until = time.monotonic() + END_SECONDS
    while active.exists() and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    return time.monotonic()


def finished_run() -> Run:
    """One that sent ten plain paths."""
    return Run.objects.filter(flow__slug="paths", status=Run.Status.SUCCESS).latest("pk")


def succeeded(after: int) -> int:
    return Run.objects.filter(pk__gt=after, status=Run.Status.SUCCESS).count()


def _build(target: str) -> dict[str, str]:
    integration = Integration.objects.create(name="Benchmark", slug="benchmark")
    connector = import_document(json.dumps(openapi_document()).encode(), name="Target", base_url=target).connector
    joined = create_connection(
        actor=None, integration=integration, connector=connector, name="Target", base_url=target, limits=LIMITS
    )
    return {name: _hook(joined, name, expressions) for name, expressions in FLOWS.items()}


def _hook(joined: Connection, name: str, expressions: dict[str, str]) -> str:
    definition = {"trigger": {"kind": "webhook", "input_schema": None}, "steps": [_step(joined, expressions)]}
    document = to_document(name=name, slug=name, description="", definition=definition)
    flow = import_flow(actor=None, integration=joined.integration, document=document)
    return reverse("webhook", args=[flow.webhook_secret])


def _step(joined: Connection, expressions: dict[str, str]) -> dict[str, Any]:
    policy = {
        "enabled": False,
        "error_condition": "",
        "exponential_backoff": False,
        "interval_minutes": 60,
        "attempts": 3,
    }
    settings = {
        "connector": joined.connector.slug,
        "connection": joined.name,
        "action_path": joined.connector.action_paths.get().key,
        "real_time_processing": True,
        "retry_policy": policy,
        "wait_for_response": True,
        "use_existing_body": False,
        "existing_body": "",
        "properties": {key: {"mode": "expression", "value": value} for key, value in expressions.items()},
    }
    return {"id": "send", "name": "Send", "kind": "connector_action", "settings": settings}
