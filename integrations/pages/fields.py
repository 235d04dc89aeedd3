"""Form fields of our own, and how a command's refusal reaches the form."""

from typing import Any

from django import forms

from connectors import exact_json
from integrations.problems import Refused


class JSONObjectField(forms.CharField):
    """Text that is a JSON object; every number stays as it was written."""

    widget = forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return exact_json.pretty(value) if isinstance(value, dict) else value

    def clean(self, value: Any) -> dict[str, Any]:
        text = super().clean(value)
        try:
            found = exact_json.loads(text) if text else {}
        except exact_json.JSONError as error:
            raise forms.ValidationError(f"This is not JSON: {error}.") from None
        if not isinstance(found, dict):
            raise forms.ValidationError('Write a JSON object, e.g. {"company": 1}.')
        return found


def add_problems(form: forms.Form, refused: Refused, names: dict[str, str] | None = None) -> None:
    """Show each problem beside its field; `names` maps places of the command to fields of the form."""
    for problem in refused.problems:
        name = (names or {}).get(problem.place, problem.place)
        form.add_error(name if name in form.fields else None, problem.text)
