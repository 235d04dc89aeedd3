"""Evaluate templates: one crossing to the sandbox for all of them, and none where none is needed."""

from collections.abc import Iterator, Sequence
from typing import Any

from flows.expressions import sandbox
from flows.expressions.assembly import FAILED, Assembly
from flows.expressions.problems import EvaluationError, Problem
from flows.expressions.scope import MISSING, Evaluation, Scope, Template
from flows.expressions.templates import (
    Computed,
    Fields,
    Items,
    Mapped,
    Node,
    Unit,
    compiled,
    is_computed,
    tree,
    unit,
    units,
)


def evaluate(template: Template, scope: Scope, *, place: str = "") -> Evaluation:
    """The value of one template. Raises EvaluationError with every problem, each at its place."""
    (evaluation,) = evaluate_many([(place, template)], scope)
    if evaluation.problems:
        raise EvaluationError(evaluation.problems)
    return evaluation


def evaluate_many(templates: Sequence[tuple[str, Template]], scope: Scope) -> list[Evaluation]:
    """The values of several (place, template) pairs, in one crossing.

    Raises nothing for a mistake in an expression: each Evaluation carries its own problems.
    """
    nodes = [(place, compiled(template)) for place, template in templates]
    asked = [unit for _, node in nodes for unit in _asked(node, scope)]
    answers, warnings = sandbox.answers(asked, scope) if asked else ([], [])
    remaining = iter(answers)
    evaluations = [_assembled(node, remaining, scope, place) for place, node in nodes]
    if evaluations:
        evaluations[0].warnings.extend(warnings)
    return evaluations


def _assembled(node: Node, answers: Iterator[dict[str, Any]], scope: Scope, place: str) -> Evaluation:
    assembly = Assembly(scope)
    value = assembly.value(node, answers, scope.map_item, (None, place))
    if assembly.stopped and not assembly.problems:
        assembly.problems.append(Problem(place, "not worked out: another value of the step was stopped"))
    missing = value is MISSING
    known = None if missing or value is FAILED else value
    return Evaluation(known, assembly.warnings, missing, assembly.problems)


def _asked(node: Node, scope: Scope) -> Iterator[Unit]:
    """What to ask the sandbox for a node outside any array map, in the order of the template."""
    if isinstance(node, Computed):
        yield unit(node.expression)
    elif isinstance(node, Fields):
        for child in node.properties.values():
            yield from _asked(child, scope)
    elif isinstance(node, Items):
        for child in node.items:
            yield from _asked(child, scope)
    elif isinstance(node, Mapped) and node.computed:
        yield ["m", _list(node, scope), list(units(node.item))]


def _list(node: Mapped, scope: Scope) -> list[Any]:
    """A list that Python knows travels as it is, so that only its elements need to."""
    if is_computed(node.source):
        return tree(node.source)
    elements = Assembly(scope).elements(node.source, scope.map_item, (None, ""))
    return ["v", [] if elements is FAILED else elements]
