"""The history of an account, page by page: what a page costs does not grow with what the account has been through.

Transactions are numbered without gaps, so a page is asked for as a span of numbers. Whatever plan the database makes of
it, and whatever it believes of the account, it reads no more than that many rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from pointclub.points.models import Lot, Posting, Transaction
from pointclub.points.queries.balance import LotBalance, get_balance
from pointclub.points.queries.history_entries import (
    EVERYTHING,
    HistoryEntry,
    HistoryFilter,
    HistoryPage,
    HistoryPosting,
)

# How many transactions are looked through for what a filter wants, before the answer says how far it came: with one
# update a night, almost three years.
SEARCHED_AT_ONCE = 1_000

# Days come in the order of numbers, but for acts that met around midnight: so many may stand on the wrong side.
_ASTRAY = 20

# The last transaction that counts by a day, found by halving: as many rows are read as the number has binary digits.
_LAST_BY_DAY = """
WITH RECURSIVE halving (low, high) AS (
    SELECT 0, account.last_sequence FROM points_account AS account WHERE account.id = %(account)s
    UNION ALL
    SELECT CASE WHEN middle.value_on <= %(day)s THEN middle.sequence ELSE halving.low END,
           CASE WHEN middle.value_on <= %(day)s THEN halving.high ELSE middle.sequence - 1 END
    FROM halving
    CROSS JOIN LATERAL (
        SELECT written.sequence, written.value_on FROM points_transaction AS written
        WHERE written.account_id = %(account)s AND written.sequence = (halving.low + halving.high + 1) / 2 OFFSET 0
    ) AS middle
    WHERE halving.low < halving.high
)
SELECT halving.low, account.last_sequence
FROM halving JOIN points_account AS account ON account.id = %(account)s
WHERE halving.low = halving.high
"""

_MERCHANTS = """
SELECT DISTINCT giver.merchant_id
FROM points_account AS account
CROSS JOIN LATERAL (
    SELECT written.id FROM points_transaction AS written
    WHERE written.account_id = %(account)s AND written.sequence > account.last_sequence - %(searched)s OFFSET 0
) AS latest
CROSS JOIN LATERAL (
    SELECT posting.contra_party_id AS merchant_id FROM points_posting AS posting
    WHERE posting.account_id = %(account)s AND posting.transaction_id = latest.id
      AND posting.contra_party_id IS NOT NULL OFFSET 0
) AS giver
WHERE account.id = %(account)s
"""


def get_history(account_id: UUID, *, on: dt.date, limit: int | None = None) -> list[HistoryEntry]:
    """Return what counts by that day, the latest first; lapses that are true but not recorded are among them."""
    written = Transaction.objects.filter(account_id=account_id, value_on__lte=on).order_by("-value_on", "-sequence")
    postings = Posting.objects.filter(account_id=account_id)
    recorded = _read(account_id, list(written[:limit] if limit else written), postings)
    lapses = [_lapse_not_recorded(lot) for lot in reversed(_due_lots(account_id, on=on))]
    entries = [*lapses, *(entry for _, entry in recorded)]
    return sorted(entries, key=lambda entry: (entry.value_on, entry.sequence is None), reverse=True)[:limit]


def list_history(
    account_id: UUID,
    *,
    on: dt.date,
    limit: int,
    wanted: HistoryFilter = EVERYTHING,
    before: int | None = None,
    after: int | None = None,
) -> HistoryPage:
    """Return one page of what counts by that day: the newest, or what comes next before or after a number.

    Where what comes after does not fill a page, the answer is the first page.
    """
    search = _begin(account_id, on=on, wanted=wanted)
    if after is not None:
        page = search.page_after(after, limit)
        if page.newer is not None:
            return page
        before = None
    return search.page_before(before, limit)


def list_merchants(account_id: UUID) -> list[UUID]:
    """Return who gave points in the latest transactions of the account, as far back as one search looks."""
    with connection.cursor() as cursor:
        cursor.execute(_MERCHANTS, {"account": account_id, "searched": SEARCHED_AT_ONCE})
        return [merchant_id for (merchant_id,) in cursor.fetchall()]


class _Probe(Exists):
    """Asked of one row at a time by index; OFFSET keeps PostgreSQL from joining all of an account's rows instead."""

    template = "EXISTS(%(subquery)s OFFSET 0)"


class _Found(NamedTuple):
    number: int
    entry: HistoryEntry


