"""Whatever is killed and whenever, nothing is lost, doubled or left lying: the proof itself, on each set-up.

The trials run side by side: most of their time is waiting for the leases of the dead to end.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from integrations.ports import free_ports
from tests.conftest import answers, require_service
from tests.servers import ROOT
from tests.stack.conftest import Installation, postgresql_database

pytestmark = pytest.mark.stack

# A database of Redis for each trial: what shares a list would take each other's messages.
REDIS = "redis://127.0.0.1:6379/{}"
AT_RANDOM = ["--minutes", "0.25", "--seed", "4"]
TRIALS = {
    "sqlite": AT_RANDOM,
    "postgresql": AT_RANDOM,
    "postgresql with redis": AT_RANDOM,
    "two machines": ["--minutes", "0.25", "--seed", "4", "--two-machines"],
}
# What a busy machine may need; on a quiet one a trial ends within a minute.
PATIENCE = 300


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.Popen[str]]]:
    require_service(answers("127.0.0.1", 5432), "PostgreSQL does not answer on 127.0.0.1:5432")
    require_service(answers("127.0.0.1", 6379), "Redis does not answer on 127.0.0.1:6379")
    with ExitStack() as stack:
        yield {name: begun(name, number, tmp_path_factory.mktemp("crash"), stack) for number, name in enumerate(TRIALS)}


def begun(name: str, number: int, folder: Path, stack: ExitStack) -> subprocess.Popen[str]:
    installation = Installation(folder, free_ports(3), variables(name, number, stack))
    migrated = installation.manage("migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    told = stack.enter_context((folder / "told").open("w"))
    process = subprocess.Popen(
        [sys.executable, "manage.py", "crash_test", "--json", *TRIALS[name]],
        cwd=ROOT,
        env=installation.environment,
        stdout=subprocess.PIPE,
        stderr=told,
        text=True,
    )
    stack.callback(process.kill)
    return process


def variables(name: str, number: int, stack: ExitStack) -> dict[str, str]:
    if name == "sqlite":
        return {}
    url = stack.enter_context(postgresql_database(f"crash{number}"))
    return {"DATABASE_URL": url} | ({"REDIS_URL": REDIS.format(10 + number)} if name != "postgresql" else {})


@pytest.mark.parametrize("name", TRIALS)
def test_every_acknowledged_run_ends_once_and_every_request_arrives_once(name, trials):
    printed, _ = trials[name].communicate(timeout=PATIENCE)
    found = json.loads(printed)
    assert (found["lost"], found["doubled"], found["stuck"]) == (0, 0, 0), printed
    assert found["acknowledged"] == found["succeeded"] + found["failed"] + found["unknown"] + found["waiting"]
    assert found["kills"] > 0
    assert found["succeeded"] > 0, printed
    assert sum(found["requests_seen_outside_per_key"].values()) >= found["succeeded"]
    assert found["longest_delay"] > 0
    assert trials[name].returncode == 0
