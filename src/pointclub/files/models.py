"""Files that came in, and the rows in them that were refused."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class ImportedFile(models.Model):
    """A file and how far it has been taken in; its row is the lock under which that goes on (FIL-1)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    feed = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField()
    sender = models.CharField(max_length=32)
    sequence_number = models.PositiveBigIntegerField()
    created_on = models.DateField()
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    encoding = models.CharField(max_length=8)
    control_totals = models.JSONField()
    rows = models.PositiveBigIntegerField()
    rows_done = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveBigIntegerField(default=0)
    known_before = models.PositiveBigIntegerField(default=0)
    bad = models.PositiveBigIntegerField(default=0)
    points = models.PositiveBigIntegerField(default=0)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=100)
    held_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """A file is known by what is in it and by its number; every row done went one of three ways."""

        db_table = "files_imported_file"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["feed", "sender", "sequence_number"], name="a_sequence_number_is_used_once"
            ),
            models.UniqueConstraint(fields=["sha256"], name="a_file_is_taken_in_once"),
            models.CheckConstraint(
                condition=Q(rows_done=F("accepted") + F("known_before") + F("bad")), name="rows_done_add_up"
            ),
            models.CheckConstraint(condition=Q(rows_done__lte=F("rows")), name="no_more_rows_are_done_than_there_are"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(rows_done=F("rows")), name="a_finished_file_has_no_rows_left"
            ),
        ]

    def __str__(self) -> str:
        """Show feed, sender and number."""
        return f"{self.feed} {self.sender} {self.sequence_number}"


class RowError(models.Model):
    """A row that was refused, with its reason; mended, it can be sent again in a new file."""

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(ImportedFile, on_delete=models.PROTECT, related_name="row_errors", db_index=False)
    row_number = models.PositiveBigIntegerField()
    line = models.PositiveBigIntegerField()
    code = models.CharField(max_length=32)
    message = models.TextField()
    raw = models.TextField()

    class Meta:
        """One report per line of a file (I4)."""

        db_table = "files_row_error"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["file", "line"], name="a_line_is_reported_once"),
        ]

    def __str__(self) -> str:
        """Show line and reason."""
        return f"line {self.line}: {self.code}"


class Upload(models.Model):
    """A file that staff handed in on a page, kept until the worker has taken it in."""

    # What was handed in by whom cannot be rewritten; the content is dropped once it has been taken in or refused.
    changeable_columns = (
        "state",
        "content",
        "file_id",
        "refusal_code",
        "refusal",
        "error_file",
        "tried_at",
        "finished_at",
    )

    class State(models.TextChoices):
        """Held means that it cannot be taken in now and is tried again."""

        WAITING = "waiting"
        HELD = "held"
        TAKEN_IN = "taken_in"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    feed = models.CharField(max_length=32)
    name = models.CharField(max_length=255)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    accepts_gap = models.BooleanField(default=False)
    content = models.BinaryField(null=True)
    uploaded_by = models.CharField(max_length=100)
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    file = models.ForeignKey(ImportedFile, null=True, on_delete=models.PROTECT, related_name="uploads")
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal = models.TextField(blank=True)
    error_file = models.BinaryField(null=True)
    tried_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """While it waits its content is there; afterwards it says how it ended."""

        db_table = "files_upload"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "held"], content__isnull=False, finished_at__isnull=True)
                | Q(state__in=["taken_in", "refused"], content__isnull=True, finished_at__isnull=False),
                name="an_upload_is_kept_until_it_is_finished",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["uploaded_at"], condition=Q(finished_at__isnull=True), name="uploads_not_finished"),
            models.Index(fields=["-uploaded_at"], name="uploads_latest_first"),
        ]

    def __str__(self) -> str:
        """Show feed and state."""
        return f"{self.feed} ({self.state})"
