"""An action: one request queued for one connection, and each attempt at it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from connectors.fields import ExactJSONField, MessageField
from connectors.models import ActionPath
from flows.models.flows import Flow
from flows.models.runs import Run, StepResult
from flows.models.work import Work
from integrations.models import Connection, Integration


def make_idempotency_key() -> str:
    return str(uuid.uuid4())


class Action(Work):
    class Status(models.TextChoices):
        QUEUED = "Queued"
        PROCESSING = "Processing"
        PENDING_RETRY = "Pending Retry"
        OUTCOME_UNKNOWN = "Outcome Unknown"
        SUCCESSFUL = "Successful"
        FAILED = "Failed"
        CANCELED = "Canceled"

    OPEN = (Status.QUEUED, Status.PROCESSING, Status.PENDING_RETRY, Status.OUTCOME_UNKNOWN)
    CLOSED = (Status.SUCCESSFUL, Status.FAILED, Status.CANCELED)
    # Open, and no request is out at this moment: what a person, a canceled run or time may end.
    RESTING = (Status.QUEUED, Status.PENDING_RETRY, Status.OUTCOME_UNKNOWN)

    # Each of these four is a filter of the review, and leads an index below.
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="actions", db_index=False)
    connection = models.ForeignKey(Connection, on_delete=models.RESTRICT, related_name="actions", db_index=False)
    action_path = models.ForeignKey(ActionPath, on_delete=models.RESTRICT, related_name="actions", db_index=False)
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="actions", db_index=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="actions")
    step_result = models.ForeignKey(StepResult, on_delete=models.CASCADE, related_name="actions")
    retry_of = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="retries",
        help_text="The closed action that a person sent again by making this one.",
    )
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.QUEUED)
    input = ExactJSONField(null=True)
    idempotency_key = models.CharField(max_length=64, default=make_idempotency_key)
    wait_for_response = models.BooleanField(default=True)
    real_time = models.BooleanField(default=True)
    retry_policy = ExactJSONField(null=True, help_text="As in the definition; null when the policy is off.")
    attempts_made = models.PositiveSmallIntegerField(default=0)
    retries_done = models.PositiveSmallIntegerField(default=0)
    first_failed_at = models.DateTimeField(null=True, help_text="The 24-hour window of the retries begins here.")
    expires_at = models.DateTimeField(help_text="Canceled when it is still open then.")
    content = ExactJSONField(null=True, help_text='{"status", "data" | "result" | "error"} once closed out.')
    message = MessageField(blank=True, help_text="The last failure, or why it was closed, in words.")
    created_at = models.DateTimeField(default=timezone.now)
    needs_review = models.BooleanField(default=False, help_text="Failed or unknown, and nobody has decided yet.")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    close_reason = models.TextField(blank=True, help_text="Given by the person who closed it by hand.")

    class Meta:
        ordering = ["-id"]
        indexes = [
            # Conditions without a list of statuses: SQLite sees no way from `status IN (?, ?)` to a partial index.
            models.Index(
                fields=["connection", "due_at", "id"], name="action_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=["connection"], name="action_in_flight", condition=models.Q(status="Processing")),
            models.Index(fields=["expires_at"], name="action_expiry", condition=models.Q(closed_at__isnull=True)),
            models.Index(fields=["integration", "-id"], name="action_review", condition=models.Q(needs_review=True)),
            models.Index(fields=["integration", "-id"], name="action_by_integration"),
            models.Index(fields=["integration", "status", "-id"], name="action_by_status"),
            models.Index(fields=["connection", "-id"], name="action_by_connection"),
            models.Index(fields=["action_path", "-id"], name="action_by_action_path"),
            models.Index(fields=["flow", "-id"], name="action_by_flow"),
            models.Index(
                fields=["integration", "action_path", "-id"],
                name="action_failures",
                condition=models.Q(first_failed_at__isnull=False),
            ),
            models.Index(fields=["created_at"], name="action_by_time"),
        ]

    def __str__(self) -> str:
        return f"Action {self.pk}: {self.action_path}"

    @property
    def audit_name(self) -> str:
        """What the audit trail calls this action; its history is found by it."""
        return f"Action {self.pk}"

    @property
    def is_closed(self) -> bool:
        return self.status in self.CLOSED

    @property
    def is_decidable(self) -> bool:
        """Whether there is anything left for a person to decide."""
        return self.status in self.RESTING or (self.status == self.Status.FAILED and self.needs_review)

    @property
    def may_repeat(self) -> bool:
        """Whether it does no harm when the other system gets it twice."""
        return self.action_path.safe_to_repeat or self.connection.honours_idempotency_key


class Attempt(models.Model):
    """One try at an action. Stored before the request goes out, completed by its answer."""

    class Verdict(models.TextChoices):
        STARTED = "Started"
        SUCCESS = "Success"
        FAILURE = "Failure"
        UNKNOWN = "Unknown"

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    idempotency_key = models.CharField(max_length=64)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.STARTED)
    request = ExactJSONField(null=True, help_text='{"method", "url", "headers", "body"}, secrets masked.')
    response = ExactJSONField(
        null=True, help_text='{"status", "headers", "body"}, and "trouble" without a whole answer.'
    )
    message = MessageField(blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    duration_ms = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["action", "number"], name="attempt_number_once_per_action")]

    def __str__(self) -> str:
        return f"Attempt {self.number} of action {self.action_id}"
