"""Put a value together: what stands in the template, what Python follows, what the sandbox answered."""

from collections.abc import Iterator
from enum import Enum, auto
from itertools import repeat
from typing import Any

from flows.expressions import explanations, paths
from flows.expressions.answers import Answer
from flows.expressions.places import Place, pattern, written
from flows.expressions.problems import Problem
from flows.expressions.scope import MISSING, Scope
from flows.expressions.templates import Computed, Fields, Fixed, Items, Mapped, Node, Plain, is_computed

MAX_PROBLEMS = 20


class _Failed(Enum):
    FAILED = auto()


FAILED = _Failed.FAILED


class Assembly:
    """One template being put together; `problems` and `warnings` are what was met on the way."""

    def __init__(self, scope: Scope):
        self.scope = scope
        self.problems: list[Problem] = []
        self.stopped = False  # some of it was not worked out, because another value used up the limits
        self._absent: dict[tuple[str, str], int] = {}  # (where, what then): how often

    @property
    def warnings(self) -> list[str]:
        return [
            f"`{where}`: the value is undefined{_times(count)}, so {consequence}"
            for (where, consequence), count in self._absent.items()
        ]

    def value(self, node: Node, answers: Iterator[Answer], item: Any, place: Place) -> Any:
        """A JSON value, MISSING for undefined, or FAILED once the problem is noted."""
        if isinstance(node, Fixed):
            return node.value
        if isinstance(node, Plain):
            return self._followed(node, item, place)
        if isinstance(node, Computed):
            return self._computed(next(answers), node.expression, item, place)
        if isinstance(node, Fields):
            return self._fields(node, answers, item, place)
        if isinstance(node, Items):
            children = enumerate(node.items)
            return [self._element(child, answers, item, (place, index)) for index, child in children]
        return self._mapped(node, answers, item, place)

    def elements(self, source: Node, item: Any, place: Place) -> Any:
        """The list that an array map goes over, or FAILED. Only for a source that Python knows."""
        value = self.value(source, iter(()), item, place)
        if value is FAILED or isinstance(value, list):
            return value
        if isinstance(value, dict):
            return [value]
        expression = source.path.expression if isinstance(source, Plain) else ""
        return self._fail(explanations.no_list(value, expression, written(place)))

    def _followed(self, node: Plain, item: Any, place: Place) -> Any:
        try:
            return paths.resolve(node.path, self.scope, item)
        except paths.PathProblem as problem:
            return self._fail(problem.at(written(place), node.path.expression))

    def _computed(self, answer: Answer, expression: str, item: Any, place: Place) -> Any:
        if "skipped" in answer:
            self.stopped = True
            return FAILED
        if "error" in answer:
            return self._fail(explanations.problem(answer["error"], expression, written(place), self.scope, item))
        return answer.get("value", MISSING)

    def _fields(self, node: Fields, answers: Iterator[Answer], item: Any, place: Place) -> dict[str, Any]:
        values = {}
        for name, child in node.properties.items():
            inner = (place, name)
            value = self.value(child, answers, item, inner)
            if value is MISSING:
                self._note_absent(inner, "the property is left out")
            elif value is not FAILED:
                values[name] = value
        return values

    def _element(self, node: Node, answers: Iterator[Answer], item: Any, place: Place) -> Any:
        value = self.value(node, answers, item, place)
        if value is MISSING:
            self._note_absent(place, "the list has null there")
        return None if value is MISSING or value is FAILED else value

    def _mapped(self, node: Mapped, answers: Iterator[Answer], item: Any, place: Place) -> Any:
        answer: Answer = next(answers) if node.computed else {"rows": repeat(())}
        elements = repeat(MISSING) if is_computed(node.source) else self.elements(node.source, item, place)
        if elements is FAILED:
            return FAILED
        if "rows" not in answer:
            return self._computed(answer, answer.get("error", {}).get("expression", ""), item, place)
        pairs = enumerate(zip(answer["rows"], elements, strict=False))
        return [self._element(node.item, iter(row), element, (place, index)) for index, (row, element) in pairs]

    def _note_absent(self, place: Place, consequence: str) -> None:
        noted = pattern(place), consequence
        self._absent[noted] = self._absent.get(noted, 0) + 1

    def _fail(self, problem: Problem) -> _Failed:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
        return FAILED


def _times(count: int) -> str:
    return f" in {count} places" if count > 1 else ""
