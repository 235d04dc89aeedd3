"""The forms of flows: their name, trigger, publishing, and the data of a run."""

from typing import Any

from django import forms

from connectors import exact_json
from flows.definition.schema import TRIGGER_KINDS

TRIGGER_MEANINGS = {
    "on_demand": "somebody presses Run, or a program calls the API",
    "webhook": "another system posts JSON to an address of its own",
}
TRIGGER_CHOICES = [(kind, f"{label}: {TRIGGER_MEANINGS[kind]}") for kind, label in TRIGGER_KINDS.items()]


class JSONField(forms.CharField):
    """Any JSON value; every number stays as it was written. Empty text is null."""

    widget = forms.Textarea(attrs={"rows": 14, "class": "mono", "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return exact_json.loads(text) if text else None
        except exact_json.JSONError as error:
            raise forms.ValidationError(f"This is not JSON: {error}.") from None


class SchemaField(JSONField):
    def clean(self, value: Any) -> dict[str, Any] | None:
        found = super().clean(value)
        if found is not None and not isinstance(found, dict):
            raise forms.ValidationError('A JSON Schema is an object, e.g. {"type": "object"}.')
        return found or None


class FlowForm(forms.Form):
    name = forms.CharField(max_length=120, help_text="Say what it does, e.g. Job phases to Vista.")
    trigger_kind = forms.ChoiceField(
        label="Trigger", choices=TRIGGER_CHOICES, initial="on_demand", widget=forms.RadioSelect
    )


class FlowSettingsForm(forms.Form):
    name = forms.CharField(max_length=120)
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    is_active = forms.BooleanField(
        label="Switched on", required=False, help_text="While it is off, nothing starts a run of this flow."
    )


class TriggerForm(forms.Form):
    kind = forms.ChoiceField(label="The flow starts", choices=TRIGGER_CHOICES, widget=forms.RadioSelect)
    input_schema = SchemaField(
        label="Input schema",
        required=False,
        help_text="A JSON Schema that the data must meet; data that do not meet it start no run. "
        "Steps see the data as flow.trigger.data.",
    )


class ExampleForm(forms.Form):
    example = JSONField(label="Example of the data", required=False, help_text="JSON as the other system sends it.")


class PublishForm(forms.Form):
    comment = forms.CharField(max_length=300, required=False, help_text="What changed, for whoever reads it later.")


class RunForm(forms.Form):
    payload = JSONField(
        label="Data", required=False, help_text="JSON, up to 5 MB. Steps see it as flow.trigger.data; empty is null."
    )
