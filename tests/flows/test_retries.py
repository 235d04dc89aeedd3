"""When a failed action is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.retries import next_due, next_slot, parse_retry_after, plan

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def policy(interval_minutes=60, attempts=3, *, exponential_backoff=False):
    return {"interval_minutes": interval_minutes, "attempts": attempts, "exponential_backoff": exponential_backoff}


def hours(planned):
    return [retry.after.total_seconds() / 3600 for retry in planned if retry.within_window]


def test_a_plain_policy_retries_at_its_interval():
    assert hours(plan(policy())) == [1, 2, 3]


def test_exponential_backoff_doubles_each_gap():
    assert hours(plan(policy(attempts=4, exponential_backoff=True))) == [1, 3, 7, 15]


def test_attempts_past_the_24_hour_window_do_not_run():
    doubled = plan(policy(attempts=5, exponential_backoff=True))
    assert [retry.within_window for retry in doubled] == [True, True, True, True, False]
    assert hours(plan(policy(24 * 60, 5))) == [24]


def test_each_gap_counts_from_the_failure_just_seen():
    late = NOON + timedelta(hours=2, minutes=10)
    due = next_due(policy(), retries_done=1, first_failed_at=NOON, failed_at=late)
    assert due == late + timedelta(hours=1)


def test_no_retry_when_attempts_are_spent():
    assert next_due(policy(), retries_done=3, first_failed_at=NOON, failed_at=NOON) is None


def test_no_retry_past_the_window():
    failed_at = NOON + timedelta(hours=23, minutes=30)
    assert next_due(policy(), retries_done=1, first_failed_at=NOON, failed_at=failed_at) is None


def test_a_later_retry_after_wins_within_the_window():
    asked = NOON + timedelta(hours=5)
    due = next_due(policy(), retries_done=0, first_failed_at=NOON, failed_at=NOON, retry_after=asked)
    assert due == asked
    beyond = NOON + timedelta(hours=25)
    assert next_due(policy(), retries_done=0, first_failed_at=NOON, failed_at=NOON, retry_after=beyond) is None


def test_an_earlier_retry_after_changes_nothing():
    asked = NOON + timedelta(minutes=1)
    due = next_due(policy(), retries_done=0, first_failed_at=NOON, failed_at=NOON, retry_after=asked)
    assert due == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("120", NOON + timedelta(minutes=2)),
        ("Sat, 28 Mar 2026 14:00:00 GMT", NOON + timedelta(hours=2)),
        ("Sat, 28 Mar 2026 14:00:00 -0000", NOON + timedelta(hours=2)),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_both_forms(header, expected):
    assert parse_retry_after(header, NOON) == expected


def test_a_queue_is_taken_at_the_next_full_interval():
    assert next_slot(NOON + timedelta(minutes=10), 60) == NOON + timedelta(hours=1)
    assert next_slot(NOON, 15) == NOON + timedelta(minutes=15)
