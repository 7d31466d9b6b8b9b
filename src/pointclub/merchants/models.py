"""Merchants and their stores."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class Merchant(models.Model):
    """Who gives points: a company or person admitted to the club, or the operator itself (ACC-1)."""

    class Kind(models.TextChoices):
        """The operator gives the points on energy bills."""

        MERCHANT = "merchant"
        OPERATOR = "operator"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.MERCHANT)
    admitted_on = models.DateField()
    suspended_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        """Six digits, the operator's being 000000."""

        db_table = "merchants_merchant"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{6}$"), name="merchant_number_has_six_digits"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("admitted_on")),
                name="merchant_ends_after_it_was_admitted",
            ),
        ]

    def __str__(self) -> str:
        """Show number and name."""
        return f"{self.number} {self.name}"


class Store(models.Model):
    """A place where a merchant sells; its code is the merchant's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="stores")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)

    class Meta:
        """Codes are unique within the merchant."""

        db_table = "merchants_store"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["merchant", "code"], name="store_codes_are_the_merchants_own"),
        ]

    def __str__(self) -> str:
        """Show code and name."""
        return f"{self.code} {self.name}"
