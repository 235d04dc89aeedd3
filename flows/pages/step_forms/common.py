"""What every step has: its name, its id, and when it runs."""

from typing import Any

from django import forms

from flows import statuses
from flows.definition.edits import free_id, is_made_from
from flows.definition.schema import STEP_ID_PATTERN
from flows.definition.words import IN_WORDS
from flows.graph import DEFAULT_CONDITION, PREVIOUS


class StepForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120)
    id = forms.RegexField(
        STEP_ID_PATTERN,
        label="ID",
        required=False,
        max_length=100,
        help_text='Expressions name the step by it: flow.step("id")',
        error_messages={"invalid": "Use small letters, digits, - and _, and begin with a letter or digit."},
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false", "autocapitalize": "none"}),
    )

    def __init__(self, data: Any, *, step: dict[str, Any], others: list[str]) -> None:
        super().__init__(data, auto_id="%s")
        self.step, self.others = step, others

    def clean_id(self) -> str:
        """An id that nobody chose by hand goes with the name."""
        step_id, name = self.cleaned_data["id"], self.cleaned_data.get("name", self.step["name"])
        untouched = step_id == self.step["id"] and is_made_from(step_id, self.step["name"])
        if not step_id or (untouched and name != self.step["name"]):
            return free_id(name, self.others)
        if step_id in self.others:
            raise forms.ValidationError(f"Another step has the id {step_id}; give this one an id of its own.")
        if step_id == PREVIOUS:
            raise forms.ValidationError("previous means the step before, in run conditions; choose another id.")
        return step_id


class RunConditionForm(forms.Form):
    def __init__(self, data: Any, *, earlier: list[dict[str, Any]], condition: dict[str, str]) -> None:
        super().__init__(data, auto_id="run_condition.%s")
        steps = [(PREVIOUS, "the previous step"), *((step["id"], step["name"]) for step in earlier)]
        watched = condition["step"]
        if watched not in dict(steps):
            steps.append((watched, f"{watched} (no earlier step)"))
        exact = [(status, status) for status in statuses.ASKABLE if status not in IN_WORDS]
        self.fields["step"] = forms.ChoiceField(label="Runs when", choices=steps)
        self.fields["status"] = forms.ChoiceField(label="has", choices=[*IN_WORDS.items(), ("Exactly", exact)])


def with_condition(step: dict[str, Any], condition: dict[str, str]) -> dict[str, Any]:
    """The default condition is not written down."""
    bare = {key: value for key, value in step.items() if key != "run_condition"}
    return bare if condition == DEFAULT_CONDITION else {**bare, "run_condition": condition}
