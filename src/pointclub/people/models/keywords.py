"""The word by which somebody who forgot ID or password is known."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.people.models.persons import Person


class IdentityKeyword(models.Model):
    """A person's keyword as a hash, made like a password's; of one that was replaced only that there was one stays."""

    changeable_columns: ClassVar[tuple[str, ...]] = ("hashed", "replaced_by", "replaced_at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    hashed = models.CharField(max_length=200, blank=True)
    recorded_by = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()
    replaced_by = models.CharField(max_length=100, blank=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        """One keyword at a time."""

        db_table = "people_identity_keyword"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(replaced_at__isnull=True), name="a_person_has_one_keyword"
            ),
            models.CheckConstraint(
                condition=(Q(replaced_at__isnull=True, replaced_by="") & ~Q(hashed=""))
                | (Q(replaced_at__isnull=False, hashed="") & ~Q(replaced_by="")),
                name="of_a_replaced_keyword_no_hash_stays",
            ),
        ]

    def __str__(self) -> str:
        """Show the id only."""
        return f"keyword {self.id}"
