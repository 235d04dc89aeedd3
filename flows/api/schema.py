"""The flow file in the API's own document: one JSON Schema, told once."""

from typing import Any

from flows.definition.schema import file_schema

COMPONENT = "FlowFile"
FLOW_FILE = {"$ref": f"#/components/schemas/{COMPONENT}"}


def add_flow_file(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """A postprocessing hook: the schema of a flow file and of the values in it, as components."""
    schema = {key: value for key, value in file_schema().items() if key not in ("$schema", "$defs")}
    found = {COMPONENT: schema, **{_name(name): part for name, part in file_schema()["$defs"].items()}}
    result["components"]["schemas"] |= {name: _pointing_here(part) for name, part in found.items()}
    return result


def _name(definition: str) -> str:
    return f"{COMPONENT}{definition.title()}"


def _pointing_here(schema: Any) -> Any:
    """The same schema, its references into `$defs` turned into references to components."""
    if isinstance(schema, dict):
        return {key: _reference(value) if key == "$ref" else _pointing_here(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_pointing_here(item) for item in schema]
    return schema


def _reference(pointer: str) -> str:
    return f"#/components/schemas/{_name(pointer.rpartition('/')[2])}"
