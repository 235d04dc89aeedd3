"""One call goes out; whatever happens outside, an answer in plain words comes back."""

import gzip
import time
import tomllib
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import client
from connectors.messages import MASK, VERSION, Answer, Call, Credentials
from tests.connectors.servers import answering, free_port, read_request, reply, serve
from tests.servers import PATIENCE


def call(url: str, method: str = "GET", body: bytes | None = None, **values) -> Call:
    headers = values.pop("headers", {"Content-Type": "application/json"} if body else {})
    return Call(method, url, headers, body, system="Vista", **values)


def send(url: str, method: str = "GET", *, deadline: float = 5, **values) -> Answer:
    return client.send(call(url, method, **values), deadline=deadline)


def sent_to(answer: bytes, method: str = "GET", **values) -> tuple[Answer, list[bytes]]:
    seen: list[bytes] = []
    with serve(answering(answer, seen=seen)) as url:
        return send(f"{url}/jobs", method, **values), seen


def test_a_json_answer_keeps_its_numbers():
    answer, _ = sent_to(reply(b'{"id": 12345678901234567890, "cost": 0.10}', status="201 Created"))
    assert (answer.status, answer.is_json, answer.trouble) == (201, True, "")
    assert answer.body == {"id": 12345678901234567890, "cost": Decimal("0.10")}
    assert str(answer.body["cost"]) == "0.10"


def test_the_body_and_who_we_are_arrive_as_given():
    _, seen = sent_to(reply(), "POST", body=b'{"cost":0.10}')
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert body == b'{"cost":0.10}'
    assert b"User-Agent: Throughline/" in head
    assert head.startswith(b"POST /jobs HTTP/1.1")


def test_credentials_are_on_the_wire_but_masked_where_the_call_is_shown():
    proof = Credentials(
        headers={"X-API-Key": "k-secret-1"}, query={"token": "q secret&2"}, cookies={"sid": "c-secret-3"}
    )
    _, seen = sent_to(reply(), credentials=proof)
    assert b"GET /jobs?token=q%20secret%262 " in seen[0]
    assert b"X-API-Key: k-secret-1\r\n" in seen[0]
    assert b"Cookie: sid=c-secret-3\r\n" in seen[0]
    shown = call("http://vista/jobs", credentials=proof)
    assert "secret" not in str(shown.masked()) + repr(shown)
    assert shown.masked()["headers"]["X-API-Key"] == MASK
    assert shown.masked()["url"] == f"http://vista/jobs?token={MASK}"


def test_a_masked_call_shows_its_json_as_json():
    shown = call("http://vista/jobs", "POST", b'{"a":[1]}').masked()
    assert shown["method"] == "POST"
    assert shown["body"] == {"a": [1]}


def test_a_system_that_repeats_our_credentials_does_not_give_them_away():
    proof = Credentials(headers={"Authorization": "Bearer abcdef-secret"})
    answer, _ = sent_to(reply(b'{"you sent": "Bearer abcdef-secret", "token": "abcdef-secret"}'), credentials=proof)
    assert answer.body == {"you sent": MASK, "token": MASK}


def test_cookies_that_a_system_sets_are_neither_shown_nor_sent_again():
    seen: list[bytes] = []
    with serve(answering(reply(Set_Cookie="session=abc; Path=/"), seen=seen)) as url:
        first = send(url)
        send(url)
    assert first.headers["set-cookie"] == MASK
    assert b"session=abc" not in seen[1]


