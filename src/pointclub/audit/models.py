"""Entries of the audit log, and the heads of their chains."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q, Value
from uuid_utils.compat import uuid7

from pointclub.audit.rules.details import LONGEST_ACT, LONGEST_ID, LONGEST_KIND

LONGEST_ACTOR = 100


def area_of_act() -> Func:
    """Return what an act's name begins with, as the index knows it: ``membership`` of ``membership.admit``."""
    return Func(F("act"), Value("."), Value(1), function="split_part", output_field=models.TextField())


class AuditChain(models.Model):
    """The acts of one actor; its row is the lock under which the next entry is added, the last that an act takes."""

    changeable_columns = ("last_sequence", "head")

    name = models.CharField(primary_key=True, max_length=LONGEST_ACTOR)
    last_sequence = models.PositiveBigIntegerField()
    head = models.BinaryField()

    class Meta:
        """Named after the actor."""

        db_table = "audit_chain"

    def __str__(self) -> str:
        """Show the actor and how many acts there are."""
        return f"{self.name} ({self.last_sequence})"


class AuditEntry(models.Model):
    """One act that changed something: who, what, to what, when; ids and figures, never names (STF-3).

    The hash covers all of it and the entry before. Of the reason, which people write and which may have to be
    removed one day, it covers a salted digest.
    """

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chain = models.CharField(max_length=LONGEST_ACTOR)
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    act = models.CharField(max_length=LONGEST_ACT)
    subject_kind = models.CharField(max_length=LONGEST_KIND)
    subject_id = models.CharField(max_length=LONGEST_ID)
    details = models.JSONField()
    reason = models.TextField(blank=True)
    reason_salt = models.BinaryField()
    reason_digest = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        """Each way of searching has an index that gives its order as well."""

        db_table = "audit_entry"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="entries_are_numbered_by_chain"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="a_chain_counts_from_one"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at", "id"], name="acts_by_time"),
            models.Index(fields=["chain", "at", "id"], name="acts_by_actor"),
            models.Index(fields=["subject_kind", "subject_id", "at", "id"], name="acts_by_subject"),
            models.Index(fields=["act", "at", "id"], name="acts_by_act"),
            models.Index(area_of_act(), F("at"), F("id"), name="acts_by_area"),
        ]

    def __str__(self) -> str:
        """Show chain, number and act."""
        return f"{self.chain} {self.sequence} {self.act}"
