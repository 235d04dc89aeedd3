"""What an error condition says of a failed answer: one judgement for the engine and for a try-out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from connectors import exact_json
from flows.expressions import Evaluation, Problem, Scope, evaluate_many
from flows.expressions.pieces import wishes
from flows.preview.results import say_problem

PLACE = "retry_policy.error_condition"
# What an expression sees whichever run it belongs to.
OF_EVERY_RUN = {"item", "config", "workspace"}
_TEXTS = re.compile(r"""'[^'\n]*'|"[^"\n]*\"""")
# Where one of these is, a quote may be something other than the beginning of a text.
_CONFUSING = re.compile(r"[`/\\]")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the condition lets a failure be retried.

    `problem` says why it is neither true nor false, as what follows on "the error condition".
    """

    matches: bool
    problem: str = ""


def failure_item(content: dict[str, Any]) -> dict[str, Any]:
    """What `flow.mapItem()` gives, from the content of a failed answer."""
    return {"status": content.get("status"), "result": content.get("result")}


def judge(condition: str, scope: Scope) -> Judgement:
    """The condition on the failure that is the scope's `map_item`."""
    (evaluation,) = evaluate_many([(PLACE, {"mode": "expression", "value": condition})], scope)
    return _judged(evaluation.value, evaluation.problems)


def judge_each(condition: str, items: Sequence[dict[str, Any]], scope: Scope) -> list[Judgement]:
    """The condition on each of several failures of one run's scope, in one crossing."""
    template = {
        "mode": "array_map",
        "list": {"mode": "constant", "value": list(items)},
        "item": {"mode": "expression", "value": condition},
    }
    (evaluation,) = evaluate_many([("", template)], scope)
    return [_judged(value, problems) for value, problems in _each(evaluation, len(items))]


def needs_its_run(condition: str) -> bool:
    """Whether it may ask for more than the failure, the configuration and the workspace."""
    source = condition if _CONFUSING.search(condition) else _TEXTS.sub("''", condition)
    return any(name not in OF_EVERY_RUN for name, _ in wishes(source))


def _each(evaluation: Evaluation, count: int) -> Iterable[tuple[Any, list[Problem]]]:
    """Value and problems of each element; a problem of the whole is everybody's."""
    of_all = [problem for problem in evaluation.problems if not problem.place]
    if of_all or evaluation.value is None:
        return [(None, of_all)] * count
    problems = {problem.place: [problem] for problem in evaluation.problems}
    return [(value, problems.get(f"[{number}]", [])) for number, value in enumerate(evaluation.value)]


def _judged(value: Any, problems: list[Problem]) -> Judgement:
    if problems:
        return Judgement(False, f"can't be evaluated: {say_problem(problems[0])}")
    if isinstance(value, bool):
        return Judgement(value)
    return Judgement(False, f"must be true or false, and gave {_kind(value)}.")


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return "a number" if exact_json.is_number(value) else "text"
