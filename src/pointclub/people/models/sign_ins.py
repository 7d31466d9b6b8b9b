"""Attempts to sign in, right and wrong."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.people.rules.attempts import Step


class SignInAttempt(models.Model):
    """One try of a password or a code. What was typed as login ID is kept as a digest: it may be anything."""

    changeable_columns = ("succeeded_at",)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    step = models.CharField(max_length=8, choices=[(step.value, step.value) for step in Step])
    account_index = models.BinaryField()
    network = models.CharField(max_length=43)
    # What lies around the network; of tries before these were kept, nothing.
    site = models.CharField(max_length=43, blank=True, default="")
    block = models.CharField(max_length=43, blank=True, default="")
    device = models.CharField(max_length=36, blank=True)
    tried_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        """Counted over the last minutes, by account, by network and by device."""

        db_table = "people_sign_in_attempt"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account_index", "tried_at"], name="attempts_by_account"),
            models.Index(fields=["network", "tried_at"], name="attempts_by_network"),
            models.Index(fields=["site", "tried_at"], name="attempts_by_site"),
            models.Index(fields=["block", "tried_at"], name="attempts_by_block"),
            # All over the club, for the limit and the alarm on lists of stolen passwords.
            models.Index(fields=["step", "tried_at"], condition=Q(succeeded_at__isnull=True), name="wrong_attempts"),
        ]

    def __str__(self) -> str:
        """Show step and instant."""
        return f"{self.step} at {self.tried_at}"
