"""The pages of connectors and their action paths, and the import of a document."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from connectors import exact_json
from connectors.import_orders import process_due_imports
from connectors.models import ActionPath, Connector, ConnectorImport
from tests.cast import allow, client_of, make_action_path, make_connector
from tests.pages.addresses import address
from tests.pages.conftest import OPENAPI


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def importer(sam):
    allow(sam, "connectors.add_connector")
    return client_of(sam)


def test_a_connector_shows_its_tree_in_words(scene, sam):
    page = text_of(client_of(sam).get(address("connector-detail", scene)))
    shown = ["Accounts payable", "Purchase orders", "Add a purchase order", "Job cost", "Upsert a job phase"]
    assert sorted(shown, key=page.index) == shown
    assert "safe to repeat" in page
    assert "deprecated" in page


def test_what_was_skipped_is_listed_with_its_reason(scene, sam):
    page = text_of(client_of(sam).get(address("connector-detail", scene)))
    assert "POST /api/legacy" in page
    assert "Its body is XML only" in page


def test_the_search_works_without_scripts(scene, sam):
    page = text_of(client_of(sam).get(address("connector-detail", scene) + "?q=PUT+vendor"))
    assert "Update an existing vendor" in page
    assert "Add a cost code" not in page


def test_a_search_without_a_hit_offers_the_way_back(scene, sam):
    page = text_of(client_of(sam).get(address("connector-detail", scene) + "?q=nothing-like-it"))
    assert "No action path has all these words" in page
    assert f'href="{address("connector-detail", scene)}"' in page


def test_an_action_path_gone_from_the_document_says_so(scene, sam):
    ActionPath.objects.update(removed_at=scene.integration.created_at)
    assert "no longer in the document" in text_of(client_of(sam).get(address("connector-detail", scene)))
    assert "choose another action path" in text_of(client_of(sam).get(address("action-path", scene)))


def test_unknown_connectors_and_action_paths_are_not_found(scene, sam):
    for url in ("/connectors/nothing/", "/connectors/vista-sample/action-paths/no/such/path/"):
        assert client_of(sam).get(url).status_code == 404


def test_a_key_may_end_like_a_page(scene, sam):
    make_action_path(scene.connector, "job-cost/settings/schema")
    page = text_of(client_of(sam).get("/connectors/vista-sample/action-paths/job-cost/settings/schema/"))
    assert "What it does" in page


def test_the_schema_page_shows_types_rules_and_the_schema_itself(scene, sam):
    page = text_of(client_of(sam).get(address("action-path-schema", scene)))
    assert "number or null" in page
    assert "6 or fewer characters" in page
    assert "one of CY, SF, EA" in page
    assert "&quot;maxLength&quot;: 6" in page


def test_the_openapi_document_is_the_stored_one(scene, sam):
    answer = client_of(sam).get(address("action-path-openapi-json", scene))
    assert answer["Content-Type"] == "application/json"
    assert exact_json.loads(answer.content) == OPENAPI


def test_an_upload_waits_for_the_background_and_then_tells_what_came_of_it(importer):
    document = exact_json.to_bytes(OPENAPI)
    answer = importer.post("/connectors/imports/new", {"document": SimpleUploadedFile("v.json", document), "name": "V"})
    assert answer.status_code == 302
    assert 'hx-trigger="every 1s"' in text_of(importer.get(answer.url))
    process_due_imports()
    page = text_of(importer.get(answer.url))
    assert "hx-trigger" not in page
    assert "Upsert a job phase" in page
    assert Connector.objects.get().action_paths.count() == 1


def test_htmx_gets_the_progress_alone(importer):
    order = ConnectorImport.objects.create(name="V", source="v.json", status="In Progress", done=120, total=1223)
    page = text_of(importer.get(f"/connectors/imports/{order.pk}/", headers={"HX-Request": "true"}))
    assert '<progress max="1223" value="120"' in page
    assert "<html" not in page


def test_a_failed_import_says_why_and_offers_another_try(importer):
    order = ConnectorImport.objects.create(name="V x", source="v.json", status="Failed", error="line 3: not YAML")
    page = text_of(importer.get(f"/connectors/imports/{order.pk}/"))
    assert "line 3: not YAML" in page
    assert 'href="/connectors/imports/new?name=V+x"' in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "V"}, "Choose a file, or give the address"),
        ({"address": "https://v.example/a.json"}, "This field is required"),
        ({"name": "V", "address": "file:///etc/passwd"}, "must begin with https://"),
        ({"name": "V", "address": "https://v.example/a", "base_url": "v"}, "must begin with https://"),
    ],
)
def test_an_order_that_cannot_work_is_refused(values, said, importer):
    answer = importer.post("/connectors/imports/new", values)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not ConnectorImport.objects.exists()


def test_a_file_and_an_address_are_one_too_many(importer):
    upload = SimpleUploadedFile("v.json", b"{}")
    form = {"name": "V", "document": upload, "address": "https://v.example/a.json"}
    assert "not both" in text_of(importer.post("/connectors/imports/new", form))


def test_a_file_above_the_limit_is_refused_with_its_size(importer, settings):
    settings.DOCUMENT_LIMIT_BYTES = 1024 * 1024
    upload = SimpleUploadedFile("v.json", b"x" * 1_600_000)
    page = text_of(importer.post("/connectors/imports/new", {"name": "V", "document": upload}))
    assert "1.5 MB; at most 1 MB" in page


def test_without_the_permission_the_list_says_who_can_import(sam):
    page = text_of(client_of(sam).get("/connectors/"))
    assert "Who operates this server can import them" in page
    assert "Import a connector" not in page


def test_descriptions_are_shown_as_text(sam):
    connector = make_connector("Odd", description="<img src=x onerror=alert(1)>")
    page = text_of(client_of(sam).get(f"/connectors/{connector.slug}/"))
    assert "<img" not in page
