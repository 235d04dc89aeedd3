"""Credentials are made from the fields of their kind, and shown to nobody."""

from base64 import b64decode
from urllib.parse import parse_qs

import pytest

from connectors.authentication import (
    KINDS,
    AuthenticationError,
    credentials,
    describe,
    read_token,
    token_request,
)
from connectors.messages import Answer, Credentials

OAUTH = {"token_url": "https://vista.example/oauth/token", "client_id": "id:1"}


@pytest.mark.parametrize(
    ("kind", "settings", "secrets", "expected"),
    [
        ("none", {}, {}, Credentials()),
        ("api_key", {}, {"api_key": "k"}, Credentials(headers={"X-API-Key": "k"})),
        ("api_key", {"in": "query", "parameter_name": "key"}, {"api_key": "k"}, Credentials(query={"key": "k"})),
        ("api_key", {"in": "cookie", "parameter_name": "sid"}, {"api_key": "k"}, Credentials(cookies={"sid": "k"})),
        (
            "basic",
            {"username": "opal"},
            {"password": "pä:ss"},
            Credentials(headers={"Authorization": "Basic b3BhbDpww6Q6c3M="}),
        ),
        ("basic", {"username": "key"}, {}, Credentials(headers={"Authorization": "Basic a2V5Og=="})),
        ("bearer", {}, {"token": "t"}, Credentials(headers={"Authorization": "Bearer t"})),
    ],
)
def test_each_kind_proves_itself_in_its_own_way(kind, settings, secrets, expected):
    assert credentials(kind, settings, secrets) == expected


def test_oauth2_sends_the_access_token():
    made = credentials("oauth2_client_credentials", OAUTH, {"client_secret": "s"}, access_token="at")
    assert made.headers == {"Authorization": "Bearer at"}


@pytest.mark.parametrize(
    ("kind", "settings", "secrets", "says"),
    [
        ("magic", {}, {}, "There is no authentication kind 'magic'; choose one of none, api_key"),
        ("api_key", {}, {}, "API key: API key is missing."),
        ("api_key", {"in": "body"}, {"api_key": "k"}, "Sent in must be one of header, query, cookie."),
        ("api_key", {"parameter_name": "X Key"}, {"api_key": "k"}, "cannot be the name of a header"),
        ("api_key", {}, {"api_key": "k\r\nX: y"}, "line break"),
        ("api_key", {}, {"api_key": 5}, "must be a text"),
        ("basic", {"username": "a:b"}, {}, "may not hold a colon"),
        ("basic", {"username": "a"}, {"password": "a\nb"}, "line break"),
        ("bearer", {}, {"token": "tökén"}, "cannot be sent"),
        ("oauth2_client_credentials", OAUTH, {"client_secret": "s"}, "no access token yet"),
        ("oauth2_client_credentials", {"client_id": "i"}, {"client_secret": "s"}, "Token address is missing."),
    ],
)
def test_what_is_missing_or_wrong_is_named(kind, settings, secrets, says):
    with pytest.raises(AuthenticationError) as refusal:
        credentials(kind, settings, secrets)
    assert says in str(refusal.value)


def test_no_credential_shows_in_a_representation():
    made = credentials("api_key", {}, {"api_key": "very-secret"})
    assert repr(made) == "Credentials(in X-API-Key)"
    assert "very-secret" not in str([made, made.masked()])


def test_every_kind_says_how_it_proves_itself_without_a_secret():
    assert describe("api_key", {}) == "API key in X-API-Key"
    assert describe("basic", {"username": "opal"}) == "user name opal and its password"
    assert describe("oauth2_client_credentials", OAUTH) == "access token for client id id:1"
    assert all(describe(kind, {}) for kind in KINDS)


def test_the_token_request_follows_rfc_6749():
    call = token_request(OAUTH | {"scopes": "read write"}, {"client_secret": "s/1"})
    assert (call.method, call.url) == ("POST", OAUTH["token_url"])
    assert parse_qs(call.body.decode()) == {"grant_type": ["client_credentials"], "scope": ["read write"]}
    proof = call.wire_headers()["Authorization"].removeprefix("Basic ")
    assert b64decode(proof) == b"id%3A1:s%2F1"
    assert "s%2F1" not in repr(call) + str(call.masked())


def test_the_token_request_may_carry_the_secret_in_its_form():
    call = token_request(OAUTH | {"client_authentication": "body"}, {"client_secret": "s/1"})
    assert parse_qs(call.body.decode())["client_secret"] == ["s/1"]
    assert "Authorization" not in call.wire_headers()
    assert "s/1" not in repr(call)


@pytest.mark.parametrize(
    ("expires_in", "seconds"), [(3600, 3600), ("90", 90), (None, 300), (0, 300), (-5, 300), ("soon", 300), ([], 300)]
)
def test_a_token_lasts_as_long_as_it_says(expires_in, seconds):
    body = {"access_token": "at", "expires_in": expires_in}
    assert read_token(Answer(200, body=body, is_json=True)) == ("at", seconds)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(401, body={"error": "invalid_client"}), "the token address answered 401: invalid_client"),
        (
            Answer(400, body={"error": "invalid_scope", "error_description": "No scope x"}),
            "answered 400: No scope x",
        ),
        (Answer(500, body="<html>"), "answered 500. Check the token address, client id and secret."),
        (Answer(200, body={"token": "x"}), "with no access_token in it"),
        (Answer(200, body={"access_token": "a\r\nb"}), "cannot be sent in a header"),
        (Answer(trouble="timeout", message="Vista did not answer within 20 s."), "Vista did not answer within 20 s."),
    ],
)
def test_no_token_is_explained(answer, says):
    with pytest.raises(AuthenticationError) as refusal:
        read_token(answer)
    assert str(refusal.value).startswith("No access token: ")
    assert says in str(refusal.value)
    assert refusal.value.answer is answer
