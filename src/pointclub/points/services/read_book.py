"""What a book is opened with: the account under its lock, and the lots as they stand once the lock is held."""

from __future__ import annotations

from uuid import UUID

from pointclub.foundation.postgresql.prepared import Question, Row, models_of
from pointclub.points.models import Account, Lot, Transaction

_ACCOUNT_COLUMNS = ", ".join(f"account.{field.column}" for field in Account._meta.concrete_fields)
_LOCKED_ACCOUNT = f"""
SELECT {_ACCOUNT_COLUMNS}, (SELECT max(month_end) FROM points_month_close)
FROM points_account AS account WHERE account.id = %s FOR NO KEY UPDATE OF account
"""  # noqa: S608 -- only names of columns are put in


def book_questions(account_id: UUID) -> tuple[Question[list[Row]], Question[list[Lot]]]:
    """Return the two statements: the first takes the lock, so the second sees what whoever held it has written."""
    return (
        Question(_LOCKED_ACCOUNT, (account_id,)),
        models_of(Lot, "WHERE account_id = %s AND remaining > 0", (account_id,)),
    )


def key_question(account_id: UUID, key: str) -> Question[list[Transaction]]:
    """Return what finds the transaction that was written under a key."""
    return models_of(Transaction, "WHERE account_id = %s AND business_key = %s", (account_id, key))
