"""What two people decide on the ledger, and months that are closed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from pointclub.points.models.ledger import Account


class ChangeRequest(models.Model):
    """An adjustment, a transfer or another expiry date, asked for by one person and decided by another."""

    # The application cannot rewrite who asked for what: it holds no right on the other columns.
    changeable_columns = ("state", "decided_by", "decided_at")

    class Kind(models.TextChoices):
        """What needs four eyes on the ledger."""

        ADJUST = "adjust"
        TRANSFER = "transfer"
        EXTEND = "extend"

    class State(models.TextChoices):
        """Where the request stands; carried out means that every selected account was done."""

        REQUESTED = "requested"
        APPROVED = "approved"
        REJECTED = "rejected"
        CARRIED_OUT = "carried_out"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    to_account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    points = models.BigIntegerField(null=True)
    usable_through = models.DateField(null=True)
    lots_usable_from = models.DateField(null=True)
    lots_usable_through = models.DateField(null=True)
    includes_lapsed = models.BooleanField(default=False)
    reason = models.TextField()
    requested_by = models.CharField(max_length=100)
    requested_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody decides on what they asked for themselves (STF-2)."""

        db_table = "points_change_request"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_request_gives_its_reason"),
            models.CheckConstraint(condition=~Q(decided_by=F("requested_by")), name="two_people_decide"),
            models.CheckConstraint(
                condition=Q(state="requested", decided_by="", decided_at__isnull=True)
                | (~Q(state="requested") & ~Q(decided_by="") & Q(decided_at__isnull=False)),
                name="a_decision_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(kind="adjust", account__isnull=False, to_account__isnull=True, points__isnull=False)
                | Q(kind="transfer", account__isnull=False, to_account__isnull=False, points__gt=0)
                | Q(
                    kind="extend",
                    to_account__isnull=True,
                    usable_through__isnull=False,
                    lots_usable_from__isnull=False,
                    lots_usable_through__isnull=False,
                ),
                name="a_request_says_what_it_wants",
            ),
        ]

    def __str__(self) -> str:
        """Show kind and state."""
        return f"{self.kind} ({self.state})"


class MonthClose(models.Model):
    """A closed month of the books: nothing can be recorded with a value day in it any more (T14)."""

    insert_only = True

    month_end = models.DateField(primary_key=True)
    figures = models.JSONField()
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=100)

    class Meta:
        """Closed months stay closed."""

        db_table = "points_month_close"

    def __str__(self) -> str:
        """Show the month."""
        return f"{self.month_end:%Y-%m}"
