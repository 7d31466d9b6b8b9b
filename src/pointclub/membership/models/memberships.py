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
        """Why a membership ended; after the last, which takes two people, nothing comes back (END-4, END-6)."""

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
    # A key of both, with the membership's own id, leads to the request and to who approved it (migration 0004).
    revocation_id = models.UUIDField(null=True)
    revoked_by = models.CharField(max_length=100, null=True)  # noqa: DJ001 -- A key with an empty text leads somewhere.

    class Meta:
        """A former membership is restored once at most (END-6): the one-to-one key holds it."""

        db_table = "membership_membership"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="an_ended_membership_says_why",
            ),
            models.CheckConstraint(
                condition=Q(end_reason="revoked", revocation_id__isnull=False, revoked_by__isnull=False)
                | (~Q(end_reason="revoked") & Q(revocation_id__isnull=True, revoked_by__isnull=True)),
                name="a_revoked_membership_names_its_request",
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


class RevocationRequest(models.Model):
    """The revocation of a membership, asked for by one person and decided on by another (STF-2, END-4).

    While it waits it is a freeze: nobody uses the membership's points, and nothing accepted before is handed over.
    """

    # The application cannot rewrite who asked for what: it holds no right on the other columns.
    changeable_columns = ("approved_by", "rejected_by", "decided_at")

    class Ground(models.TextChoices):
        """The grounds on which the club's terms let a membership be revoked."""

        NO_SUCH_PERSON = "no_such_person"
        FALSE_DETAILS = "false_details"
        UNSUITABLE_USE = "unsuitable_use"
        BREACH_OF_TERMS = "breach_of_terms"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=16, choices=Ground)
    reason = models.TextField()
    requested_by = models.CharField(max_length=100)
    requested_at = models.DateTimeField()
    # Null and not empty: a membership's key leads to who approved, and nothing leads to a null.
    approved_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    rejected_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody decides on what they asked for, and nothing is both approved and rejected."""

        db_table = "membership_revocation_request"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(decided_at__isnull=True), name="one_revocation_waits_a_membership"
            ),
            models.UniqueConstraint(
                fields=["id", "membership", "approved_by"], name="a_revocation_names_who_approved_what"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_revocation_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(ground__in=["no_such_person", "false_details", "unsuitable_use", "breach_of_terms"]),
                name="a_revocation_has_a_ground_of_the_terms",
            ),
            models.CheckConstraint(
                condition=(Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")))
                & (Q(rejected_by__isnull=True) | ~Q(rejected_by=F("requested_by"))),
                name="two_people_revoke",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, rejected_by__isnull=True, decided_at__isnull=True)
                | Q(approved_by__isnull=False, rejected_by__isnull=True, decided_at__isnull=False)
                | Q(approved_by__isnull=True, rejected_by__isnull=False, decided_at__isnull=False),
                name="a_revocation_is_decided_one_way",
            ),
        ]

    def __str__(self) -> str:
        """Show ground and state."""
        return f"{self.ground} ({self.state})"

    @property
    def state(self) -> str:
        """Return where it stands, in the word that other requests have for it: approval carries it out."""
        if self.approved_by is not None:
            return "carried_out"
        return "requested" if self.rejected_by is None else "rejected"

    @property
    def decided_by(self) -> str:
        """Return who decided, or nothing."""
        return self.approved_by or self.rejected_by or ""
