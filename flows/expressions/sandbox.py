"""Ask the sandbox: what the units of a crossing gave, and whether sources are JavaScript at all."""

import signal
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from connectors import exact_json
from flows.expressions import pieces, stock
from flows.expressions.answers import Answer, is_honest
from flows.expressions.children import Ended, SandboxUnavailable
from flows.expressions.precision import losses
from flows.expressions.question import Question
from flows.expressions.scope import Scope
from flows.expressions.templates import Unit, expressions_in, lists_in, unit, written

_CPU = frozenset((signal.SIGPROF, signal.SIGXCPU))


def answers(units: list[Unit], scope: Scope) -> tuple[list[Answer], list[str]]:
    """What each unit gave, in order, and warnings for the run log."""
    try:
        data = _Data(units, scope)
        question = Question(["run", str(len(units)), data.header], data.written, data.inspected, len(units))
        return _asked(question, units), data.warnings
    except RecursionError:
        return [_error("deep data")] * len(units), []


class _Data:
    """What travels with the units: `header` names them, `warnings` tells of the data once it was inspected."""

    def __init__(self, units: list[Unit], scope: Scope):
        self._units, self._scope = units, scope
        self.header = f'{{"units":{written(units)},"steps":{_listed(tuple(scope.known_steps()))}}}'
        self.warnings: list[str] = []
        self._pieces: list[tuple[str, Any]] = []
        self._texts: list[str] = []

    def written(self) -> list[str]:
        self._pieces = pieces.gathered(expressions_in(self._units), self._scope)
        self._texts = [exact_json.dumps(value) for _, value in self._pieces]
        return [part for (name, _), text in zip(self._pieces, self._texts, strict=True) for part in (name, text)]

    def inspected(self) -> str:
        """Note the numbers that JavaScript bends. Gives the libraries that the expressions name."""
        sources = list(expressions_in(self._units))
        lists = [("the list", value) for value in lists_in(self._units)]
        texts = [self.header] * len(lists) + self._texts
        self.warnings = losses([*lists, *self._pieces], texts, sources)
        return pieces.libraries(sources)


@lru_cache(maxsize=1024)
def _listed(steps: tuple[str, ...]) -> str:
    return exact_json.dumps(steps)


def checks(sources: Sequence[str]) -> list[Answer]:
    """Whether each source is JavaScript; nothing of it is run."""
    header = exact_json.dumps({"sources": list(sources)})
    question = Question(["check", str(len(sources)), header], list, str, len(sources))
    return _asked(question, [unit(source) for source in sources])


def status() -> dict[str, Any]:
    """For the health page: {"available", "confined", "detail"}."""
    try:
        verdict = stock.verdict()
    except SandboxUnavailable as reason:
        return {"available": False, "confined": False, "detail": str(reason)}
    return {"available": True, "confined": verdict == "confined", "detail": verdict}


def _asked(question: Question, units: list[Unit]) -> list[Answer]:
    count = len(units)
    try:
        parsed = _parsed(_crossed(question))
        pairs = zip(parsed, units, strict=True)
        return [answer if is_honest(answer, asked) else _error("crash") for answer, asked in pairs]
    except Ended as ended:
        culprit = min(ended.unit, count - 1)
        return [_error(_kind(ended.signal)) if index == culprit else {"skipped": True} for index in range(count)]
    except SandboxUnavailable as reason:
        return [_error("unavailable", str(reason))] * count


def _crossed(question: Question) -> list[str]:
    """One crossing; a second one when the wall clock ended the first.

    Nothing in JavaScript can wait here, so time that passed without being computed belongs to a
    busy machine. Evaluating changes nothing, so that doing it again is safe.
    """
    try:
        return stock.cross(question)
    except Ended as ended:
        if ended.signal != signal.SIGALRM:
            raise
        return stock.cross(question)


def _parsed(answers: list[str]) -> list[Answer]:
    try:
        parsed = exact_json.loads(f"[{','.join(answers)}]")
    except (exact_json.JSONError, ValueError):
        return [_answer(text) for text in answers]  # to find the one at fault
    return parsed if len(parsed) == len(answers) else [_error("crash")] * len(answers)


def _answer(text: str) -> Answer:
    try:
        return exact_json.loads(text)
    except (exact_json.JSONError, ValueError):
        return _error("deep result")


def _kind(signal_number: int) -> str:
    if signal_number in _CPU:
        return "cpu"
    return "wall" if signal_number == signal.SIGALRM else "crash"


def _error(kind: str, message: str = "") -> Answer:
    return {"error": {"kind": kind, "message": message}}
