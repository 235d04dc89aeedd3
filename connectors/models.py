"""What can be called: connectors, their action paths, and the imports that made them."""

from django.db import models
from django.utils import timezone

from connectors.fields import ExactJSONField, MessageField


class Connector(models.Model):
    """The definition of one outside system, derived from its OpenAPI document."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=300, blank=True, help_text="The title that the document gives itself.")
    description = models.TextField(blank=True)
    version = models.CharField(max_length=100, blank=True)
    base_url = models.CharField(max_length=2000, blank=True)
    servers = ExactJSONField(default=list, help_text='[{"url", "description"}]')
    authentication = ExactJSONField(default=list, help_text='[{"name", "kind", "label", ...}]')
    skipped = ExactJSONField(default=list, help_text='[{"operation", "reason"}]')
    notes = ExactJSONField(default=list, help_text='[{"place", "text"}]')
    source = models.CharField(max_length=2000, blank=True)
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ActionPath(models.Model):
    """One operation that a connector offers: module > data object > action."""

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="action_paths")
    key = models.CharField(max_length=300, help_text="module/data-object/action, stable between imports.")
    module = models.CharField(max_length=200)
    data_object = models.CharField(max_length=200)
    action = models.CharField(max_length=300)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=1000)
    summary = models.TextField(blank=True)
    description = models.TextField(blank=True)
    deprecated = models.BooleanField(default=False)
    input_schema = ExactJSONField()
    output_schema = ExactJSONField(null=True)
    parameters = ExactJSONField(default=list, help_text='[{"property", "name", "in", ...}]: where each input is sent.')
    body_kind = models.CharField(max_length=20, default="none")
    body_media_type = models.CharField(max_length=200, blank=True)
    safe_to_repeat = models.BooleanField(default=False)
    real_time_optional = models.BooleanField(default=False)
    security = ExactJSONField(default=list, help_text="Names of the authentication kinds that it takes.")
    servers = ExactJSONField(default=list, help_text="Addresses of its own, where it has any.")
    openapi = ExactJSONField(help_text="An OpenAPI document with this one operation.")
    removed_at = models.DateTimeField(null=True, blank=True, help_text="Gone from the last imported document.")

    class Meta:
        ordering = ["module", "data_object", "action"]
        constraints = [models.UniqueConstraint(fields=["connector", "key"], name="action_path_key_once_per_connector")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return f"{self.module} > {self.data_object} > {self.action}"


class ConnectorImport(models.Model):
    """A document on its way to become a connector, worked on in the background."""

    class Status(models.TextChoices):
        QUEUED = "Queued"
        IN_PROGRESS = "In Progress"
        SUCCESS = "Success"
        FAILED = "Failed"

    name = models.CharField(max_length=120)
    base_url = models.CharField(max_length=2000, blank=True)
    source = models.CharField(max_length=2000, help_text="A file's name or an address.")
    document = models.BinaryField(null=True, help_text="The upload; null until an address is fetched, and when done.")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.QUEUED)
    lease_until = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = ExactJSONField(null=True, help_text='{"added", "changed", "removed", "skipped", "notes", "seconds"}')
    error = MessageField(blank=True)
    connector = models.ForeignKey(Connector, null=True, on_delete=models.SET_NULL)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Import of {self.source}"
