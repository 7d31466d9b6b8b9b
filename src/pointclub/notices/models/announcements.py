"""What is published to everybody."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from pointclub.notices.rules.words import Words


class Announcement(models.Model):
    """A text for the site, in both languages, from one day through another, which one wrote and another publishes."""

    # What was written stays as it was; it can be published, turned down or taken down.
    changeable_columns = (
        *("published_by", "published_at", "rejected_by", "rejected_at"),
        *("withdrawn_by", "withdrawn_at"),
    )

    class State(models.TextChoices):
        """Where it stands on a day."""

        REQUESTED = "requested"
        REJECTED = "rejected"
        PLANNED = "planned"
        SHOWN = "shown"
        OVER = "over"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title_ja = models.CharField(max_length=100)
    text_ja = models.TextField()
    title_en = models.CharField(max_length=100)
    text_en = models.TextField()
    shown_from = models.DateField()
    shown_through = models.DateField()
    written_by = models.CharField(max_length=100)
    written_at = models.DateTimeField()
    published_by = models.CharField(max_length=100, blank=True)
    published_at = models.DateTimeField(null=True)
    rejected_by = models.CharField(max_length=100, blank=True)
    rejected_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """Shown for a day at least, published by another than who wrote it, and taken down by somebody."""

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
            models.CheckConstraint(condition=~Q(published_by=F("written_by")), name="two_people_publish"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by="", rejected_at__isnull=True, rejected_by="")
                | (Q(published_at__isnull=False, rejected_at__isnull=True, rejected_by="") & ~Q(published_by=""))
                | (Q(rejected_at__isnull=False, published_at__isnull=True, published_by="") & ~Q(rejected_by="")),
                name="who_decided_on_an_announcement_is_named",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-shown_from", "-id"], name="announcements_latest_first"),
        ]

    def __str__(self) -> str:
        """Show its days."""
        return f"announcement {self.shown_from}–{self.shown_through}"

    @property
    def decided_by(self) -> str:
        """Return who published it or turned it down; nobody as long as it waits."""
        return self.published_by or self.rejected_by

    @property
    def decided_at(self) -> dt.datetime | None:
        """Return when."""
        return self.published_at or self.rejected_at

    def state_on(self, day: dt.date) -> State:
        """Return where it stands that day."""
        if self.withdrawn_at is not None:
            return self.State.WITHDRAWN
        if self.rejected_at is not None:
            return self.State.REJECTED
        if self.published_at is None:
            return self.State.REQUESTED
        if day < self.shown_from:
            return self.State.PLANNED
        return self.State.SHOWN if day <= self.shown_through else self.State.OVER

    def words_in(self, language: str) -> Words:
        """Return title and text in one language."""
        return Words(self.title_ja, self.text_ja) if language == "ja" else Words(self.title_en, self.text_en)
