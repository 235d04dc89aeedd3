"""Integrations and their connections."""

import pytest
from pytest_httpserver import HTTPServer

from flows.models import Action
from integrations.models import AuditEntry, Connection
from tests.making import make_action_path, make_connection, make_connector

HARBOUR = "integrations/harbour-bridge/"
CONNECTIONS = f"{HARBOUR}connections/"
SECRET = "s3cret-in-the-vault"
NEW = {
    "connector": "vista",
    "name": "Vista north",
    "base_url": "https://vista.example",
    "authentication_kind": "api_key",
    "settings": {"parameter_name": "X-API-Key", "in": "header"},
    "secrets": {"api_key": SECRET},
    "limits": {"concurrency": 3, "honours_idempotency_key": True},
}


@pytest.fixture
def vista(db):
    return make_connector("Vista")


def test_who_makes_an_integration_owns_it(as_sam):
    made = as_sam.post("integrations/", {"name": "Quay 7"})
    assert (made.status, made.body["slug"], made.body["role"]) == (201, "quay-7", "owner")
    assert as_sam.get("integrations/").body["results"] == [made.body]
    assert as_sam.get("integrations/quay-7/").body == made.body


def test_a_name_is_given_once(as_sam, harbour):
    assert as_sam.post("integrations/", {"name": "Harbour Bridge"}).problems.keys() == {"name"}


def test_a_change_keeps_what_it_leaves_out(as_olga, harbour):
    as_olga.patch(HARBOUR, {"config": {"company": 1}})
    changed = as_olga.patch(HARBOUR, {"description": "Two systems"}).body
    assert (changed["name"], changed["description"], changed["config"]) == (
        "Harbour Bridge",
        "Two systems",
        {"company": 1},
    )
    assert AuditEntry.objects.filter(verb="changed settings").count() == 2


def test_the_list_shows_only_ones_own_with_ones_role(as_opal, as_sam, harbour):
    assert [(row["slug"], row["role"]) for row in as_opal.get("integrations/").body["results"]] == [
        ("harbour-bridge", "operator")
    ]
    assert as_sam.get("integrations/").body["results"] == []


def test_a_connection_takes_secrets_and_never_shows_them(as_bo, vista):
    made = as_bo.post(CONNECTIONS, NEW)
    assert made.status == 201, made
    shown = [made, as_bo.get(f"{CONNECTIONS}{made.body['id']}/"), as_bo.get(CONNECTIONS)]
    shown.append(as_bo.patch(f"{CONNECTIONS}{made.body['id']}/", {"secrets": {"api_key": f"{SECRET}2"}}))
    for answer in shown:
        assert answer.status in {200, 201}
        assert SECRET not in str(answer.body)
        assert "sealed" not in str(answer.body)
    assert made.body["limits"] == {
        "concurrency": 3,
        "requests_per_second": None,
        "requests_per_minute": None,
        "processing_minutes": 60,
        "idempotency_header": "Idempotency-Key",
        "honours_idempotency_key": True,
    }
    assert SECRET not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_a_change_of_a_connection_keeps_what_it_leaves_out(as_bo, vista):
    made = as_bo.post(CONNECTIONS, NEW).body
    changed = as_bo.patch(f"{CONNECTIONS}{made['id']}/", {"limits": {"processing_minutes": 5}}).body
    assert changed == made | {"limits": made["limits"] | {"processing_minutes": 5}}


def test_stored_secrets_do_not_move_to_another_host(as_bo, vista):
    made = as_bo.post(CONNECTIONS, NEW).body
    answer = as_bo.patch(f"{CONNECTIONS}{made['id']}/", {"base_url": "https://elsewhere.example"})
    assert (answer.status, list(answer.problems)) == (400, ["secrets.api_key"])


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"connector": "visat"}, "connector"),
        ({"base_url": "vista.example"}, "base_url"),
        ({"authentication_kind": "kerberos"}, "authentication_kind"),
        ({"secrets": {}}, "secrets.api_key"),
        ({"secrets": {"api_key": SECRET, "token": "x"}}, "secrets.token"),
        ({"settings": {"in": "body"}}, "settings.in"),
        ({"settings": "X-API-Key"}, "settings"),
        ({"limits": {"concurrency": 65}}, "limits.concurrency"),
        ({"limits": {"retries": 3}}, "limits.retries"),
        ({"limits": {"idempotency_header": "no header"}}, "limits.idempotency_header"),
    ],
)
def test_a_wrong_connection_is_refused_with_the_place(as_bo, vista, change, place):
    answer = as_bo.post(CONNECTIONS, NEW | change)
    assert answer.status == 400
    assert place in answer.problems
    assert SECRET not in str(answer.body)
    assert not Connection.objects.exists()


def test_a_connection_is_tested_by_a_real_request(as_bo, harbour, httpserver: HTTPServer):
    httpserver.expect_request("/phases").respond_with_json([{"code": "03-100"}])
    vista = make_connector("Vista")
    make_action_path(vista, method="GET", input_schema={"type": "object", "properties": {}})
    connection = make_connection(harbour, vista, httpserver.url_for(""))
    answer = as_bo.post(f"{CONNECTIONS}{connection.pk}/test/").body
    assert answer["ok"] is True
    assert "200 OK" in answer["came_back"]
    assert as_bo.get(f"{CONNECTIONS}{connection.pk}/").body["test_result"] == answer


def test_a_connection_that_was_never_used_can_go(as_bo, vista):
    made = as_bo.post(CONNECTIONS, NEW).body
    assert as_bo.delete(f"{CONNECTIONS}{made['id']}/").status == 204
    assert as_bo.get(f"{CONNECTIONS}{made['id']}/").status == 404


def test_a_connection_with_a_history_stays(as_bo, scene):
    answer = as_bo.delete(f"{CONNECTIONS}{scene.connection.pk}/")
    assert (answer.status, "in use" in answer.body["detail"]) == (400, True)
    assert Action.objects.get().connection == scene.connection
