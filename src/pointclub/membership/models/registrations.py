"""Who registered, what became of it, and whom the operator does not want as a member."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.membership.models.memberships import Member
from pointclub.membership.models.old_members import OldMember
from pointclub.people.models import User
from pointclub.people.personal_data import blind_index, decrypt, encrypt


class Registration(models.Model):
    """One form that was sent off, once for its token, and where it stands (REG-4, SCR-1).

    Somebody registers once, and may join the club by a form of its own later.
    """

    # Who registered with what, and why it was held, stays as it was: a decision is all that can be added.
    changeable_columns = ("state", "member_id", "decided_by", "decided_at")

    class Door(models.TextChoices):
        """Whether the registration names a contract (REG-1), or whoever joins the club had registered before."""

        OPEN = "open"
        CONTRACT = "contract"
        ACCOUNT = "account"

    class State(models.TextChoices):
        """What it led to; only what is held waits for a decision."""

        PORTAL_ONLY = "portal_only"
        ADMITTED = "admitted"
        HELD = "held"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token = models.UUIDField(unique=True, editable=False)
    digest = models.BinaryField(editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    door = models.CharField(max_length=8, choices=Door)
    wants_club = models.BooleanField()
    heard = models.JSONField()
    state = models.CharField(max_length=12, choices=State)
    reasons = models.JSONField()
    suspects = models.JSONField()
    # Whose number and password were shown with the form; the points move when the membership comes to be (REG-6).
    old_member = models.ForeignKey(OldMember, null=True, on_delete=models.PROTECT, related_name="+")
    member = models.OneToOneField(Member, null=True, on_delete=models.PROTECT, related_name="registration")
    registered_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """What waits is listed in the order in which it came."""

        db_table = "membership_registration"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["registered_at"], condition=Q(state="held"), name="applications_that_wait"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user"], condition=~Q(door="account"), name="a_sign_in_registers_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(door="account"), name="a_sign_in_joins_later_once"),
            models.CheckConstraint(
                condition=~Q(door="account") | Q(wants_club=True, state__in=["held", "admitted", "declined"]),
                name="who_joins_later_wants_the_club",
            ),
            models.CheckConstraint(
                condition=Q(state="admitted", wants_club=True, member__isnull=False)
                | (~Q(state="admitted") & Q(member__isnull=True)),
                name="who_is_admitted_wanted_it_and_is_a_member",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by="") | (Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="who_decided_on_an_application_is_named",
            ),
            models.CheckConstraint(
                condition=(Q(state="held", decided_at__isnull=True) & ~Q(reasons=[]))
                | Q(state="declined", decided_at__isnull=False)
                | (Q(state__in=["portal_only", "admitted"]) & (Q(reasons=[]) | Q(decided_at__isnull=False))),
                name="what_gives_reason_to_hesitate_is_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        """Show the state."""
        return f"registration {self.id} ({self.state})"


class Exclusion(models.Model):
    """Somebody whose application waits for staff: by name, and by birth date where it is known; encrypted."""

    changeable_columns = ("ended_by", "ended_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name_index = models.BinaryField(db_index=True, editable=False)
    sealed_name = models.BinaryField(editable=False)
    sealed_birth_date = models.BinaryField(null=True, editable=False)
    reason = models.TextField()
    added_by = models.CharField(max_length=100)
    added_at = models.DateTimeField()
    ended_by = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """An entry has its reason."""

        db_table = "membership_exclusion"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="an_exclusion_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="who_ended_an_exclusion_is_named",
            ),
        ]

    def __str__(self) -> str:
        """Show the id only: a name must not reach a log by accident."""
        return f"exclusion {self.id}"

    def seal(self, *, name: str, birth_date: str | None) -> None:
        """Keep whom it is about, to be found again by the exact name only."""
        self.name_index = exclusion_index(name)
        self.sealed_name = encrypt(name, bound_to=_place(self.id, "name"))
        self.sealed_birth_date = None if birth_date is None else encrypt(birth_date, bound_to=_place(self.id, "birth"))

    @property
    def name(self) -> str:
        """Return the name in the clear."""
        return decrypt(bytes(self.sealed_name), bound_to=_place(self.id, "name"))

    @property
    def birth_date(self) -> str | None:
        """Return the birth date in the clear, where it is known."""
        sealed = self.sealed_birth_date
        return None if sealed is None else decrypt(bytes(sealed), bound_to=_place(self.id, "birth"))


def exclusion_index(name: str) -> bytes:
    """Return the digest by which a name finds its exclusions."""
    return blind_index(name, of="exclusion")


def _place(exclusion_id: UUID, what: str) -> bytes:
    return f"membership_exclusion.{what}:{exclusion_id}".encode()
