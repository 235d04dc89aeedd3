"""Add a connection, change it, test it, delete it, as a browser sends it."""

import pytest

from integrations.models import Connection
from tests.cast import client_of, make_connector
from tests.connectors.servers import answering, reply, serve
from tests.pages.addresses import address

SECRET = "very-secret-key"
FORM = {
    "name": "Vista live",
    "base_url": "https://vista.example",
    "authentication_kind": "api_key",
    "api_key-parameter_name": "X-API-Key",
    "api_key-in": "header",
    "api_key-api_key": SECRET,
    "concurrency": "4",
    "processing_minutes": "15",
    "idempotency_header": "Idempotency-Key",
}


def text_of(answer) -> str:
    return answer.content.decode()


def new_url(scene) -> str:
    return f"{address('connection-create', scene)}?connector={scene.connector.slug}"


def made(scene, user, **values) -> Connection:
    client_of(user).post(new_url(scene), FORM | values)
    return Connection.objects.get(name=values.get("name", FORM["name"]))


def edit_url(connection: Connection) -> str:
    return f"/integrations/{connection.integration.slug}/connections/{connection.pk}/edit"


def test_adding_begins_with_the_choice_of_a_connector(scene, bo):
    page = text_of(client_of(bo).get(address("connection-create", scene)))
    assert "?connector=vista-sample" in page


def test_an_unknown_connector_is_not_found(scene, bo):
    answer = client_of(bo).get(address("connection-create", scene) + "?connector=nothing")
    assert answer.status_code == 404
    assert "no such connector" in text_of(answer)


def test_the_form_begins_with_what_the_document_says(scene, bo):
    page = text_of(client_of(bo).get(new_url(scene)))
    assert 'value="https://vista.example"' in page
    assert '<option value="api_key" selected>API key</option>' in page
    assert 'value="https://vista.example/oauth/token"' in page


def test_a_connection_is_stored_with_its_limits(scene, bo):
    connection = made(scene, bo)
    assert connection.connector == scene.connector
    assert (connection.concurrency, connection.processing_minutes) == (4, 15)
    assert (connection.requests_per_second, connection.requests_per_minute) == (None, None)
    assert connection.settings == {"parameter_name": "X-API-Key", "in": "header"}
    assert SECRET not in connection.sealed_secrets


def test_rates_are_stored_shown_and_taken_away(scene, bo):
    connection = made(scene, bo, requests_per_second="5", requests_per_minute="100")
    assert (connection.requests_per_second, connection.requests_per_minute) == (5, 100)
    page = text_of(client_of(bo).get(edit_url(connection).removesuffix("/edit") + "/"))
    assert "Requests per second" in page
    client_of(bo).post(edit_url(connection), FORM | {"requests_per_minute": "60", "api_key-api_key": ""})
    connection.refresh_from_db()
    assert (connection.requests_per_second, connection.requests_per_minute) == (None, 60)


def test_a_secret_is_never_shown_again(scene, bo):
    connection = made(scene, bo)
    pages = [edit_url(connection), edit_url(connection).removesuffix("edit"), address("audit-trail", scene)]
    for url in pages:
        assert SECRET not in text_of(client_of(bo).get(url))
    assert "Stored; leave empty to keep it." in text_of(client_of(bo).get(edit_url(connection)))


def test_a_refused_form_does_not_send_the_secret_back(scene, bo):
    answer = client_of(bo).post(new_url(scene), FORM | {"base_url": "vista"})
    assert answer.status_code == 422
    assert SECRET not in text_of(answer)


def test_an_empty_secret_keeps_the_stored_one(scene, bo):
    connection = made(scene, bo)
    client_of(bo).post(edit_url(connection), FORM | {"api_key-api_key": "", "concurrency": "9"})
    changed = Connection.objects.get(pk=connection.pk)
    assert changed.concurrency == 9
    assert changed.sealed_secrets != ""


def test_another_address_asks_for_the_secret_again(scene, bo):
    connection = made(scene, bo)
    answer = client_of(bo).post(
        edit_url(connection), FORM | {"api_key-api_key": "", "base_url": "https://evil.example"}
    )
    assert answer.status_code == 422
    assert "must be entered again" in text_of(answer)
    assert Connection.objects.get(pk=connection.pk).base_url == "https://vista.example"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "Vista"}, "already has a connection named Vista"),
        ({"base_url": "vista.example"}, "must begin with https://"),
        ({"api_key-api_key": ""}, "API key is missing."),
        ({"concurrency": "0"}, "greater than or equal to 1"),
        ({"idempotency_header": "a b"}, "Write the name of a header"),
        ({"authentication_kind": "magic"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(values, said, scene, bo):
    answer = client_of(bo).post(new_url(scene), FORM | values)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert Connection.objects.count() == 1


def test_fields_of_other_kinds_are_not_read(scene, bo):
    connection = made(scene, bo, authentication_kind="none", name="Open")
    assert (connection.settings, connection.sealed_secrets) == ({}, "")


def test_testing_shows_what_was_tried_and_what_came_back(scene, bo):
    with serve(answering(reply(b'{"jobs": []}'))) as url:
        Connection.objects.filter(pk=scene.connection.pk).update(base_url=url, authentication_kind="none", settings={})
        answer = client_of(bo).post(address("connection-test", scene), headers={"HX-Request": "true"})
    page = text_of(answer)
    assert f"GET {url}" in page
    assert "200" in page
    assert "<html" not in page


def test_without_htmx_testing_leads_back_to_the_connection(scene, bo):
    Connection.objects.filter(pk=scene.connection.pk).update(base_url="http://127.0.0.1:1", authentication_kind="none")
    answer = client_of(bo).post(address("connection-test", scene), follow=True)
    assert answer.redirect_chain == [(address("connection-detail", scene), 302)]
    assert "It does not work" in text_of(answer)


def test_a_connection_is_deleted(scene, bo):
    answer = client_of(bo).post(address("connection-delete", scene), follow=True)
    assert "Vista is deleted." in text_of(answer)
    assert not Connection.objects.exists()


def test_a_connector_without_known_kinds_offers_all_of_them(scene, bo):
    make_connector("Plain")
    page = text_of(client_of(bo).get(f"{address('connection-create', scene)}?connector=plain"))
    assert '<option value="none" selected>No authentication</option>' in page
    assert '<option value="basic">' in page
