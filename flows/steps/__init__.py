"""The kinds of step. To add one, copy a folder and name it here.

Each package has `settings.py` (LABEL, DEFAULTS, SCHEMA, problems(), sentence()) and
`execution.py` (execute()).
"""

from types import ModuleType

from flows.steps.connector_action import execution as connector_action_execution
from flows.steps.connector_action import settings as connector_action_settings
from flows.steps.map_json import execution as map_json_execution
from flows.steps.map_json import settings as map_json_settings

SETTINGS: dict[str, ModuleType] = {
    "map_json": map_json_settings,
    "connector_action": connector_action_settings,
}
EXECUTIONS: dict[str, ModuleType] = {
    "map_json": map_json_execution,
    "connector_action": connector_action_execution,
}
