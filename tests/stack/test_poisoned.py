"""A run and an action that kill their worker, with workers that really die (by SIGKILL, as the OOM killer does)."""

import json
import signal

import pytest
from pytest_httpserver import HTTPServer

from flows.leases import CLAIM_LIMIT
from tests.stack.conftest import Installation

pytestmark = pytest.mark.stack

MAKE = """
from tests.making import *
integration = make_integration()
vista = make_connection(integration, make_connector(), "{address}")
put_phase = make_action_path(vista.connector, method="PUT", safe_to_repeat=True)
flow = make_flow(integration, action_step(vista, put_phase))
for code in ("01-000", "66-666", "02-000", "77-777", "03-000"):
    make_run(flow, {{"code": code}})
"""
WORK = """
import os, signal
from datetime import timedelta
from django.utils import timezone
from flows import engine, lane, processing
from flows.models import Action, Run
from flows.sweep import sweep

def deadly(code, function, code_of):
    def guarded(*given):
        if code_of(given[0]) == code:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*given)
    return guarded

engine._execute = deadly("66-666", engine._execute, lambda progress: progress.run.trigger_data["code"])
processing.send = deadly("77-777", processing.send, lambda action: action.input["code"])
# So much time has passed that the leases of the dead have ended.
for model in (Run, Action):
    model.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - timedelta(seconds=1))
sweep()
lane.work(5)
"""
TELL = """
import json
from flows.models import Action, Run
print(json.dumps({
    "runs": {run.trigger_data["code"]: run.status for run in Run.objects.all()},
    "actions": {action.input["code"]: action.status for action in Action.objects.all()},
    "told": [run.message for run in Run.objects.filter(status="Exception")]
        + [action.message for action in Action.objects.filter(needs_review=True)],
}))
"""


def shell(installation: Installation, code: str):
    return installation.manage("shell", "--no-imports", "-c", code)


def test_each_is_set_aside_after_three_deaths_and_all_others_succeed(installation, httpserver: HTTPServer):
    httpserver.expect_request("/phases").respond_with_json({})
    assert installation.manage("migrate", "--verbosity", "0").returncode == 0
    made = shell(installation, MAKE.format(address=httpserver.url_for("")))
    assert made.returncode == 0, made.stderr
    deaths = 0
    while (worked := shell(installation, WORK)).returncode == -signal.SIGKILL and deaths < 10:
        deaths += 1
    assert worked.returncode == 0, worked.stderr
    assert deaths == 2 * CLAIM_LIMIT
    found = json.loads(shell(installation, TELL).stdout)
    ended = dict.fromkeys(("01-000", "02-000", "03-000"), "Success")
    assert found["runs"] == {**ended, "66-666": "Exception", "77-777": "Suspended"}
    assert found["actions"] == {**dict.fromkeys(ended, "Successful"), "77-777": "Outcome Unknown"}
    assert "stopped its worker 3 times" in found["told"][0]
    assert "happened 3 times" in found["told"][1]
