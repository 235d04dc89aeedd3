"""What an integration offers to the person who builds a step."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.db.models.functions import Left

from connectors.models import ActionPath
from integrations.models import Connection, Integration

WORDS_SHOWN = 400


@dataclass(frozen=True, slots=True)
class OfferedConnector:
    """`connections` are names; at those that are `honouring`, nothing happens twice that is sent twice."""

    slug: str
    name: str
    connections: list[str]
    honouring: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OfferedActionPath:
    key: str
    group: str
    action: str
    deprecated: bool


class Offer:
    """The connectors of one integration, and their action paths: each read once, when asked for."""

    def __init__(self, integration: Integration) -> None:
        self.integration = integration
        self._action_paths: dict[tuple[str, str], ActionPath | None] = {}

    @cached_property
    def connectors(self) -> list[OfferedConnector]:
        mine = Connection.objects.filter(integration=self.integration).order_by("connector__name", "name")
        rows = mine.values_list("connector__slug", "connector__name", "name", "honours_idempotency_key")
        grouped = groupby(rows, key=lambda row: row[:2])
        return [_offered_connector(slug, name, list(found)) for (slug, name), found in grouped]

    @property
    def only_choice(self) -> dict[str, str]:
        """The settings that name the only connection there is; empty where a person has to choose."""
        if len(self.connectors) != 1 or len(self.connectors[0].connections) != 1:
            return {}
        return {"connector": self.connectors[0].slug, "connection": self.connectors[0].connections[0]}

    def connector(self, slug: str) -> OfferedConnector | None:
        return next((connector for connector in self.connectors if connector.slug == slug), None)

    def action_paths(self, connector: OfferedConnector | None) -> list[OfferedActionPath]:
        """In the order in which people look for them; those gone from the document are left out."""
        if connector is None:
            return []
        rows = ActionPath.objects.filter(connector__slug=connector.slug, removed_at=None)
        return _offered(rows.values_list("key", "module", "data_object", "action", "deprecated"))

    def words(self, connector: OfferedConnector) -> dict[str, tuple[str, str, str]]:
        """By key the method, the path, and the beginning of what the document says about an action path."""
        rows = ActionPath.objects.filter(connector__slug=connector.slug, removed_at=None)
        listed = rows.values_list("key", "method", "path", "summary", Left("description", WORDS_SHOWN))
        return {key: (method, path, f"{summary} {about}".strip()) for key, method, path, summary, about in listed}

    def action_path(self, connector: OfferedConnector | None, key: str) -> ActionPath | None:
        """Also one that is gone from the document: a step may still name it."""
        if connector is None or not key:
            return None
        if (connector.slug, key) not in self._action_paths:
            rows = ActionPath.objects.filter(connector__slug=connector.slug, key=key)
            self._action_paths[connector.slug, key] = rows.defer("openapi", "output_schema").first()
        return self._action_paths[connector.slug, key]


def _offered_connector(slug: str, name: str, rows: list[tuple]) -> OfferedConnector:
    return OfferedConnector(slug, name, [row[2] for row in rows], frozenset(row[2] for row in rows if row[3]))


def _offered(rows: Iterable[tuple]) -> list[OfferedActionPath]:
    return [
        OfferedActionPath(key, f"{module} > {data_object}", action, deprecated)
        for key, module, data_object, action, deprecated in rows
    ]
