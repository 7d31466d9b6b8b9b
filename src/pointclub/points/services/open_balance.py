"""Balances brought over from an older system, each part with its own last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.points.models import Lot, Posting, Transaction
from pointclub.points.services.book import Entry, Leg, LotName, open_book
from pointclub.points.services.refusals import AccountClosedError, require_points


class LapsedOpeningBalanceError(Refusal):
    """Points whose last day has passed are not brought over."""

    code = "lapsed_opening_balance"


@act
def open_balance(
    *,
    account_id: UUID,
    lots: Sequence[tuple[dt.date, int]],
    key: str,
    fingerprint: bytes,
    at: dt.datetime,
    actor: Actor,
) -> Transaction:
    """Bring points over, given as pairs of last day and number; the same key again changes nothing.

    Raises:
        LapsedOpeningBalanceError: a last day has passed.
        AccountClosedError: the membership has ended.
        KeyReusedError: the key came before with other figures.
    """
    book = open_book(account_id, at=at)
    if before := book.find(key, fingerprint):
        return before
    if book.account.closed_at is not None:
        message = "The membership has ended; nothing can be brought over to it."
        raise AccountClosedError(message)
    for usable_through, points in lots:
        require_points(points)
        if usable_through < book.on:
            message = f"These points lapsed on {usable_through}; they are not brought over."
            raise LapsedOpeningBalanceError(message)
    into = book.lots_named([LotName(Lot.Kind.ORDINARY, usable_through) for usable_through, _points in lots])
    legs = [Leg(lot, points, Posting.Contra.OPENING) for lot, (_day, points) in zip(into, lots, strict=True)]
    entry = Entry(Transaction.Kind.OPENING, key, at, actor, fingerprint=fingerprint)
    written = book.write(entry, book.paying_arrears_first(legs))
    audit.record_act(
        act="points.open_balance",
        actor=actor,
        subject=audit.Subject("account", account_id),
        at=at,
        details={"transaction": str(written.id), "points": sum(leg.points for leg in legs)},
    )
    return written
