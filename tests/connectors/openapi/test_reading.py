"""From bytes to a document: what is taken, and what is refused with place and remedy."""

from decimal import Decimal

import pytest

from connectors.openapi import DocumentError, read_document


def refusal(data: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        read_document(data)
    return str(error.value)


def alias_bomb(levels: int) -> bytes:
    """Each level names the one before ten times: ten to the power of `levels` values in a kilobyte."""
    lines = ["openapi: 3.0.0", "l0: &l0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines).encode()


def test_json_and_yaml_give_the_same_document():
    as_json = b'{"openapi": "3.0.3", "x": [1, 0.10, 12345678901234567890, true, null, "no"], "y": {"200": {}}}'
    as_yaml = b"openapi: 3.0.3\nx: [1, 0.10, 12345678901234567890, true, ~, no]\ny: {200: {}}\n"

    assert read_document(as_json) == read_document(as_yaml)
    assert read_document(as_yaml)["x"] == [1, Decimal("0.10"), 12345678901234567890, True, None, "no"]


def test_yaml_is_read_as_version_1_2_has_it():
    """YAML 1.1 would find a date, a false, a number of base 60 and an octal number."""
    document = read_document(b"openapi: 3.0.0\nx: [2024-01-01, off, 12:30, 0x1F, .inf, '5', !!str 5]\ny: {true: 1}")

    assert document["x"] == ["2024-01-01", "off", "12:30", 31, ".inf", "5", "5"]
    assert document["y"] == {"true": 1}


def test_aliases_and_merge_keys_are_followed():
    document = read_document(b"openapi: 3.0.0\na: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a")

    assert document["b"] == {"x": 1, "y": 3}
    assert document["c"] == {"x": 1, "y": 2}


def test_of_a_key_that_stands_twice_the_last_one_counts():
    assert read_document(b'{"openapi": "3.0.0", "a": 1, "a": 2}')["a"] == 2
    assert read_document(b"openapi: 3.0.0\na: 1\na: 2")["a"] == 2


@pytest.mark.parametrize("version", ["'3.0.0'", "3.1.1", "3.1", "3.2.0"])
def test_every_version_in_line_3_is_taken(version):
    assert read_document(f"openapi: {version}".encode())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!doctype html>", "HTML"),
        (b'{"openapi": "3.0.0",}', "line 1, column 20"),
        (b"openapi: 3.0.0\n x: 1", "line 2, column 3"),
        (b"[1, 2]", "top level must be an object"),
        (b"just words", "top level must be an object"),
        (b'{"paths": {}}', "neither 'openapi' nor 'swagger'"),
        (b'{"openapi": "4.0.0"}', "#/openapi: version 4.0.0"),
        (b"swagger: 1.2", "#/swagger: version 1.2"),
        (b"openapi: null", "#/openapi: version None"),
        (b'{"openapi": "3.0.0", "n": 1e99999999999999999999}', "exponent"),
        (b'{"openapi": "3.0.0", "n": ' + b"1" * 5000 + b"}", "more digits"),
        (b'{"openapi": "3.0.0", "n": NaN}', "NaN is not a JSON number"),
        (b"\xff\xfe\xff", "no valid YAML"),
        (b'{"openapi": "\xff"}', "not UTF-8"),
        (b"openapi: !!python/object/apply:os.system [id]", "the tag"),
        (b"a: *b", "Line 1, column 4: the alias *b has no anchor"),
        (b"a: &a [*a]", "Line 1, column 8: the alias *a contains itself"),
        (b"? [a]\n: b", "Line 1, column 5: a key is a list"),
        (b"a: 1\n---\nb: 2", "Line 2, column 1: a second YAML document"),
        (b"a: {<<: 5}", "'<<' takes an object"),
    ],
)
def test_what_is_no_openapi_document_is_refused_with_the_place(data, told):
    assert told in refusal(data)


@pytest.mark.parametrize(
    ("bomb", "told"),
    [
        (b" " * (32 * 1024 * 1024 + 1), "at most 32 MB"),
        (b'{"a": [' + b"{}," * 5_000_001 + b"{}]}", "more than 5000000 values"),
        (b'{"a":' * 200_000, "levels deep"),
        (b'{"openapi": "3.0.0", "a":' + b"[" * 61 + b"]" * 61 + b"}", "more than 60 levels deep"),
        (b"[" * 200_000, "levels deep"),
        (b"- " * 200_000, "more than 60 levels deep"),
        (b"a: " + b"[" * 200_000, "more than 60 levels deep"),
        (alias_bomb(9), "aliases counted"),
        (b"a: &a [" + b"1," * 10_000 + b"]\nb: [" + b"*a," * 1_000 + b"]", "aliases counted"),
    ],
    ids=["size", "values", "objects", "lists", "open lists", "yaml lists", "yaml flow", "aliases", "many aliases"],
)
def test_bombs_are_refused(bomb, told):
    assert told in refusal(bomb)
