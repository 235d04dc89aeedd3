"""The data that a step can use: what one may write in its expressions, and what each of it is. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from connectors import exact_json
from flows.pages.step_forms.seen import Seen, say_sample, seen_in
from flows.pages.step_forms.shapes import shape_of
from flows.pages.step_forms.words import TYPES
from flows.typed_text import Schema

DECLARED, KEPT = "declared", "kept sample"
NAMES_SHOWN = 150
DEPTH_SHOWN = 5
EXPRESSIONS_SHOWN = 300
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


@dataclass(frozen=True, slots=True)
class Expression:
    """`depth` is how far it stands below the first expression of its group; `sample` its newest value.

    `mark` is "declared", "kept sample" or how often the last runs had it, `may_miss` whether that was
    not always.
    """

    text: str
    label: str
    about: str
    depth: int = 0
    mark: str = ""
    may_miss: bool = False
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """`is_cut` where there are more expressions than anybody would look through."""

    title: str
    about: str
    expressions: list[Expression]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What the last runs held, newest first: the data that came in, and by step id what each gave.

    `kept` has the samples that people kept, by step id: they count where no run says anything.
    """

    trigger: list[Any] = field(default_factory=list)
    outputs: Mapping[str, list[Any]] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)


Outputs = Mapping[tuple[str, str], dict[str, Any] | None]


def data_available(
    draft: dict[str, Any],
    position: int,
    config: dict[str, Any],
    history: History | None = None,
    declared: Outputs | None = None,
) -> list[Group]:
    """The trigger's data, the outputs of the earlier steps, and the configuration values.

    `declared` has the output schemas of action paths, by connector and key.
    """
    history = history or History()
    groups = [_group("Trigger", "", _trigger(draft["trigger"], history.trigger))]
    for step in draft["steps"][:position]:
        groups.append(_group(step["name"], step["id"], _step(step, history, declared or {})))
    groups.append(Group("In a list or retry", "", [Expression("flow.mapItem()", "mapItem()", "the element")]))
    values = _Tree(1, fixed="").below("flow.config", None, seen_in([config]), 0)
    return [*groups, _group("Configuration", "", values)] if config else groups


def _group(title: str, about: str, expressions: Iterable[Expression]) -> Group:
    listed = list(islice(expressions, EXPRESSIONS_SHOWN + 1))
    return Group(title, about, listed[:EXPRESSIONS_SHOWN], is_cut=len(listed) > EXPRESSIONS_SHOWN)


def _trigger(trigger: dict[str, Any], samples: list[Any]) -> Iterator[Expression]:
    schema = trigger.get("input_schema")
    tree = _Tree(len(samples))
    whole = Expression("flow.trigger.data", "data", "what came in")
    yield whole
    yield from tree.below(whole.text, Schema.of(schema) if schema else None, seen_in(samples), 1)


def _step(step: dict[str, Any], history: History, declared: Outputs) -> Iterator[Expression]:
    base = f"flow.step({exact_json.dumps(step['id'])})"
    outputs = history.outputs.get(step["id"], [])
    is_kept = step["id"] in history.kept and not any(output is not None for output in outputs)
    outputs = [history.kept[step["id"]]] if is_kept else outputs
    tree = _Tree(len(outputs), fixed=KEPT if is_kept else None)
    if step["kind"] == "map_json":
        made = {"type": "array", "items": {"properties": {name: {} for name in step["settings"]["properties"]}}}
        whole = Expression(f"{base}.output", "output", "list")
        yield whole
        yield from tree.below(whole.text, Schema.of(made), seen_in(outputs), 1)
        return
    yield Expression(f"{base}.output", "output", "request and response")
    yield Expression(f"{base}.actionResponse", "actionResponse", "status and data", 1)
    yield from tree.below(f"{base}.actionResponse", _answer(step, declared), seen_in(map(_content, outputs)), 2)
    yield Expression(f"{base}.actionRequest", "actionRequest", "what was sent", 1)


def _answer(step: dict[str, Any], declared: Outputs) -> Schema | None:
    schema = declared.get((step["settings"]["connector"], step["settings"]["action_path"]))
    if not schema:
        return None
    return Schema(schema, {"properties": {"status": {"type": "integer"}, "data": schema}})


def _content(output: Any) -> Any:
    try:
        return output["Response"]["Content"]
    except (KeyError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class _Tree:
    """The fields below an expression, in what is declared and in `total` samples.

    `fixed` is the mark of what is in them, where they are no runs.
    """

    total: int
    fixed: str | None = None

    def below(self, base: str, schema: Schema | None, seen: Seen, depth: int) -> Iterator[Expression]:
        shape = shape_of(schema)
        if (shape.items or seen.items) and not shape.properties and not seen.fields:
            base, seen = self._member(base, 0, seen), seen.items or Seen()
            shape = shape_of(shape.items)
        names = list(dict.fromkeys([*shape.properties, *seen.fields]))[:NAMES_SHOWN]
        for name in names:
            child, found = shape.properties.get(name), seen.fields.get(name, Seen())
            text = self._member(base, name, seen)
            yield self._expression(text, name, child, found, depth)
            if depth < DEPTH_SHOWN:
                yield from self.below(text, child, found, depth + 1)

    def _expression(self, text: str, name: str, declared: Schema | None, seen: Seen, depth: int) -> Expression:
        times = f"{seen.times} of {self.total}" if self.fixed is None else self.fixed
        mark = times if seen.times else DECLARED
        may_miss = bool(seen.times) and seen.times < self.total
        sample = say_sample(seen.sample) if seen.times else ""
        return Expression(text, name, _type(declared, seen), depth, mark, may_miss, sample)

    def _member(self, base: str, name: str | int, parent: Seen) -> str:
        """With ?. where the parent has had no value in one of the samples."""
        return _member(base, name, is_optional=parent.filled < self.total)


def _type(declared: Schema | None, seen: Seen) -> str:
    types = shape_of(declared).types
    return " or ".join(TYPES[kind] for kind in sorted(types) if kind in TYPES) or _type_seen(seen.sample)


def _type_seen(value: Any) -> str:
    if isinstance(value, dict | list):
        return TYPES["object" if isinstance(value, dict) else "array"]
    if isinstance(value, bool):
        return TYPES["boolean"]
    return TYPES["number"] if exact_json.is_number(value) else TYPES["string"] if isinstance(value, str) else ""


def _member(base: str, name: str | int, *, is_optional: bool = False) -> str:
    if isinstance(name, str) and _IDENTIFIER.fullmatch(name):
        return f"{base}{'?.' if is_optional else '.'}{name}"
    return f"{base}{'?.' if is_optional else ''}[{exact_json.dumps(name)}]"
