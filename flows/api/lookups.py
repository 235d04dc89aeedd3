"""What filters name, found or said to be missing."""

from connectors.models import ActionPath
from integrations.models import Connection, Integration
from integrations.problems import Refused


def flow_id_of(integration: Integration, slug: str | None) -> int | None:
    """Raises Refused for a flow that the integration does not have."""
    if slug is None:
        return None
    found = integration.flows.filter(slug=slug).values_list("pk", flat=True).first()
    if found is None:
        raise Refused(f"the integration has no flow {slug}.", "flow")
    return found


def connection_of(integration: Integration, name: str | None) -> Connection | None:
    """Raises Refused for a connection that the integration does not have."""
    if name is None:
        return None
    found = integration.connections.only("connector_id").filter(name=name).first()
    if found is None:
        raise Refused(f"the integration has no connection {name}.", "connection")
    return found


def action_path_id_of(connection: Connection | None, key: str | None) -> int | None:
    """Raises Refused for an action path that the connection's connector never had."""
    if key is None:
        return None
    if connection is None:
        raise Refused("name the connection too: other connectors may have an action path of this key.", "connection")
    paths = ActionPath.objects.filter(connector_id=connection.connector_id, key=key)
    found = paths.values_list("pk", flat=True).first()
    if found is None:
        raise Refused(f"the connector of this connection has no action path {key}.", "action_path")
    return found
