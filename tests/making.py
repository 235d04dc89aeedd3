"""Plain functions that make rows, each with the least that a test must say."""

from itertools import count
from typing import Any

from connectors.models import ActionPath, Connector
from flows import retries
from flows.commands.flows import create_flow, publish, save_draft
from flows.commands.runs import start_run
from flows.models import Action, Flow, Run, StepResult
from integrations.models import Connection, Integration

_numbers = count(1)

PHASE_SCHEMA = {
    "type": "object",
    "required": ["code"],
    "properties": {
        "code": {"type": "string", "pattern": "^[0-9]{2}-[0-9]{3}$"},
        "description": {"type": "string"},
        "budget": {"type": "number"},
        "start": {"type": ["string", "null"], "format": "date"},
    },
    "additionalProperties": False,
}


def make_integration(name: str = "", **fields: Any) -> Integration:
    name = name or f"Harbour Bridge {next(_numbers)}"
    return Integration.objects.create(name=name, slug=name.lower().replace(" ", "-"), **fields)


def make_connector(name: str = "", **fields: Any) -> Connector:
    name = name or f"Vista {next(_numbers)}"
    return Connector.objects.create(name=name, slug=name.lower().replace(" ", "-"), **fields)


def make_action_path(connector: Connector, **fields: Any) -> ActionPath:
    """By default: POST /phases with a JSON body, not safe to repeat."""
    properties = fields.get("input_schema", PHASE_SCHEMA).get("properties", {})
    defaults: dict[str, Any] = {
        "key": f"job-cost/phases/add-{next(_numbers)}",
        "module": "Job cost",
        "data_object": "Phases",
        "action": "Add a phase",
        "method": "POST",
        "path": "/phases",
        "input_schema": PHASE_SCHEMA,
        "output_schema": {"type": "object"},
        "parameters": [{"property": name, "name": name, "in": "body"} for name in properties],
        "body_kind": "json",
        "body_media_type": "application/json",
        "openapi": {},
    }
    return ActionPath.objects.create(connector=connector, **(defaults | fields))


def make_connection(integration: Integration, connector: Connector, base_url: str = "", **fields: Any) -> Connection:
    defaults = {"name": f"{connector.name} connection", "base_url": base_url or "http://127.0.0.1:9"}
    return Connection.objects.create(integration=integration, connector=connector, **(defaults | fields))


def expression(text: str, **more: Any) -> dict[str, Any]:
    return {"mode": "expression", "value": text, **more}


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"mode": "text", "value": value, **more}


def retry_policy(**settings: Any) -> dict[str, Any]:
    """Switched on, and always willing, unless a setting says otherwise."""
    return {
        "enabled": True,
        "error_condition": "true",
        "exponential_backoff": False,
        "interval_minutes": 60,
        "attempts": 3,
        **settings,
    }


def action_step(connection: Connection, action_path: ActionPath, step_id: str = "send", **settings: Any) -> dict:
    """A Connector Action that sends the trigger's code, unless its settings say otherwise."""
    defaults = {
        "connector": connection.connector.slug,
        "connection": connection.name,
        "action_path": action_path.key,
        "real_time_processing": True,
        "retry_policy": retry_policy(enabled=False, error_condition=""),
        "wait_for_response": True,
        "use_existing_body": False,
        "existing_body": "",
        "properties": {"code": expression("flow.trigger.data.code")},
    }
    condition = settings.pop("run_condition", None)
    step = {"id": step_id, "name": step_id.title(), "kind": "connector_action", "settings": defaults | settings}
    return step | ({"run_condition": condition} if condition else {})


def map_step(step_id: str = "map", *, list_expression: str = "flow.trigger.data", **properties: Any) -> dict:
    settings = {"list": list_expression, "properties": properties}
    return {"id": step_id, "name": step_id.title(), "kind": "map_json", "settings": settings}


def make_draft(integration: Integration, *steps: dict, trigger: dict | None = None, name: str = "") -> Flow:
    flow = create_flow(actor=None, integration=integration, name=name or f"Flow {next(_numbers)}")
    draft = {"trigger": trigger or {"kind": "on_demand", "input_schema": None}, "steps": list(steps)}
    return save_draft(actor=None, flow=flow, draft=draft, revision=flow.draft_revision)


def make_flow(integration: Integration, *steps: dict, trigger: dict | None = None, name: str = "") -> Flow:
    """A published flow."""
    flow = make_draft(integration, *steps, trigger=trigger, name=name)
    publish(actor=None, flow=flow)
    flow.refresh_from_db()
    return flow


def make_run(flow: Flow, data: Any = None) -> Run:
    """A run as a trigger starts it: stored, and not worked on yet."""
    return start_run(flow=flow, data={"code": "03-100"} if data is None else data, trigger_kind="on_demand")


def make_action(run: Run, connection: Connection, action_path: ActionPath, **fields: Any) -> Action:
    """An action of the run's first step, as if the engine had made it; by default nobody waits for it."""
    result, _ = StepResult.objects.get_or_create(
        run=run, step_id="send", defaults={"position": 0, "status": "QUEUE_ACTION_SUCCESSFUL"}
    )
    defaults: dict[str, Any] = {
        "integration_id": run.integration_id,
        "flow_id": run.flow_id,
        "step_result": result,
        "input": {"code": "03-100"},
        "wait_for_response": False,
        "expires_at": run.created_at + retries.EXPIRY,
    }
    return Action.objects.create(run=run, connection=connection, action_path=action_path, **(defaults | fields))
