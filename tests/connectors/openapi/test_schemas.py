"""Schemas of all three dialects as JSON Schema 2020-12."""

from decimal import Decimal
from itertools import pairwise

import pytest
from jsonschema import Draft202012Validator

from connectors import exact_json
from connectors.openapi import derive_connector
from tests.connectors.openapi.making import (
    converted,
    derive_answer,
    derive_body,
    make_body,
    make_document,
    make_operation,
)


def notes_of(schema, **more):
    body = make_body({"type": "object", "properties": {"it": schema}})
    document = make_document({"/things": {"post": make_operation(requestBody=body)}}, **more)
    return [note["text"] for note in derive_connector(document).notes]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        # What a branch declares is known too, which `additionalProperties` beside it could not say.
        (
            {"type": "object", "additionalProperties": False, "oneOf": [{"properties": {"a": {"type": "string"}}}]},
            {
                "type": "object",
                "unevaluatedProperties": False,
                "oneOf": [{"type": "object", "properties": {"a": {"type": "string"}}}],
            },
        ),
        ({"type": "string", "x-nullable": True}, {"type": ["string", "null"]}),
        ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": "false"}, {"type": "string"}),
        ({"type": "string", "enum": ["a"], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 1}),
        ({"type": "number", "maximum": 1, "exclusiveMaximum": False}, {"type": "number", "maximum": 1}),
        ({"type": "number", "exclusiveMaximum": 7}, {"type": "number", "exclusiveMaximum": 7}),
        ({"type": "string", "example": "a"}, {"type": "string", "examples": ["a"]}),
        ({"type": "string", "examples": ["a", "b"]}, {"type": "string", "examples": ["a", "b"]}),
        (
            {"type": "string", "default": "a", "deprecated": True},
            {"type": "string", "default": "a", "deprecated": True},
        ),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
        ({"type": "string", "enum": [1, True, "x"]}, {"type": "string", "enum": ["1", "true", "x"]}),
        ({"type": "int"}, {"type": "integer"}),
        ({"type": "any"}, {}),
        ({"properties": {"a": {}}}, {"type": "object", "properties": {"a": {}}}),
        ({"items": {"type": "string"}}, {"type": "array", "items": {"type": "string"}}),
        ({"type": "array", "items": [{"type": "string"}]}, {"type": "array", "prefixItems": [{"type": "string"}]}),
        ({"type": "string", "minLength": "3"}, {"type": "string", "minLength": 3}),
        ({"type": "string", "xml": {}, "externalDocs": {}, "x-more": 1}, {"type": "string"}),
        ({"multipleOf": 0.01}, {"multipleOf": Decimal("0.01")}),
    ],
)
def test_keywords_are_said_in_2020_12(raw, clean):
    assert converted(raw) == clean


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"type": "strin"}, "strin is no type of JSON"),
        ({"minLength": -1}, "whole number"),
        ({"maximum": "many"}, "must be a number"),
        ({"multipleOf": 0}, "more than 0"),
        ({"enum": []}, "at least one value"),
        ({"required": True}, "list of property names"),
        ({"description": 5}, "must be text"),
        ({"pattern": "^(?=a)b"}, "RE2 cannot compile it"),
        ({"pattern": "^(a+)+$"}, "exponential time"),
        ({"pattern": "(x{1,1000}){1,1000}"}, "absurd count"),
        ("string", "no schema"),
    ],
)
def test_what_cannot_stand_is_left_out_and_told(raw, told):
    assert converted(raw) == {}
    assert any(told in text for text in notes_of(raw))


def test_what_matches_a_pattern_that_is_left_out_is_not_unknown():
    raw = {"type": "object", "patternProperties": {"^(?=a)b": {"type": "string"}}, "additionalProperties": False}

    assert converted(raw) == {"type": "object", "patternProperties": {}}
    assert converted(raw | {"oneOf": [{"required": ["a"]}]}) == {
        "type": "object",
        "patternProperties": {},
        "oneOf": [{"required": ["a"]}],
    }


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ({"not": {"pattern": "^(a+)+$"}}, {}),
        ({"if": {"pattern": "^(?=a)"}, "then": {"minLength": 2}}, {"then": {"minLength": 2}}),
        ({"oneOf": [{"pattern": "^(a+)+$"}, {"pattern": "^b$"}]}, {"anyOf": [{}, {"pattern": "^b$"}]}),
    ],
)
def test_a_pattern_that_is_left_out_makes_no_schema_stricter(raw, kept):
    assert converted(raw) == kept


def test_a_reference_stays_one_and_its_target_comes_along():
    action_path = derive_body(
        {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}},
        schemas={"A": {"type": "array", "items": {"$ref": "#/components/schemas/B"}}, "B": {"type": "string"}, "C": {}},
    )

    assert action_path.input_schema["properties"]["a"] == {"$ref": "#/$defs/A"}
    assert action_path.input_schema["$defs"] == {
        "A": {"type": "array", "items": {"$ref": "#/$defs/B"}},
        "B": {"type": "string"},
    }


