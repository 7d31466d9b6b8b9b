"""Program versions and suspensions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from uuid_utils.compat import uuid7


class ProgramVersion(models.Model):
    """The figures that the documents fix, from one day on until the next version (TRM-4)."""

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=32, unique=True)
    effective_from = models.DateField(unique=True)
    validity_months = models.PositiveSmallIntegerField()
    return_validity_months = models.PositiveSmallIntegerField(default=1)
    special_expiry_allowed = models.BooleanField()
    bill_payment_allowed = models.BooleanField()
    correction_window_days = models.PositiveSmallIntegerField(default=180)
    electricity_points_per_1000_yen = models.PositiveSmallIntegerField(default=8)
    gas_points_per_1000_yen = models.PositiveSmallIntegerField(default=5)
    bill_points_need_viewing = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        """Versions never change; a later one takes over on its day."""

        db_table = "program_version"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(validity_months__gte=1), name="points_live_a_month_at_least"),
        ]

    def __str__(self) -> str:
        """Show code and first day."""
        return f"{self.code} from {self.effective_from}"


class Suspension(models.Model):
    """A pause of one part of points management, now or planned (SUS-1)."""

    class Activity(models.TextChoices):
        """What can be paused, each by itself."""

        ACCRUAL = "accrual"
        REDEMPTION = "redemption"
        ENQUIRY = "enquiry"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    activity = models.CharField(max_length=12, choices=Activity)
    starts_at = models.DateTimeField()
    ends_before = models.DateTimeField(null=True)
    text_ja = models.TextField()
    text_en = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        """A pause without an end goes on until somebody ends it."""

        db_table = "program_suspension"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(ends_before__isnull=True) | models.Q(ends_before__gte=models.F("starts_at")),
                name="suspension_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        """Show what is paused and from when."""
        return f"{self.activity} from {self.starts_at}"


class NightRun(models.Model):
    """One finished nightly run: the next one starts where the last one ended, however late (EXP-2)."""

    class Job(models.TextChoices):
        """The runs that a night consists of."""

        LAPSE = "lapse"
        UPDATE = "update"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.CharField(max_length=8, choices=Job)
    night = models.DateField()
    finished_at = models.DateTimeField()
    accounts = models.PositiveIntegerField()
    points = models.BigIntegerField()

    class Meta:
        """A night is done once; what a second run finds is added to nothing."""

        db_table = "program_night_run"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["job", "night"], name="each_night_is_recorded_once"),
        ]

    def __str__(self) -> str:
        """Show job and night."""
        return f"{self.job} {self.night}"
