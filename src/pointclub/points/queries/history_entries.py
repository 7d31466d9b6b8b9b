"""What a history is made of, and what can be wanted of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class HistoryPosting:
    """One movement within a transaction; ``lot_id`` is None where arrears arose or were paid."""

    points: int
    contra: str
    contra_party_id: UUID | None
    source_id: UUID | None
    lot_id: UUID | None
    usable_through: dt.date | None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One transaction as the statement shows it.

    A lapse that is true but not yet recorded has no sequence and no ``recorded_at``.
    """

    sequence: int | None
    kind: str
    value_on: dt.date
    recorded_at: dt.datetime | None
    points: int
    actor: str
    reason: str
    postings: tuple[HistoryPosting, ...]


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What is wanted of a history; the days count in full.

    Where a merchant or ``sources`` (a query for the ids of sources) are named, entries show their postings alone.
    """

    kind: str | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    merchant_id: UUID | None = None
    sources: QuerySet[Any] | None = None

    @property
    def names_postings(self) -> bool:
        """Tell whether single postings are wanted, and not all of a transaction."""
        return self.merchant_id is not None or self.sources is not None

    @property
    def is_narrow(self) -> bool:
        """Tell whether entries within the period are left out."""
        return self.kind is not None or self.names_postings

    def wants_day(self, day: dt.date) -> bool:
        """Tell whether the day lies in the period."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


EVERYTHING = HistoryFilter()


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some entries, the latest first, and the numbers from which newer and older ones go on, None at an end.

    ``searched_back_to`` is set where the search stopped at its bound: older entries may follow, however few these are.
    """

    entries: tuple[HistoryEntry, ...]
    newer: int | None
    older: int | None
    searched_back_to: dt.date | None = None
