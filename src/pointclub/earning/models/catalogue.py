"""Earning rules and campaigns, each in versions that never change."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from pointclub.merchants.models import Merchant


class EarningRule(models.Model):
    """How a merchant's price becomes points, from one day of sale on until the next version (ACC-3)."""

    insert_only = True

    class Base(models.TextChoices):
        """Which price counts."""

        TAX_INCLUDED = "tax_included"
        TAX_EXCLUDED = "tax_excluded"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="earning_rules")
    effective_from = models.DateField()
    base = models.CharField(max_length=12, choices=Base, default=Base.TAX_INCLUDED)
    unit_yen = models.PositiveIntegerField(null=True)
    points_per_unit = models.PositiveIntegerField(null=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=100)

    class Meta:
        """Points per unit of price, or a percentage of it: one or the other."""

        db_table = "earning_rule"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(unit_yen__gt=0, points_per_unit__gt=0, percent__isnull=True)
                | Q(unit_yen__isnull=True, points_per_unit__isnull=True, percent__gt=0),
                name="a_rule_gives_by_unit_or_by_percent",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["merchant", "effective_from"], name="rules_of_a_merchant"),
        ]

    def __str__(self) -> str:
        """Show the rule in short."""
        given = f"{self.points_per_unit} per {self.unit_yen} yen" if self.unit_yen else f"{self.percent} %"
        return f"{given} from {self.effective_from}"


class Campaign(models.Model):
    """One version of a campaign: a bonus on top of the base points, with its own days, caps and expiry (ACC-3)."""

    insert_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    merchant = models.ForeignKey(Merchant, null=True, on_delete=models.PROTECT, related_name="campaigns")
    sold_from = models.DateField()
    sold_through = models.DateField()
    multiplier = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    fixed_points = models.PositiveIntegerField(null=True)
    minimum_yen = models.PositiveIntegerField(default=0)
    cap_per_receipt = models.PositiveIntegerField(null=True)
    cap_per_day = models.PositiveIntegerField(null=True)
    cap_per_month = models.PositiveIntegerField(null=True)
    cap_per_member = models.PositiveIntegerField(null=True)
    usable_through = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=100)

    class Meta:
        """Editing a campaign makes its next version; what was granted keeps the one it was granted under (T10)."""

        db_table = "earning_campaign"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code", "version"], name="campaign_versions_are_numbered"),
            models.CheckConstraint(
                condition=Q(multiplier__gt=1, fixed_points__isnull=True)
                | Q(multiplier__isnull=True, fixed_points__gt=0),
                name="a_campaign_multiplies_or_gives_a_number",
            ),
        ]

    def __str__(self) -> str:
        """Show code and version."""
        return f"{self.code} v{self.version}"
