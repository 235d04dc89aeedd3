"""The state of a step's settings while somebody edits them: what was typed, and what it means."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.forms import Form

from flows.definition.moving import Way
from flows.values import Value
from integrations.problems import Problem


@dataclass(slots=True)
class Editing:
    """`settings` is None where what was typed can't be stored; `forms` by the place of their fields.

    `ways` has what leads to the value of each path of the form.
    """

    settings: dict[str, Any] | None
    forms: dict[str, Form]
    properties: dict[str, Value]
    alternatives: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    ways: dict[str, Way] = field(default_factory=dict)


def show_problems(forms: dict[str, Form], problems: Iterable[Problem]) -> None:
    """Put each problem beside the form field that has its place."""
    for problem in problems:
        place, _, name = problem.place.rpartition(".")
        form = forms.get(place)
        if form is not None and name in form.fields and problem.text not in form.errors.get(name, []):
            form.add_error(name, problem.text[:1].upper() + problem.text[1:])


def by_place(problems: Iterable[Problem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.place, []).append(problem.text)
    return found


def problems_in(forms: dict[str, Form]) -> list[Problem]:
    """What the forms refuse, each at its place."""
    return [
        Problem(f"{place}.{name}" if place else name, str(text))
        for place, form in forms.items()
        for name, texts in form.errors.items()
        for text in texts
    ]
