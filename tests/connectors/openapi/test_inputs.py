"""The one input object: parameters and body side by side, each knowing where it is sent."""

from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator

from connectors.openapi import derive_connector
from tests.connectors.openapi.making import (
    action_path,
    derive_body,
    derive_file,
    derive_operation,
    make_body,
    make_document,
    make_operation,
    make_swagger,
    places,
    reason,
)


def entry(one, name):
    return next(parameter for parameter in one.parameters if parameter["property"] == name)


def test_body_properties_become_inputs_without_what_is_read_only():
    upsert = action_path(derive_file("job-cost.yaml"), "PUT /job-phases")

    assert list(upsert.input_schema["properties"]) == [
        "jobNumber",
        "phaseCode",
        "status",
        "percent",
        "pin",
        "parent",
        "cost",
        "gone",
    ]
    assert upsert.input_schema["required"] == ["jobNumber", "phaseCode"]
    assert entry(upsert, "jobNumber") == {
        "property": "jobNumber",
        "name": "jobNumber",
        "in": "body",
        "body_required": True,
    }


def test_an_input_is_checked_as_the_document_says():
    valid = Draft202012Validator(action_path(derive_file("job-cost.yaml"), "PUT /job-phases").input_schema).is_valid
    phase = {"jobNumber": "1001", "phaseCode": "01-100"}

    assert valid(phase)
    assert valid(
        phase | {"status": None, "percent": Decimal("0.55"), "parent": phase, "cost": {"kind": "labor", "hours": 3}}
    )
    assert not valid(phase | {"percent": 0})
    assert not valid(phase | {"status": "else"})
    assert not valid(phase | {"parent": {"jobNumber": 5}})
    assert not valid(phase | {"cost": {"kind": "labor", "hours": "3"}})
    assert not valid({"jobNumber": "1001"})


def test_credentials_and_the_headers_of_the_client_are_no_inputs():
    query = action_path(derive_file("job-cost.yaml"), "GET /job-phases")

    assert places(query) == {"status": "query", "filter": "query", "X-Company": "header", "session": "cookie"}
    assert query.input_schema["required"] == ["X-Company"]
    assert entry(query, "status")["explode"] is False
    assert entry(query, "filter")["content_type"] == "application/json"


def test_headers_that_the_transport_sets_are_no_inputs():
    declared = [{"name": "Content-Length", "in": "header", "required": True, "schema": {"type": "integer"}}]

    assert derive_operation(make_operation(parameters=declared)).parameters == []


def test_an_operation_overrides_a_parameter_of_its_path():
    update = action_path(derive_file("job-cost.yaml"), "PATCH /jobs/{id}")

    assert update.input_schema["properties"]["trace"] == {"type": "boolean"}
    assert "trace" in update.input_schema["required"]


def test_a_collision_is_named_and_nothing_lost():
    connector = derive_file("job-cost.yaml")
    update = action_path(connector, "PATCH /jobs/{id}")

    assert places(update) == {"id (path)": "path", "id": "body", "name": "body", "trace": "query"}
    assert entry(update, "id (path)")["name"] == "id"
    assert {
        "place": "#/paths/~1jobs~1{id}/patch",
        "text": "'id' stands for two things; that in the path is 'id (path)'.",
    } in connector.notes


def test_a_body_that_may_be_left_out_needs_all_it_requires_once_it_has_any():
    schema = action_path(derive_file("job-cost.yaml"), "PATCH /jobs/{id}").input_schema
    valid = Draft202012Validator(schema).is_valid

    assert valid({"id (path)": 1, "trace": True})
    assert valid({"id (path)": 1, "trace": True, "id": "7", "name": "Bridge"})
    assert not valid({"id (path)": 1, "trace": True, "name": "Bridge"})


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string"}},
        {"type": "string"},
        {"oneOf": [{"type": "object", "properties": {"a": {}}}, {"type": "object", "properties": {"b": {}}}]},
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"type": "object"},
        {},
    ],
    ids=["array", "text", "choice", "map", "empty object", "anything"],
)
def test_a_body_without_properties_of_its_own_is_one_input(schema):
    derived = derive_body(schema)

    assert list(derived.input_schema["properties"]) == ["body"]
    assert derived.input_schema["required"] == ["body"]
    assert derived.parameters == [
        {"property": "body", "name": "body", "in": "body", "whole": True, "body_required": True}
    ]


