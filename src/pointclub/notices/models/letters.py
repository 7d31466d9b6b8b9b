"""Letters that were given to be printed, batch by batch."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from pointclub.notices.models.notices import Delivery

MOST_PEOPLE_WITHOUT_APPROVAL = 100


class LetterBatch(models.Model):
    """The letters of one print file: who printed them, and who put them back, if they never came out of a printer.

    A batch that leaves as an export has the export's id.
    """

    # What was printed stays as it was; it can be put back.
    changeable_columns = ("put_back_by", "put_back_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    letters = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    printed_by = models.CharField(max_length=100)
    printed_at = models.DateTimeField()
    put_back_by = models.CharField(max_length=100, blank=True)
    put_back_at = models.DateTimeField(null=True)

    class Meta:
        """Who printed letters to many does not alone say that they were lost."""

        db_table = "notices_letter_batch"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(put_back_at__isnull=True, put_back_by="")
                | (Q(put_back_at__isnull=False) & ~Q(put_back_by="")),
                name="who_put_letters_back_is_named",
            ),
            models.CheckConstraint(
                condition=Q(people__lte=MOST_PEOPLE_WITHOUT_APPROVAL) | ~Q(put_back_by=F("printed_by")),
                name="two_people_put_letters_to_many_back",
            ),
        ]

    def __str__(self) -> str:
        """Show when it was printed."""
        return f"letters printed {self.printed_at}"

    def takes_another_than(self, actor: str) -> bool:
        """Tell whether somebody else has to put it back."""
        return self.people > MOST_PEOPLE_WITHOUT_APPROVAL and self.printed_by == actor


class BatchedLetter(models.Model):
    """A letter in a batch; one that was put back is in a later batch as well."""

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(LetterBatch, on_delete=models.PROTECT, related_name="batched")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Once in each."""

        db_table = "notices_batched_letter"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "delivery"], name="a_letter_is_in_a_batch_once"),
        ]

    def __str__(self) -> str:
        """Show nothing of whose it is."""
        return f"letter {self.delivery_id}"
