"""The processes under test: web server, worker and sample systems, on ports of their own."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.conf import settings

from flows.processes import end_with_parent
from integrations.ports import HOST, free_ports

# Short spans, so that leases end within a test: 2 + 2 + 10 + 10 = 24 s.
SPANS = {"REQUEST_DEADLINE": "2", "TASK_BUDGET": "2", "FROZEN_SECONDS": "8"}


@dataclass
class Stack:
    """`mortal` processes are killed and started again; the outside system lives through all of it.

    `workers` names each worker with the variables that it has of its own, as on a machine of its own.
    """

    folder: Path
    workers: dict[str, dict[str, str]] = field(default_factory=lambda: {"worker": {}})
    web_port: int = field(default_factory=free_ports)
    vista_port: int = field(default_factory=free_ports)
    running: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def mortal(self) -> dict[str, list[str]]:
        worker = [sys.executable, "manage.py", "worker"]
        web = [sys.executable, "-m", "gunicorn", "--config", "python:integrations.gunicorn"]
        return {**dict.fromkeys(self.workers, worker), "web": web}

    @property
    def vista_url(self) -> str:
        return f"http://{HOST}:{self.vista_port}"

    def __enter__(self) -> "Stack":
        try:
            self._start_all()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start_all(self) -> None:
        ports = ["--port-projectsight", str(free_ports()), "--port-vista", str(self.vista_port)]
        self._start("vista", [sys.executable, "-m", "connectors.sandbox", "--data", str(self.folder), *ports])
        self.restart_dead()
        self._wait_for("vista", self.vista_port)
        self._wait_for("web", self.web_port)

    def __exit__(self, *_: object) -> None:
        for process in self.running.values():
            kill_family(process.pid)
            process.wait()

    def restart_dead(self) -> None:
        for name, command in self.mortal.items():
            process = self.running.get(name)
            if process is None or process.poll() is not None:
                if process is not None:
                    kill_family(process.pid)
                self._start(name, command)

    def lose(self, worker: str) -> None:
        """As when its machine burns down: nothing of it comes back."""
        del self.workers[worker]
        process = self.running.pop(worker)
        kill_family(process.pid)
        process.wait()

    def _start(self, name: str, command: list[str]) -> None:
        shared = {**SPANS, "HOST": HOST, "PORT": str(self.web_port), "WEB_PROCESSES": "1"}
        environment = {**os.environ, **shared, **self.workers.get(name, {})}
        with (self.folder / f"{name}.log").open("a") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # A trial that is ended leaves no stack behind.
                preexec_fn=partial(end_with_parent, os.getpid(), signal.SIGKILL),
            )

    def _wait_for(self, name: str, port: int, seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.running[name].poll() is None:
            connection = http.client.HTTPConnection(HOST, port, timeout=2)
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/healthz")
                connection.getresponse()
                return
            time.sleep(0.1)
        told = (self.folder / f"{name}.log").read_text()[-1000:]
        raise TimeoutError(f"{name} does not answer on port {port}. It wrote: {told or 'nothing'}")


def family(ancestor: int) -> list[int]:
    """A process and all that descend from it, whatever groups they have made."""
    found = [ancestor]
    for process in found:
        for children in Path("/proc").glob(f"{process}/task/*/children"):
            with contextlib.suppress(OSError):
                found.extend(int(child) for child in children.read_text().split())
    return found


def kill_family(ancestor: int) -> None:
    for process in family(ancestor):
        kill(process)


def kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
