"""The fields of an action's properties: a tree made from their schema and from what is stored. Pure.

Every field knows its path, which names its inputs: `/.phase/.codes/#0` is the first item of the
list `codes` in the group `phase`; `*` is the item of an array map, and `+0` the first row of a
group that takes any name. posted.py reads the same paths back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.branches import best_fit
from flows.pages.step_forms.shapes import Shape, shape_of
from flows.pages.step_forms.words import alternative_label, as_text, describe, example
from flows.typed_text import Schema
from flows.values import Value

# Required groups open by themselves this far down; a schema that demands itself must end somewhere.
EAGER_DEPTH = 3
MODES = {
    "expression": "Expression",
    "text": "Text",
    "object": "Properties",
    "list": "Items",
    "array_map": "Array Map",
    "null": "Null",
}
GROUPS = {"object", "list", "array_map"}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(slots=True)
class Field:
    """One property, item or row. `place` is where a problem of it is said to be, and its HTML id."""

    path: str
    place: str
    name: str
    mode: str
    modes: list[Choice] = field(default_factory=list)
    about: str = ""
    title: str = ""
    description: str = ""
    example: str = ""
    required: bool = False
    include: bool = True
    is_row: bool = False
    is_unknown: bool = False
    value: str = ""
    fixed: str = ""
    takes_text: bool = True
    choices: list[Choice] = field(default_factory=list)
    alternatives: list[Choice] = field(default_factory=list)
    is_open: bool = False
    takes_rows: bool = False
    children: list["Field"] = field(default_factory=list)
    rows: list["Field"] = field(default_factory=list)
    items: list["Field"] = field(default_factory=list)
    item: "Field | None" = None
    list_expression: str = ""
    problems: list[str] = field(default_factory=list)
    list_problems: list[str] = field(default_factory=list)

    @property
    def html_id(self) -> str:
        return html_id(self.place)

    @property
    def is_group(self) -> bool:
        """Whether it may hold other fields, so that changing its mode needs the page anew."""
        return any(mode.value in GROUPS for mode in self.modes)

    @property
    def takes_items(self) -> bool:
        return bool(self.items) or any(mode.value == "list" for mode in self.modes)


@dataclass(frozen=True, slots=True)
class Given:
    """What every field of one form looks at: alternatives chosen by path, problems by place."""

    alternatives: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, list[str]] = field(default_factory=dict)


def fields_of(
    schema: dict[str, Any] | None,
    properties: dict[str, Value],
    *,
    place: str = "settings.properties",
    given: Given | None = None,
) -> Field:
    """The root field, whose children and rows are the properties; `schema` None takes any name."""
    document = {"type": "object"} if schema is None else schema
    value: Value = {"mode": "object", "properties": properties}
    return _Builder(given or Given()).field(Schema.of(document), value, "", place, "", required=True, depth=0)


def html_id(place: str) -> str:
    return "_".join(place.split())


def escape(name: str) -> str:
    """The segment of a declared property."""
    return "." + name.replace("~", "~0").replace("/", "~1")


def unescape(segment: str) -> str:
    return segment[1:].replace("~1", "/").replace("~0", "~")


@dataclass(frozen=True, slots=True)
class _Builder:
    given: Given

    def field(
        self,
        schema: Schema | None,
        value: Value | None,
        path: str,
        place: str,
        name: str,
        *,
        required: bool = False,
        depth: int,
    ) -> Field:
        is_given, value = value is not None, value if value and value["mode"] else None
        # What somebody opened is open, however deep; the limit is for what opens by itself below it.
        depth = 0 if is_given else depth
        alternative = self._alternative(schema, value, path)
        shape = shape_of(schema, alternative)
        built = Field(
            path=path,
            place=place,
            name=name,
            mode=self._mode(shape, value, path, required, depth),
            required=required,
            include=required or bool(value and value.get("include", True)),
            alternatives=_alternative_choices(shape, alternative),
            problems=self.given.problems.get(place, []),
            list_problems=self.given.problems.get(f"{place}.list", []),
        )
        _describe(built, shape)
        _fill_leaf(built, shape, value)
        if is_given or required:
            self._fill_group(built, shape, value or {}, depth)
        return built

    def _mode(self, shape: Shape, value: Value | None, path: str, required: bool, depth: int) -> str:
        """What is stored, unless another alternative was chosen just now, to which that does not fit."""
        stored = value["mode"] if value else ""
        is_misfit = path in self.given.alternatives and stored not in _offered(shape)
        return stored if stored and not is_misfit else _first_mode(shape, required, depth)

    def _alternative(self, schema: Schema | None, value: Value | None, path: str) -> int | None:
        alternatives = shape_of(schema).alternatives
        if not alternatives:
            return None
        posted = self.given.alternatives.get(path)
        if posted is not None and posted < len(alternatives):
            return posted
        return best_fit(alternatives, value or {})

    def _fill_group(self, built: Field, shape: Shape, value: Value, depth: int) -> None:
        built.is_open = built.mode in GROUPS or any(part in value for part in ("properties", "items", "item"))
        if built.mode == "object" or "properties" in value:
            self._fill_object(built, shape, value.get("properties", {}), depth + 1)
        if built.mode == "list" or "items" in value:
            built.items = [
                self.field(
                    shape.items, item, f"{built.path}/#{n}", f"{built.place}[{n}]", "", required=True, depth=depth + 1
                )
                for n, item in enumerate(value.get("items", []))
            ]
        if built.mode == "array_map" or "item" in value:
            built.list_expression = value.get("list", "")
            built.item = self._map_item(built, shape, value, depth)

    def _map_item(self, built: Field, shape: Shape, value: Value, depth: int) -> Field:
        item = value.get("item")
        if shape.items is None and not (item and item["mode"]):
            item = {"mode": "object", "properties": {}}
        return self.field(
            shape.items, item, f"{built.path}/*", f"{built.place}.item", "", required=True, depth=depth + 1
        )

    def _fill_object(self, built: Field, shape: Shape, stored: dict[str, Value], depth: int) -> None:
        children = [
            self.field(
                child,
                stored.get(name),
                f"{built.path}/{escape(name)}",
                f"{built.place}.{name}",
                name,
                required=name in shape.required,
                depth=depth,
            )
            for name, child in shape.properties.items()
        ]
        built.children = sorted(children, key=lambda child: not child.required)
        built.takes_rows = shape.takes_others or not shape.types
        undeclared = {name: value for name, value in stored.items() if name not in shape.properties}
        if built.path in self.given.alternatives:
            undeclared = {name: value for name, value in undeclared.items() if not _is_elsewhere(name, shape)}
        built.rows = list(self._rows(built, shape, undeclared, depth))

    def _rows(self, built: Field, shape: Shape, stored: dict[str, Value], depth: int) -> Iterator[Field]:
        for number, (name, value) in enumerate(stored.items()):
            row = self.field(shape.others, value, f"{built.path}/+{number}", f"{built.place}.{name}", name, depth=depth)
            row.is_row, row.is_unknown = True, not built.takes_rows
            row.include = value.get("include", True)
            yield row


def _first_mode(shape: Shape, required: bool, depth: int) -> str:
    if shape.choices:
        return "text"
    if shape.is_object or shape.is_list:
        too_deep = required and depth > EAGER_DEPTH
        return "expression" if too_deep else "object" if shape.is_object else "list"
    return "expression"


def _offered(shape: Shape) -> list[str]:
    anything = not shape.types and not shape.choices
    can = {
        "object": shape.is_object or anything,
        "list": shape.is_list,
        "array_map": shape.is_list or anything,
        "expression": True,
        "text": shape.takes_text,
        "null": shape.nullable or not shape.types,
    }
    return [mode for mode, offered in can.items() if offered]


def _modes(shape: Shape, chosen: str) -> list[Choice]:
    offered = _offered(shape)
    labels = MODES | ({"text": "Choice"} if shape.choices else {})
    listed = offered if chosen in offered else [*offered, chosen]
    return [Choice(mode, labels.get(mode, mode), mode == chosen) for mode in listed]


def _describe(built: Field, shape: Shape) -> None:
    built.modes = _modes(shape, built.mode)
    built.about = describe(shape, required=built.required)
    built.title = str(shape.words.get("title") or "")
    built.description = str(shape.words.get("description") or built.title)
    built.example = example(shape)
    built.takes_text = shape.takes_text


def _fill_leaf(built: Field, shape: Shape, value: Value | None) -> None:
    built.value = value.get("value", "") if value else ""
    texts = [as_text(choice) for choice in shape.choices]
    if len(texts) == 1 and built.required and built.mode == "text":
        built.fixed = built.value = texts[0]
        return
    if not texts and shape.types == {"boolean"}:
        texts = ["true", "false"]
    if texts and built.value and built.mode == "text" and built.value not in texts:
        texts.append(built.value)
    built.choices = [Choice(text, text, text == built.value) for text in texts]


def _alternative_choices(shape: Shape, chosen: int | None) -> list[Choice]:
    labels = [alternative_label(alternative, number) for number, alternative in enumerate(shape.alternatives, start=1)]
    return [
        Choice(str(number), f"{label} ({number + 1})" if labels.count(label) > 1 else label, number == chosen)
        for number, label in enumerate(labels)
    ]


def _is_elsewhere(name: str, shape: Shape) -> bool:
    return any(name in shape_of(alternative).properties for alternative in shape.alternatives)
