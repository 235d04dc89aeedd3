from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from connectors import exact_json


class ExactJSONRenderer(JSONRenderer):
    """Answers JSON with every number as it came."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else exact_json.to_bytes(_plain(data))


def _plain(value: Any) -> Any:
    """Turn what serializers leave (dates, lazy texts, ordered dicts) into plain JSON values."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | bool | int | float) or exact_json.is_number(value):
        return value
    return _plain(JSONEncoder().default(value))
