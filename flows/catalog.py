"""The connections and action paths that one batch of work needs, each read once."""

from connectors.models import ActionPath
from integrations.models import Connection


class Catalog:
    """Looks up by name, and remembers for as long as one batch takes."""

    def __init__(self, integration_id: int) -> None:
        self.integration_id = integration_id
        self._connections: dict[str, Connection | None] = {}
        self._action_paths: dict[tuple[int, str], ActionPath | None] = {}

    def connection(self, name: str) -> Connection | None:
        if name not in self._connections:
            mine = Connection.objects.filter(integration_id=self.integration_id)
            self._connections[name] = mine.filter(name=name).first()
        return self._connections[name]

    def action_path(self, connection: Connection, key: str) -> ActionPath | None:
        """None for a key that the connector never had, or has no longer."""
        place = connection.connector_id, key
        if place not in self._action_paths:
            paths = ActionPath.objects.filter(connector_id=connection.connector_id, removed_at=None)
            found = paths.select_related("connector").defer("openapi", "description")
            self._action_paths[place] = found.filter(key=key).first()
        return self._action_paths[place]
