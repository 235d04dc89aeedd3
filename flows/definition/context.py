"""What a definition is checked against. Pure: plain facts that a query gathered."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.expressions import Problem as Mistake
from flows.expressions import check_many
from integrations.problems import Problem


@dataclass(frozen=True, slots=True)
class ActionPathFacts:
    """`properties` is None where the input takes any name; `input_schema` is its whole JSON Schema."""

    key: str
    label: str
    removed: bool
    real_time_optional: bool
    required: list[str]
    properties: frozenset[str] | None
    input_schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ConnectorFacts:
    """A connector of the integration: the names of its connections, and its action paths on demand."""

    slug: str
    connections: list[str]
    action_path: Callable[[str], ActionPathFacts | None]


@dataclass(frozen=True, slots=True)
class Context:
    """One integration's connectors by slug, and the ids of all steps of the flow."""

    connectors: Mapping[str, ConnectorFacts]
    step_ids: tuple[str, ...] = field(default=())

    def check_expression(self, expression: str, place: str) -> list[Problem]:
        """Its mistakes that show without running it."""
        return self.check_expressions([(place, expression)])

    def check_expressions(self, expressions: Iterable[tuple[str, str]]) -> list[Problem]:
        """The same for (place, expression) pairs, in one crossing to the sandbox."""
        return [in_words(mistake) for mistake in self.mistakes(expressions)]

    def mistakes(self, expressions: Iterable[tuple[str, str]]) -> list[Mistake]:
        """The same with line and column apart from the words."""
        pairs = list(expressions)
        empty = [Mistake(place, "give an expression; it is empty") for place, text in pairs if not text.strip()]
        return empty + check_many([pair for pair in pairs if pair[1].strip()], step_ids=self.step_ids)


def in_words(problem: Mistake) -> Problem:
    """The mistake with where it stands in a longer expression, and its remedy."""
    where = f" (line {problem.line}, column {problem.column})" if problem.line else ""
    return Problem(problem.place, f"{problem.message}{where}. {problem.remedy}".strip())
