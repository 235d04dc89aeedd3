"""Connectors: what can be called, and how a new one comes in."""

import json
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from connectors.import_orders import process_due_imports
from connectors.models import ActionPath, ConnectorImport
from tests.cast import allow
from tests.making import make_action_path, make_connector

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Depot", "version": "7"},
    "servers": [{"url": "https://depot.example"}],
    "paths": {
        "/pallets": {
            "get": {"summary": "List pallets", "responses": {"200": {"description": "All"}}},
            "post": {
                "summary": "Add a pallet",
                "requestBody": {"content": {"application/xml": {"schema": {"type": "string"}}}},
                "responses": {"201": {"description": "Added"}},
            },
        }
    },
}


@pytest.fixture
def importer(olga, as_olga):
    allow(olga, "connectors.add_connector")
    return as_olga


def upload(importer, document=DOCUMENT, **fields):
    file = SimpleUploadedFile("depot.json", json.dumps(document).encode(), "application/json")
    return importer.upload("connector-imports/", {"name": "Depot", "document": file, **fields})


def test_an_upload_is_accepted_and_then_followed(importer):
    accepted = upload(importer)
    assert (accepted.status, accepted.body["status"], accepted.body["source"]) == (202, "Queued", "depot.json")
    process_due_imports()
    done = importer.get(f"connector-imports/{accepted.body['id']}/").body
    assert (done["status"], done["connector"], done["error"]) == ("Success", "depot", "")
    assert [skipped["operation"] for skipped in done["report"]["skipped"]] == ["POST /pallets"]
    connector = importer.get("connectors/depot/").body
    assert (connector["title"], connector["base_url"]) == ("Depot", "https://depot.example")
    assert connector["skipped"][0]["reason"]
    assert importer.get("connectors/depot/action-paths/").body["results"][0]["path"] == "/pallets"


def test_a_document_that_can_not_be_imported_says_why(importer):
    accepted = upload(importer, {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}})
    process_due_imports()
    failed = importer.get(f"connector-imports/{accepted.body['id']}/").body
    assert (failed["status"], failed["connector"], bool(failed["error"])) == ("Failed", None, True)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": "Depot"}, "document"),
        ({"address": "https://depot.example/openapi.json"}, "name"),
        ({"name": "Depot", "address": "ftp://depot.example"}, "address"),
        ({"name": "Depot", "address": "https://depot.example/o.json", "base_url": "depot"}, "base_url"),
        ({"name": "Depot", "adress": "https://depot.example/o.json"}, "adress"),
        ({"name": "Depot", "document": "text, not a file"}, "document"),
    ],
)
def test_what_can_not_be_imported_is_refused_with_its_place(importer, fields, place):
    answer = importer.upload("connector-imports/", fields)
    assert answer.status == 400
    assert place in answer.problems
    assert not ConnectorImport.objects.exists()


def test_a_document_and_an_address_are_one_too_many(importer):
    assert list(upload(importer, address="https://depot.example/o.json").problems) == ["document"]


def test_a_document_beyond_the_limit_is_refused(importer, settings):
    settings.DOCUMENT_LIMIT_BYTES = 100
    assert list(upload(importer).problems) == ["document"]


def test_action_paths_are_found_by_words_and_by_module(as_vic):
    vista = make_connector("Vista")
    for key, module, data_object, action in (
        ("job-cost/phases/add", "Job cost", "Phases", "Add a phase"),
        ("job-cost/phases/list", "Job cost", "Phases", "List phases"),
        ("payables/vendors/add", "Payables", "Vendors", "Add a vendor"),
    ):
        make_action_path(vista, key=key, module=module, data_object=data_object, action=action, path="/")

    def keys(**query):
        return [row["key"] for row in as_vic.get("connectors/vista/action-paths/", **query).body["results"]]

    assert keys() == ["job-cost/phases/add", "job-cost/phases/list", "payables/vendors/add"]
    assert keys(search="add") == ["job-cost/phases/add", "payables/vendors/add"]
    assert keys(search="phase add") == ["job-cost/phases/add"]
    assert keys(module="Payables") == ["payables/vendors/add"]
    assert keys(module="Payables", search="list") == []


def test_an_action_path_has_its_schemas(as_vic):
    vista = make_connector("Vista")
    path = make_action_path(vista, key="job-cost/phases/add")
    answer = as_vic.get("connectors/vista/action-paths/job-cost/phases/add/").body
    assert answer["input_schema"] == path.input_schema
    assert answer["safe_to_repeat"] is False
    assert as_vic.get("connectors/vista/action-paths/job-cost/phases/").status == 404


def test_twelve_hundred_action_paths_come_page_by_page(as_vic, django_assert_num_queries):
    vista = make_connector("Vista")
    template = make_action_path(vista, key="a/a/0000")
    rows = [ActionPath(**_columns(template), key=f"a/a/{number:04}") for number in range(1, 1200)]
    ActionPath.objects.bulk_create(rows)
    found, address, started = [], "connectors/vista/action-paths/?page_size=200", time.thread_time()
    while address:
        # The token with its user, the connector, the page.
        with django_assert_num_queries(3):
            page = as_vic.get(address).body
        found += [row["key"] for row in page["results"]]
        address = page["next"]
    assert found == sorted(found)
    assert len(set(found)) == 1200
    assert time.thread_time() - started < 5


def _columns(action_path):
    left_out = {"id", "key"}
    names = [field.attname for field in ActionPath._meta.concrete_fields if field.attname not in left_out]
    return {name: getattr(action_path, name) for name in names}
