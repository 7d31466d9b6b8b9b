"""Merchants, their stores, and the keys of their terminals."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from uuid_utils.compat import uuid7

from pointclub.merchants.rules.keys import DIGEST_BYTES, MOST_PER_MINUTE


def _has_bytes(column: str, count: int) -> Exact[int]:
    return Exact(Func(F(column), function="octet_length", output_field=models.IntegerField()), count)


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

    @property
    def has_terminals(self) -> bool:
        """Tell whether terminal keys are issued to it: the operator has none, nor has a merchant that has left."""
        return self.kind == self.Kind.MERCHANT and self.ended_on is None


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


class TerminalKey(models.Model):
    """What lets a merchant's terminal in: for all of its stores or one, any till or one, and for some acts (ACC-1).

    Of the secret only a digest is kept, and its end as a hint for people.
    """

    # What a key was issued for stays as it was issued: a key for anything else is another key.
    changeable_columns = ("revoked_at", "revoked_by")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="keys")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="keys")
    terminal_code = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=80)
    acts = models.JSONField()
    digest = models.BinaryField(unique=True)
    hint = models.CharField(max_length=4)
    per_minute = models.IntegerField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=100)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=100, blank=True)

    class Meta:
        """A digest is one of SHA-256, a key allows something, and whoever revoked it is named."""

        db_table = "merchants_terminal_key"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=_has_bytes("digest", DIGEST_BYTES), name="terminal_key_digest_is_sha256"),
            models.CheckConstraint(condition=~Q(name=""), name="terminal_key_has_a_name"),
            models.CheckConstraint(condition=~Q(acts=[]), name="terminal_key_allows_something"),
            models.CheckConstraint(
                condition=Q(per_minute__gte=1, per_minute__lte=MOST_PER_MINUTE), name="terminal_key_has_a_limit"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="") | (Q(revoked_at__isnull=False) & ~Q(revoked_by="")),
                name="terminal_key_is_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        """Show name and hint, never the digest."""
        return f"{self.name} (…{self.hint})"
