"""The loss of membership forfeits the balance (END-5); it is not a lapse, and can come back."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.points.models import Account, Posting, Transaction
from pointclub.points.services.book import Entry, Leg, open_book


@act
def forfeit_points(*, account_id: UUID, key: str, at: dt.datetime, actor: Actor, reason: str) -> Account:
    """Close the account and forfeit what it holds, lot by lot; nothing is deleted, arrears stay (END-7).

    An account that is closed already is left as it is.
    """
    book = open_book(account_id, at=at)
    if book.account.closed_at is not None:
        return book.account
    legs = [Leg(book.lots[lot.id], -lot.remaining, Posting.Contra.FORFEITED) for lot in book.usable_lots()]
    book.account.closed_at = at
    if legs:
        book.write(Entry(Transaction.Kind.FORFEIT, key, at, actor, reason=reason), legs)
    else:
        book.account.save(update_fields=["closed_at"])
    return book.account
