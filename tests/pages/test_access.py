"""Who may open and do what: every page of integrations and connectors, for everybody."""

import pytest

from tests.cast import allow, client_of, make_connection, make_integration
from tests.pages.addresses import address

# What comes back: for no log-in "login" (sent there), for strangers, viewers, builders, operators, owners a status.
#                                      sam  vic   bo  opal olga
READ = {
    "home": (200, 200, 200, 200, 200),
    "integration-create": (200, 200, 200, 200, 200),
    "integration-detail": (404, 200, 200, 200, 200),
    "audit-trail": (404, 200, 200, 200, 200),
    "member-list": (404, 200, 200, 200, 200),
    "integration-settings": (404, 403, 403, 403, 200),
    "connection-list": (404, 200, 200, 200, 200),
    "connection-detail": (404, 200, 200, 200, 200),
    "connection-create": (404, 403, 200, 403, 200),
    "connection-edit": (404, 403, 200, 403, 200),
    "connector-list": (200, 200, 200, 200, 200),
    "connector-detail": (200, 200, 200, 200, 200),
    "action-path": (200, 200, 200, 200, 200),
    "action-path-schema": (200, 200, 200, 200, 200),
    "action-path-openapi": (200, 200, 200, 200, 200),
    "action-path-openapi-json": (200, 200, 200, 200, 200),
    # Importing needs the permission connectors.add_connector, which the scene gives to olga.
    "connector-import": (403, 403, 403, 403, 200),
    "connector-import-status": (403, 403, 403, 403, 200),
}
# An empty form: 422 says what is missing, 302 that it was done or refused with a message.
WRITE = {
    "integration-create": (422, 422, 422, 422, 422),
    "integration-settings": (404, 403, 403, 403, 422),
    "member-add": (404, 403, 403, 403, 422),
    "member-change": (404, 403, 403, 403, 302),
    "member-remove": (404, 403, 403, 403, 302),
    "connection-edit": (404, 403, 422, 403, 422),
    "connection-try": (404, 403, 403, 302, 302),
    "connection-delete": (404, 403, 302, 403, 302),
    "connector-import": (403, 403, 403, 403, 422),
}
CAST = ("sam", "vic", "bo", "opal", "olga")


@pytest.fixture
def cast(scene, sam, vic, bo, opal, olga) -> dict:
    return {"sam": sam, "vic": vic, "bo": bo, "opal": opal, "olga": olga}


@pytest.mark.parametrize("name", READ)
def test_who_may_read(name, scene, cast):
    url = address(name, scene)
    assert [client_of(cast[who]).get(url).status_code for who in CAST] == list(READ[name])


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("name", WRITE)
def test_who_may_write(name, who, scene, cast):
    expected = WRITE[name][CAST.index(who)]
    # An empty post body still needs one field, or the form would count as not sent.
    assert client_of(cast[who]).post(address(name, scene), {"sent": "1"}).status_code == expected


@pytest.mark.parametrize("name", sorted({*READ, *WRITE, "connection-test"}))
def test_visitors_are_sent_to_the_log_in(name, scene):
    answer = client_of(None).get(address(name, scene))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=")


@pytest.mark.parametrize(
    "name", ["member-add", "member-change", "member-remove", "connection-test", "connection-try", "connection-delete"]
)
def test_what_writes_takes_only_posts(name, scene, olga):
    assert client_of(olga).get(address(name, scene)).status_code == 405


@pytest.mark.parametrize(("who", "expected"), [("sam", 404), ("vic", 403), ("opal", 403), ("bo", 302)])
def test_who_may_test_a_connection(who, expected, scene, cast):
    scene.connection.base_url = "http://127.0.0.1:1"
    scene.connection.save()
    assert client_of(cast[who]).post(address("connection-test", scene)).status_code == expected


def test_things_of_another_integration_are_not_found(scene, olga):
    theirs = make_connection(make_integration("Elsewhere"), scene.connector)
    url = f"/integrations/{scene.integration.slug}/connections/{theirs.pk}/"
    assert client_of(olga).get(url).status_code == 404


def test_a_member_without_the_right_reads_which_role_is_needed(scene, vic):
    answer = client_of(vic).get(address("connection-create", scene))
    assert "ask an owner for the role builder or owner" in answer.content.decode()


def test_importing_needs_its_permission_only(scene, sam):
    allow(sam, "connectors.add_connector")
    assert client_of(sam).get(address("connector-import", scene)).status_code == 200
