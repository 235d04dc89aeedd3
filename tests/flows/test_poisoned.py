"""What stops its worker, or can't be stored, is set aside after three tries; the rest goes on.

tests/stack/test_poisoned.py has the same with processes that really die.
"""

import gzip
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from werkzeug import Response

from flows import engine, leases, processing
from flows.models import Action, Attempt, Run
from flows.sweep import sweep
from tests.making import action_step, expression, make_flow, make_run, map_step

PAST_LEASE = timedelta(seconds=settings.LEASE_SECONDS + 1)
POISON = "66-666"


@pytest.fixture
def after(time_machine):
    """Moves the clock past all leases."""
    moment = [timezone.now()]
    time_machine.move_to(moment[0], tick=False)

    def move() -> None:
        moment[0] += PAST_LEASE
        time_machine.move_to(moment[0], tick=False)

    return move


class Killed(BaseException):
    """Stands for SIGKILL: passes everything that expects errors."""


def statuses_by_code() -> dict[str, str]:
    return {run.trigger_data["code"]: run.status for run in Run.objects.all()}


def claim(worker: str) -> list[str]:
    """The codes of the actions that this worker begins to send."""
    return [action.input["code"] for action in processing._claim(worker, 64)]


def test_a_run_that_stops_its_worker_takes_no_other_run_with_it(integration, monkeypatch, after):
    flow = make_flow(integration, map_step(code=expression("flow.mapItem().code")))
    for code in ("01-000", POISON, "02-000", "03-000"):
        make_run(flow, {"code": code})
    advance = engine._advance

    def dies_at_poison(progress, *rest) -> None:
        if progress.run.trigger_data["code"] == POISON and progress.run.claims <= leases.CLAIM_LIMIT:
            raise Killed
        advance(progress, *rest)

    monkeypatch.setattr(engine, "_advance", dies_at_poison)
    deaths = 0
    for _ in range(8):
        try:
            engine.advance_due_runs()
        except Killed:
            deaths += 1
        after()
    assert deaths == leases.CLAIM_LIMIT
    assert statuses_by_code() == {"01-000": "Success", POISON: "Exception", "02-000": "Success", "03-000": "Success"}
    assert "stopped its worker 3 times" in Run.objects.get(status="Exception").message


def test_while_a_suspect_is_tried_fresh_work_goes_on_and_other_suspects_wait(integration, vista, put_phase, after):
    flow = make_flow(integration, action_step(vista, put_phase))
    for number in range(4):
        make_run(flow, {"code": f"0{number}-000"})
    engine.advance_due_runs()
    for _ in range(leases.SUSPECT):
        assert len(claim("a worker that is killed")) == 4
        after()
        sweep()
    make_run(flow, {"code": "09-000"})
    engine.advance_due_runs()
    assert [claim("a worker") for _ in range(3)] == [["00-000"], ["09-000"], []]
    # It need not wait until that worker, should it be dead by now, is known to be.
    assert claim("one of another process") == ["01-000"]


def test_an_action_that_stops_its_worker_is_set_aside_with_its_cause_and_all_others_arrive(
    integration, vista, put_phase, httpserver, work, after
):
    httpserver.expect_request("/phases").respond_with_json({})
    flow = make_flow(integration, action_step(vista, put_phase))
    for code in ("01-000", POISON, "02-000", "03-000"):
        make_run(flow, {"code": code})
    engine.advance_due_runs()
    poison = Action.objects.get(run__trigger_data__contains=POISON)
    for _ in range(leases.SUSPECT):
        claim("a worker that is killed")
        after()
        sweep()
    # The oldest goes first, and alone; in its stead the poison has its last try.
    Action.objects.filter(pk=poison.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert claim("a worker that is killed") == [POISON]
    after()
    sweep()
    work()
    poison.refresh_from_db()
    assert (poison.status, poison.needs_review, poison.attempts.count()) == (Action.Status.OUTCOME_UNKNOWN, True, 3)
    assert "The worker stopped before an answer was stored. That happened 3 times" in poison.message
    assert statuses_by_code() == {"01-000": "Success", POISON: "Suspended", "02-000": "Success", "03-000": "Success"}


DEEP = b'{"a":' * 200_000 + b"1" + b"}" * 200_000


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (DEEP, {}),
        (b"[" * 100_000, {}),
        (b'{"n": 1e999999999999}', {}),
        (b'{"n": ' + b"9" * 100_000 + b"}", {}),
        (b'{"n": NaN}', {}),
        (b'{"t": "\\u0000 \\ud800"}', {}),
        (b"\xff\xfe{", {}),
        (b"", {}),
        (b"not gzip", {"Content-Encoding": "gzip"}),
        (gzip.compress(b"[" + b"0," * 20_000_000 + b"0]"), {"Content-Encoding": "gzip"}),
        (b"{}", {"Retry-After": "9" * 400}),
        (b"{}", {"Content-Type": "application/json; charset=nowhere"}),
    ],
    ids=[
        "deep",
        "unclosed",
        "huge exponent",
        "long number",
        "NaN",
        "no text",
        "no UTF-8",
        "nothing",
        "no gzip",
        "bomb",
        "wait",
        "charset",
    ],
)
def test_an_answer_made_to_break_a_parser_ends_its_own_action_only(
    body, headers, integration, vista, add_phase, httpserver, work
):
    def answer(request) -> Response:
        if request.get_json()["code"] == POISON:
            return Response(body, 200, {"Content-Type": "application/json", **headers})
        return Response("{}", mimetype="application/json")

    httpserver.expect_request("/phases").respond_with_handler(answer)
    flow = make_flow(integration, action_step(vista, add_phase))
    for code in ("01-000", POISON, "02-000"):
        make_run(flow, {"code": code})
    work()
    found = statuses_by_code()
    assert found.pop(POISON) in {"Success", "Failed"}
    assert found == {"01-000": "Success", "02-000": "Success"}


def test_an_answer_that_can_not_be_stored_is_tried_thrice_and_set_aside_with_its_cause(
    integration, vista, put_phase, httpserver, work, after, monkeypatch
):
    httpserver.expect_request("/phases").respond_with_json({})
    complete = processing._completed

    def refuses_poison(item):
        if item.action.input["code"] == POISON:
            raise ValueError("no column takes this")
        return complete(item)

    monkeypatch.setattr(processing, "_completed", refuses_poison)
    flow = make_flow(integration, action_step(vista, put_phase))
    for code in ("01-000", POISON, "02-000"):
        make_run(flow, {"code": code})
    for _ in range(leases.CLAIM_LIMIT):
        work()
        after()
        sweep()
    assert statuses_by_code() == {"01-000": "Success", POISON: "Suspended", "02-000": "Success"}
    poison = Action.objects.get(status=Action.Status.OUTCOME_UNKNOWN)
    assert "no column takes this" in poison.message
    assert [attempt.verdict for attempt in poison.attempts.all()] == [Attempt.Verdict.UNKNOWN] * 3
