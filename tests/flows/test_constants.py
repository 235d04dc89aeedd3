"""Constants that break an action path's schema are found before any run, and expressions never raise an alarm."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.unknowns import UNKNOWN, AnyNumberOf, check_known
from flows.definition.constants import constant_problems
from tests.making import expression, text

SCHEMA = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"enum": ["physical", "digital"]},
        "weight": {"type": ["number", "null"], "minimum": 0},
        "code": {"type": "string", "pattern": "^P-", "maxLength": 6},
        "start": {"type": "string", "format": "date"},
        "active": {"type": "boolean"},
        "tags": {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "string", "minLength": 2}},
        "supplier": {"$ref": "#/$defs/supplier"},
        "payment": {
            "oneOf": [
                {
                    "type": "object",
                    "required": ["kind", "iban"],
                    "properties": {"kind": {"const": "transfer"}, "iban": {"type": "string"}},
                },
                {
                    "type": "object",
                    "required": ["kind", "number"],
                    "properties": {"kind": {"const": "check"}, "number": {"type": "integer"}},
                },
            ]
        },
    },
    "$defs": {
        "supplier": {
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {"name": {"type": "string"}, "parent": {"$ref": "#/$defs/supplier"}},
        }
    },
}
ANY = expression("flow.trigger.data.x")
NULL = {"mode": "null"}


def group(**properties):
    return {"mode": "object", "properties": properties}


def items(*values):
    return {"mode": "list", "items": list(values)}


def mapped(item):
    return {"mode": "array_map", "list": "flow.trigger.data", "item": item}


def problems_of(**properties):
    return {p.place: p.text for p in constant_problems({"type": ANY, **properties}, SCHEMA, "properties")}


@pytest.mark.parametrize(
    ("properties", "place", "said"),
    [
        (
            {"type": text("")},
            "type",
            'choose another type, leave it out if it need not be there, or give an expression: it must be "physical"',
        ),
        ({"type": text("service")}, "type", "choose another type, or give an expression: it must be"),
        (
            {"weight": text("-1")},
            "weight",
            "give weight another value, or an expression: it must be at least 0, but is the number -1.",
        ),
        ({"weight": text("heavy")}, "weight", 'it must be a number or null, but is the text "heavy".'),
        ({"weight": text("")}, "weight", "but is an empty text"),
        ({"code": text("X-1")}, "code", "must match the pattern ^P-"),
        ({"code": text("P-12345")}, "code", "must have at most 6 characters, but has 7"),
        ({"start": text("2026-02-31")}, "start", "must be a date like"),
        ({"active": text("yes")}, "active", "must be true or false"),
        ({"type": NULL}, "type", "but is null"),
        ({"tags": items(text("ab"))}, "tags", "must have at least 2 items, but has 1"),
        ({"tags": items(text("ab"), text("c"))}, "tags[1]", "must have at least 2 characters"),
        ({"tags": mapped(text("c"))}, "tags.item", "must have at least 2 characters"),
        ({"supplier": group()}, "supplier.name", "give supplier.name a value: it is missing."),
        ({"supplier": group(name=ANY, colour=ANY)}, "supplier.colour", "remove supplier.colour: it is not known here."),
        ({"supplier": group(name=ANY, parent=group(name=NULL))}, "supplier.parent.name", "must be a text"),
        ({"payment": group(kind=text("check"), number=text("x"))}, "payment.number", "must be a whole number"),
    ],
)
def test_a_constant_that_does_not_fit_is_named_with_its_place_the_rule_and_a_remedy(properties, place, said):
    found = problems_of(**properties)
    assert list(found) == [f"properties.{place}"]
    assert said in found[f"properties.{place}"]


@pytest.mark.parametrize(
    "properties",
    [
        {"weight": text("12.50"), "active": text("true"), "start": text("2026-02-28"), "type": text("digital")},
        {"weight": NULL},
        {"weight": text("heavy", include=False)},
        {"tags": ANY},
        {"tags": items(ANY, ANY)},
        {"tags": mapped(ANY)},
        {"payment": group(kind=ANY, number=text("3"))},
        {"payment": group(kind=ANY, number=ANY, iban=ANY)},
        {"supplier": group(name=text("Acme"), parent=ANY)},
    ],
)
def test_what_fits_is_left_out_or_is_not_known_yet_raises_no_alarm(properties):
    assert problems_of(**properties) == {}


scalars = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["", "a", "P-1", "2026-01-01"]))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)),
    max_leaves=6,
)
limits = st.sampled_from(
    [
        {"type": "integer"},
        {"minimum": 1},
        {"enum": [1, "a", [1]]},
        {"const": {"a": 1}},
        {"minItems": 2, "uniqueItems": True},
        {"maxItems": 1},
        {"contains": {"const": 1}},
        {"required": ["a"], "additionalProperties": {"minLength": 1}},
        {"properties": {"a": {"type": "string"}}, "unevaluatedProperties": False},
        {"dependentSchemas": {"a": {"required": ["b"]}}},
    ]
)
schemas = st.recursive(
    limits,
    lambda inner: st.one_of(
        st.builds(lambda one: {"properties": {"a": one}, "items": one}, inner),
        st.builds(lambda one: {"not": one}, inner),
        st.builds(lambda parts: {"allOf": parts}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda parts: {"anyOf": parts}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda parts: {"oneOf": parts}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda one, two, three: {"if": one, "then": two, "else": three}, inner, inner, inner),
    ),
    max_leaves=4,
)


@st.composite
def partly_known(draw, value):
    """The value with some of its parts hidden."""
    if draw(st.integers(0, 3)) == 0:
        return UNKNOWN
    if isinstance(value, dict):
        return {name: draw(partly_known(item)) for name, item in value.items()}
    if isinstance(value, list):
        if value and all(item == value[0] for item in value) and draw(st.booleans()):
            return AnyNumberOf([draw(partly_known(value[0]))])
        return [draw(partly_known(item)) for item in value]
    return value


@settings(max_examples=300, deadline=None)
@given(st.data(), schemas, values)
def test_data_that_fit_raise_no_alarm_whatever_of_them_is_not_known(data, schema, value):
    if check_known(value, schema) == []:
        assert check_known(data.draw(partly_known(value)), schema) == []
