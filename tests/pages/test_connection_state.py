"""Where people see that a system is not reachable, and how much waits for it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from flows.models import Action, Heartbeat, Pace
from flows.readiness import ready_connections
from tests.cast import client_of
from tests.making import (
    action_step,
    make_action,
    make_action_path,
    make_connection,
    make_connector,
    make_flow,
    make_integration,
    make_run,
)

pytestmark = pytest.mark.django_db
SAID = "Vista is not reachable since"


@pytest.fixture
def vista(harbour):
    """Paused, with three actions that wait."""
    connection = make_connection(harbour, make_connector(), name="Vista")
    path = make_action_path(connection.connector)
    run = make_run(make_flow(harbour, action_step(connection, path)))
    for _ in range(3):
        make_action(run, connection, path, due_at=timezone.now() - timedelta(minutes=1))
    began = timezone.now() - timedelta(minutes=5)
    Pace.objects.create(
        connection=connection, troubles=5, troubled_since=began, paused_at=began, trouble="It could not be reached."
    )
    return connection


def state_of(connection) -> str:
    return reverse("connection-state", args=[connection.integration.slug, connection.pk])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_piece_of_the_connections_page_tells_it(vic, vista):
    page = text_of(client_of(vic).get(state_of(vista)))
    assert SAID in page
    assert "3 waiting, 0 lost." in page
    assert "It could not be reached. It is tried again once a minute" in page
    shown = client_of(vic).get(reverse("connection-detail", args=[vista.integration.slug, vista.pk]))
    assert f'hx-get="{state_of(vista)}"' in shown.content.decode()


def try_now(user, connection):
    return client_of(user).post(
        reverse("connection-try", args=[connection.integration.slug, connection.pk]), follow=True
    )


def test_an_operator_is_offered_to_try_now_and_others_are_not(opal, vic, bo, vista):
    for place in (state_of(vista), reverse("action-list", args=[vista.integration.slug])):
        assert "Try now: Vista" in text_of(client_of(opal).get(place))
        assert "Try now: Vista" not in text_of(client_of(vic).get(place))
        assert "Try now: Vista" not in text_of(client_of(bo).get(place))


def test_tried_now_it_opens_and_the_page_says_so(opal, vista):
    now = timezone.now()
    Pace.objects.update(closed_at=now, closed_until=now + timedelta(minutes=1))
    assert "Vista is tried at once" in text_of(try_now(opal, vista))
    assert ready_connections(timezone.now()) == [vista.pk]


def test_where_nothing_is_paused_the_page_says_that(opal, vista):
    Pace.objects.update(resumed_at=timezone.now())
    assert "Vista is not paused: what is due goes out." in text_of(try_now(opal, vista))


def test_the_health_page_leads_to_the_connection(opal, vista):
    page = client_of(opal).get(reverse("health")).content.decode()
    assert f'href="{reverse("connection-detail", args=[vista.integration.slug, vista.pk])}"' in page


def test_it_is_empty_when_all_is_well(vic, vista):
    Pace.objects.update(resumed_at=timezone.now())
    assert text_of(client_of(vic).get(state_of(vista))) == ""


def test_strangers_learn_nothing(sam, vista):
    assert client_of(sam).get(state_of(vista)).status_code == 404
    assert SAID not in text_of(client_of(sam).get(reverse("health")))


def test_a_connection_of_another_integration_is_not_told(vic, vista):
    other = make_connection(make_integration(), vista.connector, name="Elsewhere")
    Pace.objects.filter(connection=vista).update(connection=other)
    address = reverse("connection-state", args=[vista.integration.slug, other.pk])
    assert text_of(client_of(vic).get(address)) == ""


def test_the_review_and_the_health_page_tell_it_too(opal, vista):
    Heartbeat.objects.create(name="worker", seen_at=timezone.now())
    assert SAID in text_of(client_of(opal).get(reverse("action-list", args=[vista.integration.slug])))
    health = text_of(client_of(opal).get(reverse("health")))
    assert SAID in health
    assert "Something needs looking at." in health


def test_what_a_paused_connection_holds_back_is_no_fault_of_the_worker(opal, vista):
    Heartbeat.objects.create(name="worker", seen_at=timezone.now())
    Action.objects.update(due_at=timezone.now() - timedelta(hours=3))
    now = timezone.now()
    Pace.objects.update(closed_at=now - timedelta(seconds=5), closed_until=now + timedelta(seconds=55))
    assert "Work waits too long" not in text_of(client_of(opal).get(reverse("health")))
