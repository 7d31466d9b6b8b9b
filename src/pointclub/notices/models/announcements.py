"""What is published to everybody."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class Announcement(models.Model):
    """A text on the site, in both languages, from one day through another (NTC-1)."""

    # What was published stays as it was; it can only be taken down.
    changeable_columns = ("withdrawn_by", "withdrawn_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title_ja = models.CharField(max_length=100)
    text_ja = models.TextField()
    title_en = models.CharField(max_length=100)
    text_en = models.TextField()
    shown_from = models.DateField()
    shown_through = models.DateField()
    published_by = models.CharField(max_length=100)
    published_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """Shown for a day at least, and taken down by somebody."""

        db_table = "notices_announcement"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(shown_through__gte=F("shown_from")), name="an_announcement_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="who_withdrew_an_announcement_is_named",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-shown_from", "-id"], name="announcements_latest_first"),
        ]

    def __str__(self) -> str:
        """Show its days."""
        return f"announcement {self.shown_from}–{self.shown_through}"
