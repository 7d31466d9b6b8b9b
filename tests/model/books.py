"""Accounts whose points are held one by one, so that where each of them went needs no computing."""

import calendar
import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


class Whereabouts(enum.Enum):
    """Where one point is."""

    IN_LOT = enum.auto()
    USED = enum.auto()
    LAPSED = enum.auto()
    FORFEITED = enum.auto()
    TAKEN_BACK = enum.auto()


def end_of_month(day: dt.date, *, months_later: int = 0) -> dt.date:
    years, month = divmod(day.month - 1 + months_later, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, calendar.monthrange(year, month)[1])


@dataclass(eq=False)
class Point:
    """One point, which never forgets what granted it."""

    grant: "Grant"
    lot: "Lot"
    is_at: Whereabouts = Whereabouts.IN_LOT


@dataclass(eq=False)
class Lot:
    """Points that can be used through the same day, in the order in which they came."""

    account: "Account"
    kind: str
    usable_through: dt.date
    opened_on: dt.date
    number: int
    came_from: "Lot | None" = None
    moved_on_to: "list[Lot]" = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    def holds(self, where: Whereabouts, *, grant: "Grant | None" = None) -> list[Point]:
        return [point for point in self.points if point.is_at is where and grant in (None, point.grant)]


@dataclass(eq=False)
class Grant:
    """Points given at one time for one reason: those of a sale, of a campaign, of an opening balance."""

    size: int
    lot: Lot | None = None
    points: list[Point] = field(default_factory=list)
    taken_back: int = 0

    @property
    def kept(self) -> int:
        return self.size - self.taken_back

    def put_in(self, lot: Lot) -> None:
        self.lot = lot
        self.points = [Point(self, lot) for _ in range(self.size)]
        lot.points.extend(self.points)

    def has_points_in(self, lot: Lot) -> bool:
        return any(point.lot is lot and point.is_at is not Whereabouts.TAKEN_BACK for point in self.points)

    def lost_in(self, lot: Lot, *, on: dt.date) -> list[Point]:
        """Return its points that lapsed unused there, or were forfeited and can come back no more."""
        lost = lot.holds(Whereabouts.LAPSED, grant=self)
        return lost + lot.holds(Whereabouts.FORFEITED, grant=self) if lot.usable_through < on else lost


