"""How often a page asks the database: the same for one thing as for many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connectors.models import ConnectorImport
from integrations import audit
from integrations.models import Role
from tests.cast import client_of, make_action_path, make_connection, make_connector, make_integration, make_member
from tests.pages.addresses import address

# Session and user are two of them, the membership one more.
LIMITS = {
    "home": 4,
    "integration-detail": 6,
    "audit-trail": 6,
    "member-list": 5,
    "connection-list": 5,
    "connection-detail": 5,
    "connector-list": 6,
    "connector-detail": 6,
    "action-path": 4,
}


def count_queries(user, url: str) -> int:
    client = client_of(user)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def add_many(scene, olga) -> None:
    for number in range(12):
        integration = make_integration(f"Other {number}")
        integration.memberships.create(user=olga, role=Role.VIEWER)
        connector = make_connector(f"Connector {number}")
        make_action_path(scene.connector, f"module-{number}/object/list")
        make_connection(scene.integration, connector, name=f"Connection {number}")
        member = make_member(scene.integration, f"user{number}", Role.VIEWER)
        audit.record(integration=scene.integration, actor=member, verb="ran", target="flow", detail={"a": 1})
        ConnectorImport.objects.create(name=connector.name, source="x.json", connector=connector)


@pytest.mark.parametrize("name", LIMITS)
def test_more_things_take_no_more_queries(name, scene, olga):
    url = address(name, scene)
    before = count_queries(olga, url)
    add_many(scene, olga)
    assert count_queries(olga, url) <= before <= LIMITS[name]


def test_home_counts_connections_and_members(scene, olga):
    make_connection(scene.integration, scene.connector, name="Second")
    page = client_of(olga).get("/").content.decode()
    assert "2 connections" in page
    assert "4 members" in page


def test_a_list_reads_no_schemas(scene, olga):
    with CaptureQueriesContext(connection) as queries:
        client_of(olga).get(address("connector-detail", scene))
    assert not any("input_schema" in query["sql"] for query in queries)
