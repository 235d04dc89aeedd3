"""The samples: two connectors, an integration that joins them, a flow, and a log-in to see it all."""

from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction

from connectors.imports import import_document
from connectors.models import Connector
from connectors.sandbox import credentials
from connectors.sandbox.system import DOCUMENTS
from flows.commands.flows import import_flow
from flows.definition.files import read_document
from integrations.audit import record
from integrations.commands import create_connection, create_integration, update_connection
from integrations.local import SAMPLE_PASSWORD, SAMPLE_USER
from integrations.models import AuditEntry, Connection, Integration

INTEGRATION = "Harbour Bridge sample"
PROJECTSIGHT = "ProjectSight sample"
VISTA = "Vista sample"
FLOW = Path(__file__).parent / "job-phases-to-vista.json"
API_KEY_SETTINGS = {"parameter_name": "X-API-Key", "in": "header"}
LOADED = "loaded samples"


@transaction.atomic
def load_samples(*, projectsight_url: str, vista_url: str) -> bool:
    """Make the samples on the first call. Later calls only follow the sample systems to new addresses.

    What a person deleted or changed stays so. Returns whether anything was made.
    """
    addresses = {PROJECTSIGHT: projectsight_url, VISTA: vista_url}
    if AuditEntry.objects.filter(verb=LOADED).exists():
        _follow(addresses)
        return False
    _make(addresses)
    record(integration=None, actor=None, verb=LOADED, target=INTEGRATION)
    return True


def _make(addresses: dict[str, str]) -> None:
    user = _make_user()
    integration = create_integration(
        actor=user, name=INTEGRATION, description="Joins two sample systems that run on this machine."
    )
    for name, file in ((PROJECTSIGHT, "projectsight.yaml"), (VISTA, "vista.json")):
        import_document((DOCUMENTS / file).read_bytes(), name=name, base_url=addresses[name], source=file)
        _connect(user, integration, name, addresses[name])
    import_flow(actor=user, integration=integration, document=read_document(FLOW.read_bytes()))


def _make_user():
    user, is_new = get_user_model().objects.get_or_create(username=SAMPLE_USER)
    if is_new:
        user.set_password(SAMPLE_PASSWORD)
        user.save(update_fields=["password"])
    names = ["add_connector", "change_connector"]
    user.user_permissions.add(*Permission.objects.filter(codename__in=names, content_type__app_label="connectors"))
    return user


def _connect(user, integration: Integration, name: str, address: str) -> Connection:
    return create_connection(
        actor=user,
        integration=integration,
        connector=Connector.objects.get(name=name),
        name=name,
        base_url=address,
        authentication_kind="api_key",
        settings=API_KEY_SETTINGS,
        secrets=_secrets(name),
        limits={"honours_idempotency_key": True},
    )


def _secrets(name: str) -> dict[str, str]:
    keys = {PROJECTSIGHT: credentials.PROJECTSIGHT_API_KEY, VISTA: credentials.VISTA_API_KEY}
    return {"api_key": keys[name]}


def _follow(addresses: dict[str, str]) -> None:
    """Another PORT moved the sample systems: their connections go with them."""
    connections = Connection.objects.filter(integration__name=INTEGRATION, name__in=addresses)
    for connection in connections:
        address = addresses[connection.name]
        if connection.base_url != address and connection.base_url.startswith("http://127.0.0.1:"):
            update_connection(actor=None, connection=connection, base_url=address, secrets=_secrets(connection.name))
