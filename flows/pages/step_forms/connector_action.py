"""The form of Connector Action, in the sections and words of its documentation."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from connectors.models import ActionPath
from flows import retries
from flows.definition.words import say_minutes
from flows.pages.step_forms.editing import Editing, by_place, problems_in, show_problems
from flows.pages.step_forms.expressions import ExpressionField
from flows.pages.step_forms.fields import Field, Given, fields_of
from flows.pages.step_forms.intervals import parse_minutes
from flows.pages.step_forms.outline import outline_of
from flows.pages.step_forms.posted import read_properties, settled
from flows.pages.step_forms.shapes import shape_of
from flows.pages.step_forms.timeline import timeline_of
from flows.queries.offers import Offer, OfferedConnector
from flows.typed_text import Schema
from flows.values import Value
from integrations.problems import Problem

TEMPLATE = "flows/step_connector_action.html"
LIMITS = "It may be 30 minutes to 24 hours."
NO_PROPERTIES = {"type": "object", "additionalProperties": False}


class IntervalField(forms.CharField):
    """A length of time as people say it; cleaned to whole minutes within the limits of a retry policy."""

    def clean(self, value: Any) -> int:
        try:
            minutes = parse_minutes(super().clean(value))
        except ValueError:
            raise forms.ValidationError(f"Write the interval like 1 h 30, 90 min or 2 hours. {LIMITS}") from None
        if not retries.INTERVAL_MINUTES[0] <= minutes <= retries.INTERVAL_MINUTES[1]:
            raise forms.ValidationError(f"That is {say_minutes(minutes)}. {LIMITS}")
        return minutes


class SettingsForm(forms.Form):
    connector = forms.CharField(label="Connector", required=False)
    connection = forms.CharField(label="Connection", required=False)
    action_path = forms.CharField(label="Action Path", required=False)
    real_time_processing = forms.BooleanField(
        label="Real-time processing",
        required=False,
        help_text="The action is processed at once. In most cases you want to keep this on.",
    )
    wait_for_response = forms.BooleanField(
        label="Wait For Response",
        required=False,
        help_text="The flow pauses until the action completes, then goes on with the next step.",
    )
    use_existing_body = forms.BooleanField(
        label="Use Existing Body",
        required=False,
        help_text="Send what a previous step made, typically a map step, instead of single properties.",
    )
    existing_body = ExpressionField(
        label="Existing body", help_text='An expression that gives the whole body, e.g. flow.step("map").output[0]'
    )


class RetryPolicyForm(forms.Form):
    enabled = forms.BooleanField(
        label="Enable Retry Policy",
        required=False,
        help_text="Tries a failed action again on a schedule: good for time-outs and locked records, not for bad data.",
    )
    error_condition = ExpressionField(
        label="Error Condition",
        help_text="Must be true for a retry to run, e.g. flow.mapItem().result?.code === '503'",
    )
    exponential_backoff = forms.BooleanField(
        label="Exponential Backoff",
        required=False,
        help_text="Doubles the interval between attempts: 1 h, 2 h, 4 h, 8 h.",
    )
    interval_minutes = IntervalField(
        label="Interval",
        help_text="30 minutes to 24 hours, e.g. 1 h 30",
        error_messages={"required": f"Say how long to wait, e.g. 1 h 30. {LIMITS}"},
    )
    attempts = forms.IntegerField(
        label="Attempts",
        min_value=retries.ATTEMPTS[0],
        max_value=retries.ATTEMPTS[1],
        help_text="How often to retry, 1 to 5",
        error_messages={
            "required": "Say how often to retry, 1 to 5.",
            "invalid": "Give a whole number from 1 to 5.",
            "min_value": "Attempts may be 1 to 5.",
            "max_value": "Attempts may be 1 to 5.",
        },
    )


def open_settings(settings: dict[str, Any], offer: Offer) -> Editing:
    policy = settings["retry_policy"]
    shown = {**policy, "interval_minutes": say_minutes(policy["interval_minutes"])}
    return Editing(settings, _forms(settings, shown), settings["properties"])


def read(post: Mapping[str, str], stored: dict[str, Any], offer: Offer) -> Editing:
    """What was posted, with the connection and action path that the posted connector has."""
    post = {**post, **_settled_target(post, stored, offer)}
    forms_by_place, posted = _forms(post, post), read_properties(post)
    properties = _without_leftovers(posted.properties, _action_path(forms_by_place["settings"], offer))
    editing = Editing(None, forms_by_place, properties, posted.alternatives, posted.problems, posted.ways)
    policy = _policy(forms_by_place["settings.retry_policy"], stored["retry_policy"])
    form = forms_by_place["settings"]
    if form.is_valid() and policy and not posted.problems:
        editing.settings = {**form.cleaned_data, "retry_policy": policy, "properties": settled(properties)}
    else:
        editing.problems += problems_in(forms_by_place)
    return editing


def context(editing: Editing, offer: Offer, problems: list[Problem]) -> dict[str, Any]:
    form, retry_form = editing.forms["settings"], editing.forms["settings.retry_policy"]
    connector = offer.connector(form["connector"].value() or "")
    action_path = _action_path(form, offer)
    timeline = timeline_of(retry_form.cleaned_data, timezone.now()) if retry_form.is_valid() else None
    show_problems(editing.forms, problems)
    given = Given(editing.alternatives, by_place(problems))
    properties = _fields(action_path, editing, given)
    return {
        "form": form,
        "retry_form": retry_form,
        "connectors": offer.connectors,
        "connector": connector,
        "action_paths": offer.action_paths(connector),
        "action_path": action_path,
        "repeats": _repeats(action_path, connector, form["connection"].value() or ""),
        "shows_real_time": bool(action_path and action_path.real_time_optional),
        "timeline": timeline,
        "properties": properties,
        "outline": outline_of(properties) if action_path else [],
    }


def _forms(settings: Mapping[str, Any], policy: Mapping[str, Any]) -> dict[str, forms.Form]:
    return {
        "settings": SettingsForm(settings, auto_id="settings.%s"),
        "settings.retry_policy": RetryPolicyForm(policy, auto_id="settings.retry_policy.%s"),
    }


def _settled_target(post: Mapping[str, str], stored: dict[str, Any], offer: Offer) -> dict[str, Any]:
    """A new connector brings its only connection, and none of the other one's action paths."""
    connector = offer.connector(post.get("connector", ""))
    connection, key = post.get("connection", ""), post.get("action_path", "")
    changed = post.get("connector", "") != stored["connector"]
    if connector and connection not in connector.connections and (changed or not connection):
        connection = _only_connection(connector)
    action_path = offer.action_path(connector, key)
    if changed and action_path is None:
        key = ""
    always_at_once = not (action_path and action_path.real_time_optional)
    settled = {"connection": connection, "action_path": key}
    return {**settled, "real_time_processing": "on"} if always_at_once else settled


