"""How many requests a second and a minute may hold."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from flows.rates import MINUTE, SECOND, Rate, opens_at, room, with_sent

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_without_a_limit_there_is_no_end_of_room():
    assert room([], {}, NOON) is None
    assert opens_at([], {}, NOON) == NOON


def test_what_went_out_leaves_less_room_until_its_second_is_over():
    rates = [Rate(SECOND, 5)]
    sent = with_sent(rates, {}, 3, NOON)
    assert room(rates, sent, after(0.9)) == 2
    assert room(rates, sent, after(1.2)) == 5


def test_a_full_minute_says_when_the_next_one_may_go():
    rates = [Rate(MINUTE, 2)]
    sent = with_sent(rates, {}, 1, NOON)
    sent = with_sent(rates, sent, 1, after(20))
    assert room(rates, sent, after(30)) == 0
    assert opens_at(rates, sent, after(30)) == after(61)
    assert room(rates, sent, after(61)) == 1


def test_of_two_limits_the_tighter_one_counts():
    rates = [Rate(SECOND, 10), Rate(MINUTE, 12)]
    sent = with_sent(rates, {}, 10, NOON)
    assert room(rates, sent, after(5)) == 2
    assert opens_at(rates, with_sent(rates, sent, 2, after(5)), after(5)) == after(61)


def test_a_limit_that_was_lowered_is_full_until_enough_has_left():
    sent = with_sent([Rate(SECOND, 10)], {}, 10, NOON)
    lower = [Rate(SECOND, 2)]
    assert room(lower, sent, after(0.5)) == 0
    assert opens_at(lower, sent, after(0.5)) == after(1.1)


def test_a_clock_that_is_set_back_does_not_close_the_connection_for_hours():
    rates = [Rate(SECOND, 1), Rate(MINUTE, 1)]
    sent = with_sent(rates, {}, 1, after(2 * 3600))
    assert room(rates, sent, NOON) == 1


def test_no_more_is_remembered_than_a_window_holds():
    rates, sent = [Rate(SECOND, 1000), Rate(MINUTE, 60_000)], {}
    for tenth in range(3000):
        sent = with_sent(rates, sent, 1, after(tenth / 10))
    assert len(sent["second"]) <= 12
    assert len(sent["minute"]) <= 62


@settings(max_examples=50, deadline=None)
@given(
    limit=some.integers(1, 20),
    gaps=some.lists(some.integers(1, 700), min_size=20, max_size=120),
    wanted=some.integers(1, 30),
)
def test_no_second_holds_more_than_its_limit_wherever_it_begins(limit, gaps, wanted):
    rates, sent, now, log = [Rate(SECOND, limit)], {}, NOON, []
    for milliseconds in gaps:
        now += timedelta(milliseconds=milliseconds)
        count = min(wanted, room(rates, sent, now))
        sent = with_sent(rates, sent, count, now)
        log += [now] * count
    for begin in log:
        assert sum(begin <= moment < begin + timedelta(seconds=1) for moment in log) <= limit
