"""The values that a builder gives, and what the evaluator is asked for them."""

from decimal import Decimal

import pytest

from flows.typed_text import Schema, type_text
from flows.values import expressions_in_properties, object_template, to_template
from tests.making import expression, text


def typed(value, schema, **root):
    return type_text(value, Schema(root or schema, schema))


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        ("12.50", {"type": "number"}, Decimal("12.50")),
        ("12", {"type": "integer"}, 12),
        ("true", {"type": "boolean"}, True),
        ("2026-03-01", {"type": "string", "format": "date"}, "2026-03-01"),
        ("12", {"type": "string"}, "12"),
        ("12", {"type": ["string", "null"]}, "12"),
        ("12", {}, "12"),
        ("2", {"enum": [1, 2]}, 2),
        ("on", {"enum": ["on", "off"]}, "on"),
        ('["a"]', {"type": "array"}, ["a"]),
        ("null", {"type": ["number", "null"]}, None),
    ],
)
def test_text_is_typed_by_the_schema(value, schema, expected):
    result = typed(value, schema)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("value", "schema"), [("twelve", {"type": "number"}), ("12", {"type": "boolean"}), ("", {"type": "integer"})]
)
def test_text_that_does_not_fit_stays_text_for_the_schema_check_to_name(value, schema):
    assert typed(value, schema) == value


def test_a_reference_and_a_combination_are_followed():
    root = {"$defs": {"money": {"anyOf": [{"type": "number"}, {"type": "null"}]}}}
    assert typed("1.10", {"$ref": "#/$defs/money"}, **root) == Decimal("1.10")


def test_a_cycle_of_references_ends():
    root = {"$defs": {"a": {"$ref": "#/$defs/a"}}}
    assert typed("x", {"$ref": "#/$defs/a"}, **root) == "x"


def test_left_out_null_and_empty_text_are_three_things():
    properties = {"left": text("x", include=False), "nothing": {"mode": "null"}, "empty": text("")}
    template = object_template(properties)
    assert template["properties"] == {
        "nothing": {"mode": "constant", "value": None},
        "empty": {"mode": "constant", "value": ""},
    }


def test_items_of_lists_and_array_maps_are_typed_too():
    schema = Schema.of({"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}})
    item = {"mode": "object", "properties": {"n": text("5")}}
    want = {"mode": "object", "properties": {"n": {"mode": "constant", "value": 5}}}
    assert to_template({"mode": "list", "items": [item]}, schema)["items"] == [want]
    assert to_template({"mode": "array_map", "list": "flow.trigger.data", "item": item}, schema)["item"] == want


RULES = {
    "type": "object",
    "oneOf": [
        {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"const": "name"}, "limit": {"type": "string"}, "on": {"type": "boolean"}},
        },
        {"$ref": "#/$defs/size", "properties": {"type": {"const": "size"}}, "required": ["type"]},
    ],
    "$defs": {"size": {"type": "object", "properties": {"type": {"type": "string"}, "limit": {"type": "integer"}}}},
}


@pytest.mark.parametrize(("kind", "expected"), [("name", "5"), ("size", 5)])
def test_a_text_is_typed_by_the_branch_that_its_neighbours_choose(kind, expected):
    template = object_template({"type": text(kind), "limit": text("5")}, Schema.of(RULES))
    assert template["properties"]["limit"] == {"mode": "constant", "value": expected}


def test_a_text_is_typed_by_the_branch_that_declares_its_neighbours():
    template = object_template({"limit": text("5"), "on": text("true")}, Schema.of(RULES))
    assert [value["value"] for value in template["properties"].values()] == ["5", True]


def test_a_choice_that_is_a_choice_of_itself_ends():
    root = {"oneOf": [{"$ref": "#"}, {"$ref": "#"}, {"properties": {"n": {"type": "integer"}}}]}
    assert object_template({"n": text("5")}, Schema.of(root))["properties"]["n"]["value"] == 5


def test_every_expression_is_found_with_its_place_even_where_it_is_left_out():
    properties = {
        "a": expression("x"),
        "b": {"mode": "object", "properties": {"c": expression("y", include=False)}},
        "d": {"mode": "array_map", "list": "z", "item": {"mode": "list", "items": [expression("w")]}},
    }
    assert list(expressions_in_properties(properties, "properties")) == [
        ("properties.a", "x"),
        ("properties.b.c", "y"),
        ("properties.d.list", "z"),
        ("properties.d.item[0]", "w"),
    ]
