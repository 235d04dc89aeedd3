"""The builder of an error condition: what was picked and typed in it, and what becomes of that."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import BadRequest
from django.http import QueryDict

from connectors import exact_json
from flows.conditions import picks
from flows.conditions.picks import Path, Pick
from flows.expressions import check

PICKS_LIMIT = 12
ADD, REMOVE, FORGET, PICKED = "add", "remove", "forget", "picked"


@dataclass(slots=True)
class Picking:
    """`typed` is the condition as it stands, `kept` what somebody had typed before the first pick."""

    typed: str
    kept: str = ""
    picked: list[Pick] = field(default_factory=list)
    join: str = picks.ALL
    note: str = ""

    @property
    def rows(self) -> list["Row"]:
        return [Row(number, pick) for number, pick in enumerate(self.picked)]

    def add(self, path: Path, value: Any) -> None:
        """One more pick; what was typed by hand stays as the first part, where it can be a part."""
        if self.typed.strip() and self.typed.strip() != self._built():
            self.kept, self.picked, self.join = self.typed.strip(), [], picks.ANY
            if check(picks.kept(self.kept)):
                self.kept = ""
                self.note = "What stood here before is no single expression, so this takes its place."
        pick = picks.pick_of(path, value)
        if pick not in self.picked and len(self.picked) < PICKS_LIMIT:
            self.picked.append(pick)
        self.build()

    def build(self) -> None:
        """The condition from what was picked; as it was while a value of the picks does not fit."""
        built = self._built()
        self.typed = self.typed if built is None else built

    def _built(self) -> str | None:
        if any(row.problem for row in self.rows):
            return None
        parts = [picks.kept(self.kept)] if self.kept else []
        return picks.joined([*parts, *map(picks.expression_of, self.picked)], self.join)


@dataclass(frozen=True, slots=True)
class Row:
    """One pick as a line of the form."""

    number: int
    pick: Pick

    @property
    def label(self) -> str:
        return picks.path_label(self.pick.path)

    @property
    def path(self) -> str:
        return exact_json.dumps(self.pick.path)

    @property
    def comparisons(self) -> list[tuple[str, str]]:
        return [(name, picks.COMPARISONS[name]) for name in picks.comparisons_of(self.pick.kind)]

    @property
    def problem(self) -> str:
        try:
            picks.expression_of(self.pick)
        except ValueError as error:
            return str(error)
        return ""


def read_picking(post: QueryDict) -> Picking:
    """What was posted. Raises BadRequest for what no page of ours sends."""
    names = ("pick.path", "pick.kind", "pick.comparison", "pick.value")
    columns = [post.getlist(name) for name in names]
    if len({len(column) for column in columns}) > 1 or len(columns[0]) > PICKS_LIMIT:
        raise BadRequest("The picks are not complete.")
    join = post.get("join", picks.ALL)
    picked = [_pick(*row) for row in zip(*columns, strict=True)]
    if join not in (picks.ALL, picks.ANY):
        raise BadRequest("Picks are joined by all or any.")
    return Picking(_lines(post.get("error_condition", "")), _lines(post.get("kept", "")), picked, join)


def read_path(text: str) -> Path:
    """A path as JSON, e.g. ["result", "errors", 0]. Raises BadRequest."""
    try:
        path = exact_json.loads(text)
    except exact_json.JSONError:
        path = None
    if not isinstance(path, list) or not all(_is_key(key) for key in path):
        raise BadRequest("That is no place in an answer.")
    return tuple(path)


def changed(picking: Picking, operation: str, item: dict[str, Any] | None) -> Picking:
    """The picking after one of the buttons; `item` is the failure that is shown."""
    verb, _, detail = operation.partition(":")
    picking = replace(picking, picked=list(picking.picked))
    if verb == ADD and item is not None:
        _add(picking, read_path(detail), item)
    elif verb == REMOVE and detail.isdecimal() and int(detail) < len(picking.picked):
        del picking.picked[int(detail)]
        picking.build()
    elif verb == FORGET:
        picking.kept, picking.join = "", picks.ALL
        picking.build()
    elif verb == PICKED:
        picking.build()
    return picking


def _add(picking: Picking, path: Path, item: dict[str, Any]) -> None:
    try:
        value = picks.value_at(item, path)
    except LookupError:
        picking.note = "That answer is not among the last failures any more. Pick from the one shown."
        return
    if isinstance(value, dict | list):
        raise BadRequest("A group can't be compared; pick a value in it.")
    picking.add(path, value)


def _pick(path: str, kind: str, comparison: str, value: str) -> Pick:
    if kind not in picks.KINDS or comparison not in picks.comparisons_of(kind):
        raise BadRequest("There is no such comparison.")
    return Pick(read_path(path), kind, comparison, _lines(value))


def _is_key(key: Any) -> bool:
    return isinstance(key, str) or (isinstance(key, int) and not isinstance(key, bool) and key >= 0)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
