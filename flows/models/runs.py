"""A run: one execution of one version, its step results and its log."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from connectors.fields import ExactJSONField, MessageField
from flows.models.flows import Flow, Version
from flows.models.work import Work
from integrations.models import Integration


class Run(Work):
    class Status(models.TextChoices):
        QUEUED = "Queued"
        IN_PROGRESS = "In Progress"
        SUSPENDED = "Suspended"
        SUCCESS = "Success"
        FAILED = "Failed"
        EXCEPTION = "Exception"
        CANCELED = "Canceled"

    ACTIVE = (Status.QUEUED, Status.IN_PROGRESS, Status.SUSPENDED)

    # The flow knows it too; here it makes an integration's list of runs one walk along an index.
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="runs", db_index=False)
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="runs", db_index=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="runs")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.QUEUED)
    trigger_data = ExactJSONField(null=True)
    trigger_event = ExactJSONField(default=dict, help_text='{"kind", "receivedAt", ...}')
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    message = MessageField(blank=True, help_text="Why it ended as it did, in words.")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], name="run_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["integration", "-id"], name="run_by_integration"),
            models.Index(fields=["integration", "status", "-id"], name="run_by_status"),
            models.Index(fields=["flow", "-id"], name="run_by_flow"),
            models.Index(fields=["flow", "status", "-id"], name="run_by_flow_and_status"),
            models.Index(fields=["created_at"], name="run_by_time"),
        ]

    def __str__(self) -> str:
        return f"Run {self.pk} of {self.flow}"

    @property
    def is_finished(self) -> bool:
        return self.status not in self.ACTIVE


class StepResult(models.Model):
    """What one step of one run did."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="step_results")
    step_id = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=40)
    input = ExactJSONField(null=True)
    output = ExactJSONField(null=True)
    message = MessageField(blank=True, help_text="Why it was skipped, failed or waits, in words.")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "step_id"], name="step_once_per_run")]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.status}"


class RunLogEntry(models.Model):
    """One sentence of a run's story; appended, never changed."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(default=timezone.now)
    step_id = models.CharField(max_length=120, blank=True)
    text = MessageField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
