"""Whose a merchant's reference is, the reversals that wait for theirs, and the keys under which things were sent."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from pointclub.merchants.models import Merchant


class AccrualClaim(models.Model):
    """Who owns a merchant's reference: one accrual, for ever, across all accounts (ACC-6).

    Without an account it is a reference whose reversal came first and whose accrual is awaited.
    """

    pk = models.CompositePrimaryKey("merchant", "reference")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=80)
    account_id = models.UUIDField(null=True)
    accrual_id = models.UUIDField(null=True)
    receipt_number = models.CharField(max_length=24, null=True)  # noqa: DJ001 -- absent until the accrual comes
    fingerprint = models.BinaryField(null=True)

    class Meta:
        """Receipt numbers are unique within the merchant whose number they begin with."""

        db_table = "earning_accrual_claim"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["merchant", "receipt_number"], name="receipt_numbers_are_unique"),
        ]

    def __str__(self) -> str:
        """Show the reference."""
        return self.reference


class EarlyReversal(models.Model):
    """A reversal that came before its accrual, kept until that comes (ACC-8, T6).

    With a store code it waits for an accrual of that store only.
    """

    pk = models.CompositePrimaryKey("merchant", "reference", "key")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    returned_yen = models.PositiveBigIntegerField(null=True)
    store_code = models.CharField(max_length=20, blank=True, default="")
    reason = models.TextField(blank=True)
    actor = models.CharField(max_length=100)
    received_at = models.DateTimeField()
    matched_at = models.DateTimeField(null=True)

    class Meta:
        """Without a price it reverses the whole sale."""

        db_table = "earning_early_reversal"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["merchant", "received_at"], name="reversals_that_wait", condition=Q(matched_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        """Show the reference."""
        return self.reference


class RequestKey(models.Model):
    """The Idempotency-Key of a request that had an effect, written with that effect.

    ``answer`` is what the claims cannot tell again: of a batch the rows that were refused, of a correction or reversal
    its figures. Keys are forgotten after a time (:data:`earning.rules.request_keys.MONTHS_KEPT`); references never are.
    """

    is_forgotten_in_time = True

    pk = models.CompositePrimaryKey("merchant", "key")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=80)
    fingerprint = models.BinaryField()
    answer = models.JSONField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        """Rows lie in the order in which they came, so the old ones are found by a few bytes of index a page."""

        db_table = "earning_request_key"
        indexes: ClassVar[list[models.Index]] = [BrinIndex(fields=["recorded_at"], name="request_keys_by_age")]

    def __str__(self) -> str:
        """Show the key."""
        return self.key
