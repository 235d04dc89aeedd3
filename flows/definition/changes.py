"""What changed from one definition to the next, in plain sentences. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.definition.edits import renamed
from flows.definition.schema import TRIGGER_KINDS
from flows.definition.value_changes import property_changes
from flows.definition.words import condition_of, say_condition, say_minutes, shortened

Definition = dict[str, Any]
Step = dict[str, Any]

TRIGGER = "Trigger"
# By the words of the forms. What is not named here goes by its own name.
NAMES = {
    "connector": "Connector",
    "connection": "Connection",
    "action_path": "Action Path",
    "real_time_processing": "Real-time processing",
    "retry_policy.enabled": "Retry Policy",
    "retry_policy.error_condition": "Error Condition",
    "retry_policy.exponential_backoff": "Exponential Backoff",
    "retry_policy.interval_minutes": "Interval",
    "retry_policy.attempts": "Attempts",
    "wait_for_response": "Wait For Response",
    "use_existing_body": "Use Existing Body",
    "existing_body": "Existing body",
    "list": "List or object to map",
}


@dataclass(frozen=True, slots=True)
class Change:
    """All that changed in the trigger, where `step` is "", or in the step of that name; at least one sentence."""

    step: str
    sentences: list[str]

    @property
    def subject(self) -> str:
        return f"Step {self.step}" if self.step else TRIGGER

    def __str__(self) -> str:
        return f"{self.subject}: {'; '.join(self.sentences)}"


def changes(old: Definition, new: Definition) -> list[Change]:
    """In the order of the new steps, then what was deleted; empty where the two do the same.

    A step whose id changed is the same step; what refers to it by the new id has not changed by that.
    """
    found = [Change("", list(_trigger_changes(old["trigger"], new["trigger"])))]
    for before, now in _renamings(old["steps"], new["steps"]):
        old = _with_id(old, before, now)
    earlier = {step["id"]: step for step in old["steps"]}
    moved = _moved(list(earlier), [step["id"] for step in new["steps"]])
    for position, step in enumerate(new["steps"]):
        place = _place(new["steps"], position)
        sentences = list(_step_changes(earlier.get(step["id"]), step, place, step["id"] in moved, old, new))
        found.append(Change(step["name"], sentences))
    kept = {step["id"] for step in new["steps"]}
    found += [Change(step["name"], ["Deleted"]) for step in old["steps"] if step["id"] not in kept]
    return [change for change in found if change.sentences]


def _trigger_changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    if old["kind"] != new["kind"]:
        yield f"{TRIGGER_KINDS[new['kind']]} instead of {TRIGGER_KINDS[old['kind']]}"
    before, now = old.get("input_schema"), new.get("input_schema")
    if before != now:
        yield _schema_change(before, now)


def _schema_change(old: dict[str, Any] | None, new: dict[str, Any] | None) -> str:
    if not old or not new:
        return "Input schema added" if new else "Input schema removed: any data start a run"
    before, now = old.get("properties", {}), new.get("properties", {})
    parts = {
        "with": [name for name in now if name not in before],
        "without": [name for name in before if name not in now],
        "other rules for": [name for name in now if name in before and now[name] != before[name]],
    }
    said = "; ".join(f"{words} {', '.join(names)}" for words, names in parts.items() if names)
    return f"Input schema changed{f': {said}' if said else ''}"


def _renamings(old: Sequence[Step], new: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """(Old id, new id) of each step that kept its settings or its name, but not its id."""
    old_ids, new_ids = {step["id"] for step in old}, {step["id"] for step in new}
    gone = [step for step in old if step["id"] not in new_ids]
    for step in (step for step in new if step["id"] not in old_ids):
        alike = [each for each in gone if each["kind"] == step["kind"] and _is_same(each, step)]
        if alike:
            gone.remove(alike[0])
            yield alike[0]["id"], step["id"]


def _is_same(old: Step, new: Step) -> bool:
    return old["name"] == new["name"] or old["settings"] == new["settings"]


def _with_id(definition: Definition, old: str, new: str) -> Definition:
    followed = renamed(definition, old, new)[0]
    steps = [{**step, "id": new, "old_id": old} if step["id"] == old else step for step in followed["steps"]]
    return {**definition, "steps": steps}


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The fewest ids that must have moved: those outside a longest run that kept its order."""
    places = {step_id: place for place, step_id in enumerate(old)}
    common = [step_id for step_id in new if step_id in places]
    ends: list[int] = []
    lengths = []
    for step_id in common:
        length = bisect_left(ends, places[step_id])
        ends[length : length + 1] = [places[step_id]]
        lengths.append(length + 1)
    wanted, stayed = len(ends), set()
    for step_id, length in reversed(list(zip(common, lengths, strict=True))):
        if length == wanted:
            stayed.add(step_id)
            wanted -= 1
    return set(common) - stayed


def _place(steps: Sequence[Step], position: int) -> str:
    return f"after {steps[position - 1]['name']}" if position else "as the first step"


def _step_changes(
    before: Step | None, now: Step, place: str, has_moved: bool, old: Definition, new: Definition
) -> Iterator[str]:
    if before is None:
        yield f"Added, {place}"
        return
    if before["name"] != now["name"]:
        yield f"Renamed; it was {before['name']}"
    if "old_id" in before:
        yield f"ID from {before['old_id']} to {now['id']}"
    if has_moved:
        yield f"Moved: it stands {place} now"
    yield from _condition_change(before, now, old, new)
    if before["kind"] != now["kind"]:
        yield "Another kind of step now"
    else:
        yield from _settings_changes(before["settings"], now["settings"])


def _condition_change(before: Step, now: Step, old: Definition, new: Definition) -> Iterator[str]:
    was, condition = condition_of(before), condition_of(now)
    if was != condition:
        after = say_condition(condition, _names(new))
        yield f"{after} (before: {_lower(say_condition(was, _names(old)))})"


def _names(definition: Definition) -> dict[str, str]:
    return {step["id"]: step["name"] for step in definition["steps"]}


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _settings_changes(old: Mapping[str, Any], new: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    for name in [*new, *(name for name in old if name not in new)]:
        before, now = old.get(name), new.get(name)
        path = f"{inside}{name}"
        if _is_idle(name, new):
            continue
        if name == "properties":
            yield from property_changes(before or {}, now or {})
        elif isinstance(before, dict) and isinstance(now, dict):
            yield from _settings_changes(before, now, f"{path}.")
        elif before != now:
            yield _setting_change(path, before, now)


def _is_idle(name: str, settings: Mapping[str, Any]) -> bool:
    """Whether the form only keeps the setting, for when a switch is turned again."""
    if name == "properties":
        return settings.get("use_existing_body") is True
    if name == "existing_body":
        return settings.get("use_existing_body") is False
    return settings.get("enabled") is False and name != "enabled"


def _setting_change(path: str, old: Any, new: Any) -> str:
    name = NAMES.get(path, path.replace("_", " "))
    if isinstance(new, bool):
        return f"{name} switched {'on' if new else 'off'}"
    if path.endswith("interval_minutes") and old and new:
        return f"{name} from {say_minutes(old)} to {say_minutes(new)}"
    if old in ("", None):
        return f"{name} is {_say(new)} now"
    return f"{name} from {_say(old)} to {_say(new)}"


def _say(setting: Any) -> str:
    return shortened(str(setting)) if setting not in ("", None) else "nothing"
