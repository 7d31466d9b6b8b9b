"""Members of the old club as their system left them: a number, a password's verifier, and points with last days."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.membership.models.memberships import Membership
from pointclub.people.personal_data import blind_index, decrypt, encrypt


class OldMember(models.Model):
    """An old membership, found by its number alone, and whose points go to one membership, once for ever (REG-6).

    Of the number a digest is kept, and the verifier encrypted: neither tells anything without the keys.
    """

    changeable_columns = (
        "sealed_verifier",
        "moved_to_id",
        "moved_at",
        "points_moved",
        "points_lapsed",
        "first_usable_through",
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number_index = models.BinaryField(unique=True, editable=False)
    sealed_verifier = models.BinaryField(editable=False)
    recorded_at = models.DateTimeField()
    moved_to = models.OneToOneField(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField(null=True)
    points_moved = models.BigIntegerField(null=True)
    points_lapsed = models.BigIntegerField(null=True)
    first_usable_through = models.DateField(null=True)

    class Meta:
        """What was moved says where, when, and how much of it."""

        db_table = "membership_old_member"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(
                    moved_to__isnull=True,
                    moved_at__isnull=True,
                    points_moved__isnull=True,
                    points_lapsed__isnull=True,
                    first_usable_through__isnull=True,
                )
                | Q(
                    moved_to__isnull=False,
                    moved_at__isnull=False,
                    points_moved__gte=0,
                    points_lapsed__gte=0,
                ),
                name="what_was_moved_says_where_and_how_much",
            ),
        ]

    def __str__(self) -> str:
        """Show the id only."""
        return f"old member {self.id}"

    def seal(self, verifier: str) -> None:
        """Keep by what the password is verified."""
        self.sealed_verifier = encrypt(verifier, bound_to=_place(self.id))

    @property
    def verifier(self) -> str:
        """Return it in the clear."""
        return decrypt(bytes(self.sealed_verifier), bound_to=_place(self.id))


class OldLot(models.Model):
    """Points of an old membership with one last day, as one entry of the older system has them."""

    changeable_columns = ("points", "usable_through", "told_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    old_member = models.ForeignKey(OldMember, on_delete=models.PROTECT, related_name="lots")
    entry_index = models.BinaryField(unique=True, editable=False)
    points = models.BigIntegerField()
    usable_through = models.DateField()
    told_at = models.DateTimeField()

    class Meta:
        """An entry that was taken back has no points."""

        db_table = "membership_old_lot"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(points__gte=0), name="an_old_lot_holds_no_less_than_nothing"),
        ]

    def __str__(self) -> str:
        """Show points and day."""
        return f"{self.points} through {self.usable_through}"


def old_number_index(number: str) -> bytes:
    """Return the digest by which a number is found."""
    return blind_index(number, of="old_member")


def old_entry_index(sender: str, reference: str) -> bytes:
    """Return the digest by which an entry of an older system is found."""
    return blind_index(f"{sender}\0{reference}", of="old_lot")


def _place(old_member_id: UUID) -> bytes:
    return f"membership_old_member.verifier:{old_member_id}".encode()
