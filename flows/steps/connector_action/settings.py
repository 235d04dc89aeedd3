"""Connector Action: sends data to a connector by an action path. What it stores."""

from typing import Any

from connectors import exact_json
from flows import retries
from flows.definition.constants import constant_problems
from flows.definition.context import Context
from flows.steps.connector_action.sentence import sentence as sentence
from flows.values import expressions_in_properties
from integrations.problems import Problem

LABEL = "Connector Action"
DEFAULTS: dict[str, Any] = {
    "connector": "",
    "connection": "",
    "action_path": "",
    "real_time_processing": True,
    "retry_policy": {
        "enabled": False,
        "error_condition": "",
        "exponential_backoff": False,
        "interval_minutes": 60,
        "attempts": 3,
    },
    "wait_for_response": True,
    "use_existing_body": False,
    "existing_body": "",
    "properties": {},
}

RETRY_POLICY_SCHEMA = {
    "type": "object",
    "required": ["enabled", "error_condition", "exponential_backoff", "interval_minutes", "attempts"],
    "additionalProperties": False,
    "properties": {
        "enabled": {"type": "boolean"},
        "error_condition": {"type": "string", "description": "An expression that must be true for a retry."},
        "exponential_backoff": {"type": "boolean", "description": "Doubles the interval after each attempt."},
        "interval_minutes": {
            "type": "integer",
            "minimum": retries.INTERVAL_MINUTES[0],
            "maximum": retries.INTERVAL_MINUTES[1],
        },
        "attempts": {"type": "integer", "minimum": retries.ATTEMPTS[0], "maximum": retries.ATTEMPTS[1]},
    },
}
SCHEMA = {
    "type": "object",
    "required": list(DEFAULTS),
    "additionalProperties": False,
    "properties": {
        "connector": {"type": "string", "description": "The connector's slug."},
        "connection": {"type": "string", "description": "The name of a connection of the integration."},
        "action_path": {"type": "string", "description": "The action path's key: module/data-object/action."},
        "real_time_processing": {"type": "boolean"},
        "retry_policy": RETRY_POLICY_SCHEMA,
        "wait_for_response": {"type": "boolean"},
        "use_existing_body": {"type": "boolean"},
        "existing_body": {"type": "string", "description": "An expression that gives the whole input."},
        "properties": {"$ref": "#/$defs/properties"},
    },
}


def problems(settings: dict[str, Any], context: Context, place: str) -> list[Problem]:
    return [
        *_target_problems(settings, context, place),
        *_retry_problems(settings["retry_policy"], context, f"{place}.retry_policy"),
        *_body_problems(settings, context, place),
    ]


def _target_problems(settings: dict[str, Any], context: Context, place: str) -> list[Problem]:
    connector = context.connectors.get(settings["connector"])
    if connector is None:
        return [Problem(f"{place}.connector", _unknown_connector(settings["connector"]))]
    found = []
    if settings["connection"] not in connector.connections:
        found.append(Problem(f"{place}.connection", _missing_connection(settings, connector.connections)))
    action_path = connector.action_path(settings["action_path"])
    if action_path is None:
        found.append(Problem(f"{place}.action_path", _unknown_action_path(settings)))
    elif action_path.removed:
        found.append(Problem(f"{place}.action_path", _removed_action_path(settings)))
    elif not settings["real_time_processing"] and not action_path.real_time_optional:
        text = "this action path is always processed in real time; switch Real-time processing on."
        found.append(Problem(f"{place}.real_time_processing", text))
    return found


def _retry_problems(policy: dict[str, Any], context: Context, place: str) -> list[Problem]:
    if not policy["enabled"]:
        return []
    if not policy["error_condition"].strip():
        text = "give the expression that must be true for a retry, e.g. flow.mapItem().result?.code === '503'."
        return [Problem(f"{place}.error_condition", text)]
    return context.check_expression(policy["error_condition"], f"{place}.error_condition")


def _body_problems(settings: dict[str, Any], context: Context, place: str) -> list[Problem]:
    if settings["use_existing_body"]:
        if not settings["existing_body"].strip():
            text = 'give the expression of the body, e.g. flow.step("map").output[0].'
            return [Problem(f"{place}.existing_body", text)]
        return context.check_expression(settings["existing_body"], f"{place}.existing_body")
    found = _property_problems(settings, context, f"{place}.properties")
    return found + context.check_expressions(expressions_in_properties(settings["properties"], f"{place}.properties"))


def _property_problems(settings: dict[str, Any], context: Context, place: str) -> list[Problem]:
    connector = context.connectors.get(settings["connector"])
    action_path = connector and connector.action_path(settings["action_path"])
    if not action_path:
        return []
    missing = [name for name in action_path.required if name not in settings["properties"]]
    found = [Problem(f"{place}.{name}", f"give {name} a value: it is required.") for name in missing]
    known = settings["properties"] if action_path.properties is None else action_path.properties
    text = "the action path has no such property; remove it or choose another name."
    found += [Problem(f"{place}.{name}", text) for name in settings["properties"] if name not in known]
    said = {problem.place for problem in found}
    constants = constant_problems(settings["properties"], action_path.input_schema, place)
    return found + [problem for problem in constants if problem.place not in said]


def _unknown_connector(slug: str) -> str:
    if not slug:
        return "choose a connector."
    return f"the integration has no connection for a connector {exact_json.dumps(slug)}; add one, or choose another."


def _missing_connection(settings: dict[str, Any], names: list[str]) -> str:
    have = f" There is: {', '.join(names)}." if names else ""
    if not settings["connection"]:
        return f"choose a connection.{have}"
    return f"the integration has no connection {exact_json.dumps(settings['connection'])} for this connector.{have}"


def _unknown_action_path(settings: dict[str, Any]) -> str:
    if not settings["action_path"]:
        return "choose an action path."
    return f"the connector offers no action path {exact_json.dumps(settings['action_path'])}; choose another."


def _removed_action_path(settings: dict[str, Any]) -> str:
    key = exact_json.dumps(settings["action_path"])
    return f"the action path {key} is gone from the connector's last imported document; choose another."
