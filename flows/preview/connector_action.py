"""What a Connector Action would send: the request with its secrets masked, judged like the real one. Pure."""

from hashlib import sha256
from typing import Any

from connectors import authentication, curl, exact_json
from connectors.authentication import AuthenticationError
from connectors.building import build
from connectors.messages import Call, InputError
from flows.expressions import Evaluation, Problem, Scope, evaluate_many
from flows.preview.places import locate, segments, values_in
from flows.preview.results import Note, Preview, Sendable, count, say_problem, show
from flows.steps.connector_action.execution import input_template, judge_input
from flows.values import Value

NEW_KEY = "(a new one for each action)"
# Linux takes no longer argument on a command line.
CURL_LIMIT_BYTES = 128_000


def preview(settings: dict[str, Any], scope: Scope, catalog: Any) -> Preview:
    """`catalog` gives connection(name) and action_path(connection, key), as for the step itself."""
    connection = catalog.connection(settings["connection"])
    action_path = connection and catalog.action_path(connection, settings["action_path"])
    if action_path is None:
        return Preview("Once a connection and an action path are chosen, the request appears here.", is_waiting=True)
    place, template = input_template(settings, action_path.input_schema)
    (evaluation,) = evaluate_many([(place, template)], scope)
    value = _given(settings)
    found = Preview("", warnings=evaluation.warnings)
    found.values = [*values_in(value, evaluation.value, f"settings.{place}")] if not evaluation.missing else []
    found.problems = _problems(evaluation, value, place, action_path)
    found.summary = _summary(evaluation, found.problems)
    _fill_request(found, connection, action_path, evaluation.value)
    return found


def _given(settings: dict[str, Any]) -> Value:
    if settings["use_existing_body"]:
        return {"mode": "expression", "value": settings["existing_body"]}
    return {"mode": "object", "properties": settings["properties"]}


def _problems(evaluation: Evaluation, value: Value, place: str, action_path: Any) -> list[Note]:
    """The expressions that fail, then what breaks the schema apart from them."""
    failed = [_located(problem, value, place) for problem in evaluation.problems]
    content, _ = judge_input(evaluation.value, action_path)
    errors = content["error"]["errors"] if content and not (failed and place == "existing_body") else []
    broken = [_broken(error, value, place) for error in errors]
    known = {note.place.removesuffix(".list") for note in failed}
    return list(dict.fromkeys([*failed, *(note for note in broken if note.place not in known)]))


def _located(problem: Problem, value: Value, place: str) -> Note:
    where, given = locate(value, segments(problem.place.removeprefix(place)), f"settings.{place}")
    # What fails at an array map itself, and not inside of it, is its list.
    return Note(f"{where}.list" if given["mode"] == "array_map" else where, say_problem(problem))


def _broken(error: dict[str, Any], value: Value, place: str) -> Note:
    path = segments(error["source"][0]) if error["source"] else []
    where, _ = locate(value, path, f"settings.{place}")
    if error["details"].get("rule") == "required" and path and place == "properties":
        # A property that was left out has no value yet, but it has a field.
        parent, given = locate(value, path[:-1], f"settings.{place}")
        where = f"{parent}.{path[-1]}" if given["mode"] == "object" else where
    return Note(where, error["text"])


def _summary(evaluation: Evaluation, problems: list[Note]) -> str:
    if evaluation.problems:
        failed = count(len(evaluation.problems), "value", "values")
        return f"{failed} can't be worked out from this sample. The run would end as Exception here."
    if problems:
        wrong = "1 value doesn't" if len(problems) == 1 else f"{len(problems)} values don't"
        return f"{wrong} fit the schema. This action would end as ACTION_HANDLED_FAILED before anything is sent."
    return "Everything fits the schema of the action path."


def _fill_request(found: Preview, connection: Any, action_path: Any, value: Any) -> None:
    """The call as it would be built; where it can't be, its method, its address and the input."""
    try:
        call = _call(connection, action_path, value)
    except (InputError, AuthenticationError) as error:
        address = connection.base_url.rstrip("/") + action_path.path
        found.request = {"method": action_path.method.upper(), "url": address, "headers": {}}
        found.shown = show(value)
        if not found.problems:
            found.summary = f"It can't be sent: {error}"
        return
    masked = call.masked()
    found.request = {key: masked[key] for key in ("method", "url", "headers")}
    found.shown = "" if masked["body"] is None else show(masked["body"])
    if len(call.body or b"") < CURL_LIMIT_BYTES:
        found.curl = curl.command(call, unknown=[connection.idempotency_header])
    if not found.problems:
        found.sendable = Sendable(connection, action_path, value, _digest(connection, action_path, call))


def _digest(connection: Any, action_path: Any, call: Call) -> str:
    parts = [connection.pk, action_path.pk, call.method, call.wire_url(), call.wire_headers()]
    return sha256(exact_json.to_bytes(parts) + b"\0" + (call.body or b"")).hexdigest()


def _call(connection: Any, action_path: Any, value: Any) -> Call:
    if value is not None and not isinstance(value, dict):
        raise InputError("The input of an action is an object.")
    return build(
        action_path,
        value,
        base_url=connection.base_url,
        credentials=authentication.masked(connection.authentication_kind, connection.settings),
        idempotency=(connection.idempotency_header, NEW_KEY),
        system=connection.name,
    )