def test_choices_that_only_refine_known_properties_leave_them_side_by_side():
    derived = derive_body(
        {
            "type": "object",
            "properties": {"email": {"type": "string"}, "phone": {"type": "string"}},
            "anyOf": [{"required": ["email"]}, {"required": ["phone"]}],
        }
    )

    assert list(derived.input_schema["properties"]) == ["email", "phone"]
    assert Draft202012Validator(derived.input_schema).is_valid({"phone": "1"})
    assert not Draft202012Validator(derived.input_schema).is_valid({})


def test_without_an_open_body_an_unknown_input_is_refused():
    query = derive_operation(make_operation(), method="get").input_schema
    closed = derive_body({"type": "object", "properties": {"a": {}}, "additionalProperties": False}).input_schema
    opened = derive_body({"type": "object", "properties": {"a": {}}}).input_schema

    assert not Draft202012Validator(query).is_valid({"typo": 1})
    assert not Draft202012Validator(closed).is_valid({"typo": 1})
    assert Draft202012Validator(opened).is_valid({"more": 1})


def test_an_undeclared_part_of_the_path_is_asked_for():
    close = action_path(derive_file("job-cost.yaml"), "POST /jobs/{id}/close")

    assert places(close) == {"id": "path", "date": "body"}
    assert close.input_schema["required"] == ["id"]


def test_forms_and_their_lists():
    counts = action_path(derive_file("inventory.json"), "POST /counts")

    assert (counts.body_kind, counts.body_media_type) == ("form", "application/x-www-form-urlencoded")
    assert counts.input_schema["required"] == ["itemId"]
    assert entry(counts, "bins")["explode"] is True
    assert action_path(derive_file("job-cost.yaml"), "POST /jobs/{id}/close").body_kind == "form"


def test_files_of_a_multipart_body_are_base64():
    attach = action_path(derive_file("job-cost.yaml"), "POST /jobs/{id}/documents")

    assert attach.body_kind == "multipart"
    assert attach.input_schema["properties"]["file"] == {
        "type": "string",
        "contentEncoding": "base64",
        "contentMediaType": "image/png",
    }
    assert entry(attach, "pages")["file"] is True
    assert entry(attach, "about")["content_type"] == "application/json"
    assert "file" not in entry(attach, "kind")

    picture = action_path(derive_file("inventory.json"), "POST /items/{itemId}/picture")
    assert picture.body_kind == "multipart"
    assert entry(picture, "picture")["file"] is True
    assert "file" not in entry(picture, "caption")


def test_a_part_may_refer_to_a_named_schema():
    parts = {"type": "object", "properties": {"scan": {"$ref": "#/components/schemas/Scan"}}}

    sent = derive_operation(
        make_operation(requestBody=make_body(parts, "multipart/form-data")),
        schemas={"Scan": {"type": "string", "format": "binary"}},
    )

    assert sent.input_schema["properties"]["scan"]["contentEncoding"] == "base64"
    assert entry(sent, "scan")["file"] is True


def test_a_parameter_and_the_body_may_refer_to_the_same_named_schema():
    note = {"$ref": "#/components/schemas/Note"}

    sent = derive_operation(
        make_operation(parameters=[{"name": "kind", "in": "query", "schema": note}], requestBody=make_body(note)),
        schemas={"Note": {"type": "string"}},
    )

    assert sent.input_schema["properties"] == {"body": {"type": "string"}, "kind": {"$ref": "#/$defs/Note"}}
    assert sent.input_schema["$defs"] == {"Note": {"type": "string"}}


@pytest.mark.parametrize(
    ("operation", "kind", "media_type", "encoding"),
    [("POST /notes", "text", "text/plain", None), ("PUT /plan", "binary", "application/pdf", "base64")],
)
def test_text_and_binary_bodies_are_one_input(operation, kind, media_type, encoding):
    derived = action_path(derive_file("job-cost.yaml"), operation)

    assert (derived.body_kind, derived.body_media_type) == (kind, media_type)
    assert derived.input_schema["properties"]["body"].get("contentEncoding") == encoding


