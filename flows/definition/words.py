"""How pages, sentences and differences say what a definition holds. Pure."""

from typing import Any

from flows.graph import DEFAULT_CONDITION, PREVIOUS

IN_WORDS = {"succeeded": "succeeded", "failed": "failed", "any": "ended, whatever happened"}
TEXT_LIMIT = 60


def condition_of(step: dict[str, Any]) -> dict[str, str]:
    return step.get("run_condition") or DEFAULT_CONDITION


def say_condition(condition: dict[str, str], names: dict[str, str]) -> str:
    """For instance: "Runs when the previous step succeeded". `names` are those of the steps, by id."""
    watched = "the previous step" if condition["step"] == PREVIOUS else names.get(condition["step"], condition["step"])
    status = condition["status"]
    return f"Runs when {watched} {IN_WORDS.get(status, f'ended with {status}')}"


def say_minutes(minutes: int) -> str:
    """For instance: "1 h 30 min", "45 min", "24 h"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def say_value(value: dict[str, Any]) -> str:
    """A value of flows/values.py in a few words, e.g. "from flow.trigger.data.x" or "text “03-100”"."""
    match value["mode"]:
        case "expression":
            return f"from {shortened(value['value'])}" if value["value"].strip() else "from an empty expression"
        case "text":
            return f"text “{shortened(value['value'])}”" if value["value"] else "empty text"
        case "null":
            return "null"
        case "object":
            return f"a group of {counted(len(value['properties']), 'property', 'properties')}"
        case "list":
            return f"a list of {counted(len(value['items']), 'item')}"
        case "array_map":
            return f"a list made from {shortened(value['list'])}"
        case other:
            return other.replace("_", " ")


def counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TEXT_LIMIT else f"{line[: TEXT_LIMIT - 1]}…"
