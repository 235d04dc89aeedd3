"""The form of Map JSON List or Object."""

from collections.abc import Mapping
from typing import Any

from django import forms

from flows.pages.step_forms.editing import Editing, by_place, show_problems
from flows.pages.step_forms.expressions import ExpressionField
from flows.pages.step_forms.fields import Given, fields_of
from flows.pages.step_forms.outline import outline_of
from flows.pages.step_forms.posted import read_properties, settled
from flows.queries.offers import Offer
from integrations.problems import Problem

TEMPLATE = "flows/step_map_json.html"


class SettingsForm(forms.Form):
    list = ExpressionField(
        label="List or object to map",
        help_text="Each element becomes one object of the output; inside, flow.mapItem() is the element.",
    )


def open_settings(settings: dict[str, Any], offer: Offer) -> Editing:
    return Editing(settings, {"settings": _form({"list": settings["list"]})}, settings["properties"])


def read(post: Mapping[str, str], stored: dict[str, Any], offer: Offer) -> Editing:
    form, posted = _form(post), read_properties(post)
    editing = Editing(None, {"settings": form}, posted.properties, posted.alternatives, posted.problems, posted.ways)
    if form.is_valid() and not posted.problems:
        editing.settings = {"list": form.cleaned_data["list"], "properties": settled(posted.properties)}
    return editing


def context(editing: Editing, offer: Offer, problems: list[Problem]) -> dict[str, Any]:
    show_problems(editing.forms, problems)
    given = Given(editing.alternatives, by_place(problems))
    properties = fields_of(None, editing.properties, given=given)
    return {"form": editing.forms["settings"], "properties": properties, "outline": outline_of(properties)}


def _form(data: Mapping[str, Any]) -> SettingsForm:
    return SettingsForm(data, auto_id="settings.%s")
