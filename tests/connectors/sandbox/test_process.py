"""`python -m connectors.sandbox`, as people and `make run` start it."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.sandbox.__main__ import main
from tests.servers import PATIENCE

ROOT = Path(__file__).resolve().parents[3]


def start(data: Path) -> subprocess.Popen[str]:
    ports = ("--port-projectsight", "0", "--port-vista", "0")
    return subprocess.Popen(
        [sys.executable, "-m", "connectors.sandbox", "--data", str(data), *ports],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_says_when_it_is_ready_and_ends_cleanly_when_told(tmp_path: Path) -> None:
    signals = (signal.SIGTERM, signal.SIGINT)
    processes = [start(tmp_path / "new" / str(number)) for number in signals]
    for process, number in zip(processes, signals, strict=True):
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready.startswith("Sample systems ready: ProjectSight sample http://127.0.0.1:")
        port = int(ready.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE):
            process.send_signal(number)
            output, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode, output, errors) == (0, "", "")


def test_a_taken_port_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--data", str(tmp_path), "--port-projectsight", port]) == 1
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert f"127.0.0.1:{port} (Address already in use)" in errors
    assert "--port-projectsight" in errors


def test_a_directory_that_cannot_be_made_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main(["--data", str(tmp_path / "file" / "data")]) == 1
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert "Cannot keep data" in errors


def test_a_file_that_is_no_storage_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "vista.sqlite3").write_text("no database at all" * 100)
    assert main(["--data", str(tmp_path), "--port-projectsight", "0", "--port-vista", "0"]) == 1
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert "not a database" in errors
