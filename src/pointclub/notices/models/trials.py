"""Trial mails to an address that somebody typed in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.people.personal_data import decrypt, encrypt


class Trial(models.Model):
    """A trial mail (NTC-4). The address is there, encrypted, until it was sent or is too late; then only its digest."""

    changeable_columns = ("sealed", "tries", "try_at", "sent_at", "erased_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    address_index = models.BinaryField(editable=False)
    sealed = models.BinaryField(null=True, editable=False)
    network = models.CharField(max_length=43)
    device = models.CharField(max_length=36, blank=True)
    language = models.CharField(max_length=2)
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        """Counted over the last hours, by address, by network, by device and all together."""

        db_table = "notices_trial"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(sealed__isnull=False, erased_at__isnull=True, sent_at__isnull=True)
                | Q(sealed__isnull=True, erased_at__isnull=False),
                name="a_trial_has_its_address_until_it_is_over",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["address_index", "asked_at"], name="trials_by_address"),
            models.Index(fields=["network", "asked_at"], name="trials_by_network"),
            models.Index(fields=["asked_at"], name="trials_by_time"),
            models.Index(fields=["try_at"], condition=Q(sealed__isnull=False), name="trials_that_wait"),
        ]

    def __str__(self) -> str:
        """Show the id only."""
        return f"trial {self.id}"

    def seal(self, address: str) -> None:
        """Put the address in, encrypted for this row alone."""
        self.sealed = encrypt(address, bound_to=self._place())

    @property
    def address(self) -> str:
        """Return the address in the clear; the trial must not be over."""
        assert self.sealed is not None
        return decrypt(bytes(self.sealed), bound_to=self._place())

    def _place(self) -> bytes:
        return f"notices_trial.sealed:{self.id}".encode()
