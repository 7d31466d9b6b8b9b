"""T14: what arrives late counts from when it is posted, and closed books stay closed."""

from __future__ import annotations

import datetime as dt

import pytest

from pointclub.foundation import actors
from pointclub.points import queries
from pointclub.points import services as points
from pointclub.points.models import MonthClose
from pointclub.program import queries as program_queries
from pointclub.program import services as program
from pointclub.program.models import NightRun
from tests.factories.club import STAFF, Club, jst, redeem, verified

pytestmark = pytest.mark.django_db

MARCH = dt.date(2026, 3, 1)


def run_nights_through(day: str) -> None:
    for job in NightRun.Job:
        program.record_night(
            job=job, night=dt.date.fromisoformat(day), accounts=0, points=0, at=jst(f"{day} 02:00"), actor=STAFF
        )


def close(month: dt.date, *, at: str) -> MonthClose:
    return points.close_month(month=month, at=jst(at), actor=STAFF)


@pytest.mark.rule("ACC-5", "EXP-1")
def test_a_sale_of_march_that_arrives_in_may_lives_from_the_update_in_may() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.buy(member, shop, 10_000, at=jst("2026-03-31 12:00"), received_at=jst("2026-05-02 12:00"))
    club.update(at=jst("2026-05-03 01:00"))

    assert club.lots(member, "2026-05-03") == {"2029-05-31": 100}


@pytest.mark.rule("EXP-5")
def test_a_redemption_of_april_is_not_reshuffled_by_what_arrives_in_may() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    club.open_balance(member, {"2026-12-31": 100}, at=jst("2026-04-01 12:00"))
    redeem(member, 80, at=jst("2026-04-15 12:00"))
    before = queries.get_history(member.membership.account_id, on=dt.date(2026, 4, 30))

    club.buy(member, shop, 10_000, at=jst("2026-03-31 12:00"), received_at=jst("2026-05-02 12:00"))
    club.update(at=jst("2026-05-03 01:00"))

    assert queries.get_history(member.membership.account_id, on=dt.date(2026, 4, 30)) == before


class TestClosingTheBooks:
    def test_waits_until_update_and_lapse_have_run_through_the_end_of_the_month(self) -> None:
        run_nights_through("2026-03-31")

        with pytest.raises(points.MonthNotReadyError):
            close(MARCH, at="2026-04-01 09:00")

        run_nights_through("2026-04-01")
        assert close(MARCH, at="2026-04-01 09:00").month_end == dt.date(2026, 3, 31)

    def test_keeps_figures_that_do_not_change_by_what_arrives_later(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.open_balance(member, {"2026-03-31": 30, "2026-12-31": 100}, at=jst("2026-03-02 12:00"))
        club.lapse(at=jst("2026-04-01 00:05"))
        run_nights_through("2026-04-01")
        closed = close(MARCH, at="2026-04-01 09:00")

        club.buy(member, shop, 10_000, at=jst("2026-03-31 12:00"), received_at=jst("2026-05-02 12:00"))
        club.update(at=jst("2026-05-03 01:00"))
        redeem(member, 150, at=jst("2026-05-04 12:00"))

        assert closed.figures == {
            "month": "2026-03",
            "moved": {"opening": {"in": 130, "out": 0}},
            "outstanding": {"2026-03": 30, "2026-12": 100},
        }
        assert queries.month_figures(month=MARCH) == closed.figures
        assert verified() == []

    def test_lets_nothing_be_recorded_in_the_closed_month(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=jst("2026-03-30 12:00"))
        run_nights_through("2026-04-01")
        close(MARCH, at="2026-04-01 09:00")

        with pytest.raises(points.MonthClosedError):
            club.open_balance(member, {"2026-12-31": 100}, at=jst("2026-03-31 23:59"))
        with pytest.raises(points.MonthClosedError):
            club.update(at=jst("2026-03-31 23:59"))

    def test_again_returns_what_was_closed(self) -> None:
        run_nights_through("2026-04-01")
        first = close(MARCH, at="2026-04-01 09:00")

        assert close(MARCH, at="2026-04-02 09:00").closed_at == first.closed_at

    def test_is_found_out_when_somebody_changes_the_past(self) -> None:
        club = Club()
        member = club.member()
        run_nights_through("2026-04-01")
        MonthClose.objects.create(
            month_end=dt.date(2026, 3, 31),
            figures={"month": "2026-03"},
            closed_at=jst("2026-04-01 09:00"),
            closed_by="x",
        )

        (difference,) = verified()

        assert "closed month 2026-03" in str(difference)
        assert club.balance(member, "2026-04-01").book == 0


@pytest.mark.rule("ACC-5")
class TestTheUpdate:
    def test_posts_one_transaction_an_account_and_one_posting_an_accrual(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        for price in (1_000, 2_000, 3_000):
            club.buy(member, shop, price, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))

        (entry,) = queries.get_history(member.membership.account_id, on=dt.date(2026, 4, 2))

        assert (entry.kind, entry.points, entry.value_on) == ("update", 60, dt.date(2026, 4, 2))
        assert [posting.points for posting in entry.postings] == [10, 20, 30]

    def test_a_second_time_finds_nothing(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=jst("2026-04-01 12:00"))

        assert club.update(at=jst("2026-04-02 01:00")) == 10
        assert club.update(at=jst("2026-04-02 01:00")) == 0
        assert len(queries.get_history(member.membership.account_id, on=dt.date(2026, 4, 2))) == 1

    def test_on_demand_the_same_day_is_a_transaction_of_its_own(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        for hour in ("10", "14"):
            club.buy(member, shop, 1_000, at=jst(f"2026-04-01 {hour}:00"))
            club.update(at=jst(f"2026-04-01 {hour}:30"))

        assert club.lots(member, "2026-04-01") == {"2029-04-30": 20}

    def test_is_what_makes_points_usable(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 10_000, at=jst("2026-04-01 12:00"))

        with pytest.raises(points.InsufficientPointsError):
            redeem(member, 1, at=jst("2026-04-01 13:00"))

        club.update(at=jst("2026-04-02 01:00"))
        assert redeem(member, 100, at=jst("2026-04-02 12:00")).points == 100

    def test_waits_while_accrual_is_suspended_and_loses_nothing(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=jst("2026-04-01 12:00"))
        program.suspend(
            activity=program_queries.Activity.ACCRUAL,
            starts_at=jst("2026-04-02 00:00"),
            ends_before=jst("2026-04-02 06:00"),
            text_ja="システム点検のため、ポイントの加算を停止しています。",
            text_en="Points cannot be added while the system is being serviced.",
            at=jst("2026-04-01 15:00"),
            actor=actors.staff("tanto-1"),
        )

        with pytest.raises(program_queries.PointsSuspendedError):
            club.update(at=jst("2026-04-02 01:00"))

        assert club.update(at=jst("2026-04-02 06:00")) == 10
