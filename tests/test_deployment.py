"""A production installation is set up right, and a wrong set-up says so before it serves anyone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# `pytest` has its own; a production environment begins empty.
KEPT = {"PATH", "HOME", "LANG"}


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name in KEPT},
        "SECRET_KEY": "4uJ7kq0mTz2vYw9bXc5nRf8gLh3sPd6aEoV1iQxBnMtKyCzWjUrDp5",
        "ALLOWED_HOSTS": "flows.example.com",
        "HSTS_SECONDS": "31536000",
        "HSTS_SUBDOMAINS": "true",
        "VAR_DIR": str(tmp_path),
    }


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_a_production_environment_passes_every_deployment_check(production):
    checked = manage(production, "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_the_migrations_are_those_of_the_models(production):
    checked = manage(production, "makemigrations", "--check", "--dry-run")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set."),
        ("DEBUG", "fales", "DEBUG=fales: write true or false."),
        ("WORKERS", "many", "WORKERS=many: write a whole number from 1 to 64."),
        ("DATABASE_URL", "oracle://db/flows", "DATABASE_URL: write sqlite:///path or postgres://"),
    ],
)
def test_a_setting_that_is_not_understood_is_one_clear_line(production, variable, value, told):
    refused = manage({**production, variable: value}, "check")
    assert refused.returncode == 1
    assert refused.stderr.startswith(told)
    assert len(refused.stderr.splitlines()) == 1


def test_debug_on_a_server_is_refused_by_the_deployment_check(production):
    checked = manage({**production, "DEBUG": "true"}, "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 1
    assert "DEBUG" in checked.stderr


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set."),
        ("DEBUG", "true", "DEBUG is on"),
        ("PORT", "web", "PORT=web: write"),
    ],
)
def test_the_web_server_refuses_what_the_commands_refuse(production, variable, value, told):
    command = [sys.executable, "-m", "gunicorn", "--config", "python:integrations.gunicorn"]
    environment = {**production, variable: value}
    refused = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1
    assert told in refused.stderr
    assert "Traceback" not in refused.stderr


def test_start_is_for_local_installations_only(production):
    refused = manage(production, "start")
    assert refused.returncode == 1
    assert "LOCAL=true" in refused.stderr
    assert "Traceback" not in refused.stderr
