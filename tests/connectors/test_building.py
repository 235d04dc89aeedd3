"""Every property of the one input object is sent where its parameter says, and stays there."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.client import InputError, build
from connectors.messages import Call, Credentials

BASE = "https://vista.example/root"


def make_action_path(path: str = "/jobs", *parameters: dict[str, Any], method: str = "POST", **values: Any):
    """An action path with the given parameters; each {"name", "in", ...} is its own property."""
    listed = [{"property": one["name"], **one} for one in parameters]
    defaults = {"body_kind": "json", "body_media_type": "", "input_schema": {}, "servers": []}
    return SimpleNamespace(method=method, path=path, parameters=listed, **(defaults | values))


def made(action_path: Any, input: dict[str, Any] | None, **values: Any) -> Call:
    defaults = {"base_url": BASE, "credentials": Credentials(), "idempotency": None}
    return build(action_path, input, **(defaults | values))


def in_path(**style: Any) -> Any:
    return make_action_path("/x/{v}/y", {"name": "v", "in": "path", **style}, method="GET", body_kind="none")


def in_query(**style: Any) -> Any:
    return make_action_path("/x", {"name": "v", "in": "query", **style}, method="GET", body_kind="none")


def body(name: str, **values: Any) -> dict[str, Any]:
    return {"name": name, "in": "body", **values}


# --- the address


@pytest.mark.parametrize(
    ("style", "value", "expected"),
    [
        ({}, "A 1/2", "A%201%2F2"),
        ({}, Decimal("0.10"), "0.10"),
        ({}, True, "true"),
        ({}, [3, "4,5"], "3,4%2C5"),
        ({}, {"a": 1, "b": 2}, "a,1,b,2"),
        ({"explode": True}, {"a": 1, "b": 2}, "a=1,b=2"),
        ({"style": "label"}, 5, ".5"),
        ({"style": "label", "explode": True}, [3, 4], ".3.4"),
        ({"style": "label"}, [3, 4], ".3,4"),
        ({"style": "matrix"}, 5, ";v=5"),
        ({"style": "matrix"}, [3, 4], ";v=3,4"),
        ({"style": "matrix", "explode": True}, [3, 4], ";v=3;v=4"),
        ({"style": "matrix", "explode": True}, {"a": 1}, ";a=1"),
        ({"content_type": "application/json"}, {"a": [1]}, "%7B%22a%22%3A%5B1%5D%7D"),
    ],
)
def test_values_in_the_path(style, value, expected):
    assert made(in_path(**style), {"v": value}).url == f"{BASE}/x/{expected}/y"


@pytest.mark.parametrize(
    ("style", "value", "expected"),
    [
        ({}, "a&b=c", "?v=a%26b%3Dc"),
        ({}, "", "?v="),
        ({}, 12345678901234567890, "?v=12345678901234567890"),
        ({"explode": True}, ["a", "b c"], "?v=a&v=b%20c"),
        ({"explode": True}, [], ""),
        ({"explode": False}, ["a,b", "c"], "?v=a%2Cb,c"),
        ({"explode": True}, {"a": 1, "b": "x"}, "?a=1&b=x"),
        ({"explode": False}, {"a": 1}, "?v=a,1"),
        ({"style": "spaceDelimited", "explode": False}, ["a", "b"], "?v=a%20b"),
        ({"style": "pipeDelimited", "explode": False}, ["a", "b"], "?v=a%7Cb"),
        ({"style": "deepObject", "explode": True}, {"a": {"b": 1}, "c": [2]}, "?v[a][b]=1&v[c][]=2"),
        ({"allow_reserved": True}, "2026/11,a&b", "?v=2026/11,a%26b"),
        ({"content_type": "application/json"}, {"a": 0}, "?v=%7B%22a%22%3A0%7D"),
    ],
)
def test_values_in_the_query(style, value, expected):
    assert made(in_query(**style), {"v": value}).url == f"{BASE}/x{expected}"


def test_what_is_left_out_is_not_sent():
    call = made(in_query(), {})
    assert (call.url, call.body) == (f"{BASE}/x", None)
    assert made(in_query(), None).url == f"{BASE}/x"


def test_a_query_that_stands_in_the_path_is_kept():
    path = make_action_path("/rpc?op=list#jobs", {"name": "v", "in": "query"}, method="GET", body_kind="none")
    assert made(path, {"v": 1}).url == f"{BASE}/rpc?op=list&v=1"


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        ([], "https://vista.example/root/jobs"),
        (["/v2"], "https://vista.example/v2/jobs"),
        (["https://vista.example/v3/"], "https://vista.example/v3/jobs"),
        (["https://uploads.example/v3"], "https://vista.example/root/jobs"),
        (["http://vista.example/v3"], "https://vista.example/root/jobs"),
        (["//evil.example/v3"], "https://vista.example/root/jobs"),
        (["http://["], "https://vista.example/root/jobs"),
    ],
)
def test_the_connection_names_the_host_whatever_a_document_says(servers, expected):
    assert made(make_action_path(body_kind="none", servers=servers), {}).url == expected


@pytest.mark.parametrize("value", ["..", ".", "../admin", "a/../../b", "..\\x", ["..", "a"], {"a": ".."}])
def test_a_value_cannot_climb_out_of_its_path_segment(value):
    with pytest.raises(InputError, match="v may not hold"):
        made(in_path(), {"v": value})


@pytest.mark.parametrize(
    ("path", "input", "says"),
    [
        (in_path(), {}, "v is missing: it is part of the address /x/{v}/y."),
        (in_path(), {"v": ""}, "v may not be empty"),
        (in_path(), {"v": []}, "v may not be empty"),
        (in_query(), {"v": None}, "v is null"),
        (in_query(), {"v": "\ud800"}, "v holds half a character"),
        (in_query(), {"other": 1}, "other is no input of this action"),
        (make_action_path("/x", {"name": "X-P", "in": "header"}), {"X-P": "a\r\nX-Evil: b"}, "X-P is sent in a header"),
        (make_action_path("/x", {"name": "X-P", "in": "header"}), {"X-P": "Zürich"}, "plain ASCII"),
        (make_action_path("/x", {"name": "Host", "in": "header"}), {"Host": "evil"}, "Host cannot be given"),
        (make_action_path("/x", {"name": "Content-Length", "in": "header"}), {"Content-Length": 1}, "cannot be given"),
        (make_action_path("/x", {"name": "X P", "in": "header"}), {"X P": 1}, "no name for a header"),
        (make_action_path("/x", body("a"), body_media_type="a/b\r\nX: y"), {"a": 1}, "media type"),
        (make_action_path("/x", body("f", file=True), body_kind="multipart"), {"f": "?!"}, "f is a file"),
        (make_action_path("/x", body("body", whole=True), body_kind="binary"), {"body": 5}, "body is a file"),
    ],
)
def test_what_cannot_be_sent_is_named(path, input, says):
    with pytest.raises(InputError) as refusal:
        made(path, input)
    assert says in str(refusal.value)


def test_a_broken_base_address_is_named():
    with pytest.raises(InputError, match="base address must begin with https://"):
        made(make_action_path(), {}, base_url="vista")


# --- headers


def test_headers_cookies_and_the_idempotency_key():
    path = make_action_path(
        "/x", {"name": "X-P", "in": "header"}, {"name": "sid", "in": "cookie"}, {"name": "lang", "in": "cookie"}
    )
    call = made(path, {"X-P": [1, 2], "sid": "a;b", "lang": "de"}, idempotency=("Idempotency-Key", "key-1"))
    assert call.headers["X-P"] == "1,2"
    assert call.headers["Cookie"] == "sid=a%3Bb; lang=de"
    assert call.headers["Idempotency-Key"] == "key-1"


def test_credentials_win_over_an_input_of_the_same_name():
    path = make_action_path("/x", {"name": "x-api-key", "in": "header"})
    call = made(path, {"x-api-key": "mine"}, credentials=Credentials(headers={"X-API-Key": "stored"}))
    sent = {name.lower(): value for name, value in call.wire_headers().items()}
    assert sent["x-api-key"] == "stored"
    assert [name.lower() for name in call.wire_headers()].count("x-api-key") == 1


# --- bodies


def test_a_json_body_keeps_numbers_and_tells_null_from_left_out():
    path = make_action_path("/x", body("cost"), body("note"), body("text"), body("other"))
    call = made(path, {"cost": Decimal("0.10"), "note": None, "text": "Żółć"})
    assert call.body == '{"cost":0.10,"note":null,"text":"Żółć"}'.encode()
    assert call.headers["Content-Type"] == "application/json"


def test_a_renamed_property_is_sent_under_its_own_name():
    path = make_action_path(
        "/x/{id}", {"property": "id (path)", "name": "id", "in": "path"}, {"property": "id", "name": "id", "in": "body"}
    )
    call = made(path, {"id (path)": 7, "id": 8})
    assert (call.url, call.body) == (f"{BASE}/x/7", b'{"id":8}')


def test_a_whole_body_is_the_value_itself():
    path = make_action_path("/x", body("body", whole=True), body_media_type="application/vnd.api+json")
    call = made(path, {"body": [1, {"a": 2}]})
    assert call.body == b'[1,{"a":2}]'
    assert call.headers["Content-Type"] == "application/vnd.api+json"
    assert made(path, {}).body is None


def test_a_required_body_without_properties_is_an_empty_object():
    assert made(make_action_path("/x", body("a", body_required=True)), {}).body == b"{}"
    assert made(make_action_path("/x", body("a", body_required=False)), {}).body is None


def test_a_property_that_the_schema_leaves_open_goes_into_the_body():
    assert made(make_action_path("/x", body("a")), {"a": 1, "extra": 2}).body == b'{"a":1,"extra":2}'


@pytest.mark.parametrize("kind", ["form", "multipart"])
def test_a_form_that_is_one_property_is_sent_as_its_fields(kind):
    action_path = make_action_path("/x", body("body", whole=True), body_kind=kind)

    sent = made(action_path, {"body": {"job": "1001"}}).body
    assert b"1001" in sent and b"job" in sent and b"body" not in sent
    with pytest.raises(InputError, match="give an object of its fields"):
        made(action_path, {"body": ["1001"]})


def test_a_form_body():
    path = make_action_path(
        "/x", body("a"), body("tags"), body("meta", style="deepObject"), body("data"), body_kind="form"
    )
    call = made(path, {"a": "x y&z", "tags": [1, 2], "meta": {"k": "v"}, "data": {"k": 1}})
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qsl(call.body.decode()) == [
        ("a", "x y&z"),
        ("tags", "1"),
        ("tags", "2"),
        ("meta[k]", "v"),
        ("data", '{"k":1}'),
    ]


def test_a_multipart_body():
    path = make_action_path(
        "/x",
        body('na"me\r\nX: y'),
        body("meta", content_type="application/json"),
        body("pages", file=True, content_type="application/pdf"),
        body_kind="multipart",
    )
    call = made(path, {'na"me\r\nX: y': "v", "meta": {"a": 1}, "pages": ["QUI=", "QkI="]})
    text = call.body.decode()
    assert call.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert 'name="na%22me%0D%0AX: y"\r\n\r\nv\r\n' in text
    assert 'name="meta"\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n' in text
    assert text.count('name="pages"; filename="pages"\r\nContent-Type: application/pdf') == 2
    assert "\r\n\r\nAB\r\n" in text
    assert "\r\n\r\nBB\r\n" in text


def test_binary_and_text_bodies():
    binary = make_action_path("/x", body("body", whole=True), body_kind="binary", body_media_type="application/pdf")
    assert made(binary, {"body": "JVBERg=="}).body == b"%PDF"
    assert made(binary, {"body": "JVBERg=="}).headers["Content-Type"] == "application/pdf"
    text = make_action_path("/x", body("body", whole=True), body_kind="text", body_media_type="text/csv")
    assert made(text, {"body": "ä"}).body == "ä".encode()
    assert made(text, {"body": "ä"}).headers["Content-Type"] == "text/csv; charset=utf-8"


# --- whatever the value, it stays in its place

anything = st.text(max_size=30)


def on_the_wire(call: Call) -> Any:
    """The address after everything that requests and urllib3 do to it."""
    prepared = requests.Request(call.method, call.wire_url(), headers=call.wire_headers()).prepare()
    return urlsplit(f"https://host{prepared.path_url}")


@given(anything)
@example("%2e%2e%2f")
@example("..%2f..")
@example("a?b#c")
@example("\r\nHost: evil")
@example("//evil.example/")
@example("x@evil.example")
@example("\u2028‮‥／")
def test_a_value_stays_in_its_path_segment(value):
    try:
        call = made(in_path(), {"v": value})
    except InputError:
        return
    sent = on_the_wire(call)
    assert urlsplit(call.url).netloc == "vista.example"
    assert sent.path.split("/")[1:3] + sent.path.split("/")[4:] == ["root", "x", "y"]
    assert unquote(sent.path.split("/")[3]) == value
    assert (sent.query, sent.fragment) == ("", "")


@given(anything, anything)
@example("a&b=c", "d#e")
def test_a_value_stays_in_its_query_parameter(one, other):
    path = make_action_path("/x", *({"name": name, "in": "query"} for name in "vw"), method="GET", body_kind="none")
    try:
        call = made(path, {"v": one, "w": [other, one]})
    except InputError:
        return
    sent = on_the_wire(call)
    assert parse_qsl(sent.query, keep_blank_values=True) == [("v", one), ("w", other), ("w", one)]
    assert sent.path == "/root/x"


@given(anything)
@example("a\r\nX-Evil: b")
@example("a\nb")
@example("a\x0bb")
def test_a_value_stays_in_its_header(value):
    path = make_action_path("/x", {"name": "X-P", "in": "header"}, {"name": "c", "in": "cookie"}, body_kind="none")
    for name, header in (("X-P", "X-P"), ("c", "Cookie")):
        try:
            call = made(path, {name: value})
        except InputError:
            continue
        line = call.headers[header]
        assert line.isascii()
        assert line.isprintable()
        assert ";" not in line or header == "X-P"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | anything,
        lambda inner: st.lists(inner) | st.dictionaries(anything, inner),
    )
)
def test_build_takes_any_value_or_says_why_not(value):
    for path in (in_path(), in_query(), make_action_path("/x", body("v"), body_kind="form")):
        try:
            assert isinstance(made(path, {"v": value}), Call)
        except InputError as refusal:
            assert str(refusal).startswith("v ")
