"""Exports: who asked for what, who decided, the file while it may be kept, and who fetched it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from pointclub.people.personal_data import decrypt_bytes, encrypt_bytes

MOST_WITHOUT_APPROVAL = 100
CSV = "text/csv; charset=utf-8"
ZIP = "application/zip"


class ExportRequest(models.Model):
    """A list of people's data, asked for by one person and, where it is of many, decided on by another."""

    # The application cannot rewrite who asked for what.
    changeable_columns = ("state", "decided_by", "decided_at")

    class Kind(models.TextChoices):
        """What the list is of."""

        MEMBERS = "members"
        POINTS = "points"
        LETTERS = "letters"

    class State(models.TextChoices):
        """Where the request stands; a small one is recorded and needs nobody's approval."""

        RECORDED = "recorded"
        REQUESTED = "requested"
        APPROVED = "approved"
        REJECTED = "rejected"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    columns = models.JSONField()
    joined_from = models.DateField(null=True)
    joined_through = models.DateField(null=True)
    includes_former = models.BooleanField()
    people = models.PositiveIntegerField()
    purpose = models.TextField()
    kept_through = models.DateField()
    state = models.CharField(max_length=10, choices=State)
    requested_by = models.CharField(max_length=100)
    requested_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody decides on what they asked for, and of many people nothing goes out undecided."""

        db_table = "exports_request"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(purpose=""), name="an_export_has_its_purpose"),
            models.CheckConstraint(
                condition=~Q(state="recorded") | Q(people__lte=MOST_WITHOUT_APPROVAL),
                name="an_export_of_many_people_takes_a_decision",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("requested_by")), name="two_people_decide_on_an_export"),
            models.CheckConstraint(
                condition=Q(state__in=("recorded", "requested"), decided_by="", decided_at__isnull=True)
                | (Q(state__in=("approved", "rejected")) & ~Q(decided_by="") & Q(decided_at__isnull=False)),
                name="an_export_decided_on_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(joined_from__lte=F("joined_through")), name="an_export_begins_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(kind="letters", joined_from__isnull=True, joined_through__isnull=True)
                | (~Q(kind="letters") & Q(joined_from__isnull=False, joined_through__isnull=False)),
                name="letters_and_only_letters_have_no_period",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["requested_by", "requested_at"], name="exports_of_one_of_the_staff"),
        ]

    def __str__(self) -> str:
        """Show kind and state."""
        return f"{self.kind} ({self.state})"


class ExportFile(models.Model):
    """What was handed out, encrypted; after its day the content is gone and the row says when."""

    changeable_columns = ("sealed", "deleted_at")

    request = models.OneToOneField(ExportRequest, on_delete=models.PROTECT, primary_key=True, related_name="+")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=40, default=CSV)
    rows = models.PositiveIntegerField()
    sealed = models.BinaryField(null=True, editable=False)
    produced_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        """A file is there or was deleted."""

        db_table = "exports_file"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(sealed__isnull=True, deleted_at__isnull=False)
                | Q(sealed__isnull=False, deleted_at__isnull=True),
                name="an_export_is_there_or_was_deleted",
            ),
        ]

    def __str__(self) -> str:
        """Show the name, which says whose it is and until when."""
        return self.name

    def seal(self, content: bytes) -> None:
        """Keep the content, bound to its request."""
        self.sealed = encrypt_bytes(content, bound_to=self._place())

    def content(self) -> bytes:
        """Return the content in the clear."""
        assert self.sealed is not None
        return decrypt_bytes(bytes(self.sealed), bound_to=self._place())

    def _place(self) -> bytes:
        return f"exports_file.sealed:{self.request_id}".encode()


class ExportDownload(models.Model):
    """Somebody fetched a file."""

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(ExportRequest, on_delete=models.PROTECT, related_name="+")
    downloaded_by = models.CharField(max_length=100)
    downloaded_at = models.DateTimeField()

    class Meta:
        """Each time is a row."""

        db_table = "exports_download"

    def __str__(self) -> str:
        """Show who and when."""
        return f"{self.downloaded_by} {self.downloaded_at}"
