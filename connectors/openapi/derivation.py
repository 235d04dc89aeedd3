"""From a document to action paths."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.openapi.authentication import authentication_of, credential_parameters, security_of
from connectors.openapi.bodies import Body, read_body
from connectors.openapi.documents import OneOperation
from connectors.openapi.inputs import input_of
from connectors.openapi.naming import Naming
from connectors.openapi.outputs import output_of
from connectors.openapi.parameters import declared_parameters, sent_parameters
from connectors.openapi.problems import DocumentError, Notes, Refusal
from connectors.openapi.reading import dialect_of
from connectors.openapi.references import Dangling, Source
from connectors.openapi.schemas import Converter, Found, Schema
from connectors.openapi.servers import own_servers, servers_of
from connectors.openapi.shapes import as_dict, as_text, escaped

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SAFE_TO_REPEAT = {"get", "head", "options", "put", "delete"}
MAX_OPERATIONS = 20_000
MAX_PATH = 1000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DerivedActionPath:
    """One operation. `parameters` tells for each input property where it is sent; `servers` is empty
    where the connector's own apply."""

    key: str
    module: str
    data_object: str
    action: str
    method: str
    path: str
    summary: str
    description: str
    deprecated: bool
    input_schema: dict[str, Any]
    output_schema: dict[str, Any] | None
    parameters: list[dict[str, Any]]
    body_kind: str
    body_media_type: str
    safe_to_repeat: bool
    real_time_optional: bool
    security: list[str]
    openapi: dict[str, Any]
    servers: list[str]


@dataclass(frozen=True, slots=True)
class DerivedConnector:
    """What a document offers, and what of it could not be taken."""

    title: str
    description: str
    version: str
    servers: list[dict[str, str]]
    authentication: list[dict[str, Any]]
    action_paths: list[DerivedActionPath]
    skipped: list[dict[str, str]]
    notes: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class _Operation:
    """An operation as it stands in the document."""

    method: str
    path: str
    item: dict[str, Any]
    item_place: str
    raw: Any

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def place(self) -> str:
        return f"{self.item_place}/{self.method}"


