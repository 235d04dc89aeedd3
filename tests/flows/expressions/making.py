"""Short ways to make what expressions need."""

from typing import Any

from connectors import exact_json
from flows.expressions import Scope, Template, evaluate


def expression(source: str) -> Template:
    return {"mode": "expression", "value": source}


def fields(**properties: Template) -> Template:
    return {"mode": "object", "properties": properties}


def array_map(source: str | Template, item: Template) -> Template:
    return {
        "mode": "array_map",
        "list": expression(source) if isinstance(source, str) else source,
        "item": item,
    }


def make_scope(data: Any = None, **more: Any) -> Scope:
    """A scope whose `flow.trigger.data` is the given value, or JSON text to be read exactly."""
    value = exact_json.loads(data) if isinstance(data, str) else data
    return Scope(trigger={"data": value, "event": more.pop("event", {})}, steps=more.pop("steps", {}), **more)


def value_of(source: str, data: Any = None, **more: Any) -> Any:
    return evaluate(expression(source), make_scope(data, **more)).value
