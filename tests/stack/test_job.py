"""The sample job from the webhook to Vista, by every database and broker that settings can choose."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from integrations.ports import free_ports
from tests.conftest import answers, require_service
from tests.servers import PATIENCE, ROOT, eventually
from tests.stack.conftest import REDIS, Installation, postgresql_database

pytestmark = pytest.mark.stack

PHASE = ROOT / "connectors/sandbox/documents/job-phase-changed.json"
VISTA_KEY = {"X-API-Key": "vista-sample-key"}
ASK_ADDRESS = """
from flows.models import Flow
from django.urls import reverse
print(reverse("webhook", args=[Flow.objects.get(slug="job-phases-to-vista").webhook_secret]))
"""
ASK_RUNS = """
from flows.models import Run
print(" ".join(Run.objects.order_by("pk").values_list("status", flat=True)))
"""


@pytest.fixture(
    scope="module",
    params=["sqlite", "postgresql", pytest.param("postgresql with redis", marks=pytest.mark.redis)],
)
def installed(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Started once for the module's tests, which build on each other's data."""
    made = Installation(tmp_path_factory.mktemp("installed"), free_ports(3))
    with ExitStack() as stack:
        if request.param != "sqlite":
            made.variables["DATABASE_URL"] = stack.enter_context(postgresql_database())
        if "redis" in request.param:
            require_service(answers("127.0.0.1", 6379), "Redis does not answer on 127.0.0.1:6379")
            made.variables["REDIS_URL"] = REDIS
        yield stack.enter_context(made)


def ask(installation: Installation, code: str) -> str:
    answer = installation.manage("shell", "--no-imports", "-c", code)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def vista(installation: Installation, method: str, path: str, **options) -> requests.Response:
    address = f"http://127.0.0.1:{installation.port + 2}{path}"
    return requests.request(method, address, headers=VISTA_KEY, timeout=PATIENCE, **options)


def runs_of(installation: Installation) -> list[str]:
    return ask(installation, ASK_RUNS).split()


def arrivals(installation: Installation) -> dict[str, dict[str, int]]:
    """For each idempotency key that Vista saw: {"received", "applied"}."""
    return vista(installation, "GET", "/sandbox/arrivals").json()


def test_phases_arrive_and_are_upserted_and_the_one_of_the_closed_job_fails(installed):
    address = installed.address + ask(installed, ASK_ADDRESS)
    sample = f"http://127.0.0.1:{installed.port + 1}"
    sent = requests.post(f"{sample}/sandbox/send-changes", json={"to": address}, timeout=PATIENCE)
    assert sent.status_code == 200, sent.text
    eventually(lambda: sorted(runs_of(installed)) == ["Failed", *["Success"] * 4])
    counts = arrivals(installed).values()
    assert [count["received"] for count in counts] == [1] * 5


def test_the_command_line_runs_the_job_and_prints_the_run_as_json(installed):
    ran = installed.manage(
        "run_flow", "job-phases-to-vista", "--wait", "--timeout", str(PATIENCE), "--data", str(PHASE)
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    run = json.loads(ran.stdout)
    assert run["status"] == "Success"
    assert [step["status"] for step in run["steps"]] == ["SUCCESSFUL", "ACTION_HANDLED_SUCCESSFUL"]
    content = run["steps"][1]["output"]["Response"]["Content"]
    assert content["status"] in {200, 201}
    assert content["data"]["phaseCode"] == "03-300"


def test_what_arrives_is_sent_on_at_once_not_at_a_schedulers_tick(installed):
    address = installed.address + ask(installed, ASK_ADDRESS)
    before, began = len(arrivals(installed)), time.monotonic()
    for number in range(before + 1, before + 4):
        requests.post(address, data=PHASE.read_bytes(), timeout=PATIENCE).raise_for_status()
        eventually(lambda number=number: len(arrivals(installed)) == number)
    # The scheduler ticks each minute: three of these, one after the other, would take two at least.
    assert time.monotonic() - began < 2 * 60
