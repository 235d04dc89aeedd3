"""When each part of the background was last seen, for the health page."""

from django.db import models


class Heartbeat(models.Model):
    name = models.CharField(max_length=60, unique=True, help_text="sweep, lane or worker")
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.seen_at}"
