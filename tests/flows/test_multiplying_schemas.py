"""Schemas whose references multiply: a few lines that stand for more than a machine could walk through."""

import time

import pytest

from flows.definition.examples import example_of
from flows.pages.step_forms.available import EXPRESSIONS_SHOWN, data_available
from flows.pages.step_forms.fields import fields_of
from flows.typed_text import Schema
from flows.values import object_template
from tests.making import map_step, text

PROPERTIES = {"it": {"mode": "object", "properties": {"x": {"mode": "text", "value": "7"}}}}


def make_schema(part):
    """Level after level refers to the next one several times, as `part` makes it of that reference."""
    levels = {f"d{level}": part({"$ref": f"#/$defs/d{level + 1}"}) for level in range(30)}
    last = {"type": "object", "properties": {"x": {"type": "integer"}}}
    return {"type": "object", "properties": {"it": {"$ref": "#/$defs/d0"}}, "$defs": levels | {"d30": last}}


SCHEMAS = {
    "every part": make_schema(lambda next_level: {"allOf": [next_level] * 3}),
    "one of several": make_schema(lambda next_level: {"type": "object", "oneOf": [next_level] * 3}),
    "any of several": make_schema(lambda next_level: {"anyOf": [next_level] * 3}),
    "required properties": make_schema(
        lambda next_level: {"type": "object", "required": ["a", "b"], "properties": {"a": next_level, "b": next_level}}
    ),
    "many properties": make_schema(
        lambda next_level: {"type": "object", "properties": dict.fromkeys(map(str, range(30)), next_level)}
    ),
    "in circles": {
        "$ref": "#/$defs/a",
        "$defs": {
            "a": {"allOf": [{"$ref": "#/$defs/b"}, {"$ref": "#/$defs/a"}]},
            "b": {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}]},
        },
    },
}


@pytest.fixture(params=SCHEMAS.values(), ids=SCHEMAS)
def schema(request):
    begun = time.process_time()
    yield request.param
    assert time.process_time() - begun < 2


def test_a_form(schema):
    assert bool(fields_of(schema, PROPERTIES).children) is (schema is not SCHEMAS["in circles"])


def test_what_is_sent(schema):
    assert object_template(PROPERTIES, Schema.of(schema))["mode"] == "object"


def test_an_example(schema):
    example_of(schema)


def test_the_data_available(schema):
    draft = {"trigger": {"kind": "on_demand", "input_schema": schema}, "steps": [map_step("map", code=text("x"))]}

    assert all(len(group.expressions) <= EXPRESSIONS_SHOWN for group in data_available(draft, 1, {}))
