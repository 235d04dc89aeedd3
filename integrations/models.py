"""Who joined what: integrations, members, connections, and the audit trail."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from connectors.fields import ExactJSONField
from connectors.models import Connector


class Role(models.TextChoices):
    """What each may do stands in integrations/permissions.py."""

    VIEWER = "viewer", "Viewer"
    BUILDER = "builder", "Builder"
    OPERATOR = "operator", "Operator"
    OWNER = "owner", "Owner"


class Integration(models.Model):
    """The boundary: connections, flows, configuration values and members belong to one."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    description = models.TextField(blank=True)
    config = ExactJSONField(default=dict, help_text="Read in expressions as flow.config.x")
    created_at = models.DateTimeField(default=timezone.now)
    # What the person who asks may do here; permissions.get_integration sets it.
    user_rights: frozenset[str]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["integration", "user"], name="member_once_per_integration")]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.integration}"


class Connection(models.Model):
    """One integration's credentials, base address and limits for one connector."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="connections")
    connector = models.ForeignKey(Connector, on_delete=models.RESTRICT, related_name="connections")
    name = models.CharField(max_length=120)
    base_url = models.CharField(max_length=2000)
    authentication_kind = models.CharField(max_length=40, default="none")
    settings = ExactJSONField(default=dict, help_text="The kind's fields that are no secret.")
    sealed_secrets = models.TextField(blank=True, help_text="The kind's secrets, encrypted (integrations/secrets.py).")
    sealed_token = models.TextField(blank=True, help_text="The OAuth2 access token in use, encrypted.")
    token_expires_at = models.DateTimeField(null=True)
    concurrency = models.PositiveSmallIntegerField(default=8)
    requests_per_second = models.PositiveIntegerField(null=True, help_text="Null where there is no such limit.")
    requests_per_minute = models.PositiveIntegerField(null=True, help_text="Null where there is no such limit.")
    idempotency_header = models.CharField(max_length=100, default="Idempotency-Key")
    honours_idempotency_key = models.BooleanField(default=False)
    processing_minutes = models.PositiveIntegerField(
        default=60, help_text="How often queued actions without real-time processing are taken."
    )
    tested_at = models.DateTimeField(null=True)
    test_result = ExactJSONField(null=True, help_text='{"ok", "tried", "came_back"}')
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["integration", "name"], name="connection_name_once_per_integration")
        ]

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """Who did what, when; written once, never changed."""

    integration = models.ForeignKey(Integration, null=True, on_delete=models.CASCADE, related_name="audit_entries")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    verb = models.CharField(max_length=60)
    target = models.CharField(max_length=300)
    detail = ExactJSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["integration", "-id"], name="audit_by_integration"),
            models.Index(fields=["integration", "target", "-id"], name="audit_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.actor or 'system'} {self.verb} {self.target}"
