"""How ProjectSight sample says no: one problem in the manner of RFC 9457."""

from typing import Any

from connectors.sandbox.system import Refusal


def describe_refusal(refusal: Refusal, path: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": f"urn:projectsight-sample:problem:{refusal.code.lower().replace(' ', '-')}",
        "title": refusal.code,
        "status": refusal.status,
        "detail": "; ".join(problem.text for problem in refusal.problems),
        "instance": path,
    }
    named = [problem for problem in refusal.problems if problem.source]
    if named:
        described["invalidParams"] = [{"name": ".".join(problem.source), "reason": problem.text} for problem in named]
    return described
