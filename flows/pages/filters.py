"""The filters of the lists of runs and actions. What they do not understand is said beside them."""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.timezone import get_current_timezone_name

from connectors.models import ActionPath
from flows.models import Action, Flow, Run
from flows.pages.query_strings import BIGGEST_ID
from flows.queries.actions import used_action_paths
from integrations.models import Connection, Integration

IDS_LIMIT = 200


def _moment_field(label: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    zone = get_current_timezone_name()
    return forms.DateTimeField(
        label=f"{label} ({zone})",
        required=False,
        widget=widget,
        error_messages={"invalid": "write a time such as 2026-05-01T08:30."},
    )


class Filters(forms.Form):
    """Bound to a query string; a field with a mistake says so and filters nothing."""

    # The name of a field where the query calls it otherwise.
    arguments: dict[str, str] = {}

    since = _moment_field("From")
    until = _moment_field("To")

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="filter-%s", label_suffix="")

    def offer(self, **rows: QuerySet) -> None:
        """What there is to choose from, by the name of the field."""
        for name, choices in rows.items():
            cast(forms.ModelChoiceField, self.fields[name]).queryset = choices

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until <= since:
            self.add_error("until", "this is not later than From: nothing lies between them.")
        return self.cleaned_data

    def given(self) -> dict[str, Any]:
        """What was asked for and understood, as arguments for the query."""
        self.is_valid()
        return {
            self.arguments.get(name, name): value.pk if isinstance(value, Model) else value
            for name, value in self.cleaned_data.items()
            if value
        }


class RunFilters(Filters):
    """Without a choice of flow where the page is one flow's."""

    arguments = {"flow": "flow_id"}
    field_order = ["status", "flow", "since", "until"]

    status = forms.ChoiceField(required=False, choices=[("", "Every status"), *Run.Status.choices])
    flow = forms.ModelChoiceField(Flow.objects.none(), required=False, to_field_name="slug", empty_label="Every flow")

    def __init__(self, data: QueryDict, integration: Integration, flow: Flow | None = None) -> None:
        super().__init__(data)
        if flow is not None:
            del self.fields["flow"]
        else:
            self.offer(flow=integration.flows.only("integration", "name", "slug"))


def parse_ids(text: str) -> list[int]:
    """Numbers between commas or spaces. Raises ValidationError."""
    words = [word for word in re.split(r"[\s,;#]+", text) if word]
    if not all(word.isascii() and word.isdigit() for word in words):
        raise ValidationError("write numbers with commas or spaces between them, such as 12, 15.")
    if len(words) > IDS_LIMIT:
        raise ValidationError(f"write {IDS_LIMIT} numbers at most.")
    return [min(int(word), BIGGEST_ID) for word in words]


class IdsField(forms.CharField):
    def clean(self, value: Any) -> list[int]:
        return parse_ids(super().clean(value))


class ActionFilters(Filters):
    arguments = {"connection": "connection_id", "action_path": "action_path_id", "flow": "flow_id"}
    field_order = ["status", "connection", "action_path", "flow", "since", "until", "ids"]

    ids = IdsField(label="Action numbers", required=False)
    status = forms.ChoiceField(required=False, choices=[("", "Every status"), *Action.Status.choices])
    connection = forms.ModelChoiceField(Connection.objects.none(), required=False, empty_label="Every connection")
    action_path = forms.ModelChoiceField(ActionPath.objects.none(), required=False, empty_label="Every action path")
    flow = forms.ModelChoiceField(Flow.objects.none(), required=False, to_field_name="slug", empty_label="Every flow")

    def __init__(self, data: QueryDict, integration: Integration) -> None:
        super().__init__(data)
        self.offer(
            connection=integration.connections.only("integration", "name"),
            action_path=used_action_paths(integration.pk),
            flow=integration.flows.only("integration", "name", "slug"),
        )
