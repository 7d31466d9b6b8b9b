"""What happens on each day of the year: the night's runs, files that come, rewards, returns."""

import datetime as dt
import time
from collections.abc import Iterator, Sequence

from django.db import connection

from pointclub.earning import queries as earning_queries
from pointclub.earning import services as earning
from pointclub.files import queries as files_queries
from pointclub.files import services as files
from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO
from pointclub.jobs import nights
from pointclub.jobs.groceries.baskets import Basket, member_number
from pointclub.jobs.groceries.feed_files import MonthlyFile, reference
from pointclub.jobs.groceries.interrupted import import_killed_midway
from pointclub.jobs.groceries.outcome import Outcome
from pointclub.membership import queries as membership
from pointclub.points import queries as points
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine

_ACTOR = actors.staff("groceries")
_KILLED_IN = 7
_ONE_HOUSEHOLD_IN = 20
_DAYS_THAT_ALL_MONTHS_HAVE = 28
_LEAST_REWARD = 50
_RETURNED_EVERY = 1_500
_RETURNED_EARLY = 100
_MONTHS_BACK = 2


class Year:
    """Goes through the days in order and counts what happens."""

    def __init__(
        self, baskets: Sequence[Basket], monthly: Sequence[MonthlyFile], outcome: Outcome, *, database_url: str
    ) -> None:
        self._outcome = outcome
        self._database_url = database_url
        self._files = list(monthly)
        self._earned = sum(basket.yen // 100 for basket in baskets)
        self._posted = 0
        self._taken_back_from_balances = 0
        self._by_month: dict[dt.date, list[Basket]] = {}
        for basket in baskets:
            self._by_month.setdefault(basket.bought_at.date().replace(day=1), []).append(basket)
        self._redeemers = sorted({basket.household for basket in baskets if basket.household % _ONE_HOUSEHOLD_IN == 0})

    def live(self, day: dt.date) -> None:
        """Let the night and the day pass."""
        for done in nights.run_night(day):
            if done.job is nights.Job.LAPSE:
                self._outcome.points_lapsed += done.points
            else:
                self._posted += done.points
        for number, file in enumerate(self._files, start=1):
            if file.arrives_on == day:
                self._receive(file, day, is_killed=number == _KILLED_IN)
        for household in self._redeemers:
            if household // _ONE_HOUSEHOLD_IN % _DAYS_THAT_ALL_MONTHS_HAVE + 1 == day.day:
                self._redeem(household, day)

    def verify(self) -> None:
        """Hold everything against everything: the ledger, the accruals, and what we counted on the way."""
        began = time.monotonic()
        outcome = self._outcome
        differences = [one for chunk in points.verify_ledger() for one in chunk.differences]
        outcome.differences = len(differences) + len(earning_queries.verify_accruals())
        outcome.points_held = _points_held()
        states = files_queries.list_imports()
        outcome.points_earned = sum(state.points for state in states)
        kept = self._posted - outcome.points_lapsed - outcome.points_redeemed - self._taken_back_from_balances
        outcome.differences += kept != outcome.points_held
        gone = outcome.points_lapsed + outcome.points_redeemed + outcome.points_taken_back
        outcome.differences += outcome.points_earned != gone + outcome.points_held
        outcome.differences += self._earned != outcome.points_earned + self._returned_before_they_came()
        outcome.differences += sum(state.accepted for state in states) != outcome.rows
        outcome.verify_seconds = time.monotonic() - began

    def _receive(self, file: MonthlyFile, day: dt.date, *, is_killed: bool) -> None:
        self._return(self._by_month[file.month][_RETURNED_EARLY : _RETURNED_EARLY + 1], at=_on(day, 9))
        began = time.monotonic()
        if is_killed:
            self._outcome.rows_done_when_killed = import_killed_midway(
                file.path, database_url=self._database_url, staff=_ACTOR.id, at=_on(day, 10)
            )
        else:
            with file.path.open("rb") as content:
                incoming = files.IncomingFile(content, file.path.name)
                for _ in earning.import_purchases(incoming, at=_on(day, 10), actor=_ACTOR):
                    pass
        self._outcome.import_seconds += time.monotonic() - began
        self._return(self._by_month[file.month][_RETURNED_EVERY::_RETURNED_EVERY], at=_on(day, 15))
        self._return(self._of_earlier_month(file.month)[_RETURNED_EVERY // 2 :: _RETURNED_EVERY], at=_on(day, 16))

    def _of_earlier_month(self, month: dt.date) -> list[Basket]:
        months = sorted(self._by_month)
        place = months.index(month) - _MONTHS_BACK
        return self._by_month[months[place]] if place >= 0 else []

    def _return(self, baskets: Sequence[Basket], *, at: dt.datetime) -> None:
        """Undo sales: every other one by half, the rest as a whole."""
        for basket in baskets:
            is_half = basket.household % 2 == 1 and basket.yen > 1
            changed = earning.reverse(
                merchant_number=self._files[0].path.name.partition("-")[0],
                reference=reference(basket),
                returned_yen=basket.yen // 2 if is_half else None,
                key="groceries",
                at=at,
                actor=_ACTOR,
            )
            self._taken_back_from_balances += changed.taken_from_lots + changed.taken_as_arrears
            if changed.receipt_number is not None:
                # What had lapsed unused is not taken a second time (ACC-8).
                taken_back = changed.points_before - changed.points_after - changed.lapsed_before
                self._outcome.points_taken_back += taken_back

    def _returned_before_they_came(self) -> int:
        """Return the points of the sales that were undone before their file came: those never were earned."""
        return sum(_points_lost(month[_RETURNED_EARLY]) for month in self._early_months())

    def _early_months(self) -> Iterator[list[Basket]]:
        return (month for month in self._by_month.values() if len(month) > _RETURNED_EARLY)

    def _redeem(self, household: int, day: dt.date) -> None:
        try:
            member = membership.get_member(member_number(household))
        except membership.UnknownMemberError:
            return
        usable = points.get_balance(member.membership.account_id, on=day).usable
        wanted = usable // 2 // _LEAST_REWARD * _LEAST_REWARD
        if wanted:
            line = rewards.RequestedLine(RedemptionLine.Kind.GIFT, wanted)
            rewards.apply_for_rewards(
                member=member,
                lines=[line],
                key=f"groceries:{day}",
                at=_on(day, 12),
                actor=actors.member(member.number),
                proved_at=_on(day, 12),
            )
            self._outcome.points_redeemed += wanted


def _on(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=TOKYO)


def _points_lost(basket: Basket) -> int:
    is_half = basket.household % 2 == 1 and basket.yen > 1
    left = basket.yen - basket.yen // 2 if is_half else 0
    return basket.yen // 100 - left // 100


def _points_held() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(book_balance), 0) FROM points_account")
        (held,) = cursor.fetchone()
    return int(held)
