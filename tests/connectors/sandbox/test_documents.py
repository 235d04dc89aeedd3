"""The documents are complete and true. That answers agree with them is checked at every call made in
these tests (`Caller.call`); here is what calls do not show."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from connectors import exact_json
from connectors.sandbox.contract import read_contract
from connectors.sandbox.projectsight import PROJECTSIGHT
from connectors.sandbox.schemas import shown_or_taken, validator
from connectors.sandbox.sending import PAYLOAD
from connectors.sandbox.system import System
from connectors.sandbox.vista import VISTA
from tests.connectors.sandbox.calling import Caller

SYSTEMS = pytest.mark.parametrize("system", [VISTA, PROJECTSIGHT], ids=lambda system: system.key)


def every(node: Any, name: str) -> Iterator[Any]:
    """Each value in the tree that stands under `name`."""
    if isinstance(node, dict):
        if name in node:
            yield node[name]
        for value in node.values():
            yield from every(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from every(value, name)


@SYSTEMS
def test_every_operation_is_documented_and_every_documented_one_exists(system: System) -> None:
    assert read_contract(system.document).operations.keys() == system.operations.keys()


@SYSTEMS
def test_every_operation_has_a_tag_a_summary_and_says_who_may_not_call(system: System) -> None:
    document = read_contract(system.document).document
    tags = {tag["name"] for tag in document["tags"]}
    for path, item in document["paths"].items():
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}:
            operation = item[method]
            assert set(operation["tags"]) <= tags
            assert operation["summary"], f"{method} {path}"
            assert "401" in operation["responses"]


@SYSTEMS
def test_every_schema_is_a_schema_and_every_reference_leads_somewhere(system: System) -> None:
    document = shown_or_taken(read_contract(system.document).document, hidden="readOnly")
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for reference in every(document, "$ref"):
        target = document
        for name in reference.removeprefix("#/").split("/"):
            target = target[name]


@SYSTEMS
def test_every_example_of_a_request_is_a_valid_request(system: System) -> None:
    document = shown_or_taken(read_contract(system.document).document, hidden="readOnly")
    contents = [body["content"]["application/json"] for body in every(document["paths"], "requestBody")]
    examples = [content for content in contents if "example" in content]
    assert examples
    for content in examples:
        validator(content["schema"], document).validate(content["example"])


@SYSTEMS
def test_every_example_of_a_property_is_a_valid_value(system: System) -> None:
    document = shown_or_taken(read_contract(system.document).document, hidden="readOnly")
    schemas = list(every(document["components"], "properties"))
    for properties in schemas:
        for schema in properties.values():
            for example in [*schema.get("examples", []), *[schema[k] for k in ("example",) if k in schema]]:
                validator({k: v for k, v in schema.items() if k != "example"}, document).validate(example)


def test_vista_serves_its_document_with_its_own_address(vista: Caller) -> None:
    served = vista.send("GET", "/openapi.json")
    assert served.body["info"]["title"] == "Vista sample"
    assert served.body["openapi"] == "3.1.0"
    assert served.body["servers"][0]["url"] == vista.server.url


def test_projectsight_serves_its_document_with_its_own_address(projectsight: Caller) -> None:
    served = projectsight.send("GET", "/openapi.yaml")
    document = yaml.safe_load(served.body)
    assert document["info"]["title"] == "ProjectSight sample"
    assert document["openapi"] == "3.0.3"
    assert document["servers"][0]["url"] == projectsight.server.url


def test_posting_batch_lines_is_the_one_thing_that_may_wait_for_the_connections_job() -> None:
    document = read_contract(VISTA.document).document
    optional = [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and operation.get("x-real-time-optional")
    ]
    assert optional == ["postBatchLine"]


def test_the_webhook_payload_is_as_documented_and_tells_what_projectsight_holds(
    projectsight: Caller,
) -> None:
    payload = exact_json.loads(PAYLOAD.read_bytes())
    schema = projectsight.document["components"]["schemas"]["JobPhasesChanged"]
    validator(schema, projectsight.document).validate(payload)
    for sent in payload["phases"]:
        held = projectsight.call("GET", f"/api/job-phases/{sent['id']}").body
        assert sent == {"change": sent["change"], **held}
