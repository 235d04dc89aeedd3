"""Map JSON List or Object: makes a list of objects from a list, one for one. What it stores."""

from typing import Any

from flows.definition.context import Context
from flows.values import expressions_in_properties
from integrations.problems import Problem

LABEL = "Map JSON List or Object"
DEFAULTS: dict[str, Any] = {"list": "flow.trigger.data", "properties": {}}

SCHEMA = {
    "type": "object",
    "required": ["list", "properties"],
    "additionalProperties": False,
    "properties": {
        "list": {"type": "string", "description": "An expression that gives the list or object to map."},
        "properties": {"$ref": "#/$defs/properties"},
    },
}


def problems(settings: dict[str, Any], context: Context, place: str) -> list[Problem]:
    values = expressions_in_properties(settings["properties"], f"{place}.properties")
    return context.check_expressions([(f"{place}.list", settings["list"]), *values])


def sentence(settings: dict[str, Any]) -> str:
    count = len(settings["properties"])
    return f"Makes a list of objects with {count} propert{'y' if count == 1 else 'ies'} from {settings['list']}."
