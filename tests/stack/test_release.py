"""A new release is put in while messages of an older one wait: they do no harm."""

import json
from textwrap import dedent

import pytest

from tests.servers import ROOT, eventually
from tests.stack.conftest import Installation

pytestmark = pytest.mark.stack

FLOW = "job-phases-to-vista"
PHASE = ROOT / "connectors/sandbox/documents/job-phase-changed.json"


def shell(installation: Installation, code: str) -> str:
    answer = installation.manage("shell", "--no-imports", "-c", dedent(code))
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def told(installation: Installation, expression: str) -> object:
    """The value of an expression over the rows of the installation."""
    imports = "from flows.models import *\nfrom django_q.models import Failure, OrmQ\nimport json"
    return json.loads(shell(installation, f"{imports}\nprint(json.dumps({expression}))"))


OLD_MESSAGES = """
    from datetime import timedelta
    from django.utils import timezone
    from django_q.models import OrmQ
    from django_q.tasks import async_task
    async_task("flows.tasks.advance_run", 41)
    async_task("flows.tasks.work", 41, {"shape": "of an older release"})
    async_task("flows.a_module_that_is_gone.work")
    key = OrmQ.objects.first().key
    due = timezone.now() - timedelta(days=1)
    OrmQ.objects.create(key=key, payload="no signed message at all", lock=due)
    OrmQ.objects.create(key=key, payload=OrmQ.objects.first().payload[:-3] + "abc", lock=due)
"""


def test_messages_that_this_release_does_not_know_fail_once_and_stop_nobody(running_installation):
    shell(running_installation, OLD_MESSAGES)
    eventually(lambda: told(running_installation, "OrmQ.objects.filter(payload__gt='').count()") == 0, seconds=60)
    ran = running_installation.manage("run_flow", FLOW, "--wait", "--timeout", "60", "--data", str(PHASE))
    assert json.loads(ran.stdout)["status"] == "Success", ran.stdout + ran.stderr
    failures = told(running_installation, "sorted(Failure.objects.values_list('func', 'attempt_count'))")
    assert failures == [
        ["flows.a_module_that_is_gone.work", 1],
        ["flows.tasks.advance_run", 1],
        ["flows.tasks.work", 1],
    ]
    assert "it is replaced" not in running_installation.told
