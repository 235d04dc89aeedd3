"""Tags of the form in which a step is edited."""

from typing import Any

from django import template
from django.forms import BoundField

from flows.pages.step_forms.fields import html_id

register = template.Library()
PROPERTIES = "settings.properties."


@register.inclusion_tag("flows/step_expression.html")
def expression(bound: BoundField) -> dict[str, Any]:
    """A form field that takes an expression, with the fx mark before it."""
    return {"field": bound}


@register.filter
def place_id(place: str) -> str:
    """The HTML id of the field with a problem."""
    return html_id(place)


@register.filter
def say_place(place: str) -> str:
    """For instance "Error condition", or the name of a property with the way to it."""
    if place.startswith(PROPERTIES):
        return place.removeprefix(PROPERTIES)
    return place.rpartition(".")[2].replace("_", " ").capitalize()
