"""An input is checked exactly, in bounded time, and what is wrong is said in a sentence."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import exact_json, validation
from connectors.schema_rules import is_multiple
from connectors.validation import ERRORS_LIMIT, check, failure

PURCHASE_ORDER = exact_json.loads(
    """{
    "type": "object",
    "required": ["po", "lines"],
    "additionalProperties": false,
    "properties": {
        "po": {"type": "string", "pattern": "^PO-[0-9]+$", "maxLength": 8},
        "budget": {"type": "number", "minimum": 0, "multipleOf": 0.01},
        "copies": {"type": "integer"},
        "ordered": {"type": ["string", "null"], "format": "date"},
        "status": {"enum": ["open", "closed"]},
        "lines": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/line"}}
    },
    "$defs": {
        "line": {"oneOf": [
            {"type": "object", "required": ["kind", "job"],
             "properties": {"kind": {"const": "job"}, "job": {"type": "string"}, "cost": {"type": "number"}}},
            {"type": "object", "required": ["kind", "account"],
             "properties": {"kind": {"const": "gl"}, "account": {"type": "integer"}}}
        ]}
    }
}"""
)
RIGHT = {"po": "PO-1", "lines": [{"kind": "job", "job": "1001"}]}


def texts(value, schema=PURCHASE_ORDER):
    return [error.text for error in check(value, schema)]


def test_what_fits_has_no_errors():
    assert (
        check(
            exact_json.loads('{"po": "PO-1", "budget": 19.99, "copies": 2.0, "lines": [{"kind": "gl", "account": 7}]}'),
            PURCHASE_ORDER,
        )
        == []
    )


@pytest.mark.parametrize(
    ("change", "path", "rule", "text"),
    [
        ({"budget": "12,500.50"}, "$.budget", "type", 'budget must be a number, but is the text "12,500.50".'),
        ({"budget": True}, "$.budget", "type", "budget must be a number, but is true."),
        ({"copies": 1.5}, "$.copies", "type", "copies must be a whole number, but is the number 1.5."),
        ({"budget": -1}, "$.budget", "minimum", "budget must be at least 0, but is the number -1."),
        ({"po": "7"}, "$.po", "pattern", 'po must match the pattern ^PO-[0-9]+$, but is the text "7".'),
        ({"po": "PO-123456"}, "$.po", "maxLength", "po must have at most 8 characters, but has 9."),
        (
            {"ordered": "23.11.2026"},
            "$.ordered",
            "format",
            'ordered must be a date like 2026-11-23, but is the text "23.11.2026".',
        ),
        ({"ordered": 5}, "$.ordered", "type", "ordered must be a text or null, but is the number 5."),
        ({"status": "new"}, "$.status", "enum", 'status must be "open" or "closed", but is the text "new".'),
        ({"lines": []}, "$.lines", "minItems", "lines must have at least 1 item, but has 0."),
        ({"colour": "red"}, "$.colour", "additionalProperties", "colour is not known here; remove it."),
        (
            {"lines": [{"kind": "job", "job": 1001}]},
            "$.lines[0].job",
            "type",
            "lines[0].job must be a text, but is the number 1001.",
        ),
        ({"lines": [{"kind": "gl"}]}, "$.lines[0].account", "required", "lines[0].account is missing."),
        ({"lines": [5]}, "$.lines[0]", "oneOf", "lines[0] must be an object, but is the number 5."),
    ],
)
def test_each_error_says_where_what_and_how_it_is(change, path, rule, text):
    (error,) = check(RIGHT | change, PURCHASE_ORDER)
    assert (error.path, error.rule, error.text) == (path, rule, text)


def test_a_missing_property_is_named_itself():
    (error,) = check({"lines": RIGHT["lines"]}, PURCHASE_ORDER)
    assert (error.path, error.rule, error.value, error.text) == ("$.po", "required", None, "po is missing.")


def test_an_odd_name_in_a_path_is_quoted():
    assert check({"a b": 1}, {"properties": {"a b": {"type": "string"}}})[0].path == '$["a b"]'


@pytest.mark.parametrize(
    ("value", "schema", "text"),
    [
        ([], {"type": "object"}, "The input must be an object, but is a list."),
        ({}, False, "The input is not allowed here."),
        (
            1,
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "The input must be a text or null, but is the number 1.",
        ),
        (
            3,
            {"oneOf": [{"minimum": 1}, {"maximum": 5}]},
            "The input fits more than one of the allowed forms, but must fit exactly one.",
        ),
        (3, {"const": 4}, "The input must be 4, but is the number 3."),
        ([1, 1], {"uniqueItems": True}, "The input may not hold the same item twice."),
        ("x", {"contentEncoding": "base64"}, 'The input must be base64 text, but is the text "x".'),
        ("x", {"format": "byte"}, 'The input must be base64 text, but is the text "x".'),
        ({"a": 1}, {"dependentRequired": {"a": ["b"]}}, "The input lacks a property that another one of it asks for."),
        (1, {"not": {}}, "The input has a form that is ruled out."),
        (1, {"exclusiveMinimum": 1}, "The input must be more than 1, but is the number 1."),
        ("", {"minLength": 2}, "The input must have at least 2 characters, but has 0."),
    ],
)
def test_every_rule_has_its_sentence(value, schema, text):
    assert texts(value, schema) == [text]


@pytest.mark.parametrize(
    "format", ["date", "date-time", "time", "email", "uuid", "ipv4", "ipv6", "uri", "hostname", "duration"]
)
def test_badly_formatted_texts_are_found(format):
    assert check("not ! formatted", {"format": format})[0].rule == "format"


# --- numbers


@pytest.mark.parametrize(
    ("number", "step", "fits"),
    [
        ("19.99", "0.01", True),
        ("19.999", "0.01", False),
        ("0.30", "0.1", True),
        ("12345678901234567890.01", "0.01", True),
        ("1E+999999", "0.01", True),
        ("1E-999999999", "0.01", False),
        ("0", "7", True),
        ("-4", "2", True),
        ("-5", "2", False),
        ("1E+400", "3", False),
        ("7.5", "2.5", True),
    ],
)
def test_multiples_are_exact_and_quick(number, step, fits):
    assert is_multiple(exact_json.loads(number), exact_json.loads(step)) is fits


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**10), st.integers(-20, 20))
def test_a_product_is_a_multiple(factor, step, exponent):
    scale = f"{step}E{exponent}"
    assert is_multiple(exact_json.loads(f"{factor * step}E{exponent}"), exact_json.loads(scale))
    assert not is_multiple(exact_json.loads(f"{factor * step}.5E{exponent}"), exact_json.loads(scale))


def test_1_is_1_point_0_but_not_true():
    assert check(exact_json.loads("[1, 1.0]"), {"uniqueItems": True})
    assert check([1, True], {"uniqueItems": True}) == []
    assert check(exact_json.loads("1.0"), {"type": "integer", "const": 1}) == []
    assert check(True, {"type": "integer"})


# --- guards


def quickly(value, schema):
    started = time.thread_time()
    errors = check(value, schema)
    assert time.thread_time() - started < 4
    return errors


def test_a_pattern_cannot_blow_up():
    assert quickly("a" * 100_000 + "b", {"pattern": "^(a+)+$"})
    assert quickly({"a" * 50_000 + "b": 1}, {"patternProperties": {"^(a+)+$": True}, "additionalProperties": False})


def test_a_pattern_that_cannot_be_matched_safely_is_not_enforced():
    assert check("x", {"pattern": "(?=y)x"}) == []


def test_no_format_takes_for_ever():
    for format in ("iri", "uri", "uri-template", "idn-hostname", "duration", "email", "date-time", "uuid"):
        quickly("P1é." * 100_000, {"format": format})


def test_many_items_are_compared_in_linear_time():
    assert quickly([{"a": number} for number in range(100_000)], {"uniqueItems": True}) == []


@pytest.mark.parametrize("reference", ["http://127.0.0.1:9/x", "file:///etc/passwd", "#/$defs/missing", "other.json"])
def test_no_reference_leads_outside(reference):
    (error,) = quickly({}, {"$ref": reference})
    assert error.rule == "$ref"
    assert reference.lstrip("#") in error.text


def test_deep_data_and_circular_schemas_end_in_an_error():
    schema = {"$ref": "#/$defs/n", "$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}}}}}
    deep: dict = {}
    for _ in range(2000):
        deep = {"n": deep}
    assert [error.rule for error in check(deep, schema)] == ["depth"]
    assert [error.rule for error in check(1, {"$ref": "#"})] == ["depth"]


def test_errors_are_bounded_in_number_and_size():
    errors = quickly(["x" * 1_000_000] * 1000, {"items": {"type": "number"}})
    assert len(errors) == ERRORS_LIMIT
    assert len(errors[0].value) == 201
    assert len(errors[0].text) < 200
    wide = {"anyOf": [{"items": {"type": "number"}}, {"items": {"type": "boolean"}}]}
    assert len(quickly(["x"] * 100_000, wide)) <= ERRORS_LIMIT
    assert check([1] * 5, {"type": "object"})[0].value == "(list of 5 items)"


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_value_is_too_odd_to_be_checked(value):
    for error in check(value, PURCHASE_ORDER):
        assert error.path.startswith("$")
        assert error.text.endswith(".")


def test_a_schema_is_compiled_once_for_its_key():
    key = ("test", object())
    assert check("x", {"type": "number"}, cache_key=key)
    assert check("x", {"type": "string"}, cache_key=key)  # still the schema that was there first
    assert check("x", {"type": "string"}, cache_key=("test", object())) == []


def test_threads_may_share_a_compiled_schema():
    found = []

    def work():
        found.extend(len(check({"po": 5, "lines": []}, PURCHASE_ORDER, cache_key="shared")) for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 200


def test_the_failure_of_a_validation_has_one_error_for_each():
    content = failure(check({"po": "PO-1", "lines": [], "budget": "x"}, PURCHASE_ORDER))
    assert content["status"] is None
    assert content["error"]["code"] == "SchemaValidation"
    assert content["error"]["user_defined_code"] is None
    assert content["error"]["errors"][0] == {
        "text": 'budget must be a number, but is the text "x".',
        "source": ["$.budget"],
        "details": {"rule": "type", "value": "x"},
    }
    assert len(content["error"]["errors"]) == 2


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_a_schema_whose_references_multiply_ends_in_bounded_time(monkeypatch, keyword):
    monkeypatch.setattr(validation, "CHECK_SECONDS", 0.05)
    twice = {f"d{level}": {keyword: [{"$ref": f"#/$defs/d{level + 1}"}] * 2} for level in range(40)}
    schema = {"$ref": "#/$defs/d0", "$defs": twice | {"d40": {"type": "string"}}}
    begun = time.thread_time()

    (error,) = check(1 if keyword == "anyOf" else "x", schema)

    assert "the references of its schema multiply" in error.text
    assert time.thread_time() - begun < 1
