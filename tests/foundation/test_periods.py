"""A business day is a day in Japan."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.foundation import periods

days = st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2100, 12, 31))
month_counts = st.integers(min_value=-600, max_value=600)


def test_day_begins_at_three_in_the_afternoon_of_the_day_before_in_utc() -> None:
    assert periods.start_of_day(dt.date(2026, 4, 1)) == dt.datetime(2026, 3, 31, 15, tzinfo=dt.UTC)


def test_last_instant_before_midnight_still_belongs_to_the_day() -> None:
    late = dt.datetime(2026, 3, 31, 14, 59, 59, 999999, tzinfo=dt.UTC)

    assert periods.tokyo_day(late) == dt.date(2026, 3, 31)


def test_instant_without_a_zone_names_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        periods.tokyo_day(dt.datetime(2026, 4, 1, 12))  # noqa: DTZ001 -- That is the point.


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2028, 1, 31), 1, dt.date(2028, 2, 29)),
        (dt.date(2026, 11, 15), 2, dt.date(2027, 1, 15)),
        (dt.date(2026, 1, 15), -1, dt.date(2025, 12, 15)),
        (dt.date(2024, 2, 29), 36, dt.date(2027, 2, 28)),
    ],
)
def test_month_without_such_a_day_gives_its_last(day: dt.date, months: int, expected: dt.date) -> None:
    assert periods.add_months(day, months) == expected


@given(days)
def test_start_of_a_day_lies_in_it_and_the_instant_before_does_not(day: dt.date) -> None:
    start = periods.start_of_day(day)

    assert periods.tokyo_day(start) == day
    assert periods.tokyo_day(start - dt.timedelta(microseconds=1)) == day - dt.timedelta(days=1)


@given(days)
def test_day_after_the_last_of_a_month_is_a_first(day: dt.date) -> None:
    last = periods.last_day_of_month(day)

    assert (last.year, last.month) == (day.year, day.month)
    assert (last + dt.timedelta(days=1)).day == 1


@given(days, month_counts)
def test_months_add_up_as_on_a_calendar(day: dt.date, months: int) -> None:
    later = periods.add_months(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == min(day.day, periods.last_day_of_month(later).day)
