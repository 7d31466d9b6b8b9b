"""What members earned, part by part, and what happened to it since."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class Accrual(models.Model):
    """A sale, a bill or another occasion on which a member earned points."""

    class Kind(models.TextChoices):
        """By price and rule, as a number agreed, or from an energy bill (ACC-2, ACC-10)."""

        PURCHASE = "purchase"
        FIXED = "fixed"
        BILL = "bill"

    pk = models.CompositePrimaryKey("account", "id")
    account = models.ForeignKey("points.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=uuid7, editable=False)
    member_id = models.UUIDField()
    merchant_id = models.UUIDField()
    reference = models.CharField(max_length=80)
    store_code = models.CharField(max_length=20, blank=True)
    terminal_code = models.CharField(max_length=20, blank=True)
    receipt_number = models.CharField(max_length=24)
    kind = models.CharField(max_length=8, choices=Kind)
    rule_id = models.UUIDField(null=True)
    sold_at = models.DateTimeField()
    sold_on = models.DateField()
    price_yen = models.PositiveBigIntegerField(default=0)
    ineligible_yen = models.PositiveBigIntegerField(default=0)
    tax_yen = models.PositiveBigIntegerField(default=0)
    eligible_yen = models.PositiveBigIntegerField(default=0)
    returned_yen = models.PositiveBigIntegerField(default=0)
    is_reversed = models.BooleanField(default=False)
    first_points = models.PositiveBigIntegerField()
    points = models.PositiveBigIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        """``eligible_yen``, ``returned_yen`` and ``points`` are as they stand now; ``first_points`` is as granted."""

        db_table = "earning_accrual"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(returned_yen__lte=F("eligible_yen")), name="no_more_is_returned_than_was_bought"
            ),
            models.CheckConstraint(
                condition=Q(is_reversed=False) | Q(points=0), name="a_reversed_sale_gives_no_points"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "sold_on"], name="accruals_by_day_of_sale"),
        ]

    def __str__(self) -> str:
        """Show the receipt number."""
        return self.receipt_number


class AccrualPart(models.Model):
    """The points that one rule or one campaign gave; pending until ``posted_on`` (ACC-5).

    A correction upwards after the update adds a part of its own, which is posted at the next one (ACC-7).
    """

    class Cap(models.TextChoices):
        """Which cap cut a bonus."""

        NONE = "", "none"
        RECEIPT = "receipt"
        DAY = "day"
        MONTH = "month"
        MEMBER = "member"

    pk = models.CompositePrimaryKey("account", "id")
    account = models.ForeignKey("points.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=uuid7, editable=False)
    accrual_id = models.UUIDField()
    merchant_id = models.UUIDField()
    campaign_id = models.UUIDField(null=True)
    campaign_code = models.CharField(max_length=32, blank=True)
    contra = models.CharField(max_length=12)
    sold_on = models.DateField()
    uncapped_points = models.PositiveBigIntegerField()
    first_points = models.PositiveBigIntegerField()
    cap = models.CharField(max_length=8, choices=Cap, default=Cap.NONE, blank=True)
    points = models.PositiveBigIntegerField()
    is_supplement = models.BooleanField(default=False)
    usable_through = models.DateField(null=True)
    posted_on = models.DateField(null=True)
    lot_id = models.UUIDField(null=True)

    class Meta:
        """The first partial index is the queue of the balance update, the second the use of a campaign's caps."""

        db_table = "earning_accrual_part"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["account"], name="parts_that_are_pending", condition=Q(posted_on__isnull=True, points__gt=0)
            ),
            models.Index(fields=["account", "accrual_id"], name="parts_of_an_accrual"),
            models.Index(
                fields=["account", "campaign_code", "sold_on"],
                name="parts_of_a_campaign",
                condition=~Q(campaign_code=""),
            ),
        ]

    def __str__(self) -> str:
        """Show points and campaign."""
        return f"{self.points} {self.campaign_code or 'base'}"


class AccrualChange(models.Model):
    """A correction or a reversal, with the figures before and after (ACC-7, ACC-8)."""

    insert_only = True

    class Kind(models.TextChoices):
        """Corrected: the figure was wrong. Reversed: the sale was undone, in whole or in part."""

        CORRECTED = "corrected"
        REVERSED = "reversed"

    pk = models.CompositePrimaryKey("account", "id")
    account = models.ForeignKey("points.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField(default=uuid7, editable=False)
    accrual_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=80)
    fingerprint = models.BinaryField()
    remaining_yen_before = models.PositiveBigIntegerField()
    remaining_yen_after = models.PositiveBigIntegerField()
    points_before = models.PositiveBigIntegerField()
    points_after = models.PositiveBigIntegerField()
    taken_from_lots = models.PositiveBigIntegerField(default=0)
    taken_as_arrears = models.PositiveBigIntegerField(default=0)
    lapsed_before = models.PositiveBigIntegerField(default=0)
    transaction_id = models.UUIDField(null=True)
    reason = models.TextField(blank=True)
    actor = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """A change counts once by its key."""

        db_table = "earning_accrual_change"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "accrual_id", "key"], name="each_change_counts_once"),
        ]

    def __str__(self) -> str:
        """Show kind and figures."""
        return f"{self.kind}: {self.points_before} to {self.points_after}"