def derive_connector(document: dict[str, Any], *, progress: Progress | None = None) -> DerivedConnector:
    """Derive a connector; `progress(done, total)` is called about every hundredth operation in a hundred.

    The parts of the result share values with each other and with the document: read them, never
    change them. Raises DocumentError.
    """
    source = Source(document, dialect_of(document))
    notes = Notes()
    skipped: list[dict[str, str]] = []
    operations = list(_operations(source, skipped))
    if len(operations) > MAX_OPERATIONS:
        raise DocumentError(f"#/paths: {len(operations)} operations; at most {MAX_OPERATIONS} are taken. Split it.")
    derivation = _Derivation(source, notes)
    action_paths = []
    for done, operation in enumerate(operations, start=1):
        try:
            action_paths.append(derivation.action_path(operation))
        except Refusal as refusal:
            skipped.append({"operation": as_text(operation.name), "reason": as_text(str(refusal))})
        if progress and (done % max(1, len(operations) // 100) == 0 or done == len(operations)):
            progress(done, len(operations))
    if not action_paths:
        raise DocumentError(_nothing_taken(skipped))
    return _connector(source, notes, action_paths, skipped)


def _connector(
    source: Source, notes: Notes, action_paths: list[DerivedActionPath], skipped: list[dict[str, str]]
) -> DerivedConnector:
    info = as_dict(source.document.get("info"))
    return DerivedConnector(
        title=as_text(info.get("title")),
        description=as_text(info.get("description")),
        version=as_text(str(info.get("version", ""))),
        servers=servers_of(source),
        authentication=authentication_of(source, notes),
        action_paths=action_paths,
        skipped=skipped,
        notes=list(notes),
    )


def _nothing_taken(skipped: list[dict[str, str]]) -> str:
    if not skipped:
        return "#/paths: the document has no operations. Give a document that describes at least one."
    reasons = "; ".join(f"{one['operation']}: {one['reason']}" for one in skipped[:3])
    return f"None of the {len(skipped)} operations can be taken. {reasons}"


def _operations(source: Source, skipped: list[dict[str, str]]) -> Iterator[_Operation]:
    for path, raw in as_dict(source.document.get("paths")).items():
        if path.startswith("x-"):
            continue
        place = f"#/paths/{escaped(path)}"
        try:
            item, item_place = _path_item(source, raw, place)
        except Refusal as refusal:
            skipped.append({"operation": as_text(path), "reason": as_text(str(refusal))})
            continue
        for method in METHODS:
            if method in item:
                yield _Operation(method, path, item, item_place, item[method])


def _path_item(source: Source, raw: Any, place: str) -> tuple[dict[str, Any], str]:
    try:
        item, item_place = source.resolve(raw, place)
    except Dangling as problem:
        raise Refusal(f"{place}: the reference {problem}. Add it to the document.") from None
    if not isinstance(item, dict):
        raise Refusal(f"{place}: it is no object. Correct it in the document.")
    siblings = {key: value for key, value in raw.items() if key != "$ref"}
    return {**item, **siblings}, item_place


class _Derivation:
    """What is shared while the operations of one document are derived."""

    def __init__(self, source: Source, notes: Notes) -> None:
        self.source = source
        self.notes = notes
        self.input = Converter(source, "input", notes)
        self.output = Converter(source, "output", notes)
        self.credentials = credential_parameters(source)
        self.naming = Naming(as_text(as_dict(source.document.get("info")).get("title")))
        self.one_operation = OneOperation(source)

    def action_path(self, operation: _Operation) -> DerivedActionPath:
        """Raises Refusal."""
        raw = _checked(operation)
        input_schema, parameters, body = self._input(operation)
        output_schema = self._output(operation)
        names = self.naming.name(operation.method, operation.path, raw)
        return DerivedActionPath(
            key=names.key,
            module=names.module,
            data_object=names.data_object,
            action=names.action,
            method=operation.method.upper(),
            path=as_text(operation.path),
            summary=as_text(raw.get("summary")),
            description=as_text(raw.get("description")),
            deprecated=raw.get("deprecated") is True,
            input_schema=input_schema,
            output_schema=output_schema,
            parameters=parameters,
            body_kind=body.kind,
            body_media_type=body.media_type,
            safe_to_repeat=_safe_to_repeat(operation),
            real_time_optional=raw.get("x-real-time-optional") is True,
            security=security_of(self.source, raw),
            openapi=self.one_operation.document(operation.method, operation.path, operation.item, raw),
            servers=own_servers(operation.item, raw),
        )

    def _input(self, operation: _Operation) -> tuple[Schema, list[dict[str, Any]], Body]:
        found = Found()
        declared = declared_parameters(
            self.source, operation.item, operation.raw, operation.item_place, operation.place
        )
        parameters = sent_parameters(declared, operation.path, self.credentials, self.input, found)
        body = read_body(self.source, operation.raw, declared, operation.place, self.input, found)
        schema, entries = input_of(parameters, body, self.notes, operation.place)
        return _complete(schema, self.input, found), entries, body

    def _output(self, operation: _Operation) -> Schema | None:
        found = Found()
        schema = output_of(self.source, operation.raw, operation.place, self.output, found)
        if not isinstance(schema, dict):
            return None
        return _complete(schema, self.output, found)


def _complete(schema: Schema, converter: Converter, found: Found) -> Schema:
    definitions = converter.definitions(found)
    return {**schema, "$defs": definitions} if definitions else schema


def _checked(operation: _Operation) -> dict[str, Any]:
    if not isinstance(operation.raw, dict):
        raise Refusal(f"{operation.place}: the operation is no object. Correct it in the document.")
    if not operation.path.startswith("/"):
        raise Refusal(f"{operation.place}: the path must begin with '/'. Correct it in the document.")
    if len(operation.path) > MAX_PATH:
        raise Refusal(f"{operation.place[:100]}: the path has more than {MAX_PATH} characters.")
    return operation.raw


def _safe_to_repeat(operation: _Operation) -> bool:
    told = operation.raw.get("x-safe-to-repeat")
    return told if isinstance(told, bool) else operation.method in SAFE_TO_REPEAT
