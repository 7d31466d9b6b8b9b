"""What lists of addresses have said."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7


class ListedBounce(models.Model):
    """A line of a list of addresses that was taken in: its digest, from which nobody learns the address."""

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.BinaryField(unique=True, editable=False)
    taken_by = models.CharField(max_length=100)
    taken_at = models.DateTimeField()

    class Meta:
        """The same line counts once, from whatever file it comes."""

        db_table = "notices_listed_bounce"

    def __str__(self) -> str:
        """Show the id only."""
        return f"listed bounce {self.id}"
