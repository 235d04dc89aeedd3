"""A JSON Schema that describes an example, to start from. Pure.

It is generous: nothing is required, and what is null in the example may be anything.
"""

from typing import Any

from connectors import exact_json

EXAMPLE_LIMIT = 100


def schema_describing(example: Any) -> dict[str, Any]:
    """Such that the example meets it, and data with other values, fewer or more properties do too."""
    return _describing([example])


def _describing(examples: list[Any]) -> dict[str, Any]:
    """One schema for all the values that stood at the same place."""
    known = [example for example in examples if example is not None]
    types = list(dict.fromkeys(map(_type, known)))
    if not types:
        return {}
    if len(known) < len(examples):
        types.append("null")
    return {"type": types[0] if len(types) == 1 else types, **_inside(known)}


def _inside(known: list[Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    objects = [example for example in known if isinstance(example, dict)]
    items = [item for example in known if isinstance(example, list) for item in example]
    plain = [example for example in known if not isinstance(example, dict | list)]
    if objects:
        names = dict.fromkeys(name for each in objects for name in each)
        schema["properties"] = {name: _describing([each[name] for each in objects if name in each]) for name in names}
    if items:
        schema["items"] = _describing(items)
    if plain and len(str(plain[0])) <= EXAMPLE_LIMIT:
        schema["examples"] = [plain[0]]
    return schema


def _type(value: Any) -> str:
    if isinstance(value, dict | list):
        return "object" if isinstance(value, dict) else "array"
    if isinstance(value, bool):
        return "boolean"
    return "number" if exact_json.is_number(value) else "string"
