"""The last failures of an action path, as the error condition saw them; and a condition tried on them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from werkzeug import Response

from flows.commands.actions import close_as
from flows.models import Action, Attempt
from flows.queries import failures
from flows.queries.failures import example_failures, judge_failures, last_failures
from tests.cast import make_user
from tests.making import (
    action_step,
    expression,
    make_action,
    make_action_path,
    make_connection,
    make_flow,
    make_integration,
    make_run,
    map_step,
    retry_policy,
)

pytestmark = pytest.mark.django_db
BUSY = {"message": "Batch 12 is in use."}
IS_503 = "flow.mapItem().status === 503"


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False)
    return timezone.now()


@pytest.fixture
def fail(integration, vista, add_phase, httpserver, work):
    """Runs the flow once; the other system answers with these, one after the other."""

    def once(*answers, condition="true", steps=(), data=None):
        httpserver.clear_all_handlers()
        for status, body in answers:
            httpserver.expect_ordered_request("/phases").respond_with_json(body, status=status)
        step = action_step(vista, add_phase, retry_policy=retry_policy(error_condition=condition))
        run = make_run(make_flow(integration, *steps, step), data)
        work()
        return run

    return once


def seen(integration, action_path):
    return [failure.item for failure in last_failures(integration, action_path)]


def retry_all(work, time_machine, now):
    time_machine.move_to(now + timedelta(hours=1, seconds=1), tick=False)
    work()


def test_a_failure_is_what_the_condition_saw(fail, integration, add_phase):
    run = fail((503, BUSY), condition="false")
    (found,) = last_failures(integration, add_phase)
    assert found.item == {"status": 503, "result": Action.objects.get().content["result"]}
    assert (found.status, found.text, found.message) == (503, "Batch 12 is in use.", "503: Batch 12 is in use.")
    assert (found.flow, found.run_id, found.action_id) == (run.flow.name, run.pk, Action.objects.get().pk)


def test_one_that_waits_for_its_retry_is_judged_from_its_answer(fail, integration, add_phase):
    fail((503, BUSY))
    error = {"text": "Batch 12 is in use.", "source": [], "details": BUSY}
    assert Action.objects.get().status == Action.Status.PENDING_RETRY
    assert seen(integration, add_phase) == [
        {"status": 503, "result": {"code": "503", "user_defined_code": None, "errors": [error]}}
    ]


def test_one_that_succeeded_after_a_retry_counts_too(noon, fail, integration, add_phase, work, time_machine):
    fail((503, BUSY), (201, {}))
    retry_all(work, time_machine, noon)
    assert Action.objects.get().status == Action.Status.SUCCESSFUL
    assert [item["status"] for item in seen(integration, add_phase)] == [503]


def test_of_several_attempts_the_last_counts(noon, fail, integration, add_phase, work, time_machine):
    fail((503, BUSY), (422, {"message": "closed"}))
    retry_all(work, time_machine, noon)
    assert [item["status"] for item in seen(integration, add_phase)] == [422]


def test_without_a_whole_answer_the_code_is_kept(fail, integration, add_phase, httpserver, vista, work):
    to_itself = Response("", 307, {"Location": "/phases"})
    httpserver.expect_request("/phases").respond_with_response(to_itself)
    make_run(make_flow(integration, action_step(vista, add_phase, retry_policy=retry_policy())))
    work()
    assert Action.objects.get().status == Action.Status.PENDING_RETRY
    assert [item["result"]["code"] for item in seen(integration, add_phase)] == ["Redirect"]


def test_a_failure_of_which_too_little_is_known_is_left_out(fail, integration, add_phase):
    fail((503, BUSY))
    Attempt.objects.update(response={"status": None, "headers": {}, "body": None})
    assert last_failures(integration, add_phase) == []


def test_an_answer_that_is_no_json_is_one_too(fail, integration, add_phase, httpserver, vista, work):
    httpserver.expect_request("/phases").respond_with_response(Response("<h1>Hi</h1>", content_type="text/html"))
    step = action_step(vista, add_phase, retry_policy=retry_policy())
    make_run(make_flow(integration, step))
    work()
    (item,) = seen(integration, add_phase)
    assert (item["status"], item["result"]["code"]) == (200, "NotJSON")


def test_what_a_person_closed_is_still_the_failure_that_it_was(fail, integration, add_phase):
    fail((503, BUSY))
    ids = [Action.objects.get().pk]
    close_as(actor=make_user("olga"), integration=integration, ids=ids, status=Action.Status.FAILED, reason="Enough.")
    assert [item["result"]["code"] for item in seen(integration, add_phase)] == ["503"]


def test_only_this_action_path_and_this_integration(fail, integration, vista, add_phase):
    fail((503, BUSY))
    other_path = make_action_path(vista.connector)
    elsewhere = make_integration()
    make_connection(elsewhere, vista.connector)
    assert len(last_failures(integration, add_phase)) == 1
    assert last_failures(integration, other_path) == []
    assert last_failures(elsewhere, add_phase) == []


def test_the_newest_come_first_and_no_more_than_twenty(fail, integration, vista, add_phase):
    run = fail((503, BUSY))
    make_failures(run, vista, add_phase, 25)
    found = last_failures(integration, add_phase)
    assert [failure.action_id for failure in found] == sorted((failure.action_id for failure in found), reverse=True)
    assert len(found) == 20


def make_failures(run, vista, action_path, count, body=None):
    for _ in range(count):
        action = make_action(run, vista, action_path, status="Failed", first_failed_at=run.created_at, attempts_made=1)
        answer = {"status": 503, "headers": {}, "body": body or BUSY}
        Attempt.objects.create(action=action, number=1, verdict="Failure", response=answer, message="503: busy")


def test_what_is_large_is_listed_and_not_read(fail, integration, vista, add_phase):
    run = fail((503, BUSY))
    make_failures(run, vista, add_phase, 1, {"message": "x" * failures.LOOKED_INTO})
    large, small = last_failures(integration, add_phase)
    assert (large.item, large.text) == (None, "503: busy")
    assert judge_failures(IS_503, [large, small], run.flow)[0].problem == failures.TOO_LARGE.problem
    assert judge_failures(IS_503, [large, small], run.flow)[1].matches


def test_it_takes_two_queries_however_many(fail, integration, vista, add_phase, django_assert_num_queries):
    run = fail((503, BUSY))
    make_failures(run, vista, add_phase, 25)
    assert run.flow.integration
    with django_assert_num_queries(2):
        found = last_failures(integration, add_phase)
    assert run.flow.integration
    with django_assert_num_queries(0):
        judge_failures(IS_503, found, run.flow)


def test_they_are_found_along_an_index_among_many_successes(fail, integration, vista, add_phase):
    run = fail((503, BUSY))
    for _ in range(2000):
        make_action(run, vista, add_phase, status="Successful")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    mine = Action.objects.filter(integration=integration, action_path=add_phase, first_failed_at__isnull=False)
    plan = mine.order_by("-id").values("pk")[:20].explain()
    assert "action_failures" in plan


def test_a_condition_over_the_runs_own_data_is_tried_with_the_run_of_each_failure(fail, integration, add_phase):
    steps = [map_step("map", list_expression="flow.trigger.data", urgent=expression("flow.mapItem().urgent"))]
    fail((503, BUSY), data={"code": "03-100", "urgent": True}, steps=steps)
    run = fail((503, BUSY), data={"code": "03-200", "urgent": False}, steps=steps)
    found = last_failures(integration, add_phase)
    for condition in ("flow.trigger.data.urgent", 'flow.step("map").output[0].urgent'):
        judgements = judge_failures(condition, found, run.flow)
        assert [judgement.matches for judgement in judgements] == [False, True]
        assert not any(judgement.problem for judgement in judgements)


def test_trying_with_the_runs_takes_no_more_queries_for_more_failures(
    fail, integration, vista, add_phase, django_assert_num_queries
):
    run = fail((503, BUSY))
    make_failures(run, vista, add_phase, 25)
    found = last_failures(integration, add_phase)
    assert run.flow.integration
    with django_assert_num_queries(3):
        judge_failures("flow.trigger.data.code === '03-100'", found, run.flow)


def test_the_examples_have_the_shape_of_every_failure(fail, integration):
    examples = example_failures()
    assert [example.status for example in examples] == [503, 429, 400, None]
    assert {example.item["result"]["code"] for example in examples} == {"503", "429", "400", "Timeout"}
    judgements = judge_failures(IS_503, examples, make_flow(integration, map_step()))
    assert [judgement.matches for judgement in judgements] == [True, False, False, False]