@pytest.mark.parametrize(
    ("body", "content_type", "expected", "is_json"),
    [
        (b"<html>Log in</html>", "text/html", "<html>Log in</html>", False),
        (b'{"a": 1}', "text/plain", {"a": 1}, True),
        (b'{"a": ', "application/json", '{"a": ', False),
        (b'{"a": NaN}', "application/json", '{"a": NaN}', False),
        (b"12", "application/vnd.api+json; charset=utf-8", 12, True),
        (b"12", "text/plain", "12", False),
        (b"", "application/json", None, False),
        ("Zürich".encode("latin-1"), "text/plain; charset=iso-8859-1", "Zürich", False),
        (b"\x89PNG\x00\xff", "image/png", "iVBORwD/", False),
        (b"x", "text/plain; charset=nonsense", "eA==", False),
        (b"x" * 3_000_000, "text/plain; charset=punycode", "eHh4" * 1_000_000, False),
        ("a€".encode("utf-16"), "text/plain; charset=UTF-16", "a€", False),
        (b"9" * 5000, "application/json", "9" * 5000, False),
    ],
)
def test_every_body_becomes_something_readable(body, content_type, expected, is_json):
    answer, _ = sent_to(reply(body, content_type=content_type))
    assert (answer.body, answer.is_json) == (expected, is_json)


def test_a_packed_answer_is_unpacked():
    answer, _ = sent_to(reply(gzip.compress(b'{"a": 1}'), Content_Encoding="gzip"))
    assert answer.body == {"a": 1}


# --- time


def drip(data: bytes, seconds: float):
    def behave(connection):
        read_request(connection)
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(seconds)

    return behave


def silent(connection):
    read_request(connection)
    time.sleep(2 * PATIENCE)


@pytest.mark.parametrize(
    "behave",
    [silent, drip(reply(b'{"a": "' + b"x" * 500 + b'"}'), 0.05), drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 99, 0.02)],
    ids=["silent", "drips its answer", "says 'continue' for ever"],
)
def test_the_deadline_holds_for_the_whole_call(behave):
    with serve(behave) as url:
        answer = send(url, deadline=0.4)
    assert answer.trouble == "timeout"
    assert answer.message == "Vista did not answer within 0.4 s."
    assert answer.maybe_received


def test_a_system_that_takes_our_body_too_slowly_meets_the_deadline():
    with serve(lambda connection: time.sleep(2 * PATIENCE)) as url:
        answer = send(url, "POST", body=b"x" * 30_000_000, deadline=0.4)
    assert answer.trouble == "timeout"


# --- broken connections


def test_nothing_listens_there():
    answer = send(f"http://127.0.0.1:{free_port()}/")
    assert answer.trouble == "connection"
    assert not answer.maybe_received
    assert answer.message == (
        "Vista could not be reached: nothing accepts connections at that address; it may be down."
    )


def cut_before_any_answer(connection):
    read_request(connection)


def cut_in_the_body(connection):
    read_request(connection)
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":')


def cut_in_a_chunk(connection):
    read_request(connection)
    connection.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n50\r\n')


def no_http(connection):
    read_request(connection)
    connection.sendall(b"220 mail.example.com ESMTP\r\n")


@pytest.mark.parametrize(
    ("behave", "status", "message"),
    [
        (cut_before_any_answer, None, "Vista closed the connection without an answer."),
        (cut_in_the_body, 200, "Vista broke off its answer."),
        (cut_in_a_chunk, 200, "Vista broke off its answer."),
        (no_http, None, "Vista closed the connection without an answer."),
    ],
)
def test_a_cut_connection_leaves_open_what_was_received(behave, status, message):
    with serve(behave) as url:
        answer = send(url, "POST", body=b"{}")
    assert (answer.trouble, answer.status, answer.message) == ("connection", status, message)
    assert answer.maybe_received


def test_bytes_that_are_not_packed_as_said():
    answer, _ = sent_to(reply(b"no gzip at all", Content_Encoding="gzip"))
    assert answer.message == "Vista sent an answer that cannot be unpacked."


# --- size


def test_a_huge_answer_is_given_up(monkeypatch):
    monkeypatch.setattr(client, "ANSWER_LIMIT", 2_000_000)
    answer, _ = sent_to(reply(b'"' + b"x" * 3_000_000 + b'"'))
    assert (answer.trouble, answer.status) == ("too_large", 200)
    assert answer.message == "Vista answered with more than 2 MB."


