"""Documents of real systems, where they are at hand: nothing is lost, and every schema is valid."""

import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator

from connectors import exact_json
from connectors.openapi import derive_connector, read_document
from tests.conftest import SHARED
from tests.connectors.openapi.making import DOCUMENTS

OPERATIONS = {
    "aps_issues.yaml": 14,
    "bigcommerce_products.yml": 53,
    "docusign_rooms.json": 89,
    "github.json": 1223,
    "httpbin.json": 78,
    "jira-platform.json": 468,
    "xero_accounting.yaml": 235,
}
OWN = {"job-cost.yaml": 8, "inventory.json": 5, "assets.yaml": 2, "hostile.yaml": 1}

MEASURED = r"""
import re, sys, time
from pathlib import Path
from connectors.openapi import derive_connector, read_document
data = Path(sys.argv[1]).read_bytes()
started = time.process_time()
connector = derive_connector(read_document(data))
seconds = time.process_time() - started
# Of this program alone: what getrusage tells begins with the memory of whoever started it.
peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
print(len(connector.action_paths), seconds, int(peak[1]) / 1024)
"""


def path_of(name):
    path = SHARED / "openapi" / name
    if not path.exists():
        pytest.skip(f"{name} is not at hand")
    return path


def check(schema, checked):
    """Check a schema against the metaschema, definitions that many schemas share only once."""
    parts = [{key: value for key, value in schema.items() if key != "$defs"}, *schema.get("$defs", {}).values()]
    for part in parts:
        if id(part) not in checked:
            Draft202012Validator.check_schema(part)
            checked[id(part)] = part


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for value in node:
            yield from references(value)


@pytest.mark.parametrize("name", [*OPERATIONS, *OWN])
def test_every_operation_is_taken_and_every_schema_valid(name):
    path = DOCUMENTS / name if name in OWN else path_of(name)
    connector = derive_connector(read_document(path.read_bytes()))

    assert len(connector.action_paths) == {**OPERATIONS, **OWN}[name]
    assert len({one.key for one in connector.action_paths}) == len(connector.action_paths)
    assert len({(one.module, one.data_object, one.action) for one in connector.action_paths}) == len(
        connector.action_paths
    )
    checked = {}
    for one in connector.action_paths:
        for schema in filter(None, (one.input_schema, one.output_schema)):
            check(schema, checked)
        assert [parameter["property"] for parameter in one.parameters] == list(one.input_schema["properties"])
        exact_json.dumps(one.openapi)


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "github.json"])
def test_every_schema_stands_by_itself(name):
    for one in derive_connector(read_document(path_of(name).read_bytes())).action_paths:
        for schema in filter(None, (one.input_schema, one.output_schema)):
            known = {f"#/$defs/{name}" for name in schema.get("$defs", {})}
            assert set(references(schema)) <= known


def test_no_operation_of_a_real_system_is_skipped():
    for name in OPERATIONS:
        assert derive_connector(read_document(path_of(name).read_bytes())).skipped == []


def test_the_largest_document_takes_less_than_3_processor_seconds_and_300_mb():
    command = [sys.executable, "-c", MEASURED, str(path_of("github.json"))]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    action_paths, seconds, megabytes = map(float, output.split())

    assert action_paths == 1223
    assert seconds < 3
    assert megabytes < 300
