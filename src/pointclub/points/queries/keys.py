"""Whether an act was done before, by its business key."""

from __future__ import annotations

from uuid import UUID

from pointclub.points.models import Transaction


def has_transaction(account_id: UUID, business_key: str) -> bool:
    """Return whether the account has a transaction of that key."""
    return Transaction.objects.filter(account_id=account_id, business_key=business_key).exists()
