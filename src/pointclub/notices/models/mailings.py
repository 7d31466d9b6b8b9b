"""Advertising to all who agreed to it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from pointclub.notices.rules.words import Words


class Mailing(models.Model):
    """A text for all who want advertising, which one asked for and another approved, and how far it has come."""

    # What is sent by whom stays as it was asked for; who approved it and how far it has come is added.
    changeable_columns = (
        *("approved_by", "rejected_by", "decided_at", "stopped_by", "stopped_at", "cancelled_by", "cancelled_at"),
        *("reached", "mails", "finished_at"),
    )

    class State(models.TextChoices):
        """Where it stands; what is finished was handed to all, and the last mails of it may still be on their way."""

        REQUESTED = "requested"
        REJECTED = "rejected"
        GOING_OUT = "going_out"
        STOPPED = "stopped"
        CANCELLED = "cancelled"
        FINISHED = "finished"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title_ja = models.CharField(max_length=100)
    text_ja = models.TextField()
    title_en = models.CharField(max_length=100)
    text_en = models.TextField()
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    approved_by = models.CharField(max_length=100, blank=True)
    rejected_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=100, blank=True)
    stopped_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=100, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    # The last person who was told; everybody is, in the order of ids.
    reached = models.UUIDField(null=True)
    mails = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """Few. None goes out that only one person has seen."""

        db_table = "notices_mailing"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(mails=0) | Q(reached__isnull=False), name="a_mailing_that_sent_has_reached_somebody"
            ),
            models.CheckConstraint(condition=~Q(approved_by=F("asked_by")), name="two_people_approve_a_mailing"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, approved_by="", rejected_by="")
                | (Q(decided_at__isnull=False, rejected_by="") & ~Q(approved_by=""))
                | (Q(decided_at__isnull=False, approved_by="") & ~Q(rejected_by="")),
                name="who_decided_on_a_mailing_is_named",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by="")
                | Q(reached__isnull=True, finished_at__isnull=True, stopped_at__isnull=True),
                name="a_mailing_goes_out_once_it_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_by="") | (Q(stopped_at__isnull=False) & ~Q(stopped_by="")),
                name="who_stopped_a_mailing_is_named",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancelled_by="")),
                name="who_cancelled_a_mailing_is_named",
            ),
        ]

    def __str__(self) -> str:
        """Show when it was asked for."""
        return f"mailing {self.asked_at}"

    @property
    def decided_by(self) -> str:
        """Return who approved it or turned it down; nobody as long as it waits."""
        return self.approved_by or self.rejected_by

    @property
    def state(self) -> State:
        """Return where it stands; what was cancelled stays so."""
        if self.cancelled_at is not None:
            return self.State.CANCELLED
        if self.decided_at is None:
            return self.State.REQUESTED
        if self.rejected_by:
            return self.State.REJECTED
        if self.stopped_at is not None:
            return self.State.STOPPED
        return self.State.GOING_OUT if self.finished_at is None else self.State.FINISHED

    def words_in(self, language: str) -> Words:
        """Return subject and text in one language."""
        return Words(self.title_ja, self.text_ja) if language == "ja" else Words(self.title_en, self.text_en)
