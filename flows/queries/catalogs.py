"""What an integration offers to its flows."""

from collections import defaultdict
from functools import cache

from connectors.models import ActionPath, Connector
from flows.definition.context import ActionPathFacts, ConnectorFacts, Context
from integrations.models import Connection, Integration


def definition_context(integration: Integration) -> Context:
    """What a definition is checked against: two queries, and one more for each action path used."""
    connections: dict[int, list[str]] = defaultdict(list)
    for connector_id, name in Connection.objects.filter(integration=integration).values_list("connector_id", "name"):
        connections[connector_id].append(name)
    connectors = Connector.objects.filter(pk__in=connections).only("slug")
    return Context({connector.slug: _facts(connector, connections[connector.pk]) for connector in connectors})


def _facts(connector: Connector, connections: list[str]) -> ConnectorFacts:
    @cache
    def action_path(key: str) -> ActionPathFacts | None:
        found = connector.action_paths.filter(key=key).defer("openapi", "output_schema", "description").first()
        return None if found is None else action_path_facts(found)

    return ConnectorFacts(connector.slug, connections, action_path)


def action_path_facts(action_path: ActionPath) -> ActionPathFacts:
    schema = action_path.input_schema
    open_ended = schema.get("additionalProperties", True) is not False and "properties" not in schema
    return ActionPathFacts(
        key=action_path.key,
        label=action_path.label,
        removed=action_path.removed_at is not None,
        real_time_optional=action_path.real_time_optional,
        required=list(schema.get("required", [])),
        properties=None if open_ended else frozenset(schema.get("properties", {})),
        input_schema=schema,
    )
