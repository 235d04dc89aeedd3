"""Map JSON List or Object: what it does. Pure."""

from typing import Any

from flows import statuses
from flows.expressions import EvaluationError, Scope, Template, evaluate
from flows.steps.outcomes import Finished
from flows.values import array_map_template, object_template


def execute(settings: dict[str, Any], scope: Scope, catalog: Any) -> Finished:
    """The output is always an array: an object as input gives an array of one."""
    try:
        evaluation = evaluate(output_template(settings), scope)
    except EvaluationError as error:
        return Finished(statuses.EXCEPTION, message=str(error))
    made = len(evaluation.value)
    message = f"Made a list of {made} object{'' if made == 1 else 's'}."
    return Finished(statuses.SUCCESSFUL, output=evaluation.value, message=message, warnings=evaluation.warnings)


def output_template(settings: dict[str, Any]) -> Template:
    return array_map_template(settings["list"], object_template(settings["properties"]))
