"""What drf-spectacular can't see by itself: the answers to mistakes, the same for every address."""

from collections.abc import Iterator
from typing import Any

ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string", "description": "What is wrong and what to do, in a sentence."},
        "problems": {
            "type": "array",
            "description": "Each mistake with its place in the body, e.g. steps[2].settings.attempts.",
            "items": {
                "type": "object",
                "required": ["place", "text"],
                "properties": {"place": {"type": "string"}, "text": {"type": "string"}},
            },
        },
    },
}
MEANINGS = {
    "400": "Refused; nothing was changed.",
    "401": "Not logged in.",
    "403": "Your role does not allow it.",
    "404": "There is no such thing, or it is none of yours.",
    "413": "The body is too large.",
    "415": "The body is of another kind than this address reads.",
    "429": "Too many requests; Retry-After says when to go on.",
}


def add_errors(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """A postprocessing hook: give every operation the errors that it can answer."""
    result["components"]["schemas"]["Error"] = ERROR
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for status in _statuses(method, operation):
                operation["responses"].setdefault(status, _answer(status))
    return result


def _statuses(method: str, operation: dict[str, Any]) -> Iterator[str]:
    asked = {parameter["in"] for parameter in operation.get("parameters", [])}
    yield "429"
    if method != "get" or "query" in asked:
        yield "400"
    if "requestBody" in operation:
        yield from ("413", "415")
    if {} not in operation.get("security", [{}]):
        yield from ("401", "403")
    if asked:
        yield "404"


def _answer(status: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": MEANINGS[status], "content": {"application/json": {"schema": schema}}}
