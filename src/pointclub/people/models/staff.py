"""Who of the staff sits at which desk."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.people.models.persons import User
from pointclub.people.rules.permissions import Role

FIRST_STAFF = "system:first-staff"


class StaffRole(models.Model):
    """A role that somebody has, or had until it was taken; who had what when stays on file."""

    # Who was given what by whom cannot be rewritten: taking a role away is all that can be added.
    changeable_columns = ("taken_by", "taken_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff_roles")
    role = models.CharField(max_length=16, choices=[(role.value, role.words) for role in Role])
    given_by = models.CharField(max_length=100)
    given_at = models.DateTimeField()
    taken_by = models.CharField(max_length=100, blank=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        """A role is held once at a time; only one administrator of an installation was given the role by nobody."""

        db_table = "people_staff_role"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(taken_at__isnull=True), name="a_role_is_held_once"
            ),
            models.UniqueConstraint(
                fields=["given_by"], condition=Q(given_by=FIRST_STAFF), name="one_administrator_was_named_by_nobody"
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="staff_role_is_of_the_table"
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by="") | (Q(taken_at__isnull=False) & ~Q(taken_by="")),
                name="who_took_a_role_is_named",
            ),
        ]

    def __str__(self) -> str:
        """Show the role."""
        return self.role
