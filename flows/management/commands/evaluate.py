"""Evaluate expressions from the command line, as a step of a flow would."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connectors import exact_json
from flows.expressions import MISSING, EvaluationError, Scope, evaluate

_OBJECTS = ("trigger", "steps", "config", "workspace", "flow")


class Command(BaseCommand):
    requires_system_checks = []  # it touches neither the database nor anything outside
    help = (
        "Evaluate one expression, or one per line from standard input, and print one line of JSON for "
        'each: {"value"}, with "undefined": true where there is none, or {"error", "line", "column"}. Ends with 1 '
        "where the one expression failed; of lines, each answers for itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "expression", nargs="?", default="-", help="JavaScript; - (the default) reads lines from stdin"
        )
        parser.add_argument(
            "--data",
            type=Path,
            metavar="FILE",
            help='JSON: {"trigger": {"data", "event"}, "steps": {"id": {"output", "status"}}, "config", '
            '"workspace", "flow", "mapItem"}',
        )

    def handle(self, *, expression: str, data: Path | None, **options: Any) -> None:
        if sys.stdout is None:
            raise CommandError("Standard output is closed: there is nowhere to write the answers.")
        scope = scope_from(read_data(data) if data else {})
        if expression != "-":
            answer = evaluated_line(os.fsencode(expression), scope)
            self._print(answer)
            if "error" in answer:
                sys.exit(1)
            return
        if sys.stdin is None:
            raise CommandError("Standard input is closed. Name an expression, or give lines to read.")
        for line in sys.stdin.buffer:
            self._print(evaluated_line(line, scope))

    def _print(self, answer: dict[str, Any]) -> None:
        try:
            self.stdout.write(exact_json.dumps(answer))
            self.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python tries once more when it ends
            sys.exit(1)
        except OSError as error:
            raise CommandError(f"The answer cannot be written: {error.strerror}.") from None


def evaluated_line(line: bytes, scope: Scope) -> dict[str, Any]:
    try:
        return evaluated(line.decode().rstrip("\r\n"), scope)
    except UnicodeDecodeError as error:
        return {"error": f"byte {error.start + 1} of the expression is not UTF-8", "line": 1, "column": 1}


def evaluated(expression: str, scope: Scope) -> dict[str, Any]:
    """What is printed for one expression."""
    try:
        evaluation = evaluate({"mode": "expression", "value": expression}, scope)
    except EvaluationError as error:
        problem = error.problems[0]
        said = {"error": problem.message, "line": problem.line, "column": problem.column}
        return said | ({"remedy": problem.remedy} if problem.remedy else {})
    answer: dict[str, Any] = {"value": evaluation.value}
    if evaluation.missing:
        answer["undefined"] = True
    if evaluation.warnings:
        answer["warnings"] = evaluation.warnings
    return answer


def read_data(path: Path) -> dict[str, Any]:
    """The JSON object in a file. Raises CommandError."""
    try:
        data = exact_json.loads(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except exact_json.JSONError as error:
        raise CommandError(f"{path} is no JSON: {error}") from None
    if not isinstance(data, dict):
        raise CommandError(f"{path}: a JSON object is expected, with trigger, steps, config and so on.")
    return data


def scope_from(data: dict[str, Any]) -> Scope:
    """The Scope that a data file describes. Raises CommandError."""
    _require_known(data, {*_OBJECTS, "mapItem"}, "The data file")
    for name in _OBJECTS:
        if not isinstance(data.get(name, {}), dict):
            raise CommandError(f"The data file's `{name}` must be a JSON object.")
    _require_known(data.get("trigger", {}), {"data", "event"}, "`trigger` in the data file")
    if not all(isinstance(step, dict) for step in data.get("steps", {}).values()):
        raise CommandError('Each step in the data file is {"output": ..., "status": ...}.')
    for step_id, step in data.get("steps", {}).items():
        _require_known(step, {"output", "status"}, f"The step {step_id} in the data file")
    return Scope(
        trigger=data.get("trigger", {}),
        steps=data.get("steps", {}),
        config=data.get("config", {}),
        workspace=data.get("workspace", {}),
        flow=data.get("flow", {}),
        map_item=data.get("mapItem", MISSING),
    )


def _require_known(given: dict[str, Any], known: set[str], where: str) -> None:
    """Raises CommandError for a key that would be looked for in vain."""
    if unknown := given.keys() - known:
        raise CommandError(f"{where} has {', '.join(sorted(unknown))}; it may have {', '.join(sorted(known))}.")
