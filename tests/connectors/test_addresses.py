"""Which addresses may be called."""

import pytest

from connectors.addresses import is_allowed, is_public, is_same_system, problem_with


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.5",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_no_address_inside_is_taken_for_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]
)
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "address", "allowed", "expected"),
    [
        ("erp.internal", "10.1.2.3", [], False),
        ("erp.internal", "10.1.2.3", ["erp.internal"], True),
        ("ERP.internal.", "10.1.2.3", ["erp.Internal"], True),
        ("evil-erp.internal", "10.1.2.3", ["erp.internal"], False),
        ("erp.internal", "10.1.2.3", ["10.1.0.0/16"], True),
        ("erp.internal", "::ffff:10.1.2.3", ["10.1.0.0/16"], True),
        ("erp.internal", "10.2.2.3", ["10.1.0.0/16"], False),
        ("127.0.0.1", "127.0.0.1", ["127.0.0.1"], True),
        ("127.0.0.2", "127.0.0.2", ["127.0.0.1"], False),
        ("0.0.0.0", "0.0.0.0", ["127.0.0.1", "localhost"], False),
        ("[::1]", "::1", ["[::1]"], True),
        ("anything", "169.254.169.254", ["*"], True),
        ("example.com", "93.184.216.34", [], True),
    ],
)
def test_private_addresses_need_leave(host, address, allowed, expected):
    assert is_allowed(host, address, allowed) is expected


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("api.example.com", "must begin with https://"),
        ("ftp://example.com", "must begin with https://"),
        ("https://", "must begin with https://"),
        ("https://example.com:99999", "no valid address"),
        ("https://example.com:0", "must begin with"),
        ("http://[", "no valid address"),
        ("https://user:pw@example.com", "user name or password"),
        ("https://example.com\\@evil.com", "backslash"),
        ("https://exam ple.com", "space"),
        ("https://example.com/\r\nX: y", "line break"),
        ("https://{tenant}.example.com", "braces"),
        ("https://example.com/?a=1", "behind ? or #"),
    ],
)
def test_a_wrong_base_address_is_explained(url, says):
    assert says in problem_with(url)


def test_a_right_base_address_has_no_problem():
    assert problem_with("https://example.com:8443/api/v1") == ""
    assert problem_with("https://example.com/spec?version=3", base=False) == ""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("https://a.example/x", "https://A.example:443/y", True),
        ("http://a.example/x", "https://a.example/x", True),
        ("https://a.example/x", "http://a.example/x", False),
        ("http://a.example:8080/x", "https://a.example/x", False),
        ("http://a.example/x", "https://b.example/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "https://a.example.evil.com/x", False),
    ],
)
def test_credentials_follow_a_redirect_only_within_one_system(old, new, expected):
    assert is_same_system(old, new) is expected
