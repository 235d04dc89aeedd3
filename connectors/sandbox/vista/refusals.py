"""How Vista sample says no: a code and a list of errors, and the refusals that several records share."""

from typing import Any

from connectors.sandbox.system import Problem, Refusal


def describe_refusal(refusal: Refusal, path: str) -> dict[str, Any]:
    return {
        "code": refusal.code,
        "errors": [
            {"text": problem.text, "source": list(problem.source), "details": dict(problem.details)}
            for problem in refusal.problems
        ],
    }


def broken_rule(text: str, *source: str, **details: Any) -> Refusal:
    """422: well formed, but the books do not allow it."""
    return Refusal(422, "Business Rule", Problem(text, source, details))


def already_there(text: str, *source: str) -> Refusal:
    """409: an add of something that exists."""
    return Refusal(409, "Already Exists", Problem(text, source))


def in_use(text: str, *source: str, **details: Any) -> Refusal:
    """409: somebody else is at it; the code is what such systems really say."""
    return Refusal(409, "Unexpected Error", Problem(text, source, details))
