"""Whatever happens, in whatever order: the services and the reference model give the same answers after every act."""

import datetime as dt
import functools
import importlib
import itertools
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import hypothesis
import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pointclub.foundation.periods import TOKYO
from pointclub.foundation.refusals import Refusal
from pointclub.points.queries.tracing import LotFamily
from pointclub.points.rules.taking import OpenLot, in_order_of_use
from pointclub.points.services.book import Book, Leg
from tests.factories.club import verified
from tests.harness.counts import count
from tests.harness.databases import FreshDatabase
from tests.model.books import Whereabouts, end_of_month
from tests.model.real_club import Answer, RealClub, Shops, open_shops
from tests.model.reference import Club, RefusedError

FIRST_DAY = dt.date(2023, 1, 10)
LAST_INSTANT = dt.timedelta(microseconds=-1)
MOST_ACCOUNTS = 5
FIRST_SALES = ("plain-first", "campaign-first", "plain-second")
FIRST_LINE = "line-first"

prices = st.one_of(st.integers(0, 3_000), st.integers(0, 20_000).map(lambda yen: yen // 100 * 100))
shares = st.integers(1, 101)  # in hundredths of what there is; 101 is more than that
numbers_of_points = st.integers(1, 120)
buyers = st.integers(0, 1)


def _of_one_cart(parts: list[int]) -> list[int]:
    return [max(1, part // len(parts)) for part in parts]


kinds = st.sampled_from(["plain", "campaign"])


class ClubAgainstTheRules(RuleBasedStateMachine):
    """Does each act to the model and to the services, and asks both."""

    shops: Shops

    accounts = Bundle("accounts")
    sales = Bundle("sales")
    awaited = Bundle("awaited")
    lines = Bundle("lines")

    def __init__(self) -> None:
        super().__init__()
        self._undone = transaction.atomic()
        self._undone.__enter__()
        self.model, self.club = Club(valid_months=self.shops.valid_months), RealClub(self.shops)
        self.at = dt.datetime.combine(FIRST_DAY, dt.time(9), tzinfo=TOKYO)
        self.left_at: dict[str, dt.datetime] = {}
        self._numbers = itertools.count(1)
        self._compared = itertools.count()

    def teardown(self) -> None:
        try:
            assert verified() == []
        finally:
            transaction.set_rollback(True)
            self._undone.__exit__(None, None, None)

    @property
    def on(self) -> dt.date:
        return self.at.date()

    # Time, which only goes forward.

    @rule(hours=st.integers(1, 40))
    def hours_pass(self, hours: int) -> None:
        self.at += dt.timedelta(hours=hours)

    @rule(months=st.integers(0, 14), passed=st.booleans())
    def month_ends(self, months: int, *, passed: bool) -> None:
        self._go_to_the_end_of(end_of_month(self.on, months_later=months), passed=passed)

    @rule(which=st.integers(0, 3), passed=st.booleans())
    def last_day_of_points_ends(self, which: int, *, passed: bool) -> None:
        last_days = {day for name in self.model.accounts for day in self.model.remaining_by_day(name) if day >= self.on}
        if last_days:
            self._go_to_the_end_of(sorted(last_days)[which % len(last_days)], passed=passed)

    # Members.

    @initialize(yen=prices, by=buyers, share=shares)
    def club_begins(self, yen: int, by: int, share: int) -> None:
        family, single = self._admit(), self._admit()
        self.club.add_to_family(family, at=self.at)
        for name, reference in zip((family, family, single), FIRST_SALES, strict=True):
            self._sell(name, reference, yen=yen + 1_000, by=by)
        self.balances_are_updated()
        self._redeem(family, {FIRST_LINE: self._usable(family, min(share, 100))})

    @initialize(target=accounts)
    def first_accounts(self) -> object:
        return multiple("account-1", "account-2")

    @initialize(target=sales)
    def first_sales(self) -> object:
        return multiple(*FIRST_SALES)

    @initialize(target=lines)
    def first_line(self) -> str:
        return FIRST_LINE

    @rule(name=accounts)
    def member_leaves(self, name: str) -> None:
        if self._both(lambda: self.model.leave(name, on=self.on), lambda: self.club.leave(name, at=self.at)):
            self.left_at[name] = self.at

    @precondition(lambda self: len(self.model.accounts) < MOST_ACCOUNTS)
    @rule(target=accounts, former=accounts)
    def former_member_joins_again(self, former: str) -> str:
        new = self._admit()
        self._restore(former, new)
        # Nobody leaves in the instant of joining, before which there is no sale of theirs.
        self.at += dt.timedelta(minutes=1)
        return new

    @rule(former=accounts, which=st.integers(0, MOST_ACCOUNTS))
    def points_of_a_former_membership_come_back(self, former: str, which: int) -> None:
        self._restore(former, self._other_than(former, which))

    # Earning.

    @rule(target=sales, name=accounts, yen=prices, by=buyers, kind=kinds, updated=st.booleans())
    def member_buys(self, name: str, yen: int, by: int, kind: str, *, updated: bool) -> str:
        reference = f"{kind}-{next(self._numbers)}"
        self._sell(name, reference, yen=yen, by=by)
        if updated:
            self.balances_are_updated()
        return reference

    @rule(target=awaited, parts=st.lists(st.none() | prices.filter(bool), min_size=1, max_size=2), kind=kinds)
    def sale_is_undone_before_it_is_known(self, parts: list[int | None], kind: str) -> str:
        reference = f"{kind}-{next(self._numbers)}"
        for yen in parts:
            self._reverse(reference, yen)
        return reference

    @rule(target=sales, reference=awaited, name=accounts, yen=prices, by=buyers)
    def awaited_sale_arrives(self, reference: str, name: str, yen: int, by: int) -> str:
        if reference not in self.model.accruals:
            self._sell(name, reference, yen=yen, by=by)
        return reference

    @rule(reference=sales, yen=prices)
    def sale_is_corrected(self, reference: str, yen: int) -> None:
        self._both(
            lambda: self.model.correct(reference, yen=yen, on=self.on),
            lambda: self.club.correct(reference, yen=yen, at=self.at),
        )

    @rule(reference=sales, share=st.none() | shares)
    def sale_is_undone(self, reference: str, share: int | None) -> None:
        left = self.model.accruals[reference].left_yen
        self._reverse(reference, None if share is None else max(1, -(-left * share // 100)))

    @rule()
    def balances_are_updated(self) -> None:
        self._both(lambda: self.model.post(on=self.on), lambda: self.club.post(at=self.at))

    # Using.

    @rule(target=lines, name=accounts, shares_of_lines=st.lists(shares, min_size=1, max_size=3).map(_of_one_cart))
    def member_redeems(self, name: str, shares_of_lines: list[int]) -> object:
        points_by_line = {f"line-{next(self._numbers)}": self._usable(name, share) for share in shares_of_lines}
        accepted = self._redeem(name, points_by_line)
        return multiple(*points_by_line) if accepted else multiple()

    @rule(line=lines, share=st.none() | shares)
    def line_is_returned(self, line: str, share: int | None) -> None:
        points = None if share is None else max(1, -(-self.model.lines[line].outstanding * share // 100))
        self._both(
            lambda: self.model.return_line(line, points=points, on=self.on),
            lambda: self.club.return_line(line, points=points, at=self.at),
        )

    # The days of points.

    @rule()
    def due_points_lapse(self) -> None:
        self._both(lambda: self.model.lapse(on=self.on), lambda: self.club.lapse(at=self.at))

    @rule(which=st.integers(0, 9), days=st.integers(0, 40), longer=st.integers(0, 90), reviving=st.booleans())
    def another_last_day_is_announced(self, which: int, days: int, longer: int, *, reviving: bool) -> None:
        wanted = {Whereabouts.IN_LOT, Whereabouts.LAPSED} if reviving else {Whereabouts.IN_LOT}
        last_days = sorted(self.model.last_days_of_points(wanted))
        if not last_days:
            return
        first = last_days[which % len(last_days)]
        last = first + dt.timedelta(days=days)
        to = max(last, self.on) + dt.timedelta(days=longer)
        self._both(
            lambda: self.model.extend(first=first, last=last, to=to, on=self.on, reviving=reviving),
            lambda: self.club.extend(first=first, last=last, to=to, reviving=reviving, at=self.at),
        )

    # Acts of the operator.

    @rule(name=accounts, lots=st.dictionaries(st.integers(-1, 100), numbers_of_points, min_size=1, max_size=3))
    def old_points_are_brought_in(self, name: str, lots: dict[int, int]) -> None:
        by_day = {self.on + dt.timedelta(days=days): points for days, points in lots.items()}
        self._both(
            lambda: self.model.bring_in(name, by_day, on=self.on),
            lambda: self.club.bring_in(name, by_day, at=self.at),
        )

    @rule(name=accounts, points=numbers_of_points, days=st.none() | st.integers(0, 60))
    def points_are_added_by_hand(self, name: str, points: int, days: int | None) -> None:
        self._adjust(name, points, None if days is None else self.on + dt.timedelta(days=days))

    @rule(name=accounts, share=shares)
    def points_are_taken_by_hand(self, name: str, share: int) -> None:
        self._adjust(name, -self._usable(name, share), None)

    @rule(name=accounts, which=st.integers(0, MOST_ACCOUNTS), share=shares)
    def points_are_transferred(self, name: str, which: int, share: int) -> None:
        points, to = self._usable(name, share), self._other_than(name, which)
        self._both(
            lambda: self.model.transfer(name, points, to=to, on=self.on),
            lambda: self.club.transfer(name, points, to=to, at=self.at),
        )

    # Everything counts once.

    @precondition(lambda self: self.club.sent)
    @rule(which=st.integers(0, 99))
    def something_is_sent_again(self, which: int) -> None:
        self.club.sent[which % len(self.club.sent)](self.at)
        self.due_points_lapse()

    # What must hold after each of these.

    @invariant()
    def both_answer_the_same(self) -> None:
        if not self.model.accounts:
            return
        by_the_rules = {name: self._by_the_rules(name) for name in self.model.accounts}
        assert self.club.look_into_the_books(on=self.on) == by_the_rules, f"on {self.at}"
        # Their own answers take as long as an act, so only some are compared, of one account after another.
        turn, rest = divmod(next(self._compared), 4)
        if rest == 0:
            name = f"account-{turn % len(by_the_rules) + 1}"
            assert self.club.ask(name, on=self.on) == by_the_rules[name], f"{name} on {self.at}"

    # Within.

    def _by_the_rules(self, name: str) -> Answer:
        return Answer(
            self.model.usable_balance(name, on=self.on),
            self.model.book_balance(name),
            self.model.arrears(name),
            self.model.pending(name),
            self.model.remaining_by_day(name),
        )

    def _go_to_the_end_of(self, day: dt.date, *, passed: bool) -> None:
        midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=TOKYO)
        self.at = max(self.at, midnight if passed else midnight + LAST_INSTANT)

    def _other_than(self, name: str, which: int) -> str:
        others = [other for other in self.model.accounts if other != name]
        return others[which % len(others)]

    def _usable(self, name: str, share: int) -> int:
        """Return so many hundredths of what can be used, and never nothing."""
        return max(1, -(-self.model.usable_balance(name, on=self.on) * share // 100))

    def _adjust(self, name: str, points: int, usable_through: dt.date | None) -> None:
        self._both(
            lambda: self.model.adjust(name, points, usable_through=usable_through, on=self.on),
            lambda: self.club.adjust(name, points, usable_through=usable_through, at=self.at),
        )

    def _admit(self) -> str:
        name = f"account-{len(self.model.accounts) + 1}"
        self.model.open_account(name)
        self.club.open_account(name, at=self.at)
        return name

    def _restore(self, former: str, name: str) -> None:
        self._both(
            lambda: self.model.restore(former, to=name, on=self.on),
            lambda: self.club.restore(former, to=name, at=self.at),
        )

    def _sell(self, name: str, reference: str, *, yen: int, by: int) -> None:
        """Sell now; to somebody who left, at the last moment before."""
        sold_at = self.left_at[name] + LAST_INSTANT if name in self.left_at else self.at
        campaigns = self.shops.campaigns_on(sold_at.date()) if reference.startswith("campaign") else ()
        self._both(
            lambda: self.model.accrue(name, reference, yen=yen, campaigns=campaigns, on=self.on),
            lambda: self.club.accrue(name, reference, yen=yen, sold_at=sold_at, by=by, at=self.at),
        )

    def _redeem(self, name: str, points_by_line: dict[str, int]) -> bool:
        return self._both(
            lambda: self.model.redeem(name, points_by_line, on=self.on),
            lambda: self.club.redeem(name, points_by_line, at=self.at),
        )

    def _reverse(self, reference: str, yen: int | None) -> None:
        self._both(
            lambda: self.model.reverse(reference, yen=yen, on=self.on),
            lambda: self.club.reverse(reference, yen=yen, at=self.at),
        )

    def _both(self, by_the_rules: Callable[[], None], by_the_club: Callable[[], None]) -> bool:
        """Do an act to both; tell whether it was allowed, which both must say alike."""
        try:
            by_the_rules()
        except RefusedError:
            with pytest.raises(Refusal):
                by_the_club()
            return False
        by_the_club()
        return True


def run(*, valid_months: int, settings: hypothesis.settings) -> None:
    shops = open_shops(first_month=FIRST_DAY, months=48, valid_months=valid_months)
    machine = type("ClubAgainstTheRules", (ClubAgainstTheRules,), {"shops": shops})
    run_state_machine_as_test(machine, settings=hypothesis.settings(settings, stateful_step_count=30, deadline=None))


@pytest.mark.rule("ACC-5", "ACC-6", "ACC-7", "ACC-8", "BAL-1", "BAL-3", "EXP-1", "EXP-2", "EXP-3", "EXP-4", "EXP-5")
@pytest.mark.rule("RED-5", "RED-8", "END-5", "END-6", "END-7", "TRM-4")
@pytest.mark.parametrize(("valid_months", "quick", "deep"), [(36, 25, 1_500), (2, 25, 1_750), (3, 25, 1_750)])
def test_services_and_reference_model_agree_after_every_act(
    fresh_database: FreshDatabase, valid_months: int, quick: int, deep: int
) -> None:
    """Points that live two months only, as another program version could have it, lapse often enough to be tested."""
    run(valid_months=valid_months, settings=hypothesis.settings(max_examples=count(quick=quick, deep=deep)))


def _leave_arrears_unpaid(_book: Book, legs: Sequence[Leg]) -> list[Leg]:
    return list(legs)


def _use_the_latest_first(lots: Iterable[OpenLot]) -> list[OpenLot]:
    return in_order_of_use(lots)[::-1]


def _forget_the_own_lot(account_ids: Sequence[UUID], _account_id: UUID, _lot_id: UUID) -> LotFamily:
    return LotFamily(tuple(account_ids), ())


def _keep_the_lot_open(_usable_through: dt.date, *, on: dt.date) -> bool:
    return True


MISTAKES = [
    ("take_back", "lot_family", _forget_the_own_lot),
    ("return_points", "is_usable", _keep_the_lot_open),
    ("book", "in_order_of_use", _use_the_latest_first),
    ("book", "Book.paying_arrears_first", _leave_arrears_unpaid),
]


@pytest.mark.parametrize(("module", "name", "mistake"), MISTAKES[: count(quick=2, deep=len(MISTAKES))])
def test_mistake_in_a_service_is_noticed(
    fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch, module: str, name: str, mistake: object
) -> None:
    # The package offers the act under the name of its module, so the module is looked up by hand.
    *within, attribute = name.split(".")
    owner = functools.reduce(getattr, within, importlib.import_module(f"pointclub.points.services.{module}"))
    monkeypatch.setattr(owner, attribute, mistake)
    settings = hypothesis.settings(
        max_examples=200,
        database=None,
        derandomize=True,
        phases=[hypothesis.Phase.generate],
        report_multiple_bugs=False,
    )

    with pytest.raises((AssertionError, pytest.fail.Exception, Refusal)):
        run(valid_months=2, settings=settings)