def test_a_gzip_bomb_is_given_up_without_being_unpacked():
    bomb = gzip.compress(b"0" * 300_000_000, compresslevel=1)
    tracemalloc.start()
    answer, _ = sent_to(reply(bomb, Content_Encoding="gzip"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.trouble == "too_large"
    assert peak < 60_000_000


# --- redirects


def test_reading_follows_redirects_on_the_same_host_with_credentials():
    seen: list[bytes] = []

    def behave(connection):
        while True:
            seen.append(read_request(connection))
            first = seen[-1].startswith(b"GET /jobs ")
            connection.sendall(reply(status="302 Found", Location="/v2/jobs") if first else reply(b"[1]"))

    with serve(behave) as url:
        answer = send(f"{url}/jobs", credentials=Credentials(headers={"X-API-Key": "key-of-vista"}))
    assert answer.body == [1]
    assert b"GET /v2/jobs " in seen[1]
    assert b"key-of-vista" in seen[1]


def test_another_host_gets_neither_credentials_nor_our_headers():
    there: list[bytes] = []
    proof = Credentials(headers={"X-API-Key": "key-of-vista"}, query={"k": "key-in-query"})
    with serve(answering(reply(b"[2]"), seen=there)) as other:
        answer, _ = sent_to(
            reply(status="307 Temporary Redirect", Location=f"{other}/elsewhere"),
            credentials=proof,
            headers={"Cookie": "a=b", "X-Project": "7", "Accept": "application/json"},
        )
    assert answer.body == [2]
    assert b"key-of-vista" not in there[0]
    assert b"key-in-query" not in there[0]
    assert b"Cookie" not in there[0]
    assert b"X-Project" not in there[0]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_writes_follows_no_redirect(method):
    answer, seen = sent_to(reply(status="307 Temporary Redirect", Location="/v2"), method, body=b"{}")
    assert (answer.trouble, answer.status, len(seen)) == ("redirect", 307, 1)
    assert "followed when reading only" in answer.message


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://127.0.0.2:1/", "http://[::ffff:10.0.0.1]/"]
)
def test_no_redirect_leads_to_a_private_address(target):
    answer, _ = sent_to(reply(status="302 Found", Location=target))
    assert answer.trouble == "refused_address"


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.com/", "http://user:pw@example.com/", "http://["]
)
def test_no_redirect_leads_out_of_http(target):
    answer, _ = sent_to(reply(status="302 Found", Location=target))
    assert answer.trouble == "redirect"


def test_a_redirect_in_circles_ends():
    answer, seen = sent_to(reply(status="302 Found", Location="/jobs"))
    assert answer.message == "Vista redirects more than 5 times."
    assert len(seen) == 6


# --- documents by address


def test_fetch_reads_a_document():
    with serve(answering(reply(b"openapi: 3.1.0", content_type="application/yaml"))) as url:
        assert client.fetch(f"{url}/openapi.yaml", deadline=5, limit=1000) == b"openapi: 3.1.0"


def test_fetch_says_what_is_wrong():
    with serve(answering(reply(b"x" * 2_000_001))) as url, pytest.raises(client.FetchError, match="more than 2 MB"):
        client.fetch(url, deadline=5, limit=2_000_000)
    with serve(answering(reply(status="404 Not Found"))) as url, pytest.raises(client.FetchError, match="answered 404"):
        client.fetch(url, deadline=5, limit=1000)
    with pytest.raises(client.FetchError, match="must begin with https://"):
        client.fetch("file:///etc/passwd", deadline=5, limit=1000)
    with pytest.raises(client.FetchError, match="ALLOWED_PRIVATE_HOSTS"):
        client.fetch("http://10.0.0.1/openapi.json", deadline=5, limit=1000)


@given(st.binary(max_size=60), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\nLocation: "]))
@settings(max_examples=60, deadline=None)
def test_no_answer_is_too_odd(noise, beginning):
    def behave(connection):
        read_request(connection)
        connection.sendall(beginning + noise)

    with serve(behave) as url:
        assert isinstance(send(url, deadline=0.5), Answer)


def test_our_name_carries_the_version_of_the_project():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
