"""Does a regular expression take exponential time in an engine that backtracks?

It does when some text can be matched in two ways by one loop: `(a+)+`, `(a|a)*`, `(a|aa)+`,
`(.*,)*` where `.` takes the comma. The pattern becomes the automaton of its positions (Glushkov);
two different paths from a position to itself over the same text are a cycle in the product of the
automaton with itself that leaves the diagonal and returns to it. Loops that a separator keeps
apart, as in `(\\w+\\.)*\\w+`, have no such cycle, so that ordinary patterns are never blamed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connectors.openapi.pattern_syntax import (
    Characters,
    Choice,
    Node,
    Repeat,
    Sequence,
    UnreadablePattern,
    parse,
)

__all__ = ["UnreadablePattern", "blows_up"]

MAX_COUNT = 65_535
MAX_NESTED_COUNT = 1_000_000
COPIES = 6  # of a counted part: enough to tell {40} from {1,40}, few enough to stay quick
MAX_POSITIONS = 400
MAX_STEPS = 100_000


@dataclass(slots=True)
class _Automaton:
    characters: list[int] = field(default_factory=list)  # bit set of each position
    follow: list[dict[int, int]] = field(default_factory=list)  # position -> next -> number of ways

    def add(self, characters: int) -> int:
        if len(self.characters) >= MAX_POSITIONS:
            raise UnreadablePattern("too many parts to examine")
        self.characters.append(characters)
        self.follow.append({})
        return len(self.characters) - 1

    def link(self, ends: Iterable[int], starts: Iterable[int]) -> None:
        for end in ends:
            for start in starts:
                self.follow[end][start] = self.follow[end].get(start, 0) + 1


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the automaton: its first and last positions, and whether it may match nothing."""

    first: frozenset[int]
    last: frozenset[int]
    empty: bool


_NOTHING = _Part(frozenset(), frozenset(), True)


def blows_up(pattern: str) -> bool:
    """True for exponential time or an absurd count. Raises UnreadablePattern where nobody can tell."""
    tree = parse(pattern)
    largest, nested = _counted(tree)
    if largest > MAX_COUNT or nested >= MAX_NESTED_COUNT:
        return True
    automaton = _Automaton()
    _build(tree, automaton)
    return any(_ambiguous(loop, automaton) for loop in _loops(automaton))


def _counted(node: Node) -> tuple[int, int]:
    """The largest single count, and how often the innermost part may repeat in all."""
    match node:
        case Repeat(part=part, least=least, most=most):
            largest, nested = _counted(part)
            count = max(least, most or 0, 1)
            return max(largest, count), nested * count
        case Sequence(parts=parts) | Choice(parts=parts):
            counts = [_counted(part) for part in parts] or [(1, 1)]
            return max(count for count, _ in counts), max(nested for _, nested in counts)
    return 1, 1


def _build(node: Node, automaton: _Automaton) -> _Part:
    match node:
        case Characters(bits=bits):
            position = frozenset({automaton.add(bits)})
            return _Part(position, position, False)
        case Sequence(parts=parts):
            return _in_sequence((_build(part, automaton) for part in parts), automaton)
        case Choice(parts=parts):
            return _either([_build(part, automaton) for part in parts])
        case Repeat():
            return _repeated(node, automaton)


def _in_sequence(parts: Iterable[_Part], automaton: _Automaton) -> _Part:
    whole = _NOTHING
    for part in parts:
        automaton.link(whole.last, part.first)
        whole = _Part(
            whole.first | part.first if whole.empty else whole.first,
            whole.last | part.last if part.empty else part.last,
            whole.empty and part.empty,
        )
    return whole


def _either(parts: list[_Part]) -> _Part:
    return _Part(
        frozenset().union(*(part.first for part in parts)),
        frozenset().union(*(part.last for part in parts)),
        any(part.empty for part in parts),
    )


def _repeated(node: Repeat, automaton: _Automaton) -> _Part:
    copies = [_copy(node, automaton, optional=False) for _ in range(min(node.least, COPIES))]
    if node.most is None or (node.most > COPIES and _width(node.part) is None):
        # As good as endless, and what makes `(a+){1,50}` no better than `(a+)+`.
        copies = [*copies[:-1], _endless(copies[-1] if copies else None, node, automaton)]
    else:
        optional = min(node.most, COPIES) - len(copies)
        copies += [_copy(node, automaton, optional=True) for _ in range(optional)]
    return _in_sequence(copies, automaton)


def _copy(node: Repeat, automaton: _Automaton, *, optional: bool) -> _Part:
    part = _build(node.part, automaton)
    return _Part(part.first, part.last, part.empty or optional)


def _endless(part: _Part | None, node: Repeat, automaton: _Automaton) -> _Part:
    looped = part or _copy(node, automaton, optional=node.least == 0)
    automaton.link(looped.last, looped.first)
    return looped


def _width(node: Node) -> int | None:
    """The length of every text that the node matches, or None where it varies."""
    match node:
        case Characters():
            return 1
        case Sequence(parts=parts):
            widths = [_width(part) for part in parts]
            return None if None in widths else sum(width or 0 for width in widths)
        case Choice(parts=parts):
            choices = {_width(part) for part in parts}
            return choices.pop() if len(choices) == 1 else None
        case Repeat(part=part, least=least, most=most):
            width = _width(part)
            return None if width is None or least != most else width * least


def _loops(automaton: _Automaton) -> list[frozenset[int]]:
    """The strongly connected parts: which positions lead to each other."""
    reached = _reachable(automaton.follow)
    positions = range(len(reached))
    return list(
        {
            frozenset(other for other in positions if reached[start] >> other & reached[other] >> start & 1)
            for start in positions
            if reached[start] >> start & 1
        }
    )


def _reachable(follow: list[dict[int, int]]) -> list[int]:
    """For each position the bit set of the positions it leads to (Warshall's closure)."""
    reached = [sum(1 << following for following in followers) for followers in follow]
    for middle in range(len(reached)):
        for start in range(len(reached)):
            if reached[start] >> middle & 1:
                reached[start] |= reached[middle]
    return reached


def _ambiguous(loop: frozenset[int], automaton: _Automaton) -> bool:
    inside = {
        position: [following for following in automaton.follow[position] if following in loop] for position in loop
    }
    if any(automaton.follow[position][following] > 1 for position in loop for following in inside[position]):
        return True
    return _leaves_and_returns(inside, automaton.characters)


def _leaves_and_returns(inside: dict[int, list[int]], characters: list[int]) -> bool:
    """Can two readings of one text part from each other and meet again?"""
    waiting = [(position, position) for position in inside]
    seen = set(waiting)
    steps = 0
    while waiting:
        pair = waiting.pop()
        steps += len(inside[pair[0]]) * len(inside[pair[1]])
        if steps > MAX_STEPS:
            raise UnreadablePattern("too many parts to examine")
        for following in _next_pairs(pair, inside, characters):
            if pair[0] != pair[1] and following[0] == following[1]:
                return True
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def _next_pairs(
    pair: tuple[int, int], inside: dict[int, list[int]], characters: list[int]
) -> Iterable[tuple[int, int]]:
    for one in inside[pair[0]]:
        for other in inside[pair[1]]:
            if one == other or characters[one] & characters[other]:
                yield one, other
