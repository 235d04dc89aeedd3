"""Small documents, and short ways to what is derived from them."""

import json
from pathlib import Path
from typing import Any

from connectors.openapi import DerivedActionPath, DerivedConnector, derive_connector, read_document

DOCUMENTS = Path(__file__).parent / "documents"


def derive_file(name: str) -> DerivedConnector:
    return derive_connector(read_document((DOCUMENTS / name).read_bytes()))


def make_document(paths: dict[str, Any], *, openapi: str = "3.0.3", schemas: Any = None, **more: Any) -> dict[str, Any]:
    document = {"openapi": openapi, "info": {"title": "Made", "version": "1"}, "paths": paths, **more}
    if schemas is not None:
        document.setdefault("components", {})["schemas"] = schemas
    return read_document(json.dumps(document).encode())


def make_swagger(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    document = {"swagger": "2.0", "info": {"title": "Made", "version": "1"}, "paths": paths, **more}
    return read_document(json.dumps(document).encode())


def make_operation(**more: Any) -> dict[str, Any]:
    return {"responses": {"204": {"description": "Done"}}, **more}


def make_body(schema: Any, media_type: str = "application/json", *, required: bool = True) -> dict[str, Any]:
    return {"required": required, "content": {media_type: {"schema": schema}}}


def derive_operation(operation: dict[str, Any], *, path: str = "/things", method: str = "post", **more: Any):
    """The only action path of a document with that one operation."""
    connector = derive_connector(make_document({path: {method: operation}}, **more))
    return connector.action_paths[0]


def derive_body(schema: Any, **more: Any) -> DerivedActionPath:
    return derive_operation(make_operation(requestBody=make_body(schema)), **more)


def converted(schema: Any, **more: Any) -> Any:
    """How a property of a body with that schema is taken over."""
    return derive_body({"type": "object", "properties": {"it": schema}}, **more).input_schema["properties"]["it"]


def derive_answer(schema: Any, **more: Any) -> Any:
    """The output schema of an operation that answers with that schema."""
    answer = {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}}
    return derive_operation(make_operation(responses=answer), **more).output_schema


def action_path(connector: DerivedConnector, operation: str) -> DerivedActionPath:
    return next(one for one in connector.action_paths if f"{one.method} {one.path}" == operation)


def reason(connector: DerivedConnector, operation: str) -> str:
    return next(one["reason"] for one in connector.skipped if one["operation"] == operation)


def places(action_path: DerivedActionPath) -> dict[str, str]:
    """Where each input is sent: {"id": "path", ...}."""
    return {one["property"]: one["in"] for one in action_path.parameters}
