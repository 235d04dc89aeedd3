"""The JSON Schema of a definition and of a flow file."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from connectors import validation
from connectors.validation import SchemaError
from flows import statuses
from flows.steps import SETTINGS
from flows.values import VALUE_DEFS
from integrations.problems import Problem

FORMAT = "throughline-flow"
FORMAT_VERSION = 1
STEP_LIMIT = 200

TRIGGER_KINDS = {"on_demand": "On demand", "webhook": "Webhook"}
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
STEP_ID_PATTERN = "^[a-z0-9][a-z0-9_-]{0,99}$"

TRIGGER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["kind"],
    "additionalProperties": False,
    "properties": {
        "kind": {"enum": list(TRIGGER_KINDS)},
        "input_schema": {
            "type": ["object", "null"],
            "description": "A JSON Schema that the trigger data must meet.",
        },
    },
}
RUN_CONDITION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["step", "status"],
    "additionalProperties": False,
    "properties": {
        "step": {"type": "string", "description": '"previous", or the id of an earlier step.'},
        "status": {"enum": list(statuses.ASKABLE)},
    },
}


@cache
def definition_schema() -> dict[str, Any]:
    """What a draft and a version hold: {"trigger", "steps"}."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["trigger", "steps"],
        "additionalProperties": False,
        "properties": _definition_properties(),
        "$defs": VALUE_DEFS,
    }


@cache
def file_schema() -> dict[str, Any]:
    """What export_flow writes and import_flow reads."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Throughline flow",
        "type": "object",
        "required": ["format", "format_version", "name", "slug", "trigger", "steps"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": FORMAT},
            "format_version": {"const": FORMAT_VERSION},
            "name": {"type": "string", "minLength": 1, "maxLength": 120},
            "slug": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 120},
            "description": {"type": "string"},
            **_definition_properties(),
        },
        "$defs": VALUE_DEFS,
    }


def structure_problems(document: Any, schema: dict[str, Any]) -> list[Problem]:
    """Where a document does not have the shape of the schema, in the document's own places."""
    unknown = list(_unknown_kinds(document))
    if unknown:
        return unknown
    return [_problem(error) for error in validation.check(document, schema)] or list(_unstorable_names(document))


def _definition_properties() -> dict[str, Any]:
    return {
        "trigger": TRIGGER_SCHEMA,
        "steps": {"type": "array", "maxItems": STEP_LIMIT, "items": _step_schema()},
    }


def _step_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["id", "name", "kind", "settings"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "pattern": STEP_ID_PATTERN},
            "name": {"type": "string", "minLength": 1, "maxLength": 120},
            "kind": {"enum": list(SETTINGS)},
            "run_condition": RUN_CONDITION_SCHEMA,
            "settings": {"type": "object"},
        },
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}},
                "then": {"properties": {"settings": module.SCHEMA}},
            }
            for kind, module in SETTINGS.items()
        ],
    }


def _unknown_kinds(document: Any) -> list[Problem]:
    """Said first and plainly: under an unknown kind every other message would mislead."""
    steps = document.get("steps") if isinstance(document, dict) else None
    known = ", ".join(SETTINGS)
    return [
        Problem(f"steps[{number}].kind", f"there is no step kind {step.get('kind')!r}; the kinds are {known}.")
        for number, step in enumerate(steps if isinstance(steps, list) else [])
        if isinstance(step, dict) and "kind" in step and step["kind"] not in SETTINGS
    ]


def _unstorable_names(document: dict[str, Any]) -> Iterator[Problem]:
    """Names stand in columns and messages of their own, unlike values, which JSON escapes."""
    names = {name: document.get(name, "") for name in ("name", "description")}
    names |= {f"steps[{number}].name": step["name"] for number, step in enumerate(document["steps"])}
    for place, name in names.items():
        if UNSTORABLE.search(name):
            yield Problem(place, "it holds a NUL or half a character, which no database takes; write it again.")


def _problem(error: SchemaError) -> Problem:
    return Problem(error.path.removeprefix("$").removeprefix("."), error.text)
