"""Connections: made, changed, tested and deleted, with secrets that go only where they were meant to go."""

import pytest

from connectors import exact_json
from connectors.sandbox.credentials import VISTA_API_KEY, VISTA_CLIENT_ID, VISTA_CLIENT_SECRET
from connectors.sandbox.server import run_sandbox
from flows.models import Action
from integrations.commands import create_connection, delete_connection, test_connection, update_connection
from integrations.models import AuditEntry, Connection
from integrations.problems import Refused
from integrations.secrets import credentials_for
from tests import making
from tests.cast import make_action_path, make_connector
from tests.connectors.servers import answering, free_port, reply, serve

try_connection = test_connection  # by this name pytest would take it for a test
del test_connection


def make_vista(harbour, olga, **values) -> Connection:
    given = {
        "connector": values.pop("connector", None) or make_connector(),
        "name": "Vista",
        "base_url": "https://vista.example/api",
        "authentication_kind": "api_key",
        "settings": {"parameter_name": "X-API-Key"},
        "secrets": {"api_key": "very-secret-key"},
    }
    return create_connection(actor=olga, integration=harbour, **given | values)


def refusal(call) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        call()
    return [(problem.place, problem.text) for problem in refused.value.problems]


def places(call) -> list[str]:
    return [place for place, _ in refusal(call)]


# --- create


def test_a_connection_keeps_its_secrets_sealed(harbour, olga):
    connection = make_vista(harbour, olga, limits={"concurrency": 3, "honours_idempotency_key": True})
    stored = Connection.objects.get(pk=connection.pk)
    assert credentials_for(stored).headers == {"X-API-Key": "very-secret-key"}
    assert (stored.concurrency, stored.honours_idempotency_key, stored.settings) == (
        3,
        True,
        {"parameter_name": "X-API-Key"},
    )
    columns = Connection.objects.filter(pk=connection.pk).values().get()
    assert "very-secret-key" not in str(columns)


def test_every_change_is_in_the_audit_trail_without_secrets(harbour, olga):
    connection = make_vista(harbour, olga)
    update_connection(actor=olga, connection=connection, name="Vista 2", secrets={"api_key": "another-secret"})
    delete_connection(actor=olga, connection=connection)
    entries = AuditEntry.objects.order_by("id")
    assert [(entry.verb, entry.actor) for entry in entries] == [
        ("created connection", olga),
        ("changed connection", olga),
        ("deleted connection", olga),
    ]
    assert entries[1].detail == {"name": "Vista 2", "secrets": "replaced"}
    assert "secret-key" not in exact_json.dumps([entry.detail for entry in entries])
    assert "another" not in exact_json.dumps([entry.detail for entry in entries])


def test_every_mistake_is_told_at_once_and_nothing_is_saved(harbour, olga):
    found = refusal(
        lambda: make_vista(
            harbour,
            olga,
            name=" ",
            base_url="vista",
            settings={"in": "body", "colour": "red"},
            secrets={},
            limits={"concurrency": 0, "processing_minutes": "5", "idempotency_header": "Host", "speed": 1},
        )
    )
    assert found == [
        ("name", "Give the connection a name."),
        ("base_url", "The base address must begin with https:// or http:// and a host, e.g. https://api.example.com."),
        ("limits.speed", "There is no such limit."),
        ("limits.concurrency", "Requests at the same time: write a whole number from 1 to 64."),
        ("limits.processing_minutes", "Minutes between two processings: write a whole number from 1 to 10080."),
        ("limits.idempotency_header", "Write the name of a header, e.g. Idempotency-Key."),
        ("settings.colour", "API key has no such field."),
        ("settings.in", "Sent in must be one of header, query, cookie."),
        ("secrets.api_key", "API key is missing."),
    ]
    assert not Connection.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_secret_is_not_taken_as_a_setting(harbour, olga):
    made = lambda: make_vista(harbour, olga, settings={"api_key": "oops"})  # noqa: E731
    assert places(made) == ["settings.api_key"]


def test_a_name_is_taken_once_per_integration(harbour, olga):
    first = make_vista(harbour, olga)
    again = lambda: make_vista(harbour, olga, connector=first.connector)  # noqa: E731
    assert refusal(again)[0] == ("name", "Harbour Bridge already has a connection named Vista. Choose another name.")


def test_an_unknown_kind_is_refused(harbour, olga):
    assert places(lambda: make_vista(harbour, olga, authentication_kind="magic")) == ["authentication_kind"]


def test_a_token_address_may_be_a_path_of_the_system_itself(harbour, olga):
    connection = make_vista(
        harbour,
        olga,
        authentication_kind="oauth2_client_credentials",
        settings={"token_url": "/oauth/token", "client_id": "i"},
        secrets={"client_secret": "s"},
    )
    assert connection.settings["token_url"] == "https://vista.example/oauth/token"


