"""What the pages of connectors read."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from connectors.fields import storable
from connectors.models import ActionPath, Connector, ConnectorImport

RECENT_IMPORTS = 8
# What a list shows; schemas and documents of a large connector weigh megabytes.
LISTED = (
    "connector_id",
    "key",
    "module",
    "data_object",
    "action",
    "method",
    "path",
    "deprecated",
    "safe_to_repeat",
    "removed_at",
)
SEARCHED = ("module", "data_object", "action", "method", "path")


@dataclass(frozen=True, slots=True)
class Module:
    name: str
    data_objects: list["DataObject"]

    @property
    def count(self) -> int:
        return sum(len(data_object.action_paths) for data_object in self.data_objects)


@dataclass(frozen=True, slots=True)
class DataObject:
    name: str
    action_paths: list[ActionPath]


def connectors() -> QuerySet[Connector]:
    """All connectors with `action_path_count`, those no longer in the document left out."""
    present = Count("action_paths", filter=Q(action_paths__removed_at=None))
    return Connector.objects.annotate(action_path_count=present).defer("skipped", "notes", "servers", "authentication")


def get_connector(slug: str) -> Connector:
    """Raises Http404."""
    connector = Connector.objects.filter(slug=storable(slug)).first()
    if connector is None:
        raise Http404("There is no such connector. The list of connectors shows those that were imported.")
    return connector


def action_paths(connector: Connector, search: str = "") -> QuerySet[ActionPath]:
    """The action paths whose words hold every word of the search, without their schemas."""
    found = connector.action_paths.only(*LISTED)
    for word in storable(search).split():
        anywhere = Q()
        for column in SEARCHED:
            anywhere |= Q(**{f"{column}__icontains": word})
        found = found.filter(anywhere)
    return found


def as_tree(paths: QuerySet[ActionPath]) -> list[Module]:
    """Module > data object > action, in the order of the words."""
    return [
        Module(
            module,
            [DataObject(name, list(group)) for name, group in groupby(inside, key=lambda path: path.data_object)],
        )
        for module, inside in groupby(paths, key=lambda path: path.module)
    ]


def get_action_path(slug: str, key: str) -> ActionPath:
    """Raises Http404."""
    path = ActionPath.objects.select_related("connector").filter(connector__slug=slug, key=key).first()
    if path is None:
        raise Http404("There is no such action path. The connector's page shows all that it offers.")
    return path


def recent_imports() -> QuerySet[ConnectorImport]:
    return ConnectorImport.objects.select_related("connector").defer("document", "report")[:RECENT_IMPORTS]


def get_import(pk: int) -> ConnectorImport:
    """Without the document. Raises Http404."""
    found = ConnectorImport.objects.select_related("connector").defer("document").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such import.")
    return found
