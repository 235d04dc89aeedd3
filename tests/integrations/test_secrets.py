"""Secrets are sealed at rest, opened for one call, and their keys can be changed."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.utils import timezone

from connectors import exact_json
from connectors.authentication import AuthenticationError
from integrations.models import Connection
from integrations.secrets import credentials_for, forget_token, reseal, seal
from tests.cast import make_connection, make_integration
from tests.connectors.servers import read_request, reply, serve
from tests.servers import PATIENCE, eventually

OLD, NEW = "old-key-" + "a1" * 25, "new-key-" + "b2" * 25


class TokenServer:
    """Gives out tokens token-1, token-2, ... and notes each request."""

    def __init__(self, expires_in=3600, delay=0.0):
        self.requests: list[bytes] = []
        self.expires_in = expires_in
        self.delay = delay
        self.hurry = threading.Event()

    def __call__(self, connection):
        while True:
            self.requests.append(read_request(connection))
            self.hurry.wait(self.delay)
            token = {"access_token": f"token-{len(self.requests)}", "expires_in": self.expires_in}
            connection.sendall(reply(exact_json.to_bytes(token)))


def make_oauth_connection(harbour, url: str) -> Connection:
    return make_connection(
        harbour,
        authentication_kind="oauth2_client_credentials",
        settings={"token_url": f"{url}/token", "client_id": "harbour"},
        sealed_secrets=seal({"client_secret": "very-secret"}),
    )


def authorization(connection: Connection) -> str:
    return credentials_for(connection).headers["Authorization"]


# --- sealing


def test_what_is_sealed_shows_nothing_and_opens_again(harbour):
    sealed = seal({"api_key": "very-secret"})
    assert "very-secret" not in sealed
    assert sealed != seal({"api_key": "very-secret"})
    connection = make_connection(harbour, authentication_kind="api_key", sealed_secrets=sealed)
    assert credentials_for(connection).headers == {"X-API-Key": "very-secret"}


def test_no_secrets_are_sealed_as_nothing():
    assert seal({}) == ""
    assert reseal("") == ""


def test_an_older_key_still_opens_and_resealing_moves_to_the_newest(settings, harbour):
    settings.CREDENTIAL_KEYS = [OLD]
    sealed = seal({"token": "t"})
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    fresh = reseal(sealed)
    settings.CREDENTIAL_KEYS = [NEW]
    assert credentials_for(make_connection(harbour, authentication_kind="bearer", sealed_secrets=fresh))
    lost = make_connection(harbour, name="lost", authentication_kind="bearer", sealed_secrets=sealed)
    with pytest.raises(AuthenticationError, match="SECRET_KEY or CREDENTIAL_KEYS has changed"):
        credentials_for(lost)


def test_secrets_sealed_before_there_were_credential_keys_stay_readable(settings, harbour):
    connection = make_connection(harbour, authentication_kind="bearer", sealed_secrets=seal({"token": "t"}))
    settings.CREDENTIAL_KEYS = [NEW]
    assert authorization(connection) == "Bearer t"
    settings.CREDENTIAL_KEYS = []
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]
    assert authorization(connection) == "Bearer t"


def test_rotate_credentials_brings_all_under_the_newest_key(settings, harbour):
    settings.CREDENTIAL_KEYS = [OLD]
    connection = make_connection(harbour, authentication_kind="bearer", sealed_secrets=seal({"token": "t"}))
    make_connection(harbour, name="open")
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    out = StringIO()
    call_command("rotate_credentials", stdout=out)
    assert out.getvalue() == "1 connections are under the newest key.\n"
    settings.CREDENTIAL_KEYS = [NEW]
    connection.refresh_from_db()
    assert authorization(connection) == "Bearer t"


def test_rotate_credentials_names_what_no_key_opens(settings, harbour):
    settings.CREDENTIAL_KEYS = [OLD]
    make_connection(harbour, name="Vista", sealed_secrets=seal({"token": "t"}))
    settings.CREDENTIAL_KEYS = [NEW]
    with pytest.raises(CommandError, match="No key opens the secrets of Vista"):
        call_command("rotate_credentials", stdout=StringIO())


# --- OAuth2 tokens


def test_a_token_is_fetched_once_and_kept_for_all(harbour):
    with serve(server := TokenServer()) as url:
        connection = make_oauth_connection(harbour, url)
        assert [authorization(connection) for _ in range(3)] == ["Bearer token-1"] * 3
        assert authorization(Connection.objects.get(pk=connection.pk)) == "Bearer token-1"
    assert len(server.requests) == 1
    stored = Connection.objects.get(pk=connection.pk)
    assert "token-1" not in stored.sealed_token
    assert timedelta(minutes=58) < stored.token_expires_at - timezone.now() < timedelta(minutes=59)


def test_a_token_is_renewed_before_its_end(harbour, time_machine):
    time_machine.move_to("2026-11-23T08:00:00Z")
    with serve(server := TokenServer()) as url:
        connection = make_oauth_connection(harbour, url)
        authorization(connection)
        time_machine.shift(3600 - 61)
        assert authorization(connection) == "Bearer token-1"
        time_machine.shift(2)
        assert authorization(connection) == "Bearer token-2"
    assert len(server.requests) == 2


def test_a_token_of_a_few_seconds_is_still_used_more_than_once(harbour):
    with serve(server := TokenServer(expires_in=4)) as url:
        connection = make_oauth_connection(harbour, url)
        assert authorization(connection) == authorization(connection)
    assert len(server.requests) == 1


def test_a_forgotten_token_is_replaced(harbour):
    with serve(TokenServer()) as url:
        connection = make_oauth_connection(harbour, url)
        authorization(connection)
        assert forget_token(connection)
        assert not forget_token(connection)
        assert authorization(connection) == "Bearer token-2"


def test_who_forgets_late_does_not_drop_the_token_that_came_after(harbour):
    with serve(server := TokenServer()) as url:
        slow = make_oauth_connection(harbour, url)
        authorization(slow)
        quick = Connection.objects.get(pk=slow.pk)
        forget_token(quick)
        authorization(quick)
        forget_token(slow)
        assert authorization(slow) == "Bearer token-2"
    assert len(server.requests) == 2


def test_a_token_fetched_with_secrets_that_were_changed_meanwhile_is_not_kept(harbour):
    with serve(TokenServer()) as url:
        before = make_oauth_connection(harbour, url)
        Connection.objects.filter(pk=before.pk).update(sealed_secrets=seal({"client_secret": "other"}))
        assert authorization(before) == "Bearer token-1"
    assert Connection.objects.get(pk=before.pk).sealed_token == ""


def test_a_refusal_of_the_token_address_is_told(harbour):
    def refuse(connection):
        read_request(connection)
        connection.sendall(reply(b'{"error": "invalid_client"}', status="401 Unauthorized"))

    with serve(refuse) as url, pytest.raises(AuthenticationError, match="answered 401: invalid_client"):
        credentials_for(make_oauth_connection(harbour, url))


@pytest.mark.django_db(transaction=True)
def test_many_threads_fetch_one_token_and_leave_no_database_connection_behind():
    harbour = make_integration("Threads")
    left_open, tokens = [], []
    with serve(server := TokenServer(delay=0.1)) as url:
        connection = make_oauth_connection(harbour, url)

        def work():
            tokens.append(authorization(Connection(**vars_of(connection))))
            left_open.append(database.connection is not None)

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert tokens == ["Bearer token-1"] * 6
    assert len(server.requests) == 1
    assert not any(left_open)


@pytest.mark.django_db(transaction=True)
def test_threads_that_wait_for_a_token_share_its_failure():
    """Six fetches of 20 seconds, one after the other, would outlast the lease of the last one's action."""
    asked, failures = [], []

    def refuse(connection):
        asked.append(read_request(connection))
        threading.Event().wait(0.3)
        connection.sendall(reply(b'{"error": "invalid_client"}', status="401 Unauthorized"))

    with serve(refuse) as url:
        connection = make_oauth_connection(make_integration("Threads"), url)

        def work():
            try:
                authorization(Connection(**vars_of(connection)))
            except AuthenticationError as error:
                failures.append((str(error), error.answer.status))

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(failures)) == 1
    assert len(failures) == 6
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_token_beyond_its_own_deadline():
    server = TokenServer(delay=2 * PATIENCE)
    with serve(server) as url:
        connection = make_oauth_connection(make_integration("Threads"), url)
        patient = threading.Thread(target=lambda: credentials_for(Connection(**vars_of(connection))))
        patient.start()
        eventually(lambda: server.requests)
        with pytest.raises(AuthenticationError, match="being fetched for another request"):
            credentials_for(Connection(**vars_of(connection)), deadline=0.3)
        server.hurry.set()
        patient.join()


def test_a_token_address_gets_no_more_time_than_the_caller_has(harbour):
    with (
        serve(TokenServer(delay=PATIENCE)) as url,
        pytest.raises(AuthenticationError, match=r"did not answer within 0\.3 s"),
    ):
        credentials_for(make_oauth_connection(harbour, url), deadline=0.3)


def vars_of(connection: Connection) -> dict:
    return {field.attname: getattr(connection, field.attname) for field in Connection._meta.concrete_fields}
