"""What Map JSON List or Object makes of a sample. Pure."""

from typing import Any

from flows.expressions import Evaluation, Problem, Scope, evaluate_many
from flows.preview.places import locate, segments, values_in
from flows.preview.results import Note, Preview, count, say_problem, show
from flows.steps.map_json.execution import output_template
from flows.values import Value


def preview(settings: dict[str, Any], scope: Scope, catalog: Any) -> Preview:
    (evaluation,) = evaluate_many([("", output_template(settings))], scope)
    made = evaluation.value if isinstance(evaluation.value, list) else []
    value: Value = {"mode": "object", "properties": settings["properties"]}
    problems = [_located(problem, value) for problem in evaluation.problems]
    return Preview(
        summary=_summary(evaluation, len(made), problems),
        shown=show(evaluation.value) if evaluation.value is not None else "",
        problems=list(dict.fromkeys(problems)),
        warnings=evaluation.warnings,
        values=[*values_in(value, made[0], "settings.properties")] if made else [],
    )


def _located(problem: Problem, value: Value) -> Note:
    path = segments(problem.place)
    place = locate(value, path[1:], "settings.properties")[0] if path else "settings.list"
    return Note(place, say_problem(problem))


def _summary(evaluation: Evaluation, made: int, problems: list[Note]) -> str:
    if problems:
        failed = count(len({note.place for note in problems}), "value", "values")
        return f"{failed} can't be worked out from this sample. The run would end as Exception here."
    return f"It makes a list of {count(made, 'object', 'objects')}."
