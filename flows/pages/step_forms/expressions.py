"""The form field of an expression."""

from typing import Any

from django import forms


class ExpressionField(forms.CharField):
    """Text in the language of expressions. It may be empty: whether it may stay so, the flow's checks say."""

    def __init__(self, **options) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 1, "class": "mono", "spellcheck": "false"}))
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> str:
        """With the line breaks that it was typed with, not those of the form's encoding."""
        return (super().to_python(value) or "").replace("\r\n", "\n")