def test_a_token_address_must_be_one(harbour, olga):
    made = lambda: make_vista(  # noqa: E731
        harbour,
        olga,
        authentication_kind="oauth2_client_credentials",
        settings={"token_url": "file:///etc/passwd", "client_id": "i"},
        secrets={"client_secret": "s"},
    )
    assert places(made) == ["settings.token_url"]


# --- change


def test_what_is_not_given_stays(harbour, olga):
    connection = make_vista(harbour, olga)
    changed = update_connection(actor=olga, connection=connection, name="Vista North", secrets={"api_key": ""})
    assert (changed.name, changed.base_url) == ("Vista North", "https://vista.example/api")
    assert credentials_for(changed).headers == {"X-API-Key": "very-secret-key"}


def test_only_the_given_secrets_are_replaced(harbour, olga):
    connection = make_vista(harbour, olga)
    changed = update_connection(actor=olga, connection=connection, secrets={"api_key": "new-secret-key"})
    assert credentials_for(changed).headers == {"X-API-Key": "new-secret-key"}


@pytest.mark.parametrize(
    "base_url", ["https://evil.example/api", "http://vista.example/api", "https://vista.example:8443/api"]
)
def test_stored_secrets_never_go_to_another_host(harbour, olga, base_url):
    connection = make_vista(harbour, olga)
    moved = lambda: update_connection(actor=olga, connection=connection, base_url=base_url)  # noqa: E731
    assert refusal(moved) == [
        ("secrets.api_key", "API key must be entered again: a stored one is never sent to another address.")
    ]
    changed = update_connection(actor=olga, connection=connection, base_url=base_url, secrets={"api_key": "typed"})
    assert credentials_for(changed).headers == {"X-API-Key": "typed"}


def test_an_optional_secret_is_not_lost_in_silence(harbour, olga):
    connection = make_vista(
        harbour, olga, authentication_kind="basic", settings={"username": "u"}, secrets={"password": "p"}
    )
    moved = lambda: update_connection(actor=olga, connection=connection, base_url="https://b.example")  # noqa: E731
    assert places(moved) == ["secrets.password"]


def test_another_path_on_the_same_host_keeps_them(harbour, olga):
    connection = make_vista(harbour, olga)
    changed = update_connection(actor=olga, connection=connection, base_url="https://vista.example/v2/")
    assert changed.base_url == "https://vista.example/v2"
    assert credentials_for(changed).headers == {"X-API-Key": "very-secret-key"}


def test_a_client_secret_never_goes_to_another_token_address(harbour, olga):
    oauth = {"token_url": "https://vista.example/oauth/token", "client_id": "i"}
    connection = make_vista(
        harbour,
        olga,
        authentication_kind="oauth2_client_credentials",
        settings=oauth,
        secrets={"client_secret": "s"},
    )
    moved = lambda: update_connection(  # noqa: E731
        actor=olga, connection=connection, settings=oauth | {"token_url": "https://evil.example/token"}
    )
    assert places(moved) == ["secrets.client_secret"]


def test_another_kind_needs_its_own_secrets(harbour, olga):
    connection = make_vista(harbour, olga)
    other = lambda: update_connection(actor=olga, connection=connection, authentication_kind="bearer")  # noqa: E731
    assert places(other) == ["secrets.token"]
    update_connection(actor=olga, connection=connection, authentication_kind="none")
    assert Connection.objects.get(pk=connection.pk).sealed_secrets == ""


def test_secrets_under_a_lost_key_can_be_entered_again(harbour, olga, settings):
    connection = make_vista(harbour, olga)
    settings.SECRET_KEY = "another-key-" + "z9" * 30
    renamed = lambda: update_connection(actor=olga, connection=connection, name="V")  # noqa: E731
    assert places(renamed) == ["secrets.api_key"]
    changed = update_connection(actor=olga, connection=connection, secrets={"api_key": "typed"})
    assert credentials_for(changed).headers == {"X-API-Key": "typed"}


# --- test


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with run_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


def make_reading_actions(connector):
    reading = {"method": "GET", "body_kind": "none", "parameters": [], "input_schema": {"type": "object"}}
    make_action_path(connector, "general/health/get", path="/sandbox/requests", **reading)
    make_action_path(connector, "job-cost/jobs/get", path="/api/jobs/{jobNumber}", security=["key"], **reading)
    make_action_path(connector, "job-cost/jobs/list", path="/api/jobs", security=["key"], **reading)
    needy = reading | {"input_schema": {"type": "object", "required": ["q"]}}
    make_action_path(connector, "job-cost/jobs/find", path="/api", security=["key"], **needy)


def test_the_test_tries_a_harmless_action_that_needs_the_credentials(harbour, olga, sandbox):
    connector = make_connector()
    make_reading_actions(connector)
    connection = make_vista(
        harbour, olga, connector=connector, base_url=sandbox.vista_url, secrets={"api_key": VISTA_API_KEY}
    )
    result = try_connection(actor=olga, connection=connection)
    assert result["ok"], result
    assert result["tried"] == f"GET {sandbox.vista_url}/api/jobs with API key in X-API-Key"
    assert result["came_back"].startswith("200 OK in ")
    connection.refresh_from_db()
    assert connection.test_result == result
    assert connection.tested_at is not None
    assert AuditEntry.objects.filter(verb="tested connection", detail__contains="true").exists()