def test_a_dangling_reference_is_reported_and_anything_accepted():
    assert converted({"$ref": "#/components/schemas/Nowhere"}) == {}
    assert notes_of({"$ref": "#/components/schemas/Nowhere"}) == [
        "The reference #/components/schemas/Nowhere does not exist; any value is accepted."
    ]


def test_beside_a_reference_3_0_only_describes_and_3_1_also_demands():
    raw = {"$ref": "#/components/schemas/A", "description": "Mine.", "minLength": 2}
    schemas = {"A": {"type": "string"}}

    assert converted(raw, schemas=schemas) == {"$ref": "#/$defs/A", "description": "Mine."}
    assert converted(raw, schemas=schemas, openapi="3.1.0") == {
        "$ref": "#/$defs/A",
        "description": "Mine.",
        "minLength": 2,
    }


def test_a_nullable_reference_accepts_null():
    schemas = {"A": {"type": "string"}}

    assert converted({"$ref": "#/components/schemas/A", "nullable": True}, schemas=schemas) == {
        "anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]
    }
    wrapped = {"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": True, "description": "Mine."}
    assert converted(wrapped, schemas=schemas) == {
        "description": "Mine.",
        "anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}],
    }


def test_all_of_becomes_one_set_of_properties():
    schemas = {
        "Base": {
            "type": "object",
            "title": "Base",
            "required": ["a"],
            "properties": {"a": {"type": "string"}, "b": {"type": "number", "minimum": 1}},
        }
    }
    raw = {
        "allOf": [
            {"$ref": "#/components/schemas/Base"},
            {"required": ["c"], "properties": {"c": {}, "b": {"type": "integer", "minimum": 3}}},
        ],
        "description": "Both.",
    }

    assert converted(raw, schemas=schemas) == {
        "type": "object",
        "description": "Both.",
        "required": ["a", "c"],
        "properties": {"a": {"type": "string"}, "b": {"type": "integer", "minimum": 3}, "c": {}},
    }


