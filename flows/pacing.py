"""How fast a connection is used: what its limits and its system allow, and what the answers teach.

The rules alone: they change Pace objects, which flows/readiness.py locks and stores.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.client import Answer
from flows import rates, retries
from flows.models import Action, Pace
from integrations.models import Connection

# So many requests in a row that reach nobody pause the connection; one a minute then tries again.
TROUBLES_TO_PAUSE = 5
PROBE_EVERY = timedelta(minutes=1)
# A 429 halves the pace, down to this part of the limits; it takes so long to recover from nothing.
SLOWEST = 1 / 64
RECOVERY = timedelta(minutes=5)
SHORTEST_REST = timedelta(seconds=1)
LONGEST_REST = retries.WINDOW

TOO_MANY_REQUESTS = 429
UNREACHABLE = {"timeout", "connection", "dns", "tls"}


@dataclass(frozen=True, slots=True)
class Ready:
    """A connection that has work to do, with its pace and how many of its requests are out."""

    connection: Connection
    pace: Pace
    in_flight: int


def places(ready: Ready, now: datetime) -> int:
    """How many requests may go out over the connection now."""
    pace = ready.pace
    if _is_closed(pace, now):
        return 0
    if pace.is_paused:
        return 1
    free = _part(ready.connection.concurrency, pace, now) - ready.in_flight
    left = rates.room(_rates(ready, now), pace.sent, now)
    return max(free if left is None else min(free, left), 0)


def note_sent(ready: Ready, count: int, now: datetime) -> bool:
    """Remember that `count` go out; whether there was anything to remember."""
    limits, pace = _rates(ready, now), ready.pace
    if not count or not (limits or pace.is_paused):
        return False
    pace.sent = rates.with_sent(limits, pace.sent, count, now)
    _close(pace, now, now + PROBE_EVERY if pace.is_paused else rates.opens_at(limits, pace.sent, now))
    return True


def is_unreachable(answer: Answer) -> bool:
    """Nobody answered at all: whatever it is, it is not what this one request asked for."""
    return answer.trouble in UNREACHABLE and answer.status is None


def is_news(answer: Answer | None) -> bool:
    """Whether there is something to remember about a connection of which nothing is known yet."""
    return answer is not None and (is_unreachable(answer) or answer.status == TOO_MANY_REQUESTS)


def note_answer(pace: Pace, answer: Answer, now: datetime) -> bool:
    """Learn from an answer; whether that changed the pace."""
    if is_unreachable(answer):
        _note_trouble(pace, answer, now)
        return True
    if answer.status is None:
        return False
    changed = _note_reached(pace, now)
    if answer.status == TOO_MANY_REQUESTS:
        _slow_down(pace, answer, now)
        return True
    return changed


def open_now(pace: Pace) -> None:
    """Let the next request go at once; a pause goes on until it is answered."""
    pace.closed_at = pace.closed_until = None


def held_up(pace: Pace, due_at: datetime | None, now: datetime) -> timedelta:
    """How long a pause kept an action from going out that was due; this time is not its own."""
    if pace.paused_at is None or due_at is None:
        return timedelta()
    return max((pace.resumed_at or now) - max(pace.paused_at, due_at), timedelta())


def lengthen_window(action: Action, pace: Pace, now: datetime) -> None:
    """The time in which nothing could be sent is not part of the 24 hours of its retries."""
    if action.first_failed_at is not None:
        action.first_failed_at += held_up(pace, action.due_at, now)


def _note_trouble(pace: Pace, answer: Answer, now: datetime) -> None:
    pace.troubled_since = pace.troubled_since if pace.troubles else now
    # Counted no further than it matters: a pause can last for weeks.
    pace.troubles = min(pace.troubles + 1, TROUBLES_TO_PAUSE)
    pace.trouble = answer.message
    if pace.troubles >= TROUBLES_TO_PAUSE and not pace.is_paused:
        pace.paused_at, pace.resumed_at = now, None
        _close(pace, now, now + PROBE_EVERY)


def _note_reached(pace: Pace, now: datetime) -> bool:
    if not pace.troubles:
        return False
    pace.troubles, pace.trouble = 0, ""
    if pace.is_paused:
        pace.resumed_at = now
        open_now(pace)
    return True


def _slow_down(pace: Pace, answer: Answer, now: datetime) -> None:
    """Halve the pace and rest: as long as the system asks, or the longer the slower it is already."""
    began = now - timedelta(milliseconds=answer.duration_ms)
    # Requests that were out when the pace was lowered say nothing about the lower one.
    if pace.slowed_at is None or not began <= pace.slowed_at <= now:
        pace.slowed_to = max(_share(pace, now) / 2, SLOWEST)
        pace.slowed_at = now
    asked = retries.parse_retry_after(answer.headers.get("retry-after"), now)
    until = max(asked, now + SHORTEST_REST) if asked else now + SHORTEST_REST / pace.slowed_to
    _close(pace, now, max(min(until, now + LONGEST_REST), _opens_at(pace, now)))
    pace.slowed_until = pace.closed_until


def _is_closed(pace: Pace, now: datetime) -> bool:
    return _opens_at(pace, now) > now


def _opens_at(pace: Pace, now: datetime) -> datetime:
    """`now` when it is open. What was closed in the future was so before the clock was set back."""
    if pace.closed_at is None or pace.closed_until is None or pace.closed_at > now:
        return now
    return max(pace.closed_until, now)


def _close(pace: Pace, now: datetime, until: datetime) -> None:
    if until > now:
        pace.closed_at, pace.closed_until = now, until


def _share(pace: Pace, now: datetime) -> float:
    """The part of the limits in use: it grows evenly from where a 429 left it."""
    if pace.slowed_until is None:
        return 1.0
    recovered = max(now - pace.slowed_until, timedelta()) / RECOVERY
    return min(pace.slowed_to + recovered, 1.0)


def _part(limit: int, pace: Pace, now: datetime) -> int:
    return max(int(limit * _share(pace, now)), 1)


def _rates(ready: Ready, now: datetime) -> list[rates.Rate]:
    connection = ready.connection
    limits = {rates.SECOND: connection.requests_per_second, rates.MINUTE: connection.requests_per_minute}
    return [rates.Rate(window, _part(limit, ready.pace, now)) for window, limit in limits.items() if limit]
