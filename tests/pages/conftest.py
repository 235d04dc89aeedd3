"""One furnished integration, as a browser would meet it."""

from types import SimpleNamespace

import pytest

from connectors.models import ConnectorImport
from integrations import audit
from tests.cast import allow, make_action_path, make_connection, make_connector

PHASES = {
    "job-cost/job-phases/upsert-a-job-phase": {"method": "PUT"},
    "job-cost/job-phases/list-job-phases": {"method": "GET"},
    "job-cost/cost-codes/add-a-cost-code": {"method": "POST", "path": "/api/cost-codes", "safe_to_repeat": False},
    "accounts-payable/vendors/update-an-existing-vendor": {
        "method": "PUT",
        "path": "/api/vendors/{vendorNumber}",
        "deprecated": True,
    },
    "accounts-payable/purchase-orders/add-a-purchase-order": {
        "method": "POST",
        "path": "/api/purchase-orders",
        "safe_to_repeat": False,
    },
}
OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Vista sample", "version": "1"},
    "paths": {
        "/api/job-phases": {
            "put": {
                "summary": "Upsert a job phase",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/JobPhase"}}}},
                "responses": {"200": {"description": "Updated"}},
            }
        }
    },
    "components": {"schemas": {"JobPhase": {"type": "object", "properties": {"jobNumber": {"type": "string"}}}}},
}


@pytest.fixture
def scene(harbour, olga, bo, opal, vic) -> SimpleNamespace:
    harbour.description = "Job phases, cost codes and vendors between ProjectSight and Vista."
    harbour.config = {"company": 1, "mail": {"to": "office@harbour.example"}}
    harbour.save()
    connector = _make_connector()
    paths = [make_action_path(connector, key, openapi=OPENAPI, **values) for key, values in PHASES.items()]
    connection = make_connection(
        harbour,
        connector,
        authentication_kind="api_key",
        settings={"in": "header", "parameter_name": "X-API-Key"},
        test_result={
            "ok": True,
            "tried": "GET https://vista.example/api/jobs with the API key in X-API-Key",
            "came_back": "200 OK in 84 ms: a list of 3 items",
        },
        tested_at=harbour.created_at,
    )
    audit.record(
        integration=harbour, actor=bo, verb="created connection", target="Vista", detail={"base_url": "https://x"}
    )
    allow(olga, "connectors.add_connector")
    return SimpleNamespace(
        integration=harbour, connector=connector, connection=connection, path=paths[0], order=_make_import(connector)
    )


def _make_connector():
    return make_connector(
        title="Vista sample API",
        description="A sample of a job cost and accounts payable system.",
        version="1.4",
        authentication=[
            {
                "name": "key",
                "kind": "api_key",
                "label": "API key",
                "in": "header",
                "parameter_name": "X-API-Key",
            },
            {
                "name": "oauth",
                "kind": "oauth2_client_credentials",
                "label": "OAuth2",
                "token_url": "https://vista.example/oauth/token",
            },
        ],
        skipped=[{"operation": "POST /api/legacy", "reason": "Its body is XML only; Throughline sends JSON."}],
        notes=[{"place": "#/components/schemas/Phase", "text": "Its pattern is not enforced."}],
    )


def _make_import(connector) -> ConnectorImport:
    return ConnectorImport.objects.create(
        name=connector.name,
        source="vista.json",
        status=ConnectorImport.Status.SUCCESS,
        done=5,
        total=5,
        connector=connector,
        report={"added": ["Job cost > Job phases > Upsert"], "skipped": connector.skipped, "seconds": 0.2},
    )
