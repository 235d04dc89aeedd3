"""The column type for business data."""

import re
from typing import Any

from django.db import models

from connectors import exact_json

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with � for each character that no database takes, nor can look for."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class ExactJSONField(models.TextField):
    """JSON stored as text, so that numbers, key order and escapes stay as they came.

    Neither SQLite's nor PostgreSQL's own JSON type does that (jsonb reorders keys and refuses
    NUL characters), and no query of ours looks inside.
    """

    # For the type checker: any JSON value goes in and comes out.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else exact_json.restore(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else exact_json.dumps(value)

    def to_python(self, value: Any) -> Any:
        return exact_json.loads(value) if isinstance(value, str) else value

    def value_to_string(self, obj: models.Model) -> str:
        return exact_json.dumps(self.value_from_object(obj))


class MessageField(models.TextField):
    """Words for people, which may quote what another system said: a character that no database takes becomes �."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return storable(text) if isinstance(text, str) else text

    def deconstruct(self) -> Any:
        """To migrations it is a text column like any other."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
