"""YAML to plain values, in one pass over the parser's events.

PyYAML's own constructors recurse, follow aliases without a limit and read YAML 1.1 (`no` is false,
`1:30` is 90, `2024-01-01` a date). Here nothing recurses, aliases count in full, and scalars follow
the core schema of YAML 1.2, which is what OpenAPI asks for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from connectors.openapi.problems import DocumentError

MAX_VALUES = 5_000_000

_INTEGER = re.compile(r"[-+]?[0-9]{1,4000}\Z")
_BASED_INTEGER = re.compile(r"0x[0-9a-fA-F]{1,1000}\Z|0o[0-7]{1,1000}\Z")
_FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,6})?\Z")
_WORDS: dict[str, Any] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True)
_WORDS |= dict.fromkeys(("false", "False", "FALSE"), False)

_TAG = "tag:yaml.org,2002:"
_TYPED_TAGS = {_TAG + name for name in ("bool", "float", "int", "null", "timestamp")}
_PLAIN_TAGS = {None, "!", _TAG + "map", _TAG + "seq", _TAG + "str"}
_NO_KEY = object()


@dataclass(slots=True)
class _Open:
    """A mapping or a list that is being read."""

    value: dict[str, Any] | list[Any]
    anchor: str | None
    first: int  # how many values had been counted when it began
    key: Any = _NO_KEY
    merged: list[dict[str, Any]] = field(default_factory=list)


class _Builder:
    def __init__(self, max_depth: int) -> None:
        self.result: Any = None
        self.max_depth = max_depth
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.open_anchors: set[str] = set()
        self.count = 0

    def scalar(self, event: yaml.ScalarEvent) -> None:
        self._count(1, event)
        # A key is text in JSON, whatever it looks like: 200, true, 2024-01-01.
        if self.stack and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is _NO_KEY:
            value: Any = event.value
        else:
            value = _typed(event)
        if event.anchor:
            self.anchors[event.anchor] = value, 1
        self._place(value, event)

    def alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor in self.open_anchors:
            raise _error(event, f"the alias *{event.anchor} contains itself", "use $ref instead")
        if event.anchor not in self.anchors:
            raise _error(event, f"the alias *{event.anchor} has no anchor", "define it before its use")
        value, size = self.anchors[event.anchor]
        self._count(size, event)
        self._place(value, event)

    def begin(self, event: yaml.CollectionStartEvent, value: dict[str, Any] | list[Any]) -> None:
        self._count(1, event)
        if len(self.stack) >= self.max_depth:
            raise _error(event, f"more than {self.max_depth} levels deep", "use $ref for the inner schemas")
        if event.tag not in _PLAIN_TAGS:
            raise _error(event, f"the tag {event.tag} is not allowed", "remove it")
        self.stack.append(_Open(value, event.anchor, self.count))
        if event.anchor:
            self.open_anchors.add(event.anchor)

    def end(self, event: yaml.CollectionEndEvent) -> None:
        done = self.stack.pop()
        if isinstance(done.value, dict) and done.merged:
            _merge(done.value, done.merged)
        if done.anchor:
            self.open_anchors.discard(done.anchor)
            self.anchors[done.anchor] = done.value, self.count - done.first + 1
        self._place(done.value, event)

    def _place(self, value: Any, event: yaml.Event) -> None:
        if not self.stack:
            self.result = value
            return
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.key is _NO_KEY:
            if not isinstance(value, str):
                raise _error(event, "a key is a list or an object", "use text as key")
            parent.key = value
        else:
            self._set(parent, value, event)
            parent.key = _NO_KEY

    def _set(self, parent: _Open, value: Any, event: yaml.Event) -> None:
        if parent.key != "<<":
            parent.value[parent.key] = value
            return
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(source, dict) for source in sources):
            raise _error(event, "'<<' takes an object or a list of objects", "correct the alias")
        parent.merged.extend(sources)

    def _count(self, values: int, event: yaml.Event) -> None:
        self.count += values
        if self.count > MAX_VALUES:
            raise _error(event, f"more than {MAX_VALUES} values, its aliases counted", "use $ref instead of aliases")


def read_yaml(data: bytes, *, max_depth: int) -> Any:
    """Parse one YAML document. Raises DocumentError with line and column."""
    builder = _Builder(max_depth)
    for event in _events(data):
        match event:
            case yaml.ScalarEvent():
                builder.scalar(event)
            case yaml.MappingStartEvent():
                builder.begin(event, {})
            case yaml.SequenceStartEvent():
                builder.begin(event, [])
            case yaml.CollectionEndEvent():
                builder.end(event)
            case yaml.AliasEvent():
                builder.alias(event)
    return builder.result


def _events(data: bytes) -> Iterator[yaml.Event]:
    documents = 0
    try:
        for event in yaml.parse(data, Loader=yaml.CSafeLoader):
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise _error(event, "a second YAML document begins", "import them one by one")
            yield event
    except yaml.YAMLError as error:
        raise DocumentError(f"The document is no valid YAML: {_told(error)}. Correct it there.") from None


def _told(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
    if isinstance(error, yaml.reader.ReaderError):
        return f"position {error.position}: {error.reason}"
    return str(error)


def _error(event: yaml.Event, problem: str, remedy: str) -> DocumentError:
    mark = event.start_mark
    where = f"Line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return DocumentError(f"{where}{problem}; {remedy}.")


def _typed(event: yaml.ScalarEvent) -> Any:
    if event.tag not in _PLAIN_TAGS and event.tag not in _TYPED_TAGS:
        raise _error(event, f"the tag {event.tag} is not allowed", "remove it")
    if event.style or event.tag in {_TAG + "str", "!"}:
        return event.value
    return _plain(event.value)


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if not (text[0].isdigit() or text[0] in "-+."):
        return text
    if _INTEGER.match(text):
        return int(text)
    if _BASED_INTEGER.match(text):
        return int(text, 0)
    return _fraction(text) if _FRACTION.match(text) else text


def _fraction(text: str) -> Any:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _merge(target: dict[str, Any], sources: list[dict[str, Any]]) -> None:
    for source in sources:
        for key, value in source.items():
            target.setdefault(key, value)
