"""What members asked for in exchange for points."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class RedemptionOrder(models.Model):
    """One application: all its lines stand or fall together (RED-5)."""

    insert_only = True

    pk = models.CompositePrimaryKey("account", "id")
    account = models.ForeignKey("points.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=uuid7, editable=False)
    number = models.CharField(max_length=24)
    key = models.CharField(max_length=80)
    transaction_id = models.UUIDField()
    points = models.PositiveBigIntegerField()
    accepted_at = models.DateTimeField()

    class Meta:
        """Carried out in the order of acceptance, which is the order of ids (RED-6)."""

        db_table = "rewards_redemption_order"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "key"], name="each_application_counts_once"),
            models.UniqueConstraint(fields=["account", "number"], name="order_numbers_are_unique"),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return self.number


class RedemptionLine(models.Model):
    """One reward of an application, on its one path: accepted, then fulfilled or returned (I7)."""

    class Kind(models.TextChoices):
        """The kinds of reward (RED-3)."""

        GIFT = "gift"
        BILL_PAYMENT = "bill_payment"
        MILES = "miles"
        DONATION = "donation"

    class State(models.TextChoices):
        """A line that came back in part and was fulfilled for the rest is fulfilled."""

        ACCEPTED = "accepted"
        FULFILLED = "fulfilled"
        RETURNED = "returned"

    pk = models.CompositePrimaryKey("account", "id")
    account = models.ForeignKey("points.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=uuid7, editable=False)
    order_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    label = models.CharField(max_length=120, blank=True)
    points = models.PositiveBigIntegerField()
    returned_points = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.ACCEPTED)
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Returned means that all of it came back, and why."""

        db_table = "rewards_redemption_line"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "order_id", "position"], name="lines_have_their_place"),
            models.CheckConstraint(condition=Q(points__gt=0), name="a_line_takes_points"),
            models.CheckConstraint(
                condition=Q(returned_points__lte=F("points")), name="no_more_comes_back_than_was_taken"
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | (Q(returned_points=F("points")) & ~Q(reason="")),
                name="a_returned_line_came_back_whole_and_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", ended_at__isnull=True)
                | (~Q(state="accepted") & Q(ended_at__isnull=False)),
                name="a_line_ends_once",
            ),
        ]

    def __str__(self) -> str:
        """Show kind and points."""
        return f"{self.kind}: {self.points}"
