"""The whole product as the processes that people run, on ports and data of its own."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self

import psycopg
import pytest

from flows.processes import end_with_parent
from integrations.ports import free_ports
from tests.conftest import answers, require_service
from tests.servers import PATIENCE, ROOT, descendants, eventually, is_alive, status_of

POSTGRESQL = os.environ.get("POSTGRESQL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("REDIS", "redis://127.0.0.1:6379/9")
# A variable of the test run itself must not leak into the installation.
KEPT = {"PATH", "HOME", "LANG"}


@dataclass
class Installation:
    """One installation of the product; it may be started and ended more than once."""

    folder: Path
    port: int
    variables: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in KEPT}
        return {**kept, "LOCAL": "true", "VAR_DIR": str(self.folder), **self.variables}

    @property
    def told(self) -> str:
        """What it wrote to its terminal."""
        return (self.folder / "terminal").read_text()

    def launch(self) -> None:
        command = [sys.executable, "manage.py", "start", "--port", str(self.port)]
        with (self.folder / "terminal").open("w") as terminal:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=terminal,
                stderr=terminal,
                start_new_session=True,
                # A test run that is killed leaves no installation behind.
                preexec_fn=partial(end_with_parent, os.getpid()),
            )

    def start(self) -> None:
        self.launch()
        eventually(lambda: self.ended or "Throughline runs at" in self.told, seconds=2 * PATIENCE)
        assert not self.ended, self.told

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def processes(self) -> list[int]:
        return descendants(self.process.pid) if self.process else []

    def process_of(self, words: str) -> int:
        """The first of its processes whose command line holds these words."""
        commands = {process: _command_line(process) for process in self.processes()}
        return next(process for process, command in commands.items() if words in command)

    def healthy(self) -> bool:
        return status_of(self.address, "/healthz") == 200

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and check that nothing is left."""
        processes = self.processes()
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(PATIENCE)
            eventually(lambda: not any(map(is_alive, processes)))
        finally:
            for process in filter(is_alive, processes):
                os.kill(process, signal.SIGKILL)
        self.process = None

    def manage(self, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=3 * PATIENCE, **options
        )


def _command_line(process: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Not started yet."""
    made = Installation(tmp_path, free_ports(3))
    yield made
    made.end()


@pytest.fixture(scope="module")
def running_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Started once for the module, on SQLite."""
    with Installation(tmp_path_factory.mktemp("installation"), free_ports(3)) as made:
        yield made


@contextlib.contextmanager
def postgresql_database(purpose: str = "stack") -> Iterator[str]:
    """The DATABASE_URL of an empty database, dropped afterwards."""
    require_service(answers("127.0.0.1", 5432), "PostgreSQL does not answer on 127.0.0.1:5432")
    name = f"throughline_{purpose}_{os.getpid()}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
        yield f"{POSTGRESQL.rpartition('/')[0]}/{name}"
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
