"""How fast a connection may be used at this moment, as its system lets us."""

from django.db import models

from connectors.fields import MessageField
from integrations.models import Connection


class Pace(models.Model):
    """What lately went out over one connection, and how its system took it.

    No row means: nothing to remember. Changed by flows/pacing.py only, under a lock of the row.
    """

    connection = models.OneToOneField(Connection, primary_key=True, on_delete=models.CASCADE, related_name="pace")
    sent = models.JSONField(default=dict, help_text="As in flows/rates.py.")
    closed_at = models.DateTimeField(null=True, help_text="Nothing goes out from here ...")
    closed_until = models.DateTimeField(null=True, help_text="... until here.")
    slowed_to = models.FloatField(default=1.0, help_text="The part of its limits that is used, after a 429.")
    slowed_at = models.DateTimeField(null=True, help_text="When a 429 last lowered the pace.")
    slowed_until = models.DateTimeField(null=True, help_text="It recovers from here on.")
    troubles = models.PositiveSmallIntegerField(default=0, help_text="Requests in a row that reached nobody.")
    troubled_since = models.DateTimeField(null=True, help_text="The first of them.")
    trouble = MessageField(blank=True, help_text="What was wrong with the last of them, in words.")
    paused_at = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True, help_text="Null while it is paused.")

    def __str__(self) -> str:
        return f"Pace of connection {self.connection_id}"

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None and self.resumed_at is None
