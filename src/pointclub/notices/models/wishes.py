"""What people want to be sent beside what membership brings with it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from uuid_utils.compat import uuid7

from pointclub.people.models import ContactAddress, Person


class Wish(models.Model):
    """A person said yes or no to something, or we did of advertising as a whole.

    The latest counts, and all of them prove what was agreed to (NTC-3).
    """

    insert_only = True

    class Matter(models.TextChoices):
        """Advertising is wished for by address, and by nobody unless they say so; reminders are, unless they say no.

        Advertising without an address is ours to say: while it is no, whatever they chose is kept and none is sent.
        """

        ADVERTISING_FIRST = ContactAddress.Kind.FIRST.value
        ADVERTISING_SECOND = ContactAddress.Kind.SECOND.value
        REMINDERS = "reminders"
        ADVERTISING = "advertising"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    matter = models.CharField(max_length=12, choices=Matter)
    is_wanted = models.BooleanField()
    how = models.CharField(max_length=32)
    said_by = models.CharField(max_length=100)
    said_at = models.DateTimeField()

    class Meta:
        """Read from the latest."""

        db_table = "notices_wish"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "matter", "-said_at", "-id"], name="wishes_of_a_person"),
            models.Index(fields=["matter", "person"], name="wishes_by_matter"),
        ]

    def __str__(self) -> str:
        """Show matter and answer."""
        return f"{self.matter}: {'yes' if self.is_wanted else 'no'}"