@dataclass(eq=False)
class Account:
    """The points of one primary member and the family."""

    lots: list[Lot] = field(default_factory=list)
    arrears: int = 0
    has_left: bool = False
    continues: "Account | None" = None
    continued_by: "Account | None" = None

    # What can be asked.

    def book_balance(self) -> int:
        return sum(self.remaining_by_day().values()) - self.arrears

    def usable_balance(self, *, on: dt.date) -> int:
        usable = sum(remaining for day, remaining in self.remaining_by_day().items() if day >= on)
        return max(0, usable - self.arrears)

    def remaining_by_day(self) -> dict[dt.date, int]:
        by_day: dict[dt.date, int] = {}
        for lot in self.lots:
            if remaining := len(lot.holds(Whereabouts.IN_LOT)):
                by_day[lot.usable_through] = by_day.get(lot.usable_through, 0) + remaining
        return dict(sorted(by_day.items()))

    # How points come, go and move.

    def find_lot(self, kind: str, usable_through: dt.date, *, on: dt.date, came_from: Lot | None = None) -> Lot:
        """Return the lot of that description, opened that day if there was none."""
        for lot in self.lots:
            if (lot.kind, lot.usable_through, lot.came_from) == (kind, usable_through, came_from):
                return lot
        opened = Lot(self, kind, usable_through, on, len(self.lots), came_from)
        self.lots.append(opened)
        if came_from is not None:
            came_from.moved_on_to.append(opened)
        return opened

    def lapse(self, *, on: dt.date) -> None:
        for lot in self.lots:
            if lot.usable_through < on:
                put(lot.holds(Whereabouts.IN_LOT), Whereabouts.LAPSED)

    def settle(self, *, on: dt.date) -> None:
        """End an act that brought points in: arrears are paid; a former member forfeits, or has them carried over."""
        self.lapse(on=on)
        if not self.has_left:
            self.arrears -= sum(count for _, count in self.use(self.arrears, on=on))
            return
        for lot in self.lots:
            put(lot.holds(Whereabouts.IN_LOT), Whereabouts.FORFEITED)
        if self.continued_by is not None:
            self.carry_over(self.continued_by, on=on)

    def carry_over(self, new: "Account", *, on: dt.date) -> None:
        """Let what is forfeited and not past its day go on in the new account, and the arrears with it."""
        for lot in self.lots_in_order_of_use(on=on):
            if forfeited := lot.holds(Whereabouts.FORFEITED):
                move(forfeited, into=new.find_lot("restored", lot.usable_through, on=on, came_from=lot))
        new.arrears, self.arrears = new.arrears + self.arrears, 0
        new.settle(on=on)

    def lots_in_order_of_use(self, *, on: dt.date) -> list[Lot]:
        return in_order([lot for lot in self.lots if lot.usable_through >= on])

    def use(self, count: int, *, on: dt.date) -> list[tuple[Lot, int]]:
        """Use as many points as there are, up to the count; tell from which lots, in order."""
        return use_from(self.lots_in_order_of_use(on=on), count, Whereabouts.IN_LOT)

    def take_back(self, grant: Grant, count: int, *, on: dt.date) -> None:
        """Take back points of a grant: those lapsed cost nothing, then its own lots, then others, then arrears."""
        assert grant.lot is not None
        grant.taken_back += count
        there = Whereabouts.FORFEITED if self.has_left else Whereabouts.IN_LOT
        family, others = _with_those_moved_on_to(grant.lot), self.lots_in_order_of_use(on=on)
        # Into a lot that its points did not reach, other points of the very lot were moved.
        own_lots = [lot for lot in family if lot is grant.lot or grant.has_points_in(lot)]
        for lot in family:
            lost = grant.lost_in(lot, on=on)[:count]
            put(lost, Whereabouts.TAKEN_BACK)
            count -= len(lost)
        for lot in [lot for lot in own_lots if lot in others]:
            own = lot.holds(there, grant=grant)[:count]
            put(own, Whereabouts.TAKEN_BACK)
            count -= len(own)
            count -= sum(used for _, used in use_from([lot], count, there))
        count -= sum(used for _, used in use_from(others, count, there))
        self.arrears += count


def in_order(lots: Iterable[Lot]) -> list[Lot]:
    """Return lots as they are used up (EXP-5)."""
    return sorted(lots, key=lambda lot: (lot.usable_through, lot.opened_on, lot.number))


def use_from(lots: Sequence[Lot], count: int, there: Whereabouts) -> list[tuple[Lot, int]]:
    used: list[tuple[Lot, int]] = []
    for lot in lots:
        if points := lot.holds(there)[:count]:
            put(points, Whereabouts.USED)
            used.append((lot, len(points)))
            count -= len(points)
    return used


def unuse(lot: Lot, count: int) -> list[Point]:
    """Give back uses of a lot: the last of its points to be used are the first to be free again."""
    used = lot.holds(Whereabouts.USED)
    assert len(used) >= count, "more is returned to a lot than was used of it"
    freed = used[len(used) - count :]
    put(freed, Whereabouts.IN_LOT)
    return freed


def move(points: Sequence[Point], *, into: Lot) -> None:
    """Move points to another lot, where they stand last and are there to be used."""
    going = set(points)
    for lot in {point.lot for point in points}:
        lot.points = [point for point in lot.points if point not in going]
    into.points.extend(points)
    put(points, Whereabouts.IN_LOT)
    for point in points:
        point.lot = into


def put(points: Iterable[Point], where: Whereabouts) -> None:
    for point in points:
        point.is_at = where


def _with_those_moved_on_to(first: Lot) -> list[Lot]:
    """Return the very lot and those that its points went on to, in its own account and those that continue it."""
    accounts = [first.account]
    while (after := accounts[-1].continued_by) is not None:
        accounts.append(after)
    found = [first]
    for lot in found:
        found += in_order(later for later in lot.moved_on_to if later.account in accounts)
    return found
