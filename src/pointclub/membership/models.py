"""Memberships, and the members who belong to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
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


class IdentityCheck(models.Model):
    """A caller was asked who they are: by whom, when, what was asked and whether it was enough; never what was said."""

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    checked_by = models.CharField(max_length=100)
    checked_at = models.DateTimeField()
    asked = models.JSONField()
    is_passed = models.BooleanField()

    class Meta:
        """Looked up by member, the latest first."""

        db_table = "membership_identity_check"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["member", "checked_at"], name="identity_checks_of_a_member"),
        ]

    def __str__(self) -> str:
        """Show when and with what outcome."""
        return f"{self.checked_at} {'passed' if self.is_passed else 'failed'}"


class RedemptionBlock(models.Model):
    """A pause of redemption for one membership; earning goes on. Who blocked it and why stays as it was written."""

    changeable_columns = ("lifted_by", "lifted_at", "lift_reason")

    class Kind(models.TextChoices):
        """What it takes to lift it depends on where the block comes from."""

        REPORTED = "reported"
        SUSPECTED = "suspected"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    blocked_by = models.CharField(max_length=100)
    blocked_at = models.DateTimeField()
    lift_reason = models.TextField(blank=True)
    lifted_by = models.CharField(max_length=100, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody lifts a block that they made on suspicion of their own."""

        db_table = "membership_redemption_block"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(lifted_at__isnull=True), name="a_membership_is_blocked_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_block_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by="", lift_reason="")
                | (Q(lifted_at__isnull=False) & ~Q(lifted_by="") & ~Q(lift_reason="")),
                name="a_lifted_block_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(kind="reported") | ~Q(lifted_by=F("blocked_by")), name="two_people_settle_a_suspicion"
            ),
        ]

    def __str__(self) -> str:
        """Show kind and instant."""
        return f"{self.kind} at {self.blocked_at}"
