"""From a document to rows, and once more: in place, with nothing lost that a flow refers to."""

import json
from decimal import Decimal

import pytest

from connectors.imports import import_document
from connectors.models import ActionPath, Connector
from connectors.openapi import DocumentError
from tests.connectors.openapi.making import DOCUMENTS, make_body, make_operation

pytestmark = pytest.mark.django_db


def make_bytes(paths, **more):
    return json.dumps({"openapi": "3.0.3", "info": {"title": "Made", "version": "1"}, "paths": paths, **more}).encode()


def operation(summary, **more):
    return make_operation(tags=["Things"], summary=summary, **more)


def test_a_document_becomes_a_connector_with_its_action_paths():
    data = (DOCUMENTS / "job-cost.yaml").read_bytes()
    report = import_document(data, name="Job cost", source="job-cost.yaml")
    connector = Connector.objects.get()

    assert (connector.name, connector.slug, connector.title) == ("Job cost", "job-cost", "Job cost")
    assert connector.authentication[0]["kind"] == "api_key"
    assert connector.source == "job-cost.yaml"
    assert report.connector == connector
    assert report.action_paths == connector.action_paths.count() == 8
    assert "Job cost > Job phases > Upsert a job phase" in report.added
    assert report.changed == report.removed == []


def test_numbers_of_a_schema_are_stored_exactly():
    import_document((DOCUMENTS / "job-cost.yaml").read_bytes(), name="Job cost")
    upsert = ActionPath.objects.get(key="job-cost/job-phases/upsert")

    assert upsert.input_schema["properties"]["percent"]["multipleOf"] == Decimal("0.01")
    assert str(upsert.input_schema["properties"]["percent"]["multipleOf"]) == "0.01"
    assert upsert.real_time_optional


def test_importing_the_same_again_changes_nothing():
    data = (DOCUMENTS / "job-cost.yaml").read_bytes()
    import_document(data, name="Job cost")
    before = set(ActionPath.objects.values_list("pk", "key"))
    report = import_document(data, name="Job cost")

    assert (report.added, report.changed, report.removed) == ([], [], [])
    assert set(ActionPath.objects.values_list("pk", "key")) == before


def test_importing_again_updates_in_place_and_says_what_became_of_what():
    import_document(make_bytes({"/a": {"get": operation("List a")}, "/b": {"get": operation("List b")}}), name="Things")
    a, b = ActionPath.objects.order_by("path")
    report = import_document(
        make_bytes({"/a": {"get": operation("Find every a")}, "/c": {"get": operation("List c")}}), name="Things"
    )

    assert report.added == ["Things > C > List c"]
    assert report.changed == ["Things > A > Find every a"]
    assert report.removed == ["Things > B > List b"]
    a.refresh_from_db()
    b.refresh_from_db()
    assert a.action == "Find every a"
    assert a.removed_at is None
    assert b.removed_at is not None


def test_an_operation_keeps_its_key_when_its_words_change():
    import_document(make_bytes({"/a": {"post": operation("Add a thing")}}), name="Things")
    key = ActionPath.objects.get().key
    import_document(make_bytes({"/a": {"post": operation("Create something")}}), name="Things")

    assert ActionPath.objects.get().key == key


def test_an_operation_that_moves_to_another_path_keeps_its_row():
    import_document(make_bytes({"/v1/a": {"post": operation("Add a thing")}}), name="Things")
    row = ActionPath.objects.get()
    import_document(make_bytes({"/v2/a": {"post": operation("Add a thing")}}), name="Things")

    assert ActionPath.objects.get().pk == row.pk
    assert ActionPath.objects.get().path == "/v2/a"


def test_an_operation_that_comes_back_is_no_longer_removed():
    both = make_bytes({"/a": {"get": operation("List a")}, "/b": {"get": operation("List b")}})
    import_document(both, name="Things")
    rows = set(ActionPath.objects.values_list("pk", flat=True))
    import_document(make_bytes({"/a": {"get": operation("List a")}}), name="Things")
    again = import_document(make_bytes({"/a": {"get": operation("List a")}}), name="Things")
    report = import_document(both, name="Things")

    assert again.removed == []
    assert report.changed == ["Things > B > List b"]
    assert set(ActionPath.objects.filter(removed_at=None).values_list("pk", flat=True)) == rows


def test_a_new_operation_never_takes_the_key_of_an_old_one():
    import_document(make_bytes({"/a/x": {"post": operation("Add x")}}), name="Things")
    import_document(
        make_bytes({"/a/x": {"post": operation("Add other x")}, "/b/x": {"post": operation("Add x")}}), name="Things"
    )

    assert set(ActionPath.objects.values_list("path", "key")) == {
        ("/a/x", "things/x/add"),
        ("/b/x", "things/x/add-2"),
    }


@pytest.mark.parametrize(
    ("servers", "given", "source", "kept"),
    [
        ([{"url": "https://a.example.com/api"}], "", "", "https://a.example.com/api"),
        ([{"url": "/api"}], "", "https://b.example.com/docs/openapi.json", "https://b.example.com/api"),
        ([{"url": "/api"}], "", "openapi.json", ""),
        ([{"url": "https://a.example.com"}], "https://mine.example.com", "", "https://mine.example.com"),
        ([], "", "", ""),
    ],
)
def test_the_base_address_is_the_given_one_or_the_first_of_the_document(servers, given, source, kept):
    data = make_bytes({"/a": {"get": make_operation()}}, servers=servers)

    assert import_document(data, name="Things", base_url=given, source=source).connector.base_url == kept


def test_a_base_address_set_before_stays_when_none_is_given():
    data = make_bytes({"/a": {"get": make_operation()}}, servers=[{"url": "https://a.example.com"}])
    import_document(data, name="Things", base_url="https://mine.example.com")

    assert import_document(data, name="Things").connector.base_url == "https://mine.example.com"


def test_names_that_give_the_same_slug_stay_apart():
    data = make_bytes({"/a": {"get": make_operation()}})

    assert import_document(data, name="Job cost").connector.slug == "job-cost"
    assert import_document(data, name="Job-cost").connector.slug == "job-cost-2"
    assert import_document(data, name="工事").connector.slug == "connector"


@pytest.mark.parametrize(
    ("data", "name", "base_url", "told"),
    [
        (b"{", "Things", "", "no valid JSON"),
        (make_bytes({}), "Things", "", "no operations"),
        (make_bytes({"/a": {"get": make_operation()}}), "", "", "1 to 120 characters"),
        (make_bytes({"/a": {"get": make_operation()}}), "x" * 121, "", "1 to 120 characters"),
        (make_bytes({"/a": {"get": make_operation()}}), "Things", "ftp://x", "must begin with https://"),
    ],
)
def test_what_cannot_be_imported_leaves_nothing_behind(data, name, base_url, told):
    with pytest.raises(DocumentError, match=told):
        import_document(data, name=name, base_url=base_url)
    assert not Connector.objects.exists()


def test_a_failed_import_leaves_the_connector_as_it_was():
    import_document(make_bytes({"/a": {"get": operation("List a")}}), name="Things")
    remote = make_body({"$ref": "https://example.com/schemas.json"})
    with pytest.raises(DocumentError, match="None of the 1 operations"):
        import_document(make_bytes({"/a": {"post": make_operation(requestBody=remote)}}), name="Things")

    assert ActionPath.objects.get().removed_at is None
