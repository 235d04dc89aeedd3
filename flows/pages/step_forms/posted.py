"""What a person typed into the fields of fields.py, read back into the values that are stored. Pure.

Each field posts `mode:PATH`, and as it has them `value:`, `choice:`, `list:`, `include:`, `name:`
(a row's) and `alternative:`.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.definition.moving import Way
from flows.pages.step_forms.fields import unescape
from flows.values import Value
from integrations.problems import Problem

DEPTH_LIMIT = 60
NUMBER = re.compile("[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Posted:
    """`alternatives` are those chosen, by path; `problems` are names that can't be stored.

    `ways` has the names and numbers that lead to the value of each path.
    """

    properties: dict[str, Value]
    alternatives: dict[str, int]
    problems: list[Problem]
    ways: dict[str, Way]


def read_properties(post: Mapping[str, str], *, place: str = "settings.properties") -> Posted:
    """The properties of a form; a mode of "" stands for a value that was only just added."""
    reader = _Reader(post)
    properties = reader.properties("", place)
    return Posted(properties, _alternatives(post), reader.problems, reader.ways)


def edited(post: Mapping[str, str], operation: str) -> dict[str, str]:
    """The post after one of the form's buttons: `add-item:`, `add-row:`, `remove:`, `remove-rows:` and a path.

    Or after another `kind:` was chosen for a path: where nothing is typed yet, its value begins anew.
    """
    verb, _, path = operation.partition(":")
    match verb:
        case "remove":
            return {key: value for key, value in post.items() if not _is_at_or_below(key, path)}
        case "remove-rows":
            return {key: value for key, value in post.items() if not key.partition(":")[2].startswith(f"{path}/+")}
        case "kind" if post.get(f"mode:{path}") == "expression" and not post.get(f"value:{path}"):
            return {**post, f"mode:{path}": ""}
        case "add-item":
            return {**post, f"mode:{path}/#{_next_number(post, path, '#')}": ""}
        case "add-row":
            row = f"{path}/+{_next_number(post, path, '+')}"
            return {**post, f"mode:{row}": "", f"name:{row}": "property", f"include:{row}": "on"}
        case _:
            return dict(post)


def settled(properties: dict[str, Value]) -> dict[str, Value]:
    """The same as it can be stored and worked out: a value that was only just added is an empty expression."""
    return {name: _settled(value) for name, value in properties.items()}


def _settled(value: Value) -> Value:
    if not value["mode"]:
        value = {"value": "", **value, "mode": "expression"}
    if "properties" in value:
        value = {**value, "properties": settled(value["properties"])}
    if "items" in value:
        value = {**value, "items": [_settled(item) for item in value["items"]]}
    return {**value, "item": _settled(value["item"])} if "item" in value else value


class _Reader:
    def __init__(self, post: Mapping[str, str]) -> None:
        self.post = post
        self.problems: list[Problem] = []
        self.ways: dict[str, Way] = {"": ()}
        self.below: dict[str, list[str]] = defaultdict(list)
        for key in post:
            role, _, path = key.partition(":")
            if role == "mode" and path.startswith("/") and path.count("/") <= DEPTH_LIMIT:
                parent, _, segment = path.rpartition("/")
                self.below[parent].append(segment)

    def properties(self, path: str, place: str) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for segment in self.below[path]:
            if not segment.startswith((".", "+")):
                continue
            here = f"{path}/{segment}"
            name = self._name(here, segment, found, place)
            self.ways[here] = (*self.ways[path], name)
            value = self._with_include(self.value(here, f"{place}.{name}"), here)
            if segment.startswith("+") or not _is_untouched(value):
                found[name] = value
        return found

    def value(self, path: str, place: str) -> Value:
        mode = self.post[f"mode:{path}"]
        value: Value = {"mode": mode, **self._text(path, mode), **self._group(path, place)}
        needs: dict[str, Value] = {
            "object": {"properties": {}},
            "list": {"items": []},
            "array_map": {"list": "", "item": {"mode": ""}},
        }
        return {**needs.get(mode, {}), **value}

    def _text(self, path: str, mode: str) -> Value:
        text = self.post.get(f"value:{path}", "").replace("\r\n", "\n")
        if mode == "text":
            text = self.post.get(f"choice:{path}", text)
        return {"value": text} if text or mode in ("text", "expression") else {}

    def _group(self, path: str, place: str) -> Value:
        """What the value holds, also where another mode is chosen now."""
        found: Value = {}
        segments = self.below.get(path, [])
        if properties := self.properties(path, place) if segments else {}:
            found["properties"] = properties
        numbers = [segment for segment in segments if segment.startswith("#")]
        for number, segment in [*enumerate(numbers), (0, "*")]:
            self.ways[f"{path}/{segment}"] = (*self.ways[path], number)
        if numbers:
            found["items"] = [self.value(f"{path}/{segment}", f"{place}[{n}]") for n, segment in enumerate(numbers)]
        if "*" in segments:
            found["item"] = self.value(f"{path}/*", f"{place}.item")
            found["list"] = self.post.get(f"list:{path}", "").replace("\r\n", "\n")
        return found

    def _with_include(self, value: Value, path: str) -> Value:
        return value if f"include:{path}" in self.post else {**value, "include": False}

    def _name(self, path: str, segment: str, taken: Mapping[str, Any], place: str) -> str:
        if segment.startswith("."):
            return unescape(segment)
        wanted = self.post.get(f"name:{path}", "").strip()
        name = _free(wanted or "property", taken, self._declared(path))
        is_new = not self.post[f"mode:{path}"]
        if name != wanted and not is_new:
            text = f"two properties can't both be called {wanted}" if wanted else "a property needs a name"
            self.problems.append(Problem(f"{place}.{name}", f"{text}; this one is {name} until you name it."))
        return name

    def _declared(self, path: str) -> set[str]:
        parent = path.rpartition("/")[0]
        return {unescape(segment) for segment in self.below[parent] if segment.startswith(".")}


def _free(name: str, taken: Mapping[str, Any], declared: set[str]) -> str:
    candidate, number = name, 1
    while candidate in taken or candidate in declared:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def _is_untouched(value: Value) -> bool:
    """Left out, and nothing was typed into it: there is nothing to keep."""
    if value.get("include", True):
        return False
    return not any(value.get(part) for part in ("value", "properties", "items", "item", "list"))


def _is_at_or_below(key: str, path: str) -> bool:
    _, _, own = key.partition(":")
    return own == path or own.startswith(f"{path}/")


def _next_number(post: Mapping[str, str], path: str, sign: str) -> int:
    prefix = f"mode:{path}/{sign}"
    numbers = [_number(key.removeprefix(prefix)) for key in post if key.startswith(prefix)]
    return max((number for number in numbers if number is not None), default=-1) + 1


def _alternatives(post: Mapping[str, str]) -> dict[str, int]:
    prefix = "alternative:"
    chosen = {key.removeprefix(prefix): _number(value) for key, value in post.items() if key.startswith(prefix)}
    return {path: number for path, number in chosen.items() if number is not None}


def _number(text: str) -> int | None:
    return int(text) if NUMBER.fullmatch(text) else None
