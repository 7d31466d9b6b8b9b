"""T1: until when points can be used, and that the last instant of the last day still counts."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.points import services as points
from pointclub.points.rules.expiry import is_usable, usable_through, usable_through_after_return
from tests.factories.club import Club, jst, redeem

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))


@pytest.mark.rule("EXP-1")
@pytest.mark.parametrize(
    ("posted_on", "through"),
    [
        ("2023-11-21", "2026-11-30"),
        ("2023-11-30", "2026-11-30"),
        ("2024-02-29", "2027-02-28"),
        ("2023-12-31", "2026-12-31"),
        ("2023-05-10", "2026-05-31"),
        ("2023-06-01", "2026-06-30"),
        ("2023-05-31", "2026-05-31"),
        ("2025-02-28", "2028-02-29"),
        ("2097-02-28", "2100-02-28"),
    ],
)
def test_points_live_to_the_end_of_the_month_three_years_on(posted_on: str, through: str) -> None:
    assert usable_through(dt.date.fromisoformat(posted_on), years=3) == dt.date.fromisoformat(through)


@pytest.mark.rule("EXP-1")
@given(DAYS)
def test_the_last_day_is_a_months_last_and_three_years_on(posted_on: dt.date) -> None:
    through = usable_through(posted_on, years=3)

    assert (through + dt.timedelta(days=1)).day == 1
    assert (through.year, through.month) == (posted_on.year + 3, posted_on.month)


@pytest.mark.rule("EXP-1")
@given(DAYS, st.integers(0, 400))
def test_a_later_posting_never_lapses_earlier(posted_on: dt.date, days: int) -> None:
    later = posted_on + dt.timedelta(days=days)

    assert usable_through(later, years=3) >= usable_through(posted_on, years=3)


@pytest.mark.rule("EXP-1")
def test_every_day_of_the_century_agrees_with_the_calendar_counted_by_hand() -> None:
    day = dt.date(2000, 1, 1)
    while day <= dt.date(2100, 12, 31):
        first_of_next = dt.date(day.year + 3 + day.month // 12, day.month % 12 + 1, 1)
        assert usable_through(day, years=3) == first_of_next - dt.timedelta(days=1)
        day += dt.timedelta(days=1)


@pytest.mark.rule("TRM-4")
def test_another_version_of_the_program_may_give_months() -> None:
    assert usable_through(dt.date(2026, 1, 31), months=1) == dt.date(2026, 2, 28)


@pytest.mark.rule("RED-8")
def test_what_comes_back_late_lives_to_the_end_of_the_month_after() -> None:
    assert usable_through_after_return(dt.date(2026, 5, 10), months=1) == dt.date(2026, 6, 30)


@pytest.mark.rule("EXP-2")
def test_the_last_day_counts_in_full_and_the_next_not_at_all() -> None:
    through = dt.date(2026, 11, 30)

    assert is_usable(through, on=through)
    assert not is_usable(through, on=dt.date(2026, 12, 1))


@pytest.mark.rule("EXP-1", "EXP-2")
@pytest.mark.django_db
class TestTheLastInstant:
    def test_a_microsecond_before_midnight_in_japan_the_points_can_be_used(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-11-30": 100}, at=jst("2026-11-01 12:00"))

        order = redeem(member, 100, at=jst("2026-11-30 23:59:59.999999"))

        assert order.points == 100

    def test_at_midnight_in_japan_the_lot_is_not_seen_any_more(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-11-30": 100}, at=jst("2026-11-01 12:00"))

        with pytest.raises(points.InsufficientPointsError) as refusal:
            redeem(member, 100, at=jst("2026-12-01 00:00"))

        assert refusal.value.details == {"requested": 100, "available": 0, "short_by": 100}


@pytest.mark.rule("EXP-1")
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_the_zone_of_the_process_changes_nothing(zone: str) -> None:
    program = (
        "import datetime as dt\n"
        "from pointclub.foundation.periods import tokyo_day\n"
        "from pointclub.points.rules.expiry import usable_through\n"
        "for text in ('2026-11-30T14:59:59.999999+00:00', '2026-11-30T15:00:00+00:00'):\n"
        "    print(usable_through(tokyo_day(dt.datetime.fromisoformat(text)), years=3))\n"
    )

    run = subprocess.run(  # noqa: S603 -- our own words
        [sys.executable, "-c", program], env={"TZ": zone}, capture_output=True, text=True, check=True
    )

    assert run.stdout.split() == ["2029-11-30", "2029-12-31"]
