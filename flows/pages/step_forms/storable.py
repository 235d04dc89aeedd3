"""What can be stored of a step's form although some of its fields can't."""

import copy
from typing import Any

from flows.pages.step_forms.editing import Editing, problems_in
from flows.pages.step_forms.posted import settled
from integrations.problems import Problem


def storable(editing: Editing, stored: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The settings with every field that can be stored, the others as they were stored; and why not those."""
    if editing.settings is not None:
        return editing.settings, []
    settings = copy.deepcopy(stored)
    for place, form in editing.forms.items():
        _part_of(settings, place).update(form.cleaned_data)
    settings["properties"] = settled(editing.properties)
    problems = dict.fromkeys([*editing.problems, *problems_in(editing.forms)])
    return settings, list(problems)


def _part_of(settings: dict[str, Any], place: str) -> dict[str, Any]:
    """The part that a form edits: `settings` itself, or e.g. `settings.retry_policy`."""
    part = settings
    for name in place.split(".")[1:]:
        part = part[name]
    return part
