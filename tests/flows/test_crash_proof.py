"""The proof of a crash test counts what went wrong: it can fail."""

import pytest

from flows.crash_test.proof import prove, unfinished
from flows.crash_test.trial import holds
from flows.models import Action, Run, RunLogEntry
from tests.making import action_step, make_flow, make_run


@pytest.fixture
def runs(integration, vista, add_phase, httpserver, work) -> list[int]:
    """Three that ended, as the engine leaves them."""
    httpserver.expect_request("/phases").respond_with_json({})
    flow = make_flow(integration, action_step(vista, add_phase))
    found = [make_run(flow).pk for _ in range(3)]
    work()
    return found


@pytest.fixture
def seen(runs) -> dict[str, dict[str, int]]:
    """What the outside system counted, were all well."""
    return {action.idempotency_key: {"received": 1, "applied": 1} for action in Action.objects.all()}


def judged(figures) -> tuple[int, int, int, bool]:
    figures = {"kills": 1, **figures}
    return figures["lost"], figures["doubled"], figures["stuck"], holds(figures)


def test_it_holds_where_each_ended_once_and_arrived_once(integration, runs, seen):
    figures = prove(integration, runs, seen)
    assert judged(figures) == (0, 0, 0, True)
    assert (figures["acknowledged"], figures["succeeded"], figures["requests_seen_outside_per_key"]) == (3, 3, {"1": 3})


def test_a_success_that_never_arrived_is_lost(integration, runs, seen):
    seen.popitem()
    assert judged(prove(integration, runs, seen)) == (1, 0, 0, False)


def test_an_acknowledged_run_that_is_gone_is_lost(integration, runs, seen):
    assert judged(prove(integration, [*runs, max(runs) + 1], seen)) == (1, 0, 0, False)


def test_a_request_that_no_action_knows_of_is_lost(integration, runs, seen):
    unknown = {"a key of nobody": {"received": 1, "applied": 1}}
    assert judged(prove(integration, runs, seen | unknown)) == (1, 0, 0, False)


def test_an_unsafe_request_that_came_twice_is_doubled(integration, runs, seen):
    next(iter(seen.values()))["received"] = 2
    assert judged(prove(integration, runs, seen)) == (0, 1, 0, False)


def test_a_safe_request_may_come_twice_with_one_key(integration, runs, seen, add_phase):
    type(add_phase).objects.update(safe_to_repeat=True)
    next(iter(seen.values()))["received"] = 2
    assert judged(prove(integration, runs, seen)) == (0, 0, 0, True)


@pytest.mark.parametrize("words", [" closed out as ", "Ended: "])
def test_what_ended_twice_is_doubled(words, integration, runs, seen):
    entry = RunLogEntry.objects.filter(text__contains=words).first()
    RunLogEntry.objects.create(run=entry.run, step_id=entry.step_id, text=entry.text)
    assert judged(prove(integration, runs, seen)) == (0, 1, 0, False)


def test_a_run_that_never_ends_is_stuck_but_not_one_that_waits_for_a_person(integration, runs, seen):
    Run.objects.filter(pk=runs[0]).update(status=Run.Status.SUSPENDED)
    assert judged(prove(integration, runs, seen)) == (0, 0, 1, False)
    Action.objects.filter(run=runs[0]).update(status=Action.Status.OUTCOME_UNKNOWN)
    assert unfinished(runs) == 0
