"""What a step gave once, kept by a person as an example for the steps after it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from connectors.fields import ExactJSONField
from connectors.models import ActionPath
from flows.models.flows import Flow


class StepSample(models.Model):
    """The output of one step of a flow, used while the flow is edited, never by a run.

    It counts as long as the step has the action path whose answer it is.
    """

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="step_samples")
    step_id = models.CharField(max_length=120)
    action_path = models.ForeignKey(ActionPath, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=40, help_text="As a step result would have it.")
    output = ExactJSONField()
    source = models.CharField(max_length=200, help_text="Where it comes from, in words.")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flow", "step_id"], name="sample_once_per_step")]

    def __str__(self) -> str:
        return f"Sample of {self.step_id}"
