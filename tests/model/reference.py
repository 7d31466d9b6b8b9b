"""The rules on points, told a second time: one object for each point, no database, nothing of the club's code."""

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from tests.model.books import Account, Grant, Lot, Whereabouts, end_of_month, in_order, move, unuse

YEN_PER_POINT = 100


class RefusedError(Exception):
    """The rules do not allow it."""


class ShortError(RefusedError):
    """More was asked for than can be used."""


@dataclass(frozen=True)
class Campaign:
    """A bonus of so many points from so many yen, perhaps with a last day of its own."""

    points: int
    from_yen: int
    usable_through: dt.date | None = None


@dataclass(eq=False)
class Part:
    """What one rule gives for a sale: a first grant, and one for each correction upwards after posting."""

    campaign: Campaign | None
    grants: list[Grant] = field(default_factory=list)

    @property
    def kept(self) -> int:
        return sum(grant.kept for grant in self.grants)

    def worth(self, yen: int) -> int:
        if self.campaign is None:
            return yen // YEN_PER_POINT
        return self.campaign.points if yen >= self.campaign.from_yen else 0


@dataclass(eq=False)
class Accrual:
    """A sale that earned points, and how much of its price was given back."""

    account: str
    price_yen: int
    parts: list[Part]
    returned_yen: int = 0
    is_undone: bool = False

    @property
    def left_yen(self) -> int:
        return 0 if self.is_undone else self.price_yen - self.returned_yen


@dataclass(eq=False)
class Line:
    """One thing applied for, and the lots it was taken from, in order."""

    account: str
    taken: list[tuple[Lot, int]]

    @property
    def outstanding(self) -> int:
        return sum(count for _, count in self.taken)


