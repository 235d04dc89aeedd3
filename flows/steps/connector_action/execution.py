"""Connector Action: works out the input and asks for an action. Pure: it sends nothing."""

from typing import Any

from connectors import exact_json, validation
from flows import statuses
from flows.expressions import Evaluation, EvaluationError, Scope, Template, evaluate
from flows.steps.outcomes import ActionWanted, Finished
from flows.typed_text import Schema
from flows.values import object_template

INPUT_LIMIT_BYTES = 5 * 1024 * 1024


def execute(settings: dict[str, Any], scope: Scope, catalog: Any) -> Finished | ActionWanted:
    """`catalog` gives connection(name) and action_path(connection, key), or None where there is none."""
    connection = catalog.connection(settings["connection"])
    if connection is None:
        return _refused(f"The integration has no connection {settings['connection']}: add it, then run again.")
    action_path = catalog.action_path(connection, settings["action_path"])
    if action_path is None:
        return _refused(f"The connector no longer offers {settings['action_path']}: choose another action path.")
    try:
        evaluation = evaluate_input(settings, action_path.input_schema, scope)
    except EvaluationError as error:
        return _refused(str(error))
    return _wanted(settings, connection, action_path, evaluation)


def evaluate_input(settings: dict[str, Any], input_schema: dict[str, Any], scope: Scope) -> Evaluation:
    """The one object that the action path takes. Raises EvaluationError."""
    place, template = input_template(settings, input_schema)
    return evaluate(template, scope, place=place)


def input_template(settings: dict[str, Any], input_schema: dict[str, Any]) -> tuple[str, Template]:
    """The place of the input among the settings, and what it is worked out from."""
    if settings["use_existing_body"]:
        return "existing_body", {"mode": "expression", "value": settings["existing_body"]}
    return "properties", object_template(settings["properties"], Schema.of(input_schema))


def _wanted(settings: dict[str, Any], connection: Any, action_path: Any, evaluation: Evaluation) -> ActionWanted:
    failure, message = judge_input(evaluation.value, action_path)
    return ActionWanted(
        connection=connection,
        action_path=action_path,
        # What is over the limit is not stored either: the run must stay readable.
        input=None if failure and failure["error"]["code"] == "InputTooLarge" else evaluation.value,
        settings=settings,
        invalid=failure,
        message=message,
        warnings=evaluation.warnings,
    )


def judge_input(value: Any, action_path: Any) -> tuple[dict[str, Any] | None, str]:
    """The closing content and a sentence when the input may not be sent; (None, "") when it may."""
    size = len(exact_json.to_bytes(value))
    if size > INPUT_LIMIT_BYTES:
        return _too_large(size)
    errors = validation.check(value, action_path.input_schema, cache_key=_cache_key(action_path))
    if not errors:
        return None, ""
    return validation.failure(errors), "Nothing was sent: " + " ".join(error.text for error in errors[:3])


def _cache_key(action_path: Any) -> tuple[Any, ...]:
    return action_path.pk, action_path.connector.imported_at


def _too_large(size: int) -> tuple[dict[str, Any], str]:
    text = f"The input is {size / 1024 / 1024:.1f} MB; an action takes up to 5 MB. Send it in smaller parts."
    error = {"text": text, "source": [], "details": {"bytes": size, "limit": INPUT_LIMIT_BYTES}}
    failure = {"code": "InputTooLarge", "user_defined_code": None, "errors": [error]}
    return {"status": None, "error": failure}, f"Nothing was sent: {text}"


def _refused(message: str) -> Finished:
    return Finished(statuses.EXCEPTION, message=message)
