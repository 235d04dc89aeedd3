"""A flow as one readable JSON file, the same bytes for the same flow; and one step, to carry it elsewhere. Pure."""

from typing import Any

from connectors import exact_json
from flows.definition.schema import FORMAT, FORMAT_VERSION, definition_schema, file_schema, structure_problems
from integrations.problems import Problem, Refused

STEP_FORMAT = "throughline-step"
SIZE_LIMIT = 5 * 1024 * 1024


def to_document(*, name: str, slug: str, description: str, definition: dict[str, Any]) -> dict[str, Any]:
    """Secrets are never in a definition: it names connections, which keep them."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "name": name,
        "slug": slug,
        "description": description,
        "trigger": definition["trigger"],
        "steps": definition["steps"],
    }


def to_text(document: dict[str, Any]) -> str:
    return exact_json.pretty(document) + "\n"


def read_document(text: str | bytes) -> dict[str, Any]:
    """Parse and check a flow file. Raises Refused with every place that is wrong."""
    try:
        document = exact_json.loads(text)
    except exact_json.JSONError as error:
        raise Refused(f"This is no JSON: {error}.") from None
    check_document(document)
    return document


def check_document(document: Any) -> None:
    """Raises Refused unless the document has the shape of a flow file of this format version."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Refused(f'this is no flow file: it must be an object with "format": "{FORMAT}".', "format")
    version = document.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        text = f"the file is of format version {version}; this installation reads up to {FORMAT_VERSION}. Upgrade it."
        raise Refused(text, "format_version")
    problems: list[Problem] = structure_problems(document, file_schema())
    if problems:
        raise Refused(problems)
    size = len(exact_json.to_bytes(document))
    if size > SIZE_LIMIT:
        raise Refused(f"the flow has {size / 1024 / 1024:.1f} MB, and may have 5 MB at most. Split it into several.")


def definition_of(document: dict[str, Any]) -> dict[str, Any]:
    return {"trigger": document["trigger"], "steps": document["steps"]}


def to_step_document(step: dict[str, Any]) -> dict[str, Any]:
    """One step as it is copied from flow to flow: {"format", "format_version", "step"}, the step as in a flow file."""
    return {"format": STEP_FORMAT, "format_version": FORMAT_VERSION, "step": step}


def read_step(text: str | bytes) -> dict[str, Any]:
    """The step of such a document. Raises Refused with every place that is wrong."""
    if len(text) > SIZE_LIMIT:
        raise Refused("What you pasted is larger than 5 MB, which no step is. Copy the step again.")
    try:
        document = exact_json.loads(text)
    except exact_json.JSONError as error:
        raise Refused(f"What you pasted is no JSON: {error}. Copy the step again.") from None
    if not isinstance(document, dict) or document.get("format") != STEP_FORMAT:
        raise Refused(f'What you pasted is no step: it must be an object with "format": "{STEP_FORMAT}".')
    version = document.get("format_version")
    if version != FORMAT_VERSION:
        raise Refused(f"The step is of format version {version}; this installation reads {FORMAT_VERSION}.")
    step = document.get("step")
    draft = {"trigger": {"kind": "on_demand"}, "steps": [step]}
    problems = structure_problems(draft, definition_schema())
    if problems:
        raise Refused([Problem(problem.place.replace("steps[0]", "step", 1), problem.text) for problem in problems])
    return document["step"]
