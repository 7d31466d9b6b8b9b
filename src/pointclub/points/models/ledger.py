"""Accounts, lots, transactions and postings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from uuid_utils.compat import uuid7

from pointclub.points.rules.chain import DIGEST_BYTES, SALT_BYTES


def _has_bytes(column: str, count: int) -> Exact[int]:
    return Exact(Func(F(column), function="octet_length", output_field=models.IntegerField()), count)


class Account(models.Model):
    """The points of one primary membership; its row is the lock of everything that hangs on it.

    ``book_balance`` and ``arrears`` are running figures: a replay of the postings must give the same. ``head`` is the
    hash of the last transaction, or, before the first, of the account itself.
    """

    # With what it was opened, its chain begins: that stays as it is.
    changeable_columns = ("closed_at", "restored_into_id", "book_balance", "arrears", "last_sequence", "head")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    restored_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="restored_from", db_constraint=False
    )
    book_balance = models.BigIntegerField(default=0)
    arrears = models.BigIntegerField(default=0)
    last_sequence = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=DIGEST_BYTES)

    class Meta:
        """Arrears are written as a positive number of points owed."""

        db_table = "points_account"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(arrears__gte=0), name="arrears_are_never_below_zero"),
            models.CheckConstraint(condition=Q(book_balance__gte=-F("arrears")), name="only_arrears_go_below_zero"),
            models.CheckConstraint(
                condition=Q(restored_into__isnull=True) | Q(closed_at__isnull=False),
                name="only_a_closed_account_is_restored_elsewhere",
            ),
            models.CheckConstraint(condition=_has_bytes("head", DIGEST_BYTES), name="head_is_a_sha256"),
        ]

    def __str__(self) -> str:
        """Show the id."""
        return f"account {self.id}"


class Lot(models.Model):
    """Points of one account, one kind and one last day; ``remaining`` is a running figure."""

    # What else a lot says is part of what the hashes of its transactions cover.
    changeable_columns = ("granted", "remaining")

    class Kind(models.TextChoices):
        """Why the lot has the last day that it has."""

        ORDINARY = "ordinary"  # by the program's validity, or carried over by an import
        SPECIAL = "special"  # a last day of its own (EXP-3)
        RETURNED = "returned"  # came back after its old day (RED-8)
        EXTENDED = "extended"  # another day was announced (EXP-4)
        RESTORED = "restored"  # came back with the membership (END-6)
        TRANSFERRED = "transferred"  # came from another account (BAL-3)

    pk = models.CompositePrimaryKey("account", "id")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lots", db_index=False)
    id = models.UUIDField(default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    usable_through = models.DateField()
    first_posted_on = models.DateField()
    origin_account_id = models.UUIDField(null=True)
    origin_lot_id = models.UUIDField(null=True)
    granted = models.BigIntegerField(default=0)
    remaining = models.BigIntegerField(default=0)

    class Meta:
        """One lot per account, kind, last day and origin; the partial index finds what can still be used."""

        db_table = "points_lot"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["account", "kind", "usable_through", "origin_account_id", "origin_lot_id"],
                name="one_lot_per_kind_day_and_origin",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(remaining__gte=0), name="lot_never_holds_less_than_nothing"),
            models.CheckConstraint(condition=Q(remaining__lte=F("granted")), name="lot_never_holds_more_than_it_got"),
            models.CheckConstraint(
                condition=Q(origin_account_id__isnull=True, origin_lot_id__isnull=True)
                | Q(origin_account_id__isnull=False, origin_lot_id__isnull=False),
                name="origin_names_account_and_lot",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "usable_through"], name="open_lots", condition=Q(remaining__gt=0)),
            models.Index(fields=["usable_through", "account"], name="lots_falling_due", condition=Q(remaining__gt=0)),
        ]

    def __str__(self) -> str:
        """Show what is left and until when."""
        return f"{self.kind} lot: {self.remaining} of {self.granted} through {self.usable_through}"


class Transaction(models.Model):
    """One business act on one account.

    ``hash`` covers its content and the hash before it. A reason may name somebody, so the hash covers only a salted
    digest of it: without words and salt the chain is still whole.
    """

    insert_only = True

    class Kind(models.TextChoices):
        """The acts that move points."""

        UPDATE = "update"  # pending accruals reach the balance
        OPENING = "opening"  # balances brought over from an older system
        REDEEM = "redeem"
        RETURN = "return"
        LAPSE = "lapse"
        TAKE_BACK = "take_back"  # a sale was cancelled or corrected downwards
        FORFEIT = "forfeit"
        RESTORE = "restore"
        EXTEND = "extend"
        ADJUST = "adjust"
        TRANSFER = "transfer"

    pk = models.CompositePrimaryKey("account", "id")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="transactions", db_index=False)
    id = models.UUIDField(default=uuid7, editable=False)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    business_key = models.CharField(max_length=160)
    fingerprint = models.BinaryField(null=True)
    occurred_at = models.DateTimeField()
    value_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    reverses_id = models.UUIDField(null=True)
    approval_id = models.UUIDField(null=True)
    reason = models.TextField(blank=True)
    reason_salt = models.BinaryField(max_length=SALT_BYTES, null=True)
    reason_digest = models.BinaryField(max_length=DIGEST_BYTES, null=True)
    hash = models.BinaryField(max_length=DIGEST_BYTES)

    class Meta:
        """Numbered without gaps per account; an act that four eyes must see names its approval."""

        db_table = "points_transaction"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "sequence"], name="transactions_are_numbered"),
            models.UniqueConstraint(fields=["account", "business_key"], name="each_act_counts_once"),
            models.UniqueConstraint(
                fields=["account", "approval_id"],
                condition=Q(approval_id__isnull=False),
                name="each_approval_counts_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["adjust", "transfer", "extend"]) | Q(approval_id__isnull=False),
                name="acts_of_staff_name_their_approval",
            ),
            models.CheckConstraint(condition=_has_bytes("hash", DIGEST_BYTES), name="hash_is_a_sha256"),
            models.CheckConstraint(
                condition=Q(reason="", reason_salt__isnull=True, reason_digest__isnull=True)
                | Q(~Q(reason=""), reason_salt__isnull=False, reason_digest__isnull=False)
                | Q(reason="", reason_salt__isnull=True, reason_digest__isnull=False),
                name="a_reason_has_salt_and_digest_until_it_is_erased",
            ),
            models.CheckConstraint(
                condition=_has_bytes("reason_salt", SALT_BYTES), name="salt_of_a_reason_is_sixteen_bytes"
            ),
            models.CheckConstraint(
                condition=_has_bytes("reason_digest", DIGEST_BYTES), name="digest_of_a_reason_is_a_sha256"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "value_on"], name="transactions_by_value_day")
        ]

    def __str__(self) -> str:
        """Show number and kind."""
        return f"{self.kind} {self.sequence}"


class Posting(models.Model):
    """Points that moved between the account and one other side of the books.

    Both legs are this one row, so it cannot be out of balance. ``lot_id`` is null on the leg that creates
    arrears (negative) or pays them off (positive).
    """

    insert_only = True

    class Contra(models.TextChoices):
        """The other sides."""

        MERCHANT = "merchant"
        BILLS = "bills"
        OPENING = "opening"
        REDEEMED = "redeemed"
        LAPSED = "lapsed"
        FORFEITED = "forfeited"
        RESTORED = "restored"
        MOVED = "moved"
        ADJUSTED = "adjusted"
        TRANSFERRED = "transferred"
        ARREARS = "arrears"

    pk = models.CompositePrimaryKey("account", "id")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings", db_index=False)
    id = models.UUIDField(default=uuid7, editable=False)
    transaction_id = models.UUIDField()
    lot_id = models.UUIDField(null=True)
    points = models.BigIntegerField()
    contra = models.CharField(max_length=12, choices=Contra)
    contra_party_id = models.UUIDField(null=True)
    source_id = models.UUIDField(null=True)

    class Meta:
        """The composite foreign keys to transaction and lot are added by the migration."""

        db_table = "points_posting"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(points=0), name="posting_moves_points"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "transaction_id"], name="postings_of_a_transaction"),
            models.Index(fields=["account", "lot_id"], name="postings_of_a_lot"),
            models.Index(
                fields=["account", "source_id"], name="postings_of_a_source", condition=Q(source_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        """Show points and the other side."""
        return f"{self.points:+d} {self.contra}"
