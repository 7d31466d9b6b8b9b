"""The call centre's hours, to the microsecond and over every kind of holiday."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.foundation.periods import TOKYO
from pointclub.program.rules.call_centre import DayOff, find_day_off, find_next_opening, is_open
from tests.factories.club import jst

pytestmark = pytest.mark.rule("STF-4")
instants = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 1), timezones=st.just(TOKYO))  # noqa: DTZ001 -- The zone is given beside.


class TestIsOpen:
    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            ("2026-11-24 08:59:59.999999", False),
            ("2026-11-24 09:00", True),
            ("2026-11-24 16:59:59.999999", True),
            ("2026-11-24 17:00", False),
            ("2026-11-24 00:00", False),
            ("2026-11-24 23:59:59.999999", False),
        ],
    )
    def test_is_from_nine_until_just_before_five_on_a_working_day(self, at: str, expected: bool) -> None:
        assert is_open(jst(at)) is expected

    def test_goes_by_the_clock_in_japan_wherever_the_instant_was_written(self) -> None:
        assert is_open(dt.datetime(2026, 11, 24, 0, 0, tzinfo=dt.UTC))
        assert not is_open(dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC))

    def test_is_never_on_a_day_off(self) -> None:
        assert not is_open(jst("2026-11-21 12:00"))
        assert not is_open(jst("2026-11-23 12:00"))
        assert not is_open(jst("2026-12-29 12:00"))

    def test_takes_no_instant_without_a_zone(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            is_open(dt.datetime(2026, 11, 24, 12))  # noqa: DTZ001 -- That is the point.


class TestFindDayOff:
    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            ("2026-11-20", None),  # Friday
            ("2026-11-21", DayOff.WEEKEND),
            ("2026-11-22", DayOff.WEEKEND),
            ("2026-11-23", DayOff.HOLIDAY),  # Labour Thanksgiving Day, a Monday
            ("2026-05-06", DayOff.HOLIDAY),  # a Wednesday, instead of Constitution Day on Sunday
            ("2026-09-22", DayOff.HOLIDAY),  # a Tuesday between two holidays
            ("2024-02-12", DayOff.HOLIDAY),  # a Monday, instead of the day before
            ("2026-03-20", DayOff.HOLIDAY),  # the spring equinox of that year
            ("2025-03-21", None),  # it was the day before in that one
            ("2019-04-30", DayOff.HOLIDAY),  # the abdication
            ("2019-10-22", DayOff.HOLIDAY),  # the enthronement, once
            ("2026-10-22", None),
            ("2026-12-28", None),
            ("2026-12-29", DayOff.YEAR_END),
            ("2026-12-31", DayOff.YEAR_END),
            ("2027-01-01", DayOff.YEAR_END),
            ("2027-01-03", DayOff.YEAR_END),
            ("2027-01-04", None),
            ("2023-01-02", DayOff.YEAR_END),  # a substitute holiday, within the days that are off anyway
        ],
    )
    def test_knows_every_kind_of_day_off(self, on: str, expected: DayOff | None) -> None:
        assert find_day_off(dt.date.fromisoformat(on)) is expected


class TestFindNextOpening:
    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            ("2026-11-24 08:59:59.999999", "2026-11-24 09:00"),
            ("2026-11-24 09:00", "2026-11-25 09:00"),  # open now; the next one is tomorrow's
            ("2026-11-24 17:00", "2026-11-25 09:00"),
            ("2026-11-20 17:00", "2026-11-24 09:00"),  # over a weekend with a Monday off
            ("2026-09-18 17:00", "2026-09-24 09:00"),  # over five days off in autumn
            ("2026-05-01 17:00", "2026-05-07 09:00"),  # over Golden Week
            ("2019-04-26 17:00", "2019-05-07 09:00"),  # over the ten days of the enthronement
            ("2026-12-28 17:00", "2027-01-04 09:00"),  # over New Year
            ("2027-12-28 17:00", "2028-01-04 09:00"),
            ("2022-12-28 17:00", "2023-01-04 09:00"),
        ],
    )
    def test_passes_over_all_days_off(self, at: str, expected: str) -> None:
        assert find_next_opening(jst(at)) == jst(expected)

    @given(at=instants)
    def test_is_later_and_open_and_nothing_before_it_opens(self, at: dt.datetime) -> None:
        opening = find_next_opening(at)

        assert opening > at
        assert is_open(opening)
        assert not is_open(opening - dt.timedelta(microseconds=1))
        days_between = (opening.date() - at.date()).days
        assert all(find_day_off(at.date() + dt.timedelta(days=each)) for each in range(1, days_between))