class Club:
    """Accounts by name, sales and lines by reference; every act names its day, and days never go back."""

    def __init__(self, *, valid_months: int = 36) -> None:
        self.valid_months = valid_months
        self.accounts: dict[str, Account] = {}
        self.accruals: dict[str, Accrual] = {}
        self.lines: dict[str, Line] = {}
        self.early_reversals: dict[str, int | None] = {}  # Yen given back before the sale was known; None is all.
        self._waiting: list[tuple[Accrual, Part, Grant]] = []

    # What can be asked.

    def usable_balance(self, name: str, *, on: dt.date) -> int:
        return self.accounts[name].usable_balance(on=on)

    def book_balance(self, name: str) -> int:
        return self.accounts[name].book_balance()

    def arrears(self, name: str) -> int:
        return self.accounts[name].arrears

    def remaining_by_day(self, name: str) -> dict[dt.date, int]:
        return self.accounts[name].remaining_by_day()

    def pending(self, name: str) -> int:
        return sum(grant.kept for accrual, _, grant in self._waiting if accrual.account == name)

    def last_days_of_points(self, where: Container[Whereabouts]) -> set[dt.date]:
        points = (point for account in self.accounts.values() for lot in account.lots for point in lot.points)
        return {point.lot.usable_through for point in points if point.is_at in where}

    # Earning.

    def open_account(self, name: str) -> None:
        self.accounts[name] = Account()

    def accrue(self, name: str, reference: str, *, yen: int, on: dt.date, campaigns: Sequence[Campaign] = ()) -> None:
        """ACC-3, ACC-5: points are pending at first. ACC-8: what was reversed before does not count."""
        if reference in self.accruals:
            return
        accrual = self.accruals[reference] = Accrual(name, yen, [Part(None), *(Part(one) for one in campaigns)])
        given_back = self.early_reversals.pop(reference, 0)
        accrual.is_undone = given_back is None
        accrual.returned_yen = yen if given_back is None else min(yen, given_back)
        for part in accrual.parts:
            self._await(accrual, part, part.worth(accrual.left_yen))
        self._post_for_former_members(on=on)

    def correct(self, reference: str, *, yen: int, on: dt.date) -> None:
        """ACC-7: pending, the figure changes; posted, the difference is reversed or granted besides."""
        accrual = self.accruals[reference]
        if accrual.is_undone or yen < accrual.returned_yen:
            raise RefusedError("More was given back already.")
        accrual.price_yen = yen
        self._reckon(accrual, on=on)

    def reverse(self, reference: str, *, yen: int | None = None, on: dt.date) -> None:
        """ACC-8: of a sale not yet known it is kept; of one already undone nothing is left to change."""
        if reference not in self.accruals:
            so_far = self.early_reversals.get(reference, 0)
            self.early_reversals[reference] = None if yen is None or so_far is None else so_far + yen
            return
        accrual = self.accruals[reference]
        if yen is not None and yen > accrual.left_yen:
            raise RefusedError("More is given back than is left of the sale.")
        if yen is None:
            accrual.is_undone = True
        else:
            accrual.returned_yen += yen
        self._reckon(accrual, on=on)

    def post(self, *, on: dt.date) -> None:
        """ACC-5, EXP-1, EXP-3: what is pending comes into the balance, and the day decides its last day."""
        touched: dict[Account, None] = {}
        for accrual, part, grant in [waiting for waiting in self._waiting if waiting[2].kept]:
            account = self.accounts[accrual.account]
            account.lapse(on=on)
            special = part.campaign.usable_through if part.campaign else None
            kind = "ordinary" if special is None else "special"
            through = special or end_of_month(on, months_later=self.valid_months)
            grant.put_in(account.find_lot(kind, through, on=on))
            touched[account] = None
        self._waiting = [waiting for waiting in self._waiting if not waiting[2].kept]
        for account in touched:
            account.settle(on=on)

    # Using.

    def redeem(self, name: str, points_by_line: Mapping[str, int], *, on: dt.date) -> None:
        """RED-5: all lines or none."""
        account = self._open_account(name, spending=sum(points_by_line.values()), on=on)
        account.lapse(on=on)
        for line, points in points_by_line.items():
            self.lines[line] = Line(name, account.use(points, on=on))

    def return_line(self, reference: str, *, points: int | None = None, on: dt.date) -> None:
        """RED-8: back to the lots they came from, the last taken first; past its day, through the next month."""
        line = self.lines[reference]
        missing = line.outstanding if points is None else points
        if not 0 < missing <= line.outstanding:
            raise RefusedError("More is returned than was taken.")
        account = self.accounts[line.account]
        account.lapse(on=on)
        while missing:
            lot, count = line.taken.pop()
            if count > missing:
                line.taken.append((lot, count - missing))
                count = missing
            missing -= count
            freed = unuse(lot, count)
            if lot.usable_through < on:
                move(freed, into=account.find_lot("returned", end_of_month(on, months_later=1), on=on, came_from=lot))
        account.settle(on=on)

    # The days of points.

    def lapse(self, *, on: dt.date) -> None:
        """EXP-2: idle on what has already lapsed."""
        for account in self.accounts.values():
            account.lapse(on=on)

    def extend(self, *, first: dt.date, last: dt.date, to: dt.date, on: dt.date, reviving: bool = False) -> None:
        """EXP-4: points of lots that end in those days move into the lot of a later one."""
        if to < max(last, on):
            raise RefusedError("Points never lapse earlier than they would have.")
        for account in self.accounts.values():
            selected = [lot for lot in account.lots if first <= lot.usable_through <= last]
            if account.has_left or not any(reviving or lot.holds(Whereabouts.IN_LOT) for lot in selected):
                continue
            account.lapse(on=on)
            # Lots of one new day are opened in the order in which the old ones would have been used (EXP-5).
            for lot in in_order(lot for lot in selected if lot.usable_through < to):
                moved = lot.holds(Whereabouts.IN_LOT) + (lot.holds(Whereabouts.LAPSED) if reviving else [])
                if moved:
                    move(moved, into=account.find_lot("extended", to, on=on, came_from=lot))
            account.settle(on=on)

    # Leaving and coming back.

    def leave(self, name: str, *, on: dt.date) -> None:
        """END-5: what can be used is forfeited, what is pending is posted first; arrears stay."""
        account = self._open_account(name)
        account.lapse(on=on)
        account.has_left = True
        account.settle(on=on)
        self._post_for_former_members(on=on)

    def restore(self, name: str, *, to: str, on: dt.date) -> None:
        """END-6, END-7: lots not past their day move to the new account with it, and the arrears; twice is once."""
        old, new = self.accounts[name], self._open_account(to)
        if not old.has_left or old.continued_by not in (None, new) or new.continues not in (None, old):
            raise RefusedError("Nobody left, or came back already.")
        old.lapse(on=on)
        old.continued_by, new.continues = new, old
        old.carry_over(new, on=on)

    # Acts of the operator.

    def bring_in(self, name: str, points_by_day: Mapping[dt.date, int], *, on: dt.date) -> None:
        """REG-6: points of the old club, none of them past its day."""
        if min(points_by_day) < on:
            raise RefusedError("Points past their day cannot be brought in.")
        account = self._open_account(name)
        for usable_through, points in points_by_day.items():
            Grant(points).put_in(account.find_lot("ordinary", usable_through, on=on))
        account.settle(on=on)

    def adjust(self, name: str, points: int, *, on: dt.date, usable_through: dt.date | None = None) -> None:
        """Add points, ordinary ones or with a last day of their own; or take what can be used."""
        account = self._open_account(name, spending=max(0, -points), on=on)
        account.lapse(on=on)
        if points < 0:
            account.use(-points, on=on)
            return
        kind = "ordinary" if usable_through is None else "special"
        through = usable_through or end_of_month(on, months_later=self.valid_months)
        Grant(points).put_in(account.find_lot(kind, through, on=on))
        account.settle(on=on)

    def transfer(self, name: str, points: int, *, to: str, on: dt.date) -> None:
        """BAL-3: each point keeps its last day."""
        other = self._open_account(to)
        account = self._open_account(name, spending=points, on=on)
        account.lapse(on=on)
        for lot, count in account.use(points, on=on):
            Grant(count).put_in(other.find_lot("transferred", lot.usable_through, on=on, came_from=lot))
        other.settle(on=on)

    # Within.

    def _open_account(self, name: str, *, spending: int = 0, on: dt.date = dt.date.max) -> Account:
        account = self.accounts[name]
        if account.has_left:
            raise RefusedError("The member has left.")
        if spending and spending > account.usable_balance(on=on):
            raise ShortError("There is less that can be used.")
        return account

    def _await(self, accrual: Accrual, part: Part, points: int) -> None:
        part.grants.append(Grant(points))
        self._waiting.append((accrual, part, part.grants[-1]))

    def _reckon(self, accrual: Accrual, *, on: dt.date) -> None:
        for part in accrual.parts:
            difference = part.worth(accrual.left_yen) - part.kept
            if difference < 0:
                self._reduce(accrual, part, -difference, on=on)
            elif difference and part.grants[-1].lot is None:
                part.grants[-1].size += difference
            elif difference:
                self._await(accrual, part, difference)
        self._post_for_former_members(on=on)

    def _reduce(self, accrual: Accrual, part: Part, points: int, *, on: dt.date) -> None:
        """Take from the latest grant first: a pending one just shrinks, a posted one is taken back."""
        for grant in reversed(part.grants):
            less = min(grant.kept, points)
            points -= less
            if grant.lot is None:
                grant.size -= less
            elif less:
                account = self.accounts[accrual.account]
                while account.continued_by is not None:
                    account = account.continued_by
                account.lapse(on=on)
                account.take_back(grant, less, on=on)

    def _post_for_former_members(self, *, on: dt.date) -> None:
        """END-5: what they still earned is posted and forfeited at once."""
        if any(self.accounts[accrual.account].has_left for accrual, _, grant in self._waiting if grant.kept):
            theirs = [one for one in self._waiting if self.accounts[one[0].account].has_left]
            others = [one for one in self._waiting if not self.accounts[one[0].account].has_left]
            self._waiting = theirs
            self.post(on=on)
            self._waiting = others + self._waiting
