"""What a step would do with a sample of data, worked out while it is edited. Pure: nothing is sent or stored.

Each kind has a module with `preview(settings, scope, catalog)`, which gives a Preview.
"""

from types import ModuleType

from flows.preview import connector_action, map_json
from flows.preview.results import Note, Preview

__all__ = ["PREVIEWS", "Note", "Preview"]

PREVIEWS: dict[str, ModuleType] = {"map_json": map_json, "connector_action": connector_action}
