"""One trial from set-up to proof."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.urls import reverse

from connectors.imports import import_document
from connectors.sandbox.credentials import VISTA_API_KEY
from connectors.sandbox.system import DOCUMENTS
from flows.commands.flows import import_flow
from flows.crash_test.killing import Killer
from flows.crash_test.load import Load
from flows.crash_test.proof import arrivals, prove, unfinished
from flows.crash_test.stack import SPANS, Stack
from flows.definition.files import to_document
from flows.models import Flow
from integrations.commands import create_connection
from integrations.models import Integration

# The longest wait that is allowed: a lease (request + budget + 20 s), three of them for an action
# that meets three killers in a row, the time to see that a cluster is frozen, and, on a machine so
# busy that the outside system answers too late, the minute until a connection that paused is tried.
DRAIN_SECONDS = 3 * (int(SPANS["REQUEST_DEADLINE"]) + int(SPANS["TASK_BUDGET"]) + 20) + 20 + 60

# One action path that is safe to repeat and one that is not: {key: {property: text or expression}}.
STEPS = {
    "job-cost/job-phases/upsert": {
        "jobNumber": {"mode": "text", "value": "1001"},
        "phaseCode": {"mode": "expression", "value": "flow.trigger.data.phase"},
        "description": {"mode": "text", "value": "Crash test"},
    },
    "job-cost/cost-codes/add": {
        "code": {"mode": "expression", "value": "flow.trigger.data.costCode"},
        "description": {"mode": "text", "value": "Crash test"},
        "costType": {"mode": "text", "value": "L"},
    },
}


def run_trial(*, minutes: float, seed: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Kill for so long, let the rest drain, and count. The trial's data are deleted when it held."""
    with tempfile.TemporaryDirectory(prefix="throughline-crash-") as folder, Stack(Path(folder)) as stack:
        killer = Killer(stack, seed)
        return run_load(stack, killer.deaths, lambda: _kill_for(minutes * 60, stack, killer, tell), seed, tell)


def run_load(
    stack: Stack, deaths: Counter[str], strike: Callable[[], None], seed: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Trigger flows while `strike` does its worst and counts it in `deaths`; then the figures of the proof."""
    integration, flows = _build(stack, seed)
    load = Load(stack.web_port, [reverse("webhook", args=[flow.webhook_secret]) for flow in flows])
    load.start()
    load.wait_for_first()
    strike()
    load.stop()
    tell(f"{deaths.total()} kills; letting {len(load.acknowledged)} acknowledged runs end.")
    _drain(stack, load.acknowledged)
    figures = {"seed": seed, "kills": deaths.total(), "deaths": dict(deaths), "refused": dict(load.refused)}
    figures |= prove(integration, load.acknowledged, arrivals(stack.vista_url))
    if holds(figures):
        _remove(integration)
    return figures


def holds(figures: dict[str, Any]) -> bool:
    ended = figures["succeeded"] + figures["failed"] + figures["unknown"] + figures["waiting"]
    sums_up = figures["acknowledged"] == ended
    return sums_up and not (figures["lost"] or figures["doubled"] or figures["stuck"])


def _build(stack: Stack, seed: int) -> tuple[Integration, list[Flow]]:
    """An integration of its own, with one flow that is safe to repeat and one that is not."""
    name = f"Crash test {seed} at {time.time():.0f}"
    integration = Integration.objects.create(name=name, slug=name.lower().replace(" ", "-"))
    document = (DOCUMENTS / "vista.json").read_bytes()
    connector = import_document(document, name=name, base_url=stack.vista_url).connector
    create_connection(
        actor=None,
        integration=integration,
        connector=connector,
        name="Vista",
        base_url=stack.vista_url,
        authentication_kind="api_key",
        settings={"parameter_name": "X-API-Key", "in": "header"},
        secrets={"api_key": VISTA_API_KEY},
    )
    return integration, [_import(integration, connector.slug, key) for key in STEPS]


def _import(integration: Integration, connector: str, key: str) -> Flow:
    definition = {"trigger": {"kind": "webhook", "input_schema": None}, "steps": [_step(connector, key)]}
    slug = key.replace("/", "-")
    document = to_document(name=slug, slug=slug, description="", definition=definition)
    return import_flow(actor=None, integration=integration, document=document)


def _step(connector: str, key: str) -> dict[str, Any]:
    policy = {
        "enabled": False,
        "error_condition": "",
        "exponential_backoff": False,
        "interval_minutes": 60,
        "attempts": 3,
    }
    settings = {
        "connector": connector,
        "connection": "Vista",
        "action_path": key,
        "real_time_processing": True,
        "retry_policy": policy,
        "wait_for_response": True,
        "use_existing_body": False,
        "existing_body": "",
        "properties": STEPS[key],
    }
    return {"id": "send", "name": "Send", "kind": "connector_action", "settings": settings}


def _kill_for(seconds: float, stack: Stack, killer: Killer, tell: Callable[[str], None]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(killer.pause())
        killer.strike()
        # Our own connection may have been among those that were cut.
        connection.close()
        stack.restart_dead()
        tell(f"{max(0, until - time.monotonic()):.0f} s to go, {sum(killer.deaths.values())} kills")


def _drain(stack: Stack, acknowledged: list[int]) -> None:
    until = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < until and unfinished(acknowledged):
        stack.restart_dead()
        time.sleep(1)


def _remove(integration: Integration) -> None:
    connectors = {connection.connector for connection in integration.connections.all()}
    integration.delete()
    for connector in connectors:
        connector.delete()
