"""Program versions and suspensions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from uuid_utils.compat import uuid7


class VersionRequest(models.Model):
    """A version of the program, asked for by one person and decided on by another (STF-2)."""

    # The application cannot rewrite who asked for what: it holds no right on the other columns.
    changeable_columns = ("approved_by", "rejected_by", "decided_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=32)
    effective_from = models.DateField()
    figures = models.JSONField()
    reason = models.TextField()
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    # Null and not empty: a version's key leads to who approved its request, and nothing leads to a null.
    approved_by = models.CharField(max_length=80, null=True)  # noqa: DJ001
    rejected_by = models.CharField(max_length=80, null=True)  # noqa: DJ001
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody decides on what they asked for, and nothing is both approved and rejected."""

        db_table = "program_version_request"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["id", "approved_by"], name="a_version_names_who_approved_its_request"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_version_request_gives_its_reason"),
            models.CheckConstraint(
                condition=(models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("requested_by")))
                & (models.Q(rejected_by__isnull=True) | ~models.Q(rejected_by=models.F("requested_by"))),
                name="two_people_change_the_program",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True, rejected_by__isnull=True, decided_at__isnull=True)
                | models.Q(approved_by__isnull=False, rejected_by__isnull=True, decided_at__isnull=False)
                | models.Q(approved_by__isnull=True, rejected_by__isnull=False, decided_at__isnull=False),
                name="a_version_request_is_decided_one_way",
            ),
        ]

    def __str__(self) -> str:
        """Show code and state."""
        return f"{self.code} ({self.state})"

    @property
    def state(self) -> str:
        """Return where it stands, in a word."""
        if self.approved_by is not None:
            return "approved"
        return "requested" if self.rejected_by is None else "rejected"

    @property
    def decided_by(self) -> str:
        """Return who decided, or nothing."""
        return self.approved_by or self.rejected_by or ""


class ProgramVersion(models.Model):
    """The figures that the documents fix, from one day on until the next version (TRM-4)."""

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Only the editions that the club began with have none. Who recorded it is who approved it, by a key of both.
    request = models.OneToOneField(VersionRequest, null=True, on_delete=models.PROTECT, related_name="version")
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
