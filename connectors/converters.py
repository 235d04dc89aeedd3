"""What may stand in an address."""

from django.urls import register_converter
from django.urls.converters import PathConverter


class ActionPathKey(PathConverter):
    """`module/data-object/action`. PostgreSQL can't even look for a NUL character."""

    regex = r"[^\x00]+"


register_converter(ActionPathKey, "key")
