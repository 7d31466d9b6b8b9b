"""Advertising to all who agreed to it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class Mailing(models.Model):
    """A text that is sent to all who want advertising, and how far that has come."""

    # What was sent to whom by whom stays as it was asked for.
    changeable_columns = ("reached", "mails", "finished_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title_ja = models.CharField(max_length=100)
    text_ja = models.TextField()
    title_en = models.CharField(max_length=100)
    text_en = models.TextField()
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    # The last person who was told; everybody is, in the order of ids.
    reached = models.UUIDField(null=True)
    mails = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """Few."""

        db_table = "notices_mailing"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(mails=0) | Q(reached__isnull=False), name="a_mailing_that_sent_has_reached_somebody"
            ),
        ]

    def __str__(self) -> str:
        """Show when it was asked for."""
        return f"mailing {self.asked_at}"
