"""How dates and figures are written."""

import datetime as dt

import pytest
from django.utils import translation

from pointclub.portal.templatetags import portal
from tests.factories.club import jst

DAY = dt.date(2026, 12, 31)


class TestDates:
    def test_carry_their_weekday(self) -> None:
        assert portal.day(DAY) == "2026年12月31日（木）"

    def test_are_written_the_english_way_in_english(self) -> None:
        with translation.override("en"):
            assert portal.day(DAY) == "Thu, 31 December 2026"
            assert portal.short_day(DAY) == "31 December"
            assert portal.month_end(DAY) == "End of Dec 2026"

    def test_can_name_the_end_of_a_month(self) -> None:
        assert portal.month_end(DAY) == "2026年12月末"

    def test_can_leave_out_the_year(self) -> None:
        assert portal.short_day(dt.date(2026, 11, 1)) == "11月1日"

    def test_count_the_hours_of_japan(self) -> None:
        instant = jst("2026-11-21 09:15").astimezone(dt.UTC)

        assert portal.hour(instant) == "11月21日 9時"
        assert portal.minute(instant) == "11月21日 9時15分"
        with translation.override("en"):
            assert portal.hour(instant) == "21 November, 9 a.m."
            assert portal.minute(instant) == "21 November, 9:15 a.m."


class TestWords:
    def test_with_a_hyphen_stay_whole_and_figures_are_left(self) -> None:
        assert portal.unbroken("Change the e-mail of 06-1234-5678 - now") == (
            "Change the e\N{NON-BREAKING HYPHEN}mail of 06-1234-5678 - now"
        )


class TestPoints:
    @pytest.mark.parametrize(
        ("points", "written"), [(0, "0"), (999, "999"), (12_480, "12,480"), (123_456_789, "123,456,789")]
    )
    def test_are_grouped_by_thousands(self, points: int, written: str) -> None:
        assert portal.figure(points) == written

    @pytest.mark.parametrize(("points", "written"), [(642, "+642"), (-1_200, "−1,200"), (0, "0")])
    def test_move_with_their_sign(self, points: int, written: str) -> None:
        assert portal.signed(points) == written

    def test_agree_with_their_number_in_english(self) -> None:
        with translation.override("en"):
            assert portal.amount(1) == "1 point"
            assert portal.amount(1_200) == "1,200 points"
