"""The one way in which a command says no: where, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in what a person gave. `place` names it in their words, e.g. `steps[2].settings.attempts`."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


class Refused(Exception):
    """A command took nothing of what it was given; `problems` says why."""

    def __init__(self, problems: Sequence[Problem] | str, place: str = "") -> None:
        self.problems = [Problem(place, problems)] if isinstance(problems, str) else list(problems)
        super().__init__("; ".join(map(str, self.problems)))

    def as_json(self) -> list[dict[str, str]]:
        return [{"place": problem.place, "text": problem.text} for problem in self.problems]
