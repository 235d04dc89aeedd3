"""Changes to the steps of a draft. Pure: each gives a new definition and leaves the old one alone."""

import copy
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connectors import exact_json
from flows.graph import PREVIOUS
from flows.steps import SETTINGS

Definition = dict[str, Any]
Step = dict[str, Any]

ID_LIMIT = 100
NAME_LIMIT = 120


def position_of(definition: Definition, step_id: str) -> int | None:
    ids = [step["id"] for step in definition["steps"]]
    return ids.index(step_id) if step_id in ids else None


def fingerprint(part: dict[str, Any]) -> str:
    """The same for equal steps or triggers, another for others: what an editor saw when it read the part."""
    return hashlib.sha256(exact_json.dumps(part, sort_keys=True).encode()).hexdigest()[:32]


def order_seen(definition: Definition) -> str:
    """The same while the steps and their order are, whatever is changed inside them."""
    return hashlib.sha256(" ".join(_ids(definition)).encode()).hexdigest()[:32]


def add_step(
    definition: Definition, *, position: int, kind: str, name: str = "", known: Mapping[str, Any] | None = None
) -> tuple[Definition, Step]:
    """A step of that kind, before the step that stands at `position` now.

    Its settings are the default ones, and those already `known` in their place.
    """
    name = name.strip()[:NAME_LIMIT] or SETTINGS[kind].LABEL
    step = {
        "id": free_id(name, _ids(definition)),
        "name": name,
        "kind": kind,
        "settings": {**copy.deepcopy(SETTINGS[kind].DEFAULTS), **(known or {})},
    }
    steps = definition["steps"]
    return {**definition, "steps": [*steps[:position], step, *steps[position:]]}, step


def duplicate_step(definition: Definition, position: int) -> tuple[Definition, Step]:
    """A copy right after the step, with a name and an id of its own."""
    steps = definition["steps"]
    name = f"{steps[position]['name'][: NAME_LIMIT - 7]} (copy)"
    twin = {**copy.deepcopy(steps[position]), "name": name, "id": free_id(name, _ids(definition))}
    return {**definition, "steps": [*steps[: position + 1], twin, *steps[position + 1 :]]}, twin


def move_step(definition: Definition, position: int, by: int) -> Definition:
    """The step, so many places further down (or up, below 0), as far as there are places."""
    return move_step_to(definition, position, max(0, position + by))


def move_step_to(definition: Definition, position: int, to: int) -> Definition:
    """The step at `to` in the new order, or last where there are not so many places."""
    steps = list(definition["steps"])
    step = steps.pop(position)
    steps.insert(to, step)
    return {**definition, "steps": steps}


def delete_step(definition: Definition, position: int) -> Definition:
    steps = definition["steps"]
    return {**definition, "steps": [*steps[:position], *steps[position + 1 :]]}


def insert_step(definition: Definition, position: int, step: Step) -> tuple[Definition, Step]:
    """A step that was made elsewhere or before; it gets another id where another step has its own."""
    taken = _ids(definition)
    step_id = free_id(step["name"], taken) if step["id"] in taken else step["id"]
    mine = {**copy.deepcopy(step), "id": step_id}
    steps = definition["steps"]
    return {**definition, "steps": [*steps[:position], mine, *steps[position:]]}, mine


def neighbours_of(definition: Definition, position: int) -> dict[str, str | None]:
    """The ids of the steps around a step, to find its place again after other edits: {"after", "before"}."""
    ids: list[str | None] = [None, *_ids(definition), None]
    return {"after": ids[position], "before": ids[position + 2]}


def place_between(definition: Definition, neighbours: dict[str, str | None]) -> int:
    """Where neighbours_of was: after the one, else before the other, else first or last."""
    ids, after, before = _ids(definition), neighbours["after"], neighbours["before"]
    if after in ids:
        return ids.index(after) + 1
    if before in ids:
        return ids.index(before)
    return 0 if after is None else len(ids)


def replace_step(definition: Definition, position: int, step: Step) -> tuple[Definition, int]:
    """The step in the place of another; where its id changed, what refers to it follows.

    Gives also how many references were repaired: in expressions and run conditions of all steps.
    """
    old, new = definition["steps"][position]["id"], step["id"]
    steps = list(definition["steps"])
    steps[position] = step
    if old == new or new in _ids({"steps": [*steps[:position], *steps[position + 1 :]]}):
        return {**definition, "steps": steps}, 0
    return renamed({**definition, "steps": steps}, old, new)


def renamed(definition: Definition, old: str, new: str) -> tuple[Definition, int]:
    """The definition with what refers to the step `old` referring to `new`, and how many references those are."""
    renaming = _Renaming(old, new)
    return {**definition, "steps": [renaming.step(each) for each in definition["steps"]]}, renaming.count


def count_references(definition: Definition, step_id: str) -> int:
    """How often steps name the step: in expressions and run conditions."""
    return renamed(definition, step_id, step_id)[1]


def free_id(name: str, taken: Iterable[str]) -> str:
    """An id made from a name, unlike those taken."""
    base = _slug(name)[: ID_LIMIT - 4].strip("-") or "step"
    others, number, candidate = set(taken) | {PREVIOUS}, 1, base
    while candidate in others:
        number += 1
        candidate = f"{base}-{number}"
    return candidate


def is_made_from(step_id: str, name: str) -> bool:
    """Whether an id is what free_id makes of a name, so that it may follow the name's changes."""
    return bool(re.fullmatch(re.escape(free_id(name, [])) + r"(-\d+)?", step_id))


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _ids(definition: Definition) -> list[str]:
    return [step["id"] for step in definition["steps"]]


class _Renaming:
    """Rewrites flow.step("old") wherever an expression stands, and counts."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new, self.count = old, new, 0
        self.call = re.compile(rf"""(\bflow\s*\.\s*step\s*\(\s*)(["'`]){re.escape(old)}\2""")

    def step(self, step: Step) -> Step:
        step = {**step, "settings": self._rewritten(step["settings"])}
        condition = step.get("run_condition")
        if condition and condition["step"] == self.old:
            self.count += 1
            step["run_condition"] = {**condition, "step": self.new}
        return step

    def _rewritten(self, part: Any) -> Any:
        if isinstance(part, str):
            text, found = self.call.subn(self._replacement, part)
            self.count += found
            return text
        if isinstance(part, list):
            return [self._rewritten(item) for item in part]
        if isinstance(part, dict):
            plain = part.get("mode") == "text"
            return {key: value if plain and key == "value" else self._rewritten(value) for key, value in part.items()}
        return part

    @property
    def _replacement(self) -> Callable[[re.Match[str]], str]:
        return lambda match: f"{match[1]}{match[2]}{self.new}{match[2]}"
