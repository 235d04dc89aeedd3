"""When a failed action is tried again. Pure: policies and times in, times out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

WINDOW = timedelta(hours=24)
INTERVAL_MINUTES = (30, 24 * 60)
ATTEMPTS = (1, 5)
EXPIRY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class PlannedRetry:
    number: int
    after: timedelta
    within_window: bool


def plan(policy: dict[str, Any]) -> list[PlannedRetry]:
    """Every retry that a policy names, with its distance from the first failure."""
    planned, after = [], timedelta()
    for number, gap in enumerate(_gaps(policy), start=1):
        after += gap
        planned.append(PlannedRetry(number, after, after <= WINDOW))
    return planned


def next_due(
    policy: dict[str, Any],
    *,
    retries_done: int,
    first_failed_at: datetime,
    failed_at: datetime,
    retry_after: datetime | None = None,
) -> datetime | None:
    """When the next retry is due, or None when attempts or window are spent.

    The gap counts from the failure just seen. A Retry-After that is later wins, within the window.
    """
    if retries_done >= policy["attempts"]:
        return None
    due = failed_at + list(_gaps(policy))[retries_done]
    if retry_after is not None:
        due = max(due, retry_after)
    return due if due <= first_failed_at + WINDOW else None


def parse_retry_after(value: str | None, now: datetime) -> datetime | None:
    """A Retry-After header, in seconds or as an HTTP date; None when absent or unreadable."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return now + timedelta(seconds=min(int(text[:9]), WINDOW.total_seconds() * 14))
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def next_slot(now: datetime, minutes: int) -> datetime:
    """When a connection that takes its queue every so many minutes does so next."""
    length = minutes * 60
    return datetime.fromtimestamp((int(now.timestamp()) // length + 1) * length, UTC)


def _gaps(policy: dict[str, Any]) -> Iterator[timedelta]:
    for number in range(policy["attempts"]):
        factor = 2**number if policy["exponential_backoff"] else 1
        yield timedelta(minutes=policy["interval_minutes"] * factor)
