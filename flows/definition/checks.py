"""What must hold before a definition may be published, beyond its schema. Pure."""

from collections import Counter
from typing import Any

from jsonschema import Draft202012Validator, SchemaError

from flows.definition.context import Context
from flows.definition.schema import definition_schema, structure_problems
from flows.graph import PREVIOUS
from flows.steps import SETTINGS
from integrations.problems import Problem


def publish_problems(definition: dict[str, Any], context: Context) -> list[Problem]:
    """Everything that stands in the way of publishing; empty when nothing does."""
    found = structure_problems(definition, definition_schema())
    if found:
        return found
    if not definition["steps"]:
        return [Problem("steps", "the flow has no steps; add one.")]
    return [
        *_trigger_problems(definition["trigger"]),
        *_repeated_ids(definition["steps"]),
        *_run_condition_problems(definition["steps"]),
        *_settings_problems(definition["steps"], context),
    ]


def step_problems(definition: dict[str, Any], position: int, context: Context) -> list[Problem]:
    """Those of one step of a sound definition, without looking at the settings of the others."""
    steps = definition["steps"]
    found = [*_repeated_ids(steps), *_run_condition_problems(steps)]
    mine = [problem for problem in found if problem.place.startswith(f"steps[{position}].")]
    return mine + _settings_problems_of(steps, position, context)


def _trigger_problems(trigger: dict[str, Any]) -> list[Problem]:
    if not trigger.get("input_schema"):
        return []
    try:
        Draft202012Validator.check_schema(trigger["input_schema"])
    except SchemaError as error:
        return [Problem(f"trigger.input_schema{error.json_path[1:]}", error.message)]
    return []


def _repeated_ids(steps: list[dict[str, Any]]) -> list[Problem]:
    counts = Counter(step["id"] for step in steps)
    text = "this id is used by another step too; give each step an id of its own."
    return [
        Problem(f"steps[{n}].id", f"{step['id']}: {text}") for n, step in enumerate(steps) if counts[step["id"]] > 1
    ]


def _run_condition_problems(steps: list[dict[str, Any]]) -> list[Problem]:
    found, earlier = [], set()
    for number, step in enumerate(steps):
        watched = step.get("run_condition", {}).get("step", PREVIOUS)
        if watched != PREVIOUS and watched not in earlier:
            text = f"there is no earlier step {watched}; choose one that stands before this step."
            found.append(Problem(f"steps[{number}].run_condition.step", text))
        earlier.add(step["id"])
    return found


def _settings_problems(steps: list[dict[str, Any]], context: Context) -> list[Problem]:
    return [problem for number in range(len(steps)) for problem in _settings_problems_of(steps, number, context)]


def _settings_problems_of(steps: list[dict[str, Any]], number: int, context: Context) -> list[Problem]:
    here = Context(context.connectors, tuple(step["id"] for step in steps[:number]))
    step = steps[number]
    return SETTINGS[step["kind"]].problems(step["settings"], here, f"steps[{number}].settings")
