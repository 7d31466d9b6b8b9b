"""What one person is told, and by which ways it goes to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.notices.rules.kinds import Kind, Page
from pointclub.people.models import ContactAddress, Person
from pointclub.people.personal_data import decrypt, encrypt


class Channel(models.TextChoices):
    """By which way; the names of those that are addresses are those of the addresses (NTC-1)."""

    FIRST_MAIL = ContactAddress.Kind.FIRST.value
    SECOND_MAIL = ContactAddress.Kind.SECOND.value
    CLUB_PAGE = Page.CLUB.value
    PORTAL_PAGE = Page.PORTAL.value
    LETTER = "letter"


MAILS = (Channel.FIRST_MAIL, Channel.SECOND_MAIL)


class Notice(models.Model):
    """One thing told to one person. Its values are encrypted, bound to the row, and erased where they open a door."""

    # What was told to whom cannot be rewritten; it can be read, and a secret can be erased.
    changeable_columns = ("sealed", "erased_at", "read_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24, choices=[(kind.value, kind.value) for kind in Kind])
    language = models.CharField(max_length=2)
    once = models.CharField(max_length=120, unique=True)
    sealed = models.BinaryField(null=True, editable=False)
    told_by = models.CharField(max_length=100)
    told_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        """The same act tells once, and what is erased was there."""

        db_table = "notices_notice"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(sealed__isnull=False, erased_at__isnull=True)
                | Q(sealed__isnull=True, erased_at__isnull=False),
                name="a_notice_has_its_values_until_they_are_erased",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(expires_at__isnull=False), name="only_secrets_are_erased"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-told_at"], name="notices_of_a_person"),
            models.Index(
                fields=["expires_at"],
                condition=Q(sealed__isnull=False, expires_at__isnull=False),
                name="notices_to_be_erased",
            ),
        ]

    def __str__(self) -> str:
        """Show kind and id: a value must not reach a log by accident."""
        return f"{self.kind} {self.id}"

    def seal(self, values: Mapping[str, str | int]) -> None:
        """Put the values in, encrypted for this row alone."""
        self.sealed = encrypt(json.dumps(dict(values)), bound_to=self._place())

    @property
    def values(self) -> dict[str, str | int] | None:
        """Return the values in the clear, or nothing once they are erased."""
        if self.sealed is None:
            return None
        read: dict[str, str | int] = json.loads(decrypt(bytes(self.sealed), bound_to=self._place()))
        return read

    def _place(self) -> bytes:
        person_id: UUID = self.person_id
        return f"notices_notice.sealed:{self.id}:{person_id}:{self.kind}".encode()


class Delivery(models.Model):
    """A notice on one way to its person: this row is the truth, and whatever job there is only a bell for it."""

    # By which way, to which address and for which notice stays as it was told.
    changeable_columns = ("state", "tries", "try_at", "given_at", "failure", "bounced_at")

    class State(models.TextChoices):
        """Where it stands; what was sent and came back has bounced."""

        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        BOUNCED = "bounced"

    class Failure(models.TextChoices):
        """Why it was not sent."""

        EXPIRED = "expired"
        REFUSED = "refused"
        GIVEN_UP = "given_up"
        STOPPED = "stopped"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=12, choices=Channel)
    address = models.ForeignKey(ContactAddress, null=True, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=8, choices=Failure, blank=True)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        """One on each way, and to each address."""

        db_table = "notices_delivery"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["notice", "address"],
                condition=Q(address__isnull=False),
                name="a_notice_goes_to_an_address_once",
            ),
            models.UniqueConstraint(
                fields=["notice", "channel"],
                condition=Q(address__isnull=True),
                name="a_notice_takes_a_way_without_an_address_once",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=MAILS, address__isnull=False)
                | (~Q(channel__in=MAILS) & Q(address__isnull=True)),
                name="mail_and_only_mail_has_an_address",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", given_at__isnull=True, failure="", bounced_at__isnull=True)
                | Q(state="sent", given_at__isnull=False, failure="", bounced_at__isnull=True)
                | (Q(state="failed", given_at__isnull=True, bounced_at__isnull=True) & ~Q(failure=""))
                | Q(state="bounced", given_at__isnull=False, failure="", bounced_at__isnull=False),
                name="a_delivery_says_how_it_stands",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting", channel__in=MAILS) | Q(try_at__isnull=False),
                name="a_mail_that_waits_is_tried",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["rank", "try_at"], condition=Q(state="waiting"), name="deliveries_that_wait"),
        ]

    def __str__(self) -> str:
        """Show channel and state."""
        return f"{self.channel} {self.state}"
