"""A system that nobody reaches: its connection pauses, its actions wait, and nothing of theirs is spent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from connectors.messages import Answer
from connectors.outcome import Verdict, judge
from flows.commands.connections import try_now
from flows.engine import advance_due_runs
from flows.models import Action, Attempt, Pace, Run
from flows.pacing import PROBE_EVERY, TROUBLES_TO_PAUSE
from flows.processing import _claim, record
from flows.queries.connections import held_connections
from flows.sending import Sent
from integrations.models import AuditEntry, Connection
from integrations.problems import Refused
from tests.cast import make_user
from tests.making import action_step, make_connection, make_flow, make_run, retry_policy

REFUSED = Answer(trouble="connection", message="Vista could not be reached.", maybe_received=False)
SILENT = Answer(trouble="timeout", message="Vista did not answer within 60 s.")
WORKER = "a worker".ljust(32)


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-03-02T12:00:00+00:00", tick=False)
    return timezone.now()


@pytest.fixture
def start(integration, vista, add_phase):
    """Starts so many runs of a flow that sends to Vista, in the order of their codes."""

    def begin(count: int = 1, **settings) -> list[Run]:
        flow = make_flow(integration, action_step(vista, add_phase, **settings))
        runs = [make_run(flow, {"code": f"{number:02d}-000"}) for number in range(count)]
        while advance_due_runs():
            pass
        return runs

    return begin


def claim(room: int = 64) -> list[Action]:
    return _claim(WORKER, room)


def answer(actions: list[Action], came: Answer) -> None:
    """As if this had come back for each."""
    verdict = judge(came, json_declared=False)
    record([Sent(action, WORKER, {"method": "POST"}, came, verdict, heard=came) for action in actions])


def pause(start, **settings) -> list[Run]:
    """Enough runs in a row whose request nobody takes; the first four end as failed."""
    runs = start(TROUBLES_TO_PAUSE, **settings)
    answer(claim(), REFUSED)
    return runs


def pace() -> Pace:
    return Pace.objects.get()


def codes(actions) -> list[str]:
    return [action.input["code"][:2] for action in actions]


def states() -> list[str]:
    return [state.sentence for state in held_connections(Connection.objects.all())]


def test_five_in_a_row_pause_the_connection(start, noon):
    runs = pause(start)
    assert pace().is_paused
    assert [Action.objects.get(run=run).status for run in runs] == ["Failed"] * 4 + ["Queued"]


def test_a_time_out_counts_and_an_answer_of_any_status_begins_anew(start, noon):
    start(9)
    first = claim()
    answer(first[:4], SILENT)
    answer(first[4:5], Answer(status=500))
    answer(first[5:], SILENT)
    assert (pace().troubles, pace().is_paused) == (3, False)


@pytest.mark.parametrize("trouble", ["refused_address", "invalid_address", "too_large"])
def test_what_is_a_matter_of_settings_pauses_nothing(trouble, start, noon):
    start(6)
    answer(claim(), Answer(trouble=trouble, message="No.", maybe_received=False))
    assert not Pace.objects.exists()


def test_while_it_is_paused_one_request_a_minute_tries(start, noon, time_machine):
    pause(start)
    start(3)
    assert claim() == []
    for minute in (1, 2, 3):
        time_machine.move_to(noon + PROBE_EVERY * minute, tick=False)
        (probe,) = claim()
        assert claim() == []
        answer([probe], REFUSED)
    assert pace().is_paused


def test_a_probe_that_reaches_nobody_spends_nothing(start, noon, time_machine):
    pause(start, retry_policy=retry_policy())
    waiting = Action.objects.get(status=Action.Status.QUEUED)
    for minute in range(1, 30):
        time_machine.move_to(noon + PROBE_EVERY * minute, tick=False)
        answer(claim(), REFUSED)
    waiting.refresh_from_db()
    spent = (waiting.attempts_made, waiting.retries_done, waiting.claims, waiting.first_failed_at)
    assert spent == (0, 0, 0, None)
    assert (waiting.status, waiting.due_at) == (Action.Status.QUEUED, noon)
    assert "reachable again" in waiting.message
    assert not waiting.attempts.exists()


def test_a_probe_that_may_have_arrived_is_an_attempt_like_any_other(start, noon, time_machine):
    pause(start)
    time_machine.move_to(noon + PROBE_EVERY, tick=False)
    (probe,) = claim()
    answer([probe], SILENT)
    probe.refresh_from_db()
    assert (probe.status, probe.attempts_made) == (Action.Status.FAILED, 1)
    assert pace().is_paused


def test_an_operator_tries_at_once_and_the_next_probe_is_a_minute_later(start, vista, noon, time_machine):
    pause(start)
    time_machine.move_to(noon + timedelta(seconds=20), tick=False)
    assert claim() == []
    opal = make_user("opal")
    try_now(actor=opal, connection=vista)
    (probe,) = claim()
    with pytest.raises(Refused, match="being tried at this moment"):
        try_now(actor=opal, connection=vista)
    answer([probe], REFUSED)
    assert claim() == []
    time_machine.move_to(noon + timedelta(seconds=80), tick=False)
    assert claim() == [probe]
    entry = AuditEntry.objects.get(verb="tried now")
    assert (entry.actor, entry.integration, entry.target) == (opal, vista.integration, str(vista))


def test_a_try_that_arrives_ends_the_pause(start, vista, noon):
    pause(start)
    start(3)
    try_now(actor=None, connection=vista)
    answer(claim(), Answer(status=200))
    assert not pace().is_paused
    assert len(claim()) == 3


@pytest.mark.parametrize("troubles", [0, 4])
def test_there_is_nothing_to_try_where_nothing_is_paused(troubles, start, vista, noon):
    start(troubles)
    answer(claim(), REFUSED)
    with pytest.raises(Refused, match="is not paused"):
        try_now(actor=None, connection=vista)
    assert not AuditEntry.objects.filter(verb="tried now").exists()


def test_once_it_answers_all_go_in_their_old_order(start, vista, noon, time_machine):
    pause(start)
    start(6)
    time_machine.move_to(noon + PROBE_EVERY, tick=False)
    answer(claim(), Answer(status=200))
    assert not pace().is_paused
    first = list(Action.objects.filter(status=Action.Status.QUEUED).order_by("pk"))
    time_machine.move_to(noon + PROBE_EVERY + timedelta(seconds=1), tick=False)
    assert [action.pk for action in claim()] == [action.pk for action in first]


def test_any_answer_ends_the_pause_even_a_refusal(start, noon, time_machine):
    pause(start)
    time_machine.move_to(noon + PROBE_EVERY, tick=False)
    answer(claim(), Answer(status=401))
    assert not pace().is_paused


def test_what_was_out_when_it_paused_goes_back_if_it_arrived_nowhere(start, noon):
    start(8)
    taken = claim()
    answer(taken[:5], REFUSED)
    answer(taken[5:], REFUSED)
    assert codes(Action.objects.filter(status=Action.Status.QUEUED).order_by("due_at")) == ["04", "05", "06", "07"]
    assert Attempt.objects.count() == 4


def test_a_retry_that_waited_for_its_connection_keeps_its_24_hours(start, vista, noon, time_machine):
    (run,) = start(1, retry_policy=retry_policy(attempts=2, interval_minutes=60))
    answer(claim(), Answer(status=503))
    time_machine.move_to(noon + timedelta(minutes=30), tick=False)
    pause(start)
    hours = timedelta(hours=30)
    back = noon + hours
    time_machine.move_to(back, tick=False)
    answer(claim(), REFUSED)
    time_machine.move_to(back + PROBE_EVERY, tick=False)
    answer(claim(), Answer(status=200))
    retry = Action.objects.get(run=run)
    assert (retry.status, retry.retries_done) == (Action.Status.PENDING_RETRY, 1)
    (taken,) = [action for action in claim() if action.pk == retry.pk]
    answer([taken], Answer(status=503))
    retry.refresh_from_db()
    assert (retry.status, retry.retries_done) == (Action.Status.PENDING_RETRY, 2)
    assert retry.due_at == back + PROBE_EVERY + timedelta(hours=1)


def test_a_token_address_that_nobody_reaches_counts_too(start, noon):
    start(6)
    verdict = Verdict(ok=False, content={"status": None, "result": {}}, message="Nothing was sent: no access token.")
    record([Sent(action, WORKER, None, None, verdict, heard=SILENT) for action in claim()])
    assert pace().is_paused
    assert Action.objects.filter(status=Action.Status.QUEUED).count() == 2


def test_the_pages_say_since_when_and_how_many_wait(start, vista, noon, time_machine, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    pause(start)
    start(6)
    Connection.objects.update(name="Vista")
    time_machine.move_to(noon + timedelta(minutes=5), tick=False)
    assert states() == ["Vista is not reachable since 13:00: 7 waiting, 0 lost."]
    time_machine.move_to(noon + timedelta(days=2), tick=False)
    assert states() == ["Vista is not reachable since 2026-03-02 13:00: 7 waiting, 0 lost."]
    answer(claim(), Answer(status=200))
    assert states() == []


def test_a_rest_that_a_system_asked_for_is_told_too(start, noon):
    start(3)
    Connection.objects.update(name="Vista")
    (first, *_) = claim(room=17)
    answer([first], Answer(status=429, headers={"retry-after": "120"}))
    assert states() == ["Vista asked for fewer requests and rests until 12:02: 2 waiting, 0 lost."]


def test_another_connection_to_the_same_system_is_not_paused_with_it(start, integration, vista, add_phase, noon):
    pause(start)
    other = make_connection(integration, vista.connector, vista.base_url, name="Other")
    make_run(make_flow(integration, action_step(other, add_phase)))
    advance_due_runs()
    assert [action.connection for action in claim()] == [other]


def test_a_system_that_is_really_away_and_comes_back(integration, vista, add_phase, httpserver, work, time_machine):
    """The whole way: real sockets, real lanes."""
    time_machine.move_to("2026-03-02T12:00:00+00:00")
    address, vista.base_url = vista.base_url, "http://127.0.0.1:1"
    vista.save()
    flow = make_flow(integration, action_step(vista, add_phase))
    runs = [make_run(flow, {"code": f"{number:02d}-000"}) for number in range(20)]
    work()
    assert Run.objects.filter(status=Run.Status.SUSPENDED).count() == 16
    httpserver.expect_request("/phases").respond_with_json({})
    vista.base_url = address
    vista.save()
    work()
    assert not httpserver.log
    time_machine.shift(61)
    work()
    assert Run.objects.filter(pk__in=[run.pk for run in runs], status=Run.Status.SUCCESS).count() == 16
    assert len(httpserver.log) == 16
    assert Attempt.objects.count() == 20
