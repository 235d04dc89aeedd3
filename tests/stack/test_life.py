"""From start to end: what `make run` promises about its processes, ports and data."""

import os
import signal
import socket
import subprocess

import pytest
import requests

from integrations.local import SAMPLE_PASSWORD, SAMPLE_USER
from tests.servers import PATIENCE, ROOT, eventually, is_alive, status_of
from tests.stack.conftest import Installation

pytestmark = pytest.mark.stack


def log_in(installation: Installation) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{installation.address}/accounts/login/")
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    form = {"username": SAMPLE_USER, "password": SAMPLE_PASSWORD, "csrfmiddlewaretoken": token}
    session.post(page.url, data=form, headers={"Referer": page.url}).raise_for_status()
    return session


def test_it_says_where_it_runs_and_how_to_log_in(running_installation):
    told = running_installation.told
    assert f"Throughline runs at {running_installation.address}" in told
    assert SAMPLE_USER in told
    assert SAMPLE_PASSWORD in told


def test_every_part_answers(running_installation):
    health = requests.get(f"{running_installation.address}/healthz", timeout=PATIENCE)
    assert health.status_code == 200
    assert health.json()["status"] == "ok"
    for port in (running_installation.port + 1, running_installation.port + 2):
        assert status_of(f"http://127.0.0.1:{port}", "/openapi.json") in {200, 404}


def test_the_sample_log_in_opens_the_home_page(running_installation):
    home = log_in(running_installation).get(f"{running_installation.address}/")
    assert home.status_code == 200
    assert "/accounts/login/" not in home.url


def test_a_stranger_is_asked_to_log_in(running_installation):
    home = requests.get(f"{running_installation.address}/", timeout=PATIENCE)
    assert "/accounts/login/" in home.url


def test_static_files_are_served_compressed_and_for_ever(running_installation):
    page = requests.get(f"{running_installation.address}/accounts/login/", timeout=PATIENCE).text
    path = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    style = requests.get(f"{running_installation.address}{path}", timeout=PATIENCE)
    assert style.status_code == 200
    assert "immutable" in style.headers["Cache-Control"]
    assert style.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("part", ["connectors.sandbox", "manage.py worker", "gunicorn: master"])
def test_a_part_that_is_killed_comes_back_and_says_so(running_installation, part):
    before = running_installation.process_of(part)
    os.kill(before, signal.SIGKILL)
    eventually(lambda: "ended (by SIGKILL); starting it again in 1 s." in running_installation.told)
    eventually(lambda: any_other(running_installation, part, before) and running_installation.healthy())


def any_other(installation: Installation, part: str, before: int) -> bool:
    try:
        return installation.process_of(part) != before
    except StopIteration:
        return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_however_it_ends_nothing_is_left(installation, how):
    installation.start()
    # Manager, samples, web (3), worker, and django-q2's main, sentinel, pusher, monitor, 2 workers.
    eventually(lambda: len(installation.processes()) >= 12)
    installation.end(how)
    assert status_of(installation.address) == 0


def test_a_second_start_keeps_all_data(installation):
    installation.start()
    log_in(installation)
    sessions = "from django.contrib.sessions.models import Session; print(Session.objects.count())"
    kept = installation.manage("shell", "--no-imports", "-c", sessions).stdout
    installation.end()
    installation.start()
    assert installation.manage("shell", "--no-imports", "-c", sessions).stdout == kept
    assert int(kept) == 1


@pytest.mark.parametrize("offset", [0, 1, 2])
def test_a_taken_port_is_one_clear_line_and_nothing_starts(installation, offset):
    with socket.create_server(("127.0.0.1", installation.port + offset)):
        installation.launch()
        assert installation.process.wait(PATIENCE) == 1
    lines = installation.told.strip().splitlines()
    assert len(lines) == 1
    assert f"Port {installation.port + offset} is taken" in lines[0]
    assert "PORT=" in lines[0]
    assert not list(installation.folder.glob("*.sqlite3"))


@pytest.mark.parametrize("port", ["web", "80", "65534", "-1", "8000.5"])
def test_make_refuses_a_port_that_is_none_before_it_builds_anything(port):
    refused = make("run", f"PORT={port}")
    assert refused.returncode != 0
    assert f"PORT={port}: write a whole number from 1024 to 65533" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_make_names_the_python_it_needs():
    refused = make("run", "PYTHON=false")
    assert refused.returncode != 0
    assert "Python 3.11 is needed, and false is not it" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )


def test_two_installations_run_side_by_side(running_installation, installation):
    installation.start()
    assert installation.healthy()
    assert running_installation.healthy()
    assert all(map(is_alive, [installation.process.pid, running_installation.process.pid]))
