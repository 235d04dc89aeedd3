"""How many requests may still go out within a second and within a minute. Pure: counts and times in.

What went out is remembered by slots of time, not one by one. A slot counts until its last moment
has left the window, so that no second or minute, wherever it begins, holds more than its limit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# {name of a window: [[number of a slot, requests in it], ...], the oldest first}
Sent = dict[str, list[list[int]]]


@dataclass(frozen=True, slots=True)
class Window:
    name: str
    length: timedelta
    slot: timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` requests in any `window`."""

    window: Window
    limit: int


SECOND = Window("second", timedelta(seconds=1), timedelta(milliseconds=100))
MINUTE = Window("minute", timedelta(minutes=1), timedelta(seconds=1))


def room(rates: Iterable[Rate], sent: Sent, now: datetime) -> int | None:
    """How many more may go out now; None when nothing limits them."""
    left = [rate.limit - _total(_counting(rate.window, sent, now)) for rate in rates]
    return max(min(left), 0) if left else None


def opens_at(rates: Iterable[Rate], sent: Sent, now: datetime) -> datetime:
    """When the next one may go out; `now` when it may at once."""
    return max((_opens_at(rate, _counting(rate.window, sent, now), now) for rate in rates), default=now)


def with_sent(rates: Iterable[Rate], sent: Sent, count: int, now: datetime) -> Sent:
    """What is to be remembered after `count` more."""
    return {rate.window.name: _with_sent(rate.window, sent, count, now) for rate in rates}


def _with_sent(window: Window, sent: Sent, count: int, now: datetime) -> list[list[int]]:
    slots = [list(slot) for slot in _counting(window, sent, now)]
    current = _slot_of(now, window)
    if slots and slots[-1][0] == current:
        slots[-1][1] += count
    elif count:
        slots.append([current, count])
    return slots


def _counting(window: Window, sent: Sent, now: datetime) -> list[list[int]]:
    """The slots in the window. One of the future was written before the clock was set back."""
    current = _slot_of(now, window)
    slots = sent.get(window.name, [])
    return [slot for slot in slots if slot[0] <= current and _leaves_at(slot[0], window) > now]


def _opens_at(rate: Rate, slots: list[list[int]], now: datetime) -> datetime:
    surplus = _total(slots) - rate.limit + 1
    for number, count in slots:
        if surplus <= 0:
            break
        surplus -= count
        now = _leaves_at(number, rate.window)
    return now


def _total(slots: list[list[int]]) -> int:
    return sum(count for _, count in slots)


def _slot_of(now: datetime, window: Window) -> int:
    return (now - _EPOCH) // window.slot


def _leaves_at(number: int, window: Window) -> datetime:
    return _EPOCH + (number + 1) * window.slot + window.length


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
