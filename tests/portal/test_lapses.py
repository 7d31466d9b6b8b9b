"""What lapses when, in the order in which members need to know."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.points import queries as points
from pointclub.points.models import Lot
from pointclub.portal import lapses
from pointclub.portal.templatetags import portal as tags

pytestmark = pytest.mark.rule("EXP-6")
TODAY = dt.date(2026, 11, 21)
days = st.dates(TODAY - dt.timedelta(days=60), TODAY + dt.timedelta(days=1_200))


def lot(usable_through: dt.date, remaining: int, kind: str = "ordinary") -> points.LotBalance:
    return points.LotBalance(
        id=uuid.uuid4(),
        kind=kind,
        usable_through=usable_through,
        first_posted_on=dt.date(2023, 12, 1),
        remaining=remaining,
        is_usable=usable_through >= TODAY,
        origin_lot_id=None,
    )


def balance_of(*lots: points.LotBalance) -> points.Balance:
    usable = sum(each.remaining for each in lots if each.is_usable)
    return points.Balance(TODAY, sum(each.remaining for each in lots), usable, 0, lots, is_closed=False)


class TestListLapsing:
    def test_puts_what_lapses_first_in_front(self) -> None:
        later, sooner = lot(dt.date(2027, 3, 31), 2_560), lot(dt.date(2026, 12, 31), 1_200)

        assert [lapsing.points for lapsing in lapses.list_lapsing(balance_of(later, sooner))] == [1_200, 2_560]

    def test_adds_up_what_lapses_on_the_same_day(self) -> None:
        balance = balance_of(lot(dt.date(2026, 12, 31), 1_000), lot(dt.date(2026, 12, 31), 200, "special"))

        assert [lapsing.points for lapsing in lapses.list_lapsing(balance)] == [1_200]

    def test_leaves_out_what_has_lapsed_though_the_job_is_late(self) -> None:
        balance = balance_of(lot(dt.date(2026, 10, 31), 300), lot(dt.date(2026, 12, 31), 1_200))

        assert [lapsing.points for lapsing in lapses.list_lapsing(balance)] == [1_200]

    def test_compares_each_day_with_the_largest(self) -> None:
        balance = balance_of(lot(dt.date(2026, 12, 31), 1), lot(dt.date(2027, 1, 31), 500), lot(TODAY, 1_000))

        assert [lapsing.share for lapsing in lapses.list_lapsing(balance)] == [100, 1, 50]

    def test_calls_only_the_last_day_of_a_month_its_end(self) -> None:
        balance = balance_of(lot(dt.date(2028, 2, 28), 1), lot(dt.date(2028, 2, 29), 1))

        assert [lapsing.is_month_end for lapsing in lapses.list_lapsing(balance)] == [False, True]


class TestFindNextLapse:
    def test_tells_points_day_and_days_left(self) -> None:
        lapsing = lapses.list_lapsing(balance_of(lot(dt.date(2026, 12, 31), 1_200), lot(dt.date(2027, 3, 31), 9)))

        assert lapses.find_next_lapse(lapsing, on=TODAY) == lapses.NextLapse(1_200, dt.date(2026, 12, 31), 40)

    def test_counts_the_last_day_itself_as_no_day_left(self) -> None:
        found = lapses.find_next_lapse(lapses.list_lapsing(balance_of(lot(TODAY, 10))), on=TODAY)

        assert found is not None
        assert found.days_left == 0

    @pytest.mark.parametrize(("through", "soon"), [(dt.date(2027, 1, 20), True), (dt.date(2027, 1, 21), False)])
    def test_speaks_up_from_the_first_reminder_on(self, through: dt.date, soon: bool) -> None:
        found = lapses.find_next_lapse(lapses.list_lapsing(balance_of(lot(through, 1))), on=TODAY)

        assert found is not None
        assert found.is_soon is soon

    def test_is_nothing_when_there_is_nothing(self) -> None:
        assert lapses.find_next_lapse([], on=TODAY) is None


class TestPlanMonths:
    def test_groups_the_days_of_a_month_under_their_sum(self) -> None:
        balance = balance_of(
            lot(dt.date(2026, 12, 31), 1_000),
            lot(dt.date(2026, 12, 15), 200, "special"),
            lot(dt.date(2027, 3, 31), 600),
        )

        december, march = lapses.plan_months(balance).months

        assert (december.month, december.points, december.share) == (dt.date(2026, 12, 1), 1_200, 100)
        assert [(day.usable_through.day, day.kind, day.points) for day in december.days] == [
            (15, "special", 200),
            (31, "ordinary", 1_000),
        ]
        assert (march.month, march.points, march.share) == (dt.date(2027, 3, 1), 600, 50)

    def test_tells_kinds_of_one_day_apart_and_adds_up_what_is_of_one_kind(self) -> None:
        last = dt.date(2026, 12, 31)
        balance = balance_of(lot(last, 5), lot(last, 30, "returned"), lot(last, 400, "returned"))

        (month,) = lapses.plan_months(balance).months

        assert sorted((day.kind, day.points) for day in month.days) == [("ordinary", 5), ("returned", 430)]

    def test_keeps_twelve_months_with_the_present_one_apart_from_those_after_them(self) -> None:
        balance = balance_of(lot(TODAY, 1), lot(dt.date(2027, 10, 31), 20), lot(dt.date(2027, 11, 1), 300))

        schedule = lapses.plan_months(balance)

        assert (schedule.coming_points, schedule.later_points) == (21, 300)
        assert [month.month for month in schedule.later_months] == [dt.date(2027, 11, 1)]

    @given(held=st.lists(st.tuples(days, st.integers(1, 10**9), st.sampled_from(Lot.Kind.values)), max_size=40))
    def test_loses_and_invents_no_point(self, held: list[tuple[dt.date, int, str]]) -> None:
        balance = balance_of(*(lot(day, number, kind) for day, number, kind in held))

        schedule = lapses.plan_months(balance)

        months = [*schedule.months, *schedule.later_months]
        assert sum(month.points for month in months) == balance.usable
        assert sum(day.points for month in months for day in month.days) == balance.usable
        assert [month.month for month in months] == sorted({month.month for month in months})
        assert all(1 <= month.share <= 100 for month in months)
        assert max((month.share for month in months), default=100) == 100


@pytest.mark.parametrize("kind", Lot.Kind)
def test_every_kind_of_lot_has_words(kind: Lot.Kind) -> None:
    assert tags.lot_words(kind)
