"""The health page: every part says how it is, and what helps when it is not well."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from flows.expressions.stock import SandboxUnavailable
from flows.models import Action, Heartbeat, Run
from flows.pages import health_parts
from tests.cast import client_of
from tests.making import (
    make_action,
    make_action_path,
    make_connection,
    make_connector,
    make_flow,
    make_integration,
    make_run,
    map_step,
)

pytestmark = pytest.mark.django_db


def see(name, seconds_ago=1.0):
    Heartbeat.objects.create(name=name, seen_at=timezone.now() - timedelta(seconds=seconds_ago))


def page_for(user, **headers):
    return client_of(user).get(reverse("health"), headers=headers)


def parts_for(user):
    return {part.name: part for part in page_for(user).context["parts"]}


def test_everybody_with_a_log_in_may_look(sam):
    assert page_for(sam).status_code == 200
    assert page_for(None).status_code == 302


def test_all_is_well_while_the_worker_is_seen(sam):
    see("worker")
    see("sweep")
    answer = page_for(sam)
    assert "All is well." in answer.content.decode()
    assert "manage.py worker" not in answer.content.decode()


def test_a_silent_worker_is_told_with_the_remedy(sam):
    see("worker", 3600)
    answer = page_for(sam)
    assert "Something needs looking at." in answer.content.decode()
    assert "seen 60 min ago" in answer.content.decode()
    assert "Start it: manage.py worker." in answer.content.decode()


def test_where_there_are_more_machines_each_worker_is_told(sam):
    see("worker")
    see("worker on erp-1")
    assert "Worker on erp-1" not in parts_for(sam)
    see("worker on erp-2", 3600)
    found = parts_for(sam)
    assert (found["Worker on erp-1"].well, found["Worker on erp-2"].well) == (True, None)
    assert "Seen 60 min ago. Start its worker again" in found["Worker on erp-2"].says


def test_waiting_work_is_counted(sam):
    see("worker")
    integration = make_integration()
    run = make_run(make_flow(integration, map_step()))
    vista = make_connection(integration, make_connector())
    action_path = make_action_path(vista.connector)
    now = timezone.now()
    make_action(run, vista, action_path, due_at=now)
    make_action(run, vista, action_path, status=Action.Status.PENDING_RETRY, due_at=now + timedelta(hours=1))
    make_action(run, vista, action_path, status=Action.Status.OUTCOME_UNKNOWN)
    make_action(run, vista, action_path, status=Action.Status.SUCCESSFUL)
    found = parts_for(sam)
    assert found["Runs"].says.startswith("1 due now.")
    assert found["Actions"].says == "1 due now, 0 being sent, 1 for later, 1 of unknown outcome."


def test_work_that_waits_too_long_is_not_well(sam):
    see("worker")
    run = make_run(make_flow(make_integration(), map_step()))
    assert parts_for(sam)["Runs"].well
    Run.objects.filter(pk=run.pk).update(due_at=timezone.now() - timedelta(minutes=10))
    found = parts_for(sam)["Runs"]
    assert (found.well, "10 min" in found.says) == (False, True)


def test_the_sandbox_says_that_it_is_confined(sam):
    assert parts_for(sam)["Expression sandbox"].well


@pytest.mark.parametrize(
    "verdict, told",
    [
        ("unconfined: this kernel takes no seccomp filter", "Not confined (this kernel takes no seccomp filter)"),
        (None, "not installed"),
    ],
)
def test_a_sandbox_that_does_not_confine_is_not_well(sam, monkeypatch, verdict, told):
    def ask():
        if verdict is None:
            raise SandboxUnavailable("the JavaScript engine is not installed")
        return verdict

    monkeypatch.setattr(health_parts, "sandbox_verdict", ask)
    found = parts_for(sam)["Expression sandbox"]
    assert (found.well, told in found.says) == (False, True)


def test_a_broker_that_does_not_answer_is_told_without_its_address(sam, monkeypatch):
    def ask():
        raise ConnectionError("redis://secret@10.0.0.7 refused")

    monkeypatch.setattr(health_parts.queue, "waiting", ask)
    page = page_for(sam).content.decode()
    assert "It does not answer (ConnectionError)." in page
    assert "10.0.0.7" not in page


def test_it_is_looked_at_again_without_the_frame(sam):
    assert "<html" not in page_for(sam, HX_Request="true").content.decode()


def test_it_costs_a_fixed_number_of_queries(sam, django_assert_max_num_queries):
    see("worker")
    client = client_of(sam)
    # Session and user; heartbeats; six counts, held connections and the broker's; PostgreSQL's clock, three times.
    with django_assert_max_num_queries(14):
        client.get(reverse("health"))
