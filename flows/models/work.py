"""The columns that make a row a piece of work."""

from django.db import models


class Work(models.Model):
    """A row that says when it is due and who has it.

    `due_at` NULL means that it waits for something other than time. `claims` counts how often it
    was taken without progress, so that a row which kills its worker can be set aside.
    """

    due_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True)
    claims = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
