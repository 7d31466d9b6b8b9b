"""Points are taken for redemptions, all lines of a cart or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.postgresql.prepared import Question
from pointclub.points.models import Transaction
from pointclub.points.rules.taking import take_by_line
from pointclub.points.services.book import Contra, Entry, Leg, open_book
from pointclub.points.services.read_book import book_questions, key_question
from pointclub.points.services.refusals import AccountClosedError, InsufficientPointsError, require_points
from pointclub.program import queries as program


def redemption_questions(
    account_id: UUID, *, key: str, at: dt.datetime
) -> tuple[tuple[Question[Any], ...], tuple[Question[Any], ...]]:
    """Return what :func:`redeem_points` asks, to be asked ahead: what makes the book, and what seldom finds anything.

    The first of all takes the account's lock.
    """
    suspension = program.suspension_question(program.Activity.REDEMPTION, at)
    return book_questions(account_id), (key_question(account_id, key), suspension)


@dataclass(frozen=True, slots=True)
class LineToRedeem:
    """One line of a cart: its id, by which it can come back, and its points."""

    id: UUID
    points: int


@act
def redeem_points(
    *,
    account_id: UUID,
    lines: Sequence[LineToRedeem],
    key: str,
    fingerprint: bytes,
    at: dt.datetime,
    actor: Actor,
) -> Transaction:
    """Take the points of all lines, or of none (RED-5), earliest expiry first (EXP-5).

    The same key again answers with the same transaction, whatever has happened since.

    Raises:
        InsufficientPointsError: the usable balance is below the sum.
        KeyReusedError: the key came before with another content.
        AccountClosedError: the membership has ended.
        PointsSuspendedError: redemption is paused (SUS-1).
    """
    total = sum(require_points(line.points) for line in lines)
    book = open_book(account_id, at=at)
    if before := book.find(key, fingerprint):
        return before
    program.refuse_if_suspended(program.Activity.REDEMPTION, at=at)
    if book.account.closed_at is not None:
        message = "The membership has ended; its points can no longer be used."
        raise AccountClosedError(message)
    lots = book.usable_lots()
    if total > (available := book.usable_balance(lots)):
        raise InsufficientPointsError(requested=total, available=available)
    taken = take_by_line([line.points for line in lines], lots=lots)
    return book.write(
        Entry(Transaction.Kind.REDEEM, key, at, actor, fingerprint=fingerprint),
        [
            Leg(book.lots[part.lot_id], -part.points, Contra.REDEEMED, source_id=line.id)
            for line, parts in zip(lines, taken, strict=True)
            for part in parts
        ],
    )
