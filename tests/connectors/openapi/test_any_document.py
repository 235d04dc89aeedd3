"""Whatever the document, DocumentError is all that comes out of it."""

import copy
import json
from itertools import cycle

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from connectors import exact_json
from connectors.openapi import DocumentError, derive_connector, read_document
from tests.connectors.openapi.making import DOCUMENTS

SEEDS = [read_document(path.read_bytes()) for path in sorted(DOCUMENTS.iterdir())]

KEYS = [
    *["openapi", "swagger", "paths", "/x", "/x/{id}", "get", "post", "parameters", "requestBody", "content"],
    *["application/json", "multipart/form-data", "schema", "responses", "200", "default", "components", "schemas", "A"],
    *["type", "properties", "items", "required", "allOf", "oneOf", "anyOf", "not", "enum", "nullable", "discriminator"],
    *["propertyName", "mapping", "$ref", "name", "in", "readOnly", "pattern", "minimum", "exclusiveMinimum", "format"],
    *["securitySchemes", "servers", "url", "variables", "tags", "summary", "operationId", "encoding", "style", "x-"],
]
WORDS = [
    *["3.0.0", "3.1.0", "2.0", "string", "object", "array", "query", "path", "body", "formData", "file", "binary"],
    *["#/components/schemas/A", "#/definitions/A", "#/paths/~1x/get", "#", "#/", "#x", "http://x/y", "(a+)+", "[", ""],
    *["\ud800", "\x00", "{id}", "apiKey", "oauth2", "http", "1e400", "true"],
]
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(WORDS) | st.text()
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=5),
    max_leaves=25,
)
unhurried = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])


def derive(document):
    """Derive and write all of it down; None where the document is refused."""
    try:
        connector = derive_connector(read_document(json.dumps(document, default=str).encode()))
    except DocumentError as error:
        assert str(error)
        return None
    for one in connector.action_paths:
        exact_json.dumps([one.input_schema, one.output_schema, one.openapi, one.parameters])
        for text in (one.key, one.module, one.data_object, one.action, one.path, one.summary, one.description):
            text.encode()
            assert "\x00" not in text
        for schema in filter(None, (one.input_schema, one.output_schema)):
            Draft202012Validator.check_schema(schema)
    return connector


@given(st.binary() | st.text().map(str.encode))
@unhurried
def test_any_bytes(data):
    try:
        read_document(data)
    except DocumentError as error:
        assert str(error)


@given(anything)
@unhurried
def test_any_json(document):
    derive(document)


@given(st.dictionaries(st.sampled_from(KEYS), anything, max_size=8), st.sampled_from(["openapi", "swagger"]))
@unhurried
def test_any_document_with_a_version(document, version):
    derive({**document, version: "3.0.0" if version == "openapi" else "2.0"})


def containers(node):
    if isinstance(node, dict | list):
        yield node
        for value in node.values() if isinstance(node, dict) else node:
            yield from containers(value)


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 100), anything), min_size=1, max_size=4),
)
@unhurried
def test_any_change_to_a_valid_document(seed, changes):
    document = copy.deepcopy(seed)
    for where, which, value in changes:
        found = [node for node in containers(document) if node]
        node = next(node for position, node in enumerate(cycle(found)) if position == where % len(found))
        key = list(node)[which % len(node)] if isinstance(node, dict) else which % len(node)
        node[key] = value
    derive(document)
