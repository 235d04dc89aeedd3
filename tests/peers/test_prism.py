"""Flows that call what Prism makes of real systems' documents: it checks every request against them."""

import pytest

from tests.making import expression, text
from tests.peers.joining import answer_of, join

pytestmark = [pytest.mark.peers, pytest.mark.django_db]

PRODUCT = {"name": text("Anchor bolt"), "type": text("physical"), "weight": text("0.10"), "price": text("1.50")}


@pytest.fixture
def bigcommerce(prism, shared_document):
    document = shared_document("bigcommerce_products.yml")
    return join(
        document.read_bytes(),
        prism(document),
        authentication_kind="api_key",
        settings={"parameter_name": "X-Auth-Token", "in": "header"},
        secrets={"api_key": "token-of-the-store"},
    )


@pytest.fixture
def issues(prism, shared_document):
    document = shared_document("aps_issues.yaml")
    return join(
        document.read_bytes(),
        prism(document),
        authentication_kind="bearer",
        secrets={"token": "token-of-the-project"},
    )


def test_a_product_is_created(bigcommerce):
    run = bigcommerce.call("POST", "/catalog/products", PRODUCT)
    assert run.status == "Success", answer_of(run)
    assert answer_of(run)["status"] in {200, 201}, answer_of(run)
    assert answer_of(run)["data"], answer_of(run)


def test_a_path_parameter_beside_a_body(bigcommerce):
    run = bigcommerce.call(
        "POST",
        "/catalog/products/{product_id}/custom-fields",
        {"product_id": text("7"), "name": text("ISBN"), "value": text("1234567890123")},
    )
    assert run.status == "Success", answer_of(run)


def test_a_query_parameter_with_a_choice(bigcommerce):
    run = bigcommerce.call("GET", "/catalog/products", {"limit": text("5"), "sort": text("name")})
    assert run.status == "Success", answer_of(run)
    assert answer_of(run)["data"]["data"]


def test_what_the_schema_forbids_never_leaves(bigcommerce):
    run = bigcommerce.call("POST", "/catalog/products", PRODUCT | {"weight": expression("'heavy'")})
    assert run.status == "Failed"
    assert answer_of(run)["error"]["code"] == "SchemaValidation"


def test_an_issue_is_added_with_a_bearer_token(issues):
    properties = {
        "projectId": text("9ba6681e-1952-4d54-aac4-9de6d9858dd4"),
        "title": text("Door is missing"),
        "issueSubtypeId": text("1370ee8a-6f4e-4c96-a3bd-0d1d4d4a5f0b"),
        "status": text("open"),
    }
    run = issues.call("POST", "/construction/issues/v1/projects/{projectId}/issues", properties)
    assert run.status == "Success", answer_of(run)


def test_without_the_token_the_mock_refuses_and_the_action_fails(prism, shared_document):
    document = shared_document("aps_issues.yaml")
    system = join(document.read_bytes(), prism(document))
    run = system.call(
        "GET",
        "/construction/issues/v1/projects/{projectId}/users/me",
        {"projectId": text("9ba6681e-1952-4d54-aac4-9de6d9858dd4")},
    )
    assert (run.status, answer_of(run)["status"]) == ("Failed", 401)
