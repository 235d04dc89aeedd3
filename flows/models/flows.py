"""A flow: one draft that people edit, and versions that never change."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone

from connectors.fields import ExactJSONField
from integrations.models import Integration


def make_webhook_secret() -> str:
    return secrets.token_urlsafe(24)


class Flow(models.Model):
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="flows")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120)
    description = models.TextField(blank=True)
    draft = ExactJSONField(help_text="A definition (flows/definition), perhaps with mistakes.")
    draft_revision = models.PositiveIntegerField(default=1, help_text="Counts saves, so that none overwrites another.")
    draft_saved_at = models.DateTimeField(default=timezone.now)
    published = models.ForeignKey("Version", null=True, on_delete=models.SET_NULL, related_name="+")
    is_active = models.BooleanField(default=True, help_text="Whether triggers start runs.")
    webhook_secret = models.CharField(max_length=64, unique=True, default=make_webhook_secret)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["integration", "slug"], name="flow_slug_once_per_integration"),
            models.UniqueConstraint(fields=["integration", "name"], name="flow_name_once_per_integration"),
        ]

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """One published definition. Never changed: runs finish on the version they started with."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = ExactJSONField()
    comment = models.CharField(max_length=300, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["flow", "number"], name="version_number_once_per_flow")]

    def __str__(self) -> str:
        return f"{self.flow} version {self.number}"
