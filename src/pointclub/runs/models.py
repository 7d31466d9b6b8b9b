"""Runs: the row is the truth, the job in the queue only the doorbell."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class Run(models.Model):
    """One piece of long work that somebody, or the clock, asked for."""

    # Who asked for what, and when, cannot be rewritten.
    changeable_columns = ("state", "started_at", "seen_at", "finished_at", "accounts", "figures", "findings", "failure")

    class Kind(models.TextChoices):
        """What can be run."""

        UPDATE = "update"
        LAPSE = "lapse"
        VERIFY = "verify"
        REPLAY = "replay"
        ROOT = "root"

    class State(models.TextChoices):
        """Where a run stands."""

        ASKED = "asked"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    # The night to which a run of the clock belongs; a run that a person asked for has none.
    night = models.DateField(null=True)
    sample_percent = models.PositiveSmallIntegerField(default=100)
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    accounts = models.PositiveBigIntegerField(default=0)
    figures = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    failure = models.TextField(blank=True)

    class Meta:
        """The clock asks once a night for each kind."""

        db_table = "runs_run"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "night"], condition=Q(night__isnull=False), name="the_clock_asks_once_a_night"
            ),
            models.CheckConstraint(condition=Q(sample_percent__range=(1, 100)), name="a_sample_is_1_to_100_percent"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="what_is_finished_says_when",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-asked_at"], name="runs_latest_first"),
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["asked", "running"]), name="runs_not_yet_finished"
            ),
        ]

    def __str__(self) -> str:
        """Show kind and state."""
        return f"{self.kind} ({self.state})"