@pytest.mark.parametrize(
    ("offered", "chosen", "kind"),
    [
        (["application/xml", "application/json-patch+json", "application/json"], "application/json", "json"),
        (["text/plain", "application/json; charset=utf-8"], "application/json; charset=utf-8", "json"),
        (["application/octet-stream", "application/vnd.api+json"], "application/vnd.api+json", "json"),
        (["multipart/form-data", "application/x-www-form-urlencoded"], "application/x-www-form-urlencoded", "form"),
        (["*/*"], "application/json", "json"),
        (["application/*+json"], "application/json", "json"),
        (["image/png", "text/csv"], "text/csv", "text"),
        (["application/zip", "application/xml"], "application/zip", "binary"),
    ],
)
def test_of_several_media_types_the_most_structured_is_used(offered, chosen, kind):
    body = {"required": True, "content": {one: {"schema": {"type": "object"}} for one in offered}}
    derived = derive_operation(make_operation(requestBody=body))

    assert (derived.body_kind, derived.body_media_type) == (kind, chosen)


@pytest.mark.parametrize(
    ("form", "wire"),
    [
        (None, {"style": "form", "explode": False}),
        ("csv", {"style": "form", "explode": False}),
        ("multi", {"style": "form", "explode": True}),
        ("ssv", {"style": "spaceDelimited", "explode": False}),
        ("pipes", {"style": "pipeDelimited", "explode": False}),
    ],
)
def test_collection_formats_of_swagger_are_said_as_styles(form, wire):
    ids = {"name": "ids", "in": "query", "type": "array", "items": {"type": "string"}}
    document = make_swagger(
        {"/x": {"get": make_operation(parameters=[ids | ({"collectionFormat": form} if form else {})])}}
    )

    assert derive_connector(document).action_paths[0].parameters == [
        {"property": "ids", "name": "ids", "in": "query", **wire}
    ]


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("POST /remote-body", "#/paths/~1remote-body/post/requestBody/content/application~1json/schema"),
        ("POST /remote-body", "none is fetched. Bundle"),
        ("POST /remote-deep", "#/components/schemas/Inner/items"),
        ("GET /remote-answer", "other.yaml"),
        ("/remote-path", "other.yaml"),
        ("POST /xml", "XML only"),
        ("GET /parameter", "#/components/parameters/Nowhere does not exist"),
        ("POST /body", "#/components/requestBodies/Nowhere does not exist"),
        ("/none", "no object"),
        ("GET /half", "no object"),
    ],
)
def test_what_cannot_be_taken_is_skipped_with_place_and_remedy(operation, told):
    connector = derive_file("hostile.yaml")

    assert told in reason(connector, operation)
    assert [one.path for one in connector.action_paths] == ["/good"]


def test_swagger_that_takes_xml_only_is_skipped():
    assert "XML only" in reason(derive_file("inventory.json"), "POST /legacy")


def test_a_reference_into_another_path_is_followed():
    add = action_path(derive_file("assets.yaml"), "POST /assets")

    assert Draft202012Validator(add.input_schema).is_valid({"name": "Crane", "like": {"name": None}})
    assert not Draft202012Validator(add.input_schema).is_valid({"name": "Crane", "like": {}})


def test_examples_of_a_parameter_are_kept():
    parameter = {
        "name": "q",
        "in": "query",
        "description": "What to look for.",
        "schema": {"type": "string"},
        "examples": {"one": {"value": "crane"}},
    }
    document = make_document({"/x": {"get": make_operation(parameters=[parameter])}})

    assert derive_connector(document).action_paths[0].input_schema["properties"]["q"] == {
        "type": "string",
        "description": "What to look for.",
        "examples": ["crane"],
    }


def test_a_body_of_a_list_of_media_types_without_schema_is_anything():
    assert derive_operation(make_operation(requestBody=make_body({}))).input_schema["properties"] == {"body": {}}
