"""Find at save time what is wrong with an expression whatever the data: no run is needed."""

import re
from collections.abc import Iterable, Iterator, Sequence

from flows.expressions import paths, sandbox
from flows.expressions.explanations import problem
from flows.expressions.problems import Problem, position, unknown_step
from flows.expressions.scope import Scope

_STEP = re.compile(r"""(?<![\w$.])flow\s*\.\s*step\s*\(\s*(?:'([^'\\\n]*)'|"([^"\\\n]*)")\s*\)""")
_NO_RUN = Scope(trigger={}, steps={})


def check(expression: str, *, place: str = "", step_ids: Iterable[str] | None = None) -> list[Problem]:
    """What is wrong with one expression: its syntax, and steps outside `step_ids` where these are given."""
    return check_many([(place, expression)], step_ids=step_ids)


def check_many(expressions: Sequence[tuple[str, str]], *, step_ids: Iterable[str] | None = None) -> list[Problem]:
    """The same for several (place, expression) pairs, in one crossing."""
    known = None if step_ids is None else list(step_ids)
    doubtful = [pair for pair in expressions if not paths.parse(pair[1])]
    answers = sandbox.checks([source for _, source in doubtful]) if doubtful else []
    syntax = {
        (place, source): problem(answer["error"], source, place, _NO_RUN)
        for (place, source), answer in zip(doubtful, answers, strict=True)
        if "error" in answer
    }
    return [found for pair in expressions for found in _problems(pair, syntax.get(pair), known)]


def _problems(pair: tuple[str, str], syntax: Problem | None, known: list[str] | None) -> Iterator[Problem]:
    place, source = pair
    if syntax:
        yield syntax
    elif known is not None:
        yield from _unknown_steps(place, source, known)


def _unknown_steps(place: str, source: str, known: list[str]) -> Iterator[Problem]:
    for match in _STEP.finditer(source):
        step_id = match[1] if match[1] is not None else match[2]
        if step_id not in known:
            message, remedy = unknown_step(step_id, known)
            line, column = position(source, match.start())
            yield Problem(place, message, source, line, column, remedy)