def test_wrong_credentials_are_said_in_plain_words(harbour, olga, sandbox):
    connector = make_connector()
    make_reading_actions(connector)
    connection = make_vista(harbour, olga, connector=connector, base_url=sandbox.vista_url)
    result = try_connection(actor=olga, connection=connection)
    assert not result["ok"]
    assert "401 Unauthorized" in result["came_back"]
    assert "does not accept these credentials" in result["came_back"]
    assert "very-secret-key" not in str(result)


def test_oauth2_is_tested_with_a_token(harbour, olga, sandbox):
    connector = make_connector()
    make_reading_actions(connector)
    oauth = {
        "connector": connector,
        "base_url": sandbox.vista_url,
        "authentication_kind": "oauth2_client_credentials",
        "settings": {"token_url": "/oauth/token", "client_id": VISTA_CLIENT_ID},
    }
    good = make_vista(harbour, olga, **oauth, secrets={"client_secret": VISTA_CLIENT_SECRET})
    assert try_connection(actor=olga, connection=good)["ok"]
    bad = make_vista(harbour, olga, **oauth, name="Wrong", secrets={"client_secret": "wrong-secret"})
    result = try_connection(actor=olga, connection=bad)
    assert not result["ok"]
    assert result["tried"] == f"To get credentials: access token for client id {VISTA_CLIENT_ID}"
    assert "invalid_client" in result["came_back"] or "answered 401" in result["came_back"]


@pytest.mark.parametrize(
    ("status", "ok", "says"),
    [
        ("404 Not Found", True, "404 Not Found in "),
        ("403 Forbidden", False, "does not allow it"),
        ("503 Service Unavailable", False, "trouble of its own"),
    ],
)
def test_without_a_harmless_action_the_base_address_is_tried(harbour, olga, status, ok, says):
    with serve(answering(reply(b"nothing here", status=status, content_type="text/plain"))) as url:
        connection = make_vista(harbour, olga, base_url=url)
        result = try_connection(actor=olga, connection=connection)
    assert result["ok"] is ok
    assert result["tried"] == f"GET {url}/ with API key in X-API-Key"
    assert says in result["came_back"]


def test_a_system_that_is_down_is_named(harbour, olga):
    connection = make_vista(harbour, olga, base_url=f"http://127.0.0.1:{free_port()}")
    result = try_connection(actor=olga, connection=connection)
    assert not result["ok"]
    assert result["came_back"].startswith("Vista could not be reached: nothing accepts connections")


def test_a_private_address_is_explained(harbour, olga, settings):
    settings.ALLOWED_PRIVATE_HOSTS = []
    result = try_connection(actor=olga, connection=make_vista(harbour, olga, base_url="http://10.0.0.1"))
    assert "ALLOWED_PRIVATE_HOSTS" in result["came_back"]


# --- delete


def test_a_connection_without_history_can_be_deleted(harbour, olga):
    delete_connection(actor=olga, connection=make_vista(harbour, olga))
    assert not Connection.objects.exists()


def test_a_connection_with_history_cannot_be_deleted(harbour, olga):
    connection = make_vista(harbour, olga)
    action_path = making.make_action_path(connection.connector)
    run = making.make_run(making.make_flow(harbour, making.action_step(connection, action_path)))
    result = run.step_results.create(step_id="send", position=0)
    Action.objects.create(
        integration=harbour,
        connection=connection,
        action_path=action_path,
        run=run,
        flow=run.flow,
        step_result=result,
        expires_at=run.created_at,
    )
    ((_, text),) = refusal(lambda: delete_connection(actor=olga, connection=connection))
    assert text.startswith("Vista is in use: 1 action refers to it")
    assert Connection.objects.exists()
    assert not AuditEntry.objects.filter(verb="deleted connection").exists()


@pytest.mark.parametrize("name", ["requests_per_second", "requests_per_minute"])
@pytest.mark.parametrize("wrong", [0, -1, 1.5, "5", True, 10**9])
def test_a_rate_is_a_whole_number_or_nothing(name, wrong, harbour, olga):
    found = refusal(lambda: make_vista(harbour, olga, limits={name: wrong}))
    (problem,) = found
    assert problem[0] == f"limits.{name}"
    assert "or nothing for no limit" in problem[1]


def test_a_rate_can_be_set_and_taken_away(harbour, olga):
    connection = make_vista(harbour, olga, limits={"requests_per_second": 5, "requests_per_minute": 100})
    changed = update_connection(actor=olga, connection=connection, limits={"requests_per_second": None})
    assert (changed.requests_per_second, changed.requests_per_minute) == (None, 100)
    assert AuditEntry.objects.first().detail == {"requests_per_second": None}