def _action_path(form: forms.Form, offer: Offer) -> ActionPath | None:
    return offer.action_path(offer.connector(form["connector"].value() or ""), form["action_path"].value() or "")


def _without_leftovers(properties: dict[str, Value], action_path: ActionPath | None) -> dict[str, Value]:
    """Without the fields of the action path chosen before that nobody filled in."""
    shape = shape_of(Schema.of(action_path.input_schema if action_path else NO_PROPERTIES))
    if shape.takes_others or not shape.types:
        return properties
    return {name: value for name, value in properties.items() if name in shape.properties or not _is_blank(value)}


def _is_blank(value: Value) -> bool:
    if value["mode"] == "object":
        return all(map(_is_blank, value["properties"].values()))
    return value["mode"] in {"", "text", "expression"} and not value.get("value", "").strip()


def _repeats(action_path: ActionPath | None, connector: OfferedConnector | None, connection: str) -> str:
    """Whether sending it twice does no harm: "safe", "honours" by the idempotency key, or "once"; "" unknown."""
    if action_path is None or connector is None:
        return ""
    if action_path.safe_to_repeat:
        return "safe"
    return "honours" if connection in connector.honouring else "once"


def _only_connection(connector: OfferedConnector) -> str:
    return connector.connections[0] if len(connector.connections) == 1 else ""


def _policy(form: forms.Form, stored: dict[str, Any]) -> dict[str, Any] | None:
    """The policy to store. Where it is off, a half-typed one keeps what was stored."""
    if form.is_valid():
        return form.cleaned_data
    return None if form.cleaned_data["enabled"] else {**stored, **form.cleaned_data}


def _fields(action_path: ActionPath | None, editing: Editing, given: Given) -> Field:
    """Without an action path, what was given before stays in the form until there is one again."""
    schema = action_path.input_schema if action_path else NO_PROPERTIES
    return fields_of(schema, editing.properties, given=given)
