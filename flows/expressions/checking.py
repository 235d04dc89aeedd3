"""Find at save time what is wrong with an expression whatever the data: no run is needed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from flows.expressions import helper_use, paths, sandbox, slips
from flows.expressions.answers import Answer
from flows.expressions.assembly import MAX_PROBLEMS
from flows.expressions.code import code_of
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
    answered = dict(zip(doubtful, answers, strict=True))
    return [found for pair in expressions for found in _problems(*pair, answered.get(pair, {}), known)]


def _problems(place: str, source: str, answer: Answer, known: list[str] | None) -> Iterator[Problem]:
    if "error" in answer:
        yield problem(answer["error"], source, place, _NO_RUN)
    elif "skipped" in answer:
        yield Problem(place, "not checked, because the check of another value was stopped", source)
    else:
        yield from _slips(place, source)
        if known is not None:
            yield from _unknown_steps(place, source, known)


def _slips(place: str, source: str) -> Iterator[Problem]:
    meant = slips.of_meaning(source)
    for slip in [*islice(helper_use.slips_in(source), MAX_PROBLEMS), *([meant] if meant else [])]:
        yield Problem(place, slip.message, source, *position(source, slip.offset), slip.remedy)


def _unknown_steps(place: str, source: str, known: list[str]) -> Iterator[Problem]:
    code = code_of(source)
    in_code = (match for match in _STEP.finditer(source) if code[match.start()] != " ")
    for match in islice(in_code, MAX_PROBLEMS):
        step_id = match[1] if match[1] is not None else match[2]
        if step_id not in known:
            message, remedy = unknown_step(step_id, known)
            line, column = position(source, match.start())
            yield Problem(place, message, source, line, column, remedy)
