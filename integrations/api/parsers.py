from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from connectors import exact_json


class ExactJSONParser(JSONParser):
    """Reads JSON with every number as it came; a mistake is answered with its line and column."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return exact_json.loads(stream.read())
        except exact_json.JSONError as error:
            raise ParseError(f"The body is not JSON: {error}.") from None