def test_all_of_keeps_what_no_single_schema_can_say():
    raw = {"allOf": [{"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "b$"}]}

    assert converted(raw) == {"type": "string", "pattern": "^a", "allOf": [{"type": "string", "pattern": "b$"}]}


def test_read_only_is_left_out_of_input_at_all_levels_and_write_only_of_output():
    schemas = {
        "Stamp": {"type": "string", "readOnly": True},
        "Line": {
            "type": "object",
            "required": ["id", "secret", "text"],
            "properties": {
                "id": {"type": "integer", "readOnly": True},
                "changed": {"$ref": "#/components/schemas/Stamp"},
                "secret": {"type": "string", "writeOnly": True},
                "text": {"type": "string"},
            },
        },
        "Order": {
            "allOf": [
                {"properties": {"number": {"readOnly": True}}},
                {
                    "required": ["number"],
                    "properties": {"lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}}},
                },
            ]
        },
    }
    order = {"$ref": "#/components/schemas/Order"}

    given = derive_body(order, schemas=schemas).input_schema
    assert list(given["properties"]) == ["lines"]
    assert "required" not in given
    assert list(given["$defs"]["Line"]["properties"]) == ["secret", "text"]
    assert given["$defs"]["Line"]["required"] == ["secret", "text"]

    answered = derive_answer(order, schemas=schemas)
    assert answered["required"] == ["number"]
    assert list(answered["$defs"]["Line"]["properties"]) == ["id", "changed", "text"]
    assert answered["$defs"]["Line"]["required"] == ["id", "text"]


def test_a_recursive_schema_refers_to_itself():
    schemas = {"Node": {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": NODE}}}}}
    schema = derive_body({"$ref": NODE}, schemas=schemas).input_schema

    assert schema["$defs"]["Node"]["properties"]["children"]["items"] == {"$ref": "#/$defs/Node"}
    assert Draft202012Validator(schema).is_valid({"children": [{"children": []}]})
    assert not Draft202012Validator(schema).is_valid({"children": [{"children": 5}]})


NODE = "#/components/schemas/Node"
PET, CAT, DOG = "#/components/schemas/Pet", "#/components/schemas/Cat", "#/components/schemas/Dog"


def pets(**pet):
    base = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    return {
        "Pet": base | pet,
        "Cat": {"allOf": [{"$ref": PET}, {"properties": {"lives": {"type": "integer"}}}]},
        "Dog": {"allOf": [{"$ref": PET}, {"properties": {"tricks": {"type": "integer"}}}]},
    }


def test_a_discriminator_decides_between_branches_that_would_both_fit():
    choice = {
        "oneOf": [{"$ref": CAT}, {"$ref": DOG}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": CAT, "kitten": CAT, "dog": "Dog"}},
    }
    schema = derive_body({"type": "object", "properties": {"pet": choice}}, schemas=pets()).input_schema
    pet = schema["properties"]["pet"]

    assert pet["discriminator"]["mapping"] == {"cat": "#/$defs/Cat", "kitten": "#/$defs/Cat", "dog": "#/$defs/Dog"}
    assert pet["oneOf"][0] == {
        "$ref": "#/$defs/Cat",
        "properties": {"kind": {"enum": ["cat", "kitten"]}},
        "required": ["kind"],
    }
    valid = Draft202012Validator(schema).is_valid
    assert valid({"pet": {"kind": "kitten", "lives": 9}})
    assert valid({"pet": {"kind": "dog"}})
    assert not valid({"pet": {"kind": "dog", "tricks": "many"}})
    assert not valid({"pet": {"kind": "bird"}})


def test_without_a_mapping_a_branch_is_named_by_its_schema():
    choice = {"anyOf": [{"$ref": CAT}, {"$ref": DOG}], "discriminator": {"propertyName": "kind"}}

    assert [branch["properties"]["kind"] for branch in converted(choice, schemas=pets())["anyOf"]] == [
        {"const": "Cat"},
        {"const": "Dog"},
    ]


def test_a_base_that_names_those_built_on_it_is_no_endless_circle():
    """Pet is a Cat or a Dog, and both are Pets: a common mistake that a checker would never finish."""
    schemas = pets(oneOf=[{"$ref": CAT}, {"$ref": DOG}], discriminator={"propertyName": "kind"})
    schema = derive_body({"type": "object", "properties": {"pet": {"$ref": PET}}}, schemas=schemas).input_schema

    assert list(schema["$defs"]["Cat"]["properties"]) == ["kind", "lives"]
    assert Draft202012Validator(schema).is_valid({"pet": {"kind": "Cat", "lives": 9}})
    assert not Draft202012Validator(schema).is_valid({"pet": {"kind": "Cat", "lives": "nine"}})


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}},
        {"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "string"}]}},
        {"A": {"anyOf": [{"$ref": "#/components/schemas/B"}]}, "B": {"oneOf": [{"$ref": "#/components/schemas/A"}]}},
        {"A": {"not": {"$ref": "#/components/schemas/A"}}},
    ],
    ids=["reference", "allOf", "anyOf and oneOf", "not"],
)
def test_a_schema_that_stands_for_itself_is_cut_and_told(schemas):
    raw = {"$ref": "#/components/schemas/A"}
    schema = derive_body({"type": "object", "properties": {"a": raw}}, schemas=schemas).input_schema

    assert Draft202012Validator(schema).is_valid({}) in (True, False)
    Draft202012Validator(schema).is_valid({"a": "text"})  # ends
    assert notes_of(raw, schemas=schemas)


@pytest.mark.parametrize(
    "deeper",
    [
        lambda inner: {"items": inner},
        lambda inner: {"not": inner, "nullable": True},
        lambda inner: {"properties": {"a": inner}},
        lambda inner: {"allOf": [inner, {"type": "object"}]},
        lambda inner: {"oneOf": [inner], "nullable": True},
    ],
    ids=["items", "not", "properties", "allOf", "oneOf"],
)
def test_a_schema_as_deep_as_a_document_may_be_is_taken(deeper):
    schema = {"type": "string"}
    while nested(schema) < 48:
        schema = deeper(schema)

    derived = derive_body({"type": "array", "items": schema}).input_schema
    assert exact_json.loads(exact_json.dumps(derived)) == derived


def nested(node):
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return 1 + max(map(nested, children), default=0)


def test_a_long_chain_of_schemas_ends():
    names = [f"S{number}" for number in range(2000)]
    schemas = {
        name: {"allOf": [{"$ref": f"#/components/schemas/{following}"}, {"properties": {name: {}}}]}
        for name, following in pairwise(names)
    } | {names[-1]: {"type": "object"}}

    schema = derive_body({"$ref": "#/components/schemas/S0"}, schemas=schemas).input_schema
    Draft202012Validator.check_schema(schema)


def test_a_schema_beyond_all_measure_is_refused():
    wide = {f"property_{number}": {"type": "string", "description": "x" * 1000} for number in range(9000)}
    body = make_body({"type": "array", "items": {"$ref": "#/components/schemas/Wide"}})
    document = make_document(
        {"/wide": {"post": make_operation(requestBody=body)}, "/good": {"get": make_operation()}},
        schemas={"Wide": {"type": "object", "properties": wide}},
    )

    assert "at most 8000000" in derive_connector(document).skipped[0]["reason"]
