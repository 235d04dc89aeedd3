"""A retry policy as a timeline: when each try would run, and where it stands in the drawing. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flows import retries
from flows.definition.words import say_minutes

# Percent of the drawing's width: where the window begins, how far it reaches, and where what is past it stands.
LEFT, WHOLE, SHORTENED = 2.0, 96.0, 74.0
PAST_LEFT, PAST_GAP = 83.0, 3.5
TICK_HOURS = (0, 6, 12, 18, 24)


@dataclass(frozen=True, slots=True)
class Mark:
    """One retry; `x` in percent of the width."""

    number: int
    after: str
    at: datetime
    runs: bool
    x: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """`ends_at` is the end of the window, `closes_at` when the action closes as failed at the latest try."""

    marks: list[Mark]
    ticks: list[tuple[str, str]]
    start: str
    width: str
    ends_at: datetime
    closes_at: datetime

    @property
    def drops_some(self) -> bool:
        return not all(mark.runs for mark in self.marks)

    @property
    def summary(self) -> str:
        """For instance: "2 of 5 retries run, the last 9 h after the first failure."."""
        running = [mark for mark in self.marks if mark.runs]
        last = f"{running[-1].after} after the first failure."
        if len(running) == 1:
            return f"1 of {len(self.marks)} retries runs, {last}" if self.drops_some else f"1 retry runs, {last}"
        of = f" of {len(self.marks)}" if self.drops_some else ""
        return f"{len(running)}{of} retries run, the last {last}"


def timeline_of(policy: dict[str, Any], now: datetime) -> Timeline:
    """As if the action failed for the first time now, and each retry at once when it is due."""
    planned = retries.plan(policy)
    width = WHOLE if all(retry.within_window for retry in planned) else SHORTENED
    # An interval is never longer than the window, so that at least the first retry runs.
    last = max(retry.after for retry in planned if retry.within_window)
    return Timeline(
        marks=list(_marks(planned, width, now)),
        ticks=[(_percent(timedelta(hours=hours), width), f"{hours} h" if hours else "now") for hours in TICK_HOURS],
        start=f"{LEFT}%",
        width=f"{width}%",
        ends_at=now + retries.WINDOW,
        closes_at=now + last,
    )


def _marks(planned: list[retries.PlannedRetry], width: float, now: datetime) -> Iterator[Mark]:
    past = 0
    for retry in planned:
        after = say_minutes(int(retry.after / timedelta(minutes=1)))
        x = _percent(retry.after, width) if retry.within_window else f"{PAST_LEFT + past * PAST_GAP}%"
        past += not retry.within_window
        yield Mark(retry.number, after, now + retry.after, retry.within_window, x)


def _percent(after: timedelta, width: float) -> str:
    return f"{LEFT + width * (after / retries.WINDOW):.2f}%"
