"""An OpenAPI document as the sample system obeys it: its addresses, and what it takes there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request

from connectors import exact_json
from connectors.sandbox.schemas import describe_error, known, resolved, sentence, shown_or_taken, validator
from connectors.sandbox.system import Problem, Refusal

METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: str
    required: bool
    type: str
    validator: Draft202012Validator


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Draft202012Validator | None


@cache
def read_contract(path: Path) -> "Contract":
    """The contract in a document; documents are part of the program and do not change."""
    return Contract(path)


class Contract:
    """What one document says. `operations` maps each operationId to its operation."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text(encoding="utf-8")
        self.document = yaml.load(self.text, yaml.CSafeLoader)
        self._taken = shown_or_taken(self.document, hidden="readOnly")
        self.operations = {operation.id: operation for operation in self._read_operations()}
        self._addresses = Map(
            [
                Rule(_werkzeug_path(operation.path), methods=[operation.method], endpoint=operation.id)
                for operation in self.operations.values()
            ]
        )

    def match(self, request: Request) -> tuple[Operation, Mapping[str, str]]:
        """The operation and its raw path parameters. Raises Refusal 404 or 405."""
        try:
            endpoint, values = self._addresses.bind_to_environ(request.environ).match()
        except HTTPException as error:
            raise _no_such_address(request, error) from None
        return self.operations[endpoint], values

    def take_parameters(self, operation: Operation, place: str, raw: Mapping[str, str]) -> dict[str, Any]:
        """The typed parameters of one place. Raises Refusal 400."""
        taken = {}
        for parameter in operation.parameters:
            if parameter.place != place:
                continue
            if parameter.name in raw:
                taken[parameter.name] = _take_parameter(parameter, raw[parameter.name])
            elif parameter.required:
                raise Refusal(400, "Bad Request", Problem(f"{parameter.name} is missing", (parameter.name,)))
        return taken

    def take_body(self, operation: Operation, request: Request) -> Any:
        """The checked body, without what a caller cannot set. Raises Refusal 400."""
        if operation.body is None:
            return None
        if request.mimetype != JSON:
            text = f"The body must be {JSON}, not '{request.mimetype}'"
            raise Refusal(400, "Bad Request", Problem(text))
        try:
            body = exact_json.loads(request.get_data())
        except exact_json.JSONError as error:
            raise Refusal(400, "Bad Request", Problem(f"The body is no JSON: {error}")) from None
        body = known(body, operation.body.schema, operation.body.schema)
        problems = [describe_error(error) for error in operation.body.iter_errors(body)]
        if problems:
            raise Refusal(400, "Bad Request", *problems)
        return body

    def _read_operations(self) -> Iterator[Operation]:
        for path, item in self._taken["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._read_operation(path, method, item)

    def _read_operation(self, path: str, method: str, item: dict[str, Any]) -> Operation:
        declared = item[method]
        parameters = [*item.get("parameters", ()), *declared.get("parameters", ())]
        content = declared.get("requestBody", {}).get("content", {})
        return Operation(
            id=declared["operationId"],
            method=method.upper(),
            path=path,
            parameters=tuple(self._read_parameter(parameter) for parameter in parameters),
            body=validator(content[JSON]["schema"], self._taken) if content else None,
        )

    def _read_parameter(self, declared: dict[str, Any]) -> Parameter:
        declared = resolved(declared, self._taken)
        return Parameter(
            name=declared["name"],
            place=declared["in"],
            required=declared.get("required", False),
            type=resolved(declared["schema"], self._taken)["type"],
            validator=validator(declared["schema"], self._taken),
        )


def _take_parameter(parameter: Parameter, text: str) -> Any:
    value = _typed(parameter.type, text)
    for error in parameter.validator.iter_errors(value):
        raise Refusal(400, "Bad Request", Problem(sentence(error), (parameter.name,)))
    return value


def _typed(kind: str, text: str) -> Any:
    """The text as its type; a text that is not of the type stays, for the check to name."""
    if kind == "integer" and text.removeprefix("-").isdecimal():
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _werkzeug_path(path: str) -> str:
    return path.replace("{", "<").replace("}", ">")


def _no_such_address(request: Request, error: HTTPException) -> Refusal:
    if error.code == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        problem = Problem(f"{request.method} is not offered at {request.path}; offered: {allowed}")
        return Refusal(405, "Method Not Allowed", problem, headers={"Allow": allowed})
    return Refusal(404, "Not Found", Problem(f"There is nothing at {request.path}"))
