"""The forms of integrations and members. Those of connections stand in connection_forms.py."""

from django import forms

from integrations.models import Role
from integrations.pages.fields import JSONObjectField

ROLE_MEANINGS = {
    Role.VIEWER: "sees everything, changes nothing",
    Role.BUILDER: "builds and runs flows and connections",
    Role.OPERATOR: "runs flows and reviews actions",
    Role.OWNER: "may do everything, and manages members and settings",
}


class IntegrationForm(forms.Form):
    name = forms.CharField(
        max_length=120, help_text="What the people here call it, e.g. a project or a pair of systems."
    )
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))


class SettingsForm(IntegrationForm):
    config = JSONObjectField(
        required=False,
        label="Configuration values",
        help_text="A JSON object. Expressions read its values as flow.config.name. No secrets: members see them.",
    )


class MemberForm(forms.Form):
    username = forms.CharField(
        max_length=150, label="User name", widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    role = forms.ChoiceField(choices=Role.choices, initial=Role.BUILDER.value)