@dataclass(frozen=True, slots=True)
class _Search:
    """What is asked for, within the numbers above `low` and through `high`.

    Lapses that are true but not recorded have the numbers that they will get: every act records them first.
    """

    account_id: UUID
    on: dt.date
    wanted: HistoryFilter
    low: int
    high: int
    not_recorded: tuple[_Found, ...]

    def page_before(self, before: int | None, limit: int) -> HistoryPage:
        """Return the page of what comes before the number, or of the newest."""
        high = self.high if before is None else min(before - 1, self.high)
        low = max(high - self._span(limit), self.low)
        found = sorted(self._find(low, high, limit, "-sequence"), reverse=True)[: limit + 1]
        shown, is_cut = found[:limit], len(found) > limit
        goes_on = low > self.low and not is_cut
        return HistoryPage(
            entries=tuple(each.entry for each in shown),
            newer=high if before is not None and high < self.high else None,
            older=shown[-1].number if is_cut else low + 1 if goes_on else None,
            searched_back_to=self._day_of(low + 1) if goes_on and self.wanted.is_narrow else None,
        )

    def page_after(self, after: int, limit: int) -> HistoryPage:
        """Return the page of what comes after the number, still with the latest first."""
        low = max(after, self.low)
        high = min(low + self._span(limit), self.high)
        found = sorted(self._find(low, high, limit, "sequence"))[: limit + 1]
        shown = found[:limit]
        reached = shown[-1].number if len(found) > limit else high
        return HistoryPage(
            entries=tuple(each.entry for each in reversed(shown)),
            newer=reached if reached < self.high else None,
            older=low + 1 if low > self.low else None,
        )

    def _span(self, limit: int) -> int:
        """Return how many numbers are looked through for a page."""
        if self.wanted.is_narrow:
            return SEARCHED_AT_ONCE
        has_period = self.wanted.first_day is not None or self.wanted.last_day is not None
        return limit + 2 * _ASTRAY if has_period else limit

    def _find(self, low: int, high: int, limit: int, order: str) -> list[_Found]:
        written = Transaction.objects.filter(
            account_id=self.account_id, sequence__gt=low, sequence__lte=high, value_on__lte=self.on
        )
        if self.wanted.first_day is not None:
            written = written.filter(value_on__gte=self.wanted.first_day)
        if self.wanted.last_day is not None:
            written = written.filter(value_on__lte=self.wanted.last_day)
        if self.wanted.kind is not None:
            written = written.filter(kind=self.wanted.kind)
        if self.wanted.names_postings:
            written = written.filter(_Probe(self._postings().filter(transaction_id=OuterRef("id"))))
        recorded = _read(self.account_id, list(written.order_by(order)[: limit + 1]), self._postings())
        return [*recorded, *(each for each in self.not_recorded if low < each.number <= high)]

    def _postings(self) -> QuerySet[Posting]:
        postings = Posting.objects.filter(account_id=self.account_id)
        if self.wanted.merchant_id is not None:
            postings = postings.filter(contra_party_id=self.wanted.merchant_id)
        if self.wanted.sources is not None:
            postings = postings.filter(_Probe(self.wanted.sources.filter(id=OuterRef("source_id"))))
        return postings

    def _day_of(self, number: int) -> dt.date | None:
        days = Transaction.objects.filter(account_id=self.account_id, sequence=number).values_list(
            "value_on", flat=True
        )
        return days.first()


def _begin(account_id: UUID, *, on: dt.date, wanted: HistoryFilter) -> _Search:
    """Find the numbers between which everything lies that is wanted."""
    last, end = _last_by_day(account_id, min(on, wanted.last_day or on))
    low = 0
    if wanted.first_day is not None and wanted.first_day > dt.date.min:
        before_first, _ = _last_by_day(account_id, wanted.first_day - dt.timedelta(days=1))
        low = max(before_first - _ASTRAY, 0)
    not_recorded: tuple[_Found, ...] = ()
    if not wanted.names_postings and wanted.kind in {None, Transaction.Kind.LAPSE}:
        lapses = enumerate((_lapse_not_recorded(lot) for lot in _due_lots(account_id, on=on)), start=end + 1)
        not_recorded = tuple(_Found(number, each) for number, each in lapses if wanted.wants_day(each.value_on))
    high = not_recorded[-1].number if not_recorded else min(last + _ASTRAY, end)
    return _Search(account_id, on, wanted, low, high, not_recorded)


def _last_by_day(account_id: UUID, day: dt.date) -> tuple[int, int]:
    """Return the number of the last transaction that counts by the day, and that of the last of all."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_BY_DAY, {"account": account_id, "day": day})
        last, end = cursor.fetchone()
    return int(last), int(end)


def _read(account_id: UUID, transactions: Collection[Transaction], postings: QuerySet[Posting]) -> list[_Found]:
    rows = list(postings.filter(transaction_id__in=[one.id for one in transactions]).order_by("id"))
    lots = Lot.objects.filter(account_id=account_id, id__in={row.lot_id for row in rows})
    through = dict(lots.values_list("id", "usable_through"))
    by_transaction: dict[UUID, list[HistoryPosting]] = {}
    for row in rows:
        by_transaction.setdefault(row.transaction_id, []).append(
            HistoryPosting(
                points=row.points,
                contra=row.contra,
                contra_party_id=row.contra_party_id,
                source_id=row.source_id,
                lot_id=row.lot_id,
                usable_through=through.get(row.lot_id) if row.lot_id else None,
            )
        )
    return [_Found(one.sequence, _entry(one, by_transaction.get(one.id, ()))) for one in transactions]


def _entry(transaction: Transaction, postings: Iterable[HistoryPosting]) -> HistoryEntry:
    moved = tuple(postings)
    return HistoryEntry(
        sequence=transaction.sequence,
        kind=transaction.kind,
        value_on=transaction.value_on,
        recorded_at=transaction.recorded_at,
        points=sum(posting.points for posting in moved),
        actor=transaction.actor,
        reason=transaction.reason,
        postings=moved,
    )


def _due_lots(account_id: UUID, *, on: dt.date) -> list[LotBalance]:
    """Return the lots whose lapse is true and not recorded, in the order in which it will be."""
    return [lot for lot in get_balance(account_id, on=on).lots if not lot.is_usable]


def _lapse_not_recorded(lot: LotBalance) -> HistoryEntry:
    return HistoryEntry(
        sequence=None,
        kind=Transaction.Kind.LAPSE,
        value_on=lot.usable_through + dt.timedelta(days=1),
        recorded_at=None,
        points=-lot.remaining,
        actor="",
        reason="",
        postings=(HistoryPosting(-lot.remaining, Posting.Contra.LAPSED, None, None, lot.id, lot.usable_through),),
    )
