"""What lapses when, put in order for members (EXP-6)."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby

from pointclub.foundation.periods import add_months, last_day_of_month
from pointclub.points import queries as points

# The first reminder goes out that many days before (EXP-6); from then on the pages say it loudly as well.
SOON_DAYS = 60
MONTHS_AT_ONCE = 12
FULL_BAR = 100


@dataclasses.dataclass(frozen=True)
class Lapsing:
    """Points that lapse together; `share` compares them with the largest such number, in percent."""

    points: int
    usable_through: dt.date
    share: int

    @property
    def is_month_end(self) -> bool:
        """Tell whether the day can be called the end of its month."""
        return self.usable_through == last_day_of_month(self.usable_through)


@dataclasses.dataclass(frozen=True)
class NextLapse:
    """The points that lapse first."""

    points: int
    usable_through: dt.date
    days_left: int

    @property
    def is_soon(self) -> bool:
        """Tell whether it is time to do something about them."""
        return self.days_left <= SOON_DAYS


@dataclasses.dataclass(frozen=True)
class LapsingKind:
    """Points of one kind of lot that lapse on one day."""

    points: int
    usable_through: dt.date
    kind: str


@dataclasses.dataclass(frozen=True)
class LapsingMonth:
    """What lapses in one month, day by day; `share` compares it with the largest month, in percent."""

    month: dt.date
    points: int
    share: int
    days: tuple[LapsingKind, ...]


@dataclasses.dataclass(frozen=True)
class Schedule:
    """All that will lapse: the coming months, and those after them."""

    months: tuple[LapsingMonth, ...]
    later_months: tuple[LapsingMonth, ...]

    @property
    def coming_points(self) -> int:
        """Return how many points lapse in the coming months."""
        return sum(month.points for month in self.months)

    @property
    def later_points(self) -> int:
        """Return how many points lapse after those."""
        return sum(month.points for month in self.later_months)


def list_lapsing(balance: points.Balance) -> list[Lapsing]:
    """Return what lapses, day by day."""
    by_day = [(day, sum(lot.remaining for lot in lots)) for day, lots in groupby(_usable(balance), _day_of)]
    shares = _shares([sum_of_day for _, sum_of_day in by_day])
    return [Lapsing(sum_of_day, day, share) for (day, sum_of_day), share in zip(by_day, shares, strict=True)]


def find_next_lapse(lapsing: Sequence[Lapsing], *, on: dt.date) -> NextLapse | None:
    """Return the first of them, with the days left from that day on."""
    if not lapsing:
        return None
    first = lapsing[0]
    return NextLapse(first.points, first.usable_through, (first.usable_through - on).days)


def plan_months(balance: points.Balance) -> Schedule:
    """Return what lapses month by month, each month by day and kind of lot."""
    by_month = [
        (month, _by_day_and_kind(lots))
        for month, lots in groupby(_usable(balance), lambda lot: _month_of(_day_of(lot)))
    ]
    shares = _shares([sum(day.points for day in days) for _, days in by_month])
    months = [
        LapsingMonth(month, sum(day.points for day in days), share, days)
        for (month, days), share in zip(by_month, shares, strict=True)
    ]
    later_from = add_months(_month_of(balance.on), MONTHS_AT_ONCE)
    return Schedule(
        months=tuple(month for month in months if month.month < later_from),
        later_months=tuple(month for month in months if month.month >= later_from),
    )


def _usable(balance: points.Balance) -> list[points.LotBalance]:
    return sorted((lot for lot in balance.lots if lot.is_usable), key=_day_of)


def _by_day_and_kind(lots: Iterable[points.LotBalance]) -> tuple[LapsingKind, ...]:
    sums: dict[tuple[dt.date, str], int] = {}
    for lot in lots:
        key = (lot.usable_through, lot.kind)
        sums[key] = sums.get(key, 0) + lot.remaining
    return tuple(LapsingKind(sum_of_kind, day, kind) for (day, kind), sum_of_kind in sums.items())


def _shares(sums: Sequence[int]) -> list[int]:
    largest = max(sums, default=0)
    return [max(1, each * FULL_BAR // largest) for each in sums]


def _day_of(lot: points.LotBalance) -> dt.date:
    return lot.usable_through


def _month_of(day: dt.date) -> dt.date:
    return day.replace(day=1)
