"""Memberships, and the members who belong to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.people.models import Person


class Membership(models.Model):
    """The contract between the club and one primary member; it has one account for ever."""

    class EndReason(models.TextChoices):
        """Why a membership ended; after the last, nothing comes back (END-6)."""

        WITHDRAWN = "withdrawn"
        ELIGIBILITY_LOST = "eligibility_lost"
        REVOKED = "revoked"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Accounts may lie on another machine than memberships, so the database cannot hold this key.
    account = models.OneToOneField(
        "points.Account", on_delete=models.PROTECT, related_name="membership", db_constraint=False
    )
    joined_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=16, choices=EndReason, blank=True)
    restored_former = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="restored_by")

    class Meta:
        """A former membership is restored once at most (END-6): the one-to-one key holds it."""

        db_table = "membership_membership"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="an_ended_membership_says_why",
            ),
        ]

    def __str__(self) -> str:
        """Show the id."""
        return f"membership {self.id}"


class Member(models.Model):
    """A person within a membership; family members earn into the primary's balance (MEM-2)."""

    class Role(models.TextChoices):
        """Only the primary redeems."""

        PRIMARY = "primary"
        FAMILY = "family"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=12, unique=True)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=8, choices=Role)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One primary a membership; nobody is family of two primaries at a time."""

        db_table = "membership_member"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(role="primary"), name="one_primary_member_a_membership"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(role="family", ended_at__isnull=True), name="family_of_one_primary"
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{12}$"), name="member_number_has_twelve_digits"),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return self.number
