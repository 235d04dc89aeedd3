"""The forms in which people edit steps, one module for each kind.

Each has TEMPLATE, open_settings() for what is stored, read() for what was posted, and context()
for the page.
"""

from types import ModuleType

from flows.pages.step_forms import connector_action, map_json

FORMS: dict[str, ModuleType] = {"map_json": map_json, "connector_action": connector_action}
