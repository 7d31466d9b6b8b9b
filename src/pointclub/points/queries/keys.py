"""Business keys: whether an act was done before, and what a key says."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from pointclub.points.models import Transaction


def has_transaction(account_id: UUID, business_key: str) -> bool:
    """Return whether the account has a transaction of that key."""
    return Transaction.objects.filter(account_id=account_id, business_key=business_key).exists()


def opening_references(account_ids: Collection[UUID], transaction_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return under which reference of the older system each opening balance was brought over."""
    written = Transaction.objects.filter(
        account_id__in=account_ids, id__in=list(transaction_ids), kind=Transaction.Kind.OPENING
    )
    keys = written.values_list("id", "business_key")
    return {transaction_id: key.removeprefix("opening:") for transaction_id, key in keys}
