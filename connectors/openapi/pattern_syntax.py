"""The structure of a regular expression, as far as its running time depends on it.

Anchors match nothing here, and groups are only brackets. Look-around and back-references cannot be
told this way, and RE2 has neither: UnreadablePattern.
"""

import re
from dataclasses import dataclass

MAX_NESTING = 30

# Characters are bits of an integer, one for each code point of the basic plane;
# whatever lies beyond shares the last one.
_LAST = 0xFFFF
_ALL = (1 << (_LAST + 1)) - 1
_NEWLINE = 1 << ord("\n")


class UnreadablePattern(Exception):
    """The pattern is malformed, or uses what has no simple structure."""


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of a set."""

    bits: int


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """`part` from `least` to `most` times; None is endless."""

    part: "Node"
    least: int
    most: int | None


Node = Characters | Sequence | Choice | Repeat

_EMPTY = Sequence(())


def parse(pattern: str) -> Node:
    """Read a pattern in the syntax that ECMA-262 and RE2 share. Raises UnreadablePattern."""
    reader = _Reader(pattern)
    tree = reader.choice(0)
    if reader.rest():
        raise UnreadablePattern(f"an unmatched ) at {reader.at}")
    return tree


def _span(first: int, last: int) -> int:
    first, last = min(first, _LAST), min(last, _LAST)
    return (1 << (last + 1)) - (1 << first)


def _of(characters: str) -> int:
    bits = 0
    for character in characters:
        bits |= 1 << min(ord(character), _LAST)
    return bits


_DIGITS = _span(48, 57)
_WORD = _DIGITS | _span(65, 90) | _span(97, 122) | 1 << 95
_SPACE = _of(" \t\n\r\f\v\u00a0\u2028\u2029\ufeff")
_CLASSES = {
    "d": _DIGITS,
    "D": _ALL & ~_DIGITS,
    "w": _WORD,
    "W": _ALL & ~_WORD,
    "s": _SPACE,
    "S": _ALL & ~_SPACE,
}
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "a": "\a"}
_ANCHORS = "bBAzZ"

_QUANTIFIER = re.compile(r"([*+?])|\{(\d{1,12})(?:(,)(\d{1,12})?)?\}")
_GROUP = re.compile(r"\(\?(?::|P?<[A-Za-z_]\w*>)")
_CODE_POINT = re.compile(r"x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}")
_PROPERTY = re.compile(r"([pP])(?:\{\^?\w+(?:=\w+)?\}|[A-Z])")


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def rest(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self.pattern, self.at)
        if found:
            self.at = found.end()
        return found

    def choice(self, nesting: int) -> Node:
        if nesting > MAX_NESTING:
            raise UnreadablePattern("too many nested groups")
        parts = [self.sequence(nesting)]
        while self.rest() == "|":
            self.at += 1
            parts.append(self.sequence(nesting))
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self, nesting: int) -> Node:
        parts: list[Node] = []
        while self.rest() not in ("", "|", ")"):
            parts.append(self.quantified(self.atom(nesting)))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def quantified(self, atom: Node) -> Node:
        found = self.take(_QUANTIFIER)
        if not found:
            return atom
        if self.rest() == "?":  # lazy: the same texts, tried in another order
            self.at += 1
        if self.take(_QUANTIFIER):
            raise UnreadablePattern("a possessive or doubled quantifier")
        return Repeat(atom, *_limits(found))

    def atom(self, nesting: int) -> Node:
        character = self.rest()
        if character == "(":
            return self.group(nesting)
        self.at += 1
        match character:
            case "[":
                return Characters(self.character_class())
            case ".":
                return Characters(_ALL & ~_NEWLINE)
            case "^" | "$":
                return _EMPTY
            case "*" | "+" | "?":
                raise UnreadablePattern(f"nothing to repeat at {self.at}")
            case "\\":
                return _EMPTY if self.anchor() else Characters(self.escape())
        return Characters(_of(character))

    def group(self, nesting: int) -> Node:
        if not self.take(_GROUP):
            if self.pattern.startswith("(?", self.at):
                raise UnreadablePattern("look-around and flags have no simple structure")
            self.at += 1
        inner = self.choice(nesting + 1)
        if self.rest() != ")":
            raise UnreadablePattern("an unmatched (")
        self.at += 1
        return inner

    def anchor(self) -> bool:
        found = self.rest() != "" and self.rest() in _ANCHORS
        self.at += found
        return found

    def escape(self) -> int:
        if found := self.take(_CODE_POINT):
            return 1 << min(int(next(filter(None, found.groups())), 16), _LAST)
        if self.take(_PROPERTY):
            return _ALL
        character = self.rest()
        if not character or character in "123456789kcCQEGXR":
            raise UnreadablePattern(f"the escape at {self.at} has no simple structure")
        self.at += 1
        return _CLASSES.get(character) or _of(_NAMED.get(character, character))

    def character_class(self) -> int:
        negated = self.rest() == "^"
        self.at += negated
        bits, begun = 0, self.at
        while self.rest() != "]" or self.at == begun:
            bits |= self.class_member()
        self.at += 1
        return _ALL & ~bits if negated else bits

    def class_member(self) -> int:
        first = self.class_character()
        if self.rest() != "-" or self.pattern[self.at + 1 : self.at + 2] in ("]", ""):
            return first
        self.at += 1
        last = self.class_character()
        if first.bit_count() != 1 or last.bit_count() != 1:
            return first | last | _of("-")
        return _span(first.bit_length() - 1, last.bit_length() - 1)

    def class_character(self) -> int:
        character = self.rest()
        if not character:
            raise UnreadablePattern("an unmatched [")
        self.at += 1
        if character != "\\":
            return _of(character)
        if self.rest() == "b":
            self.at += 1
            return _of("\b")
        return self.escape()


def _limits(found: re.Match[str]) -> tuple[int, int | None]:
    sign, least, comma, most = found.groups()
    if sign:
        return (1 if sign == "+" else 0), (1 if sign == "?" else None)
    if most is not None and int(most) < int(least):
        raise UnreadablePattern("a count that runs backwards")
    return int(least), int(most) if most else None if comma else int(least)
