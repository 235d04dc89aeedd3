"""The API's own document: complete, valid, and kept by every answer."""

import os
from io import StringIO

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from rest_framework.throttling import SimpleRateThrottle
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from connectors.models import ConnectorImport
from integrations.commands.tokens import issue_token
from integrations.wsgi import application
from tests.api.test_flows import flow_file
from tests.cast import allow
from tests.making import make_connection

PROMISES = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = settings(
    max_examples=int(os.environ.get("API_EXAMPLES", "6")),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def document():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_document_is_valid_and_nothing_in_it_was_guessed():
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=StringIO())


def test_a_log_in_reads_it_as_json(as_vic):
    answer = as_vic.get("schema/")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.body["openapi"].startswith("3.1")
    assert answer.body["paths"].keys() == document()["paths"].keys()


def test_every_operation_says_what_it_does_and_how_it_fails():
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            place = f"{method} {path}"
            assert operation["description"], place
            assert operation["tags"][0][0].isupper(), place
            assert "429" in operation["responses"], place
            if "log-in" not in path:
                assert {"401", "403"} <= operation["responses"].keys(), place


def test_the_flow_file_of_the_document_is_the_one_of_the_command_line():
    components = document()["components"]
    schema = {"$ref": "#/components/schemas/FlowFile", "components": components}
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert validator.is_valid(flow_file())
    assert not validator.is_valid(flow_file(steps=[{"id": "a", "name": "A", "kind": "map_json", "settings": {}}]))
    assert not validator.is_valid(flow_file(format_version=2))


@pytest.fixture
def addresses(scene):
    """What stands in the braces of an address, so that calls reach things that are there."""
    # Its address is changed by what the fuzzer sends; the scene's own must stay where nothing answers.
    changing = make_connection(scene.integration, scene.connector, name="Changing")
    order = ConnectorImport.objects.create(name="Depot", source="depot.json")
    ids = {
        "connections": scene.connection.pk,
        "runs": scene.run.pk,
        "actions": scene.action.pk,
        "connector-imports": order.pk,
    }
    fixed = {"integration": "harbour-bridge", "flow": "job-phases", "slug": "vista", "key": "job-cost/phases/add"}

    def fill(operation):
        place = operation.path.split("/{id}")[0].rpartition("/")[2]
        pk = changing.pk if (operation.method, place) == ("patch", "connections") else ids.get(place)
        return {
            name: value for name, value in (fixed | {"id": pk, "number": 1}).items() if f"{{{name}}}" in operation.path
        }

    return fill


@pytest.fixture
def _one_connection():
    """A request must not end the transaction of the test; Django's own test client does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def operations(olga, monkeypatch, _one_connection):
    allow(olga, "connectors.add_connector")
    monkeypatch.setattr(SimpleRateThrottle, "allow_request", lambda *_: True)
    loaded = schemathesis.openapi.from_dict(document())
    loaded.app = application
    return [result.ok() for result in loaded.get_all_operations() if isinstance(result, Ok)]


def test_no_call_brings_a_traceback_or_an_answer_that_the_document_does_not_name(subtests, olga, addresses, operations):
    """API_EXAMPLES=200 looks longer."""
    assert len(operations) > 30
    for operation in operations:
        place = addresses(operation)
        right = operation.as_strategy(GenerationMode.POSITIVE, path_parameters=place)
        wrong = operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=place)
        nowhere = operation.as_strategy(GenerationMode.NEGATIVE)
        with subtests.test(operation.label):
            send_many(right | wrong | nowhere, olga)


def send_many(cases, user):
    @EXAMPLES
    @given(case=cases)
    def send(case):
        # Logging out is among the calls: the token may be a new one each time.
        token = issue_token(user=user)
        case.call_and_validate(headers={"Authorization": f"Token {token}"}, checks=PROMISES)

    send()
