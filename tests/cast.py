"""The fixed cast: who appears in the tests, and the things that they own.

olga (owner), bo (builder), opal (operator) and vic (viewer) are members of the integration
*Harbour Bridge*; sam is a stranger with a log-in.
"""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from connectors.models import ActionPath, Connector
from integrations.models import Connection, Integration, Membership, Role

PASSWORD = "correct-horse-7"


def make_user(username: str, **values: Any):
    return get_user_model().objects.create_user(username, password=PASSWORD, **values)


def make_integration(name: str = "Harbour Bridge", **values: Any) -> Integration:
    slug = values.pop("slug", name.lower().replace(" ", "-"))
    return Integration.objects.create(name=name, slug=slug, **values)


def make_member(integration: Integration, username: str, role: Role):
    user = make_user(username)
    Membership.objects.create(integration=integration, user=user, role=role)
    return user


def make_connector(name: str = "Vista sample", **values: Any) -> Connector:
    slug = values.pop("slug", name.lower().replace(" ", "-"))
    values.setdefault("base_url", "https://vista.example")
    return Connector.objects.create(name=name, slug=slug, **values)


def make_action_path(connector: Connector, key: str = "job-cost/job-phases/upsert", **values: Any) -> ActionPath:
    module, data_object, action = (part.replace("-", " ").capitalize() for part in key.split("/"))
    given = {
        "module": module,
        "data_object": data_object,
        "action": action,
        "method": "PUT",
        "path": "/api/job-phases",
        "input_schema": PHASE_SCHEMA,
        "parameters": [{"property": name, "name": name, "in": "body"} for name in PHASE_SCHEMA["properties"]],
        "body_kind": "json",
        "body_media_type": "application/json",
        "safe_to_repeat": True,
        "openapi": {"openapi": "3.1.0", "info": {"title": str(connector), "version": "1"}, "paths": {}},
    }
    return ActionPath.objects.create(connector=connector, key=key, **given | values)


def make_connection(
    integration: Integration, connector: Connector | None = None, name: str = "Vista", **values: Any
) -> Connection:
    connector = connector or Connector.objects.first() or make_connector()
    values.setdefault("base_url", "https://vista.example")
    return Connection.objects.create(integration=integration, connector=connector, name=name, **values)


def client_of(user) -> Client:
    """A browser in which that user is logged in; None is a visitor."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def allow(user, permission: str) -> None:
    """Give a Django permission, e.g. connectors.add_connector."""
    app, codename = permission.split(".")
    user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))


PHASE_SCHEMA = {
    "type": "object",
    "required": ["jobNumber", "phaseCode"],
    "properties": {
        "jobNumber": {"type": "string", "description": "The job that the phase belongs to.", "examples": ["P-10023"]},
        "phaseCode": {"type": "string", "maxLength": 6},
        "budget": {"type": ["number", "null"], "minimum": 0},
        "startDate": {"type": "string", "format": "date"},
        "unit": {"enum": ["CY", "SF", "EA"], "default": "EA"},
        "costTypes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code"],
                "properties": {"code": {"type": "string"}, "amount": {"type": "number"}},
            },
        },
    },
}


@pytest.fixture
def harbour(db) -> Integration:
    return make_integration()


@pytest.fixture
def olga(harbour):
    return make_member(harbour, "olga", Role.OWNER)


@pytest.fixture
def bo(harbour):
    return make_member(harbour, "bo", Role.BUILDER)


@pytest.fixture
def opal(harbour):
    return make_member(harbour, "opal", Role.OPERATOR)


@pytest.fixture
def vic(harbour):
    return make_member(harbour, "vic", Role.VIEWER)


@pytest.fixture
def sam(db):
    return make_user("sam")
