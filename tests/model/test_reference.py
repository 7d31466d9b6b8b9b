"""The reference model gives the figures that the rules' own examples give."""

import datetime as dt

import pytest

from tests.model.books import end_of_month
from tests.model.reference import Campaign, Club, RefusedError, ShortError


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def club_with(*lots: tuple[int, str], on: str) -> Club:
    club = Club()
    club.open_account("home")
    club.bring_in("home", {day(last): points for points, last in lots}, on=day(on))
    return club


def earn(club: Club, reference: str, points: int, *, on: str, account: str = "home") -> None:
    if account not in club.accounts:
        club.open_account(account)
    club.accrue(account, reference, yen=points * 100, on=day(on))
    club.post(on=day(on))


class TestLastDays:
    @pytest.mark.parametrize(
        ("posted_on", "usable_through"),
        [
            ("2023-11-21", "2026-11-30"),
            ("2023-11-30", "2026-11-30"),
            ("2024-02-29", "2027-02-28"),
            ("2023-12-31", "2026-12-31"),
            ("2023-06-01", "2026-06-30"),
        ],
    )
    def test_month_of_the_day_three_years_later_decides(self, posted_on: str, usable_through: str) -> None:
        assert end_of_month(day(posted_on), months_later=36) == day(usable_through)

    @pytest.mark.parametrize(("spent", "left"), [(100, 100), (150, 50)])
    def test_spent_lots_stay_spent(self, spent: int, left: int) -> None:
        club = club_with((100, "2026-04-30"), (100, "2026-05-31"), on="2026-04-01")

        club.redeem("home", {"gift": spent}, on=day("2026-04-10"))

        assert club.usable_balance("home", on=day("2026-05-01")) == left

    def test_points_past_their_day_cannot_be_used_before_the_job_has_run(self) -> None:
        club = club_with((100, "2026-04-30"), on="2026-04-01")

        assert club.usable_balance("home", on=day("2026-05-01")) == 0
        assert club.book_balance("home") == 100
        with pytest.raises(ShortError):
            club.redeem("home", {"gift": 1}, on=day("2026-05-01"))
        assert club.book_balance("home") == 100
        club.lapse(on=day("2026-05-06"))
        assert club.book_balance("home") == 0

    def test_campaign_points_posted_after_their_last_day_lapse_at_once(self) -> None:
        club = Club()
        club.open_account("home")
        club.accrue("home", "sale", yen=1_000, on=day("2026-04-29"), campaigns=[Campaign(5, 500, day("2026-04-30"))])

        club.post(on=day("2026-05-01"))

        assert club.remaining_by_day("home") == {day("2029-05-31"): 10}

    def test_extension_moves_points_to_the_later_day_and_revives_those_lapsed(self) -> None:
        club = club_with((100, "2026-03-31"), (50, "2026-04-30"), (25, "2026-07-31"), on="2026-03-01")

        club.extend(first=day("2026-03-31"), last=day("2026-04-30"), to=day("2026-06-30"), on=day("2026-04-02"))
        assert club.remaining_by_day("home") == {day("2026-06-30"): 50, day("2026-07-31"): 25}

        club.extend(
            first=day("2026-03-31"), last=day("2026-04-30"), to=day("2026-06-30"), on=day("2026-04-03"), reviving=True
        )
        assert club.remaining_by_day("home") == {day("2026-06-30"): 150, day("2026-07-31"): 25}


class TestReversal:
    @pytest.mark.parametrize("acts", ["AR", "RA", "RRAA"])
    def test_sale_and_its_reversal_come_to_nothing_in_any_order(self, acts: str) -> None:
        club = Club()
        club.open_account("home")

        for act in acts:
            if act == "A":
                club.accrue("home", "sale", yen=1_000, on=day("2026-04-01"))
            else:
                club.reverse("sale", on=day("2026-04-01"))
        club.post(on=day("2026-04-02"))

        assert club.pending("home") == club.book_balance("home") == 0

    def test_sale_reversed_in_part_beforehand_counts_at_the_price_that_is_left(self) -> None:
        club = Club()
        club.open_account("home")

        club.reverse("sale", yen=250, on=day("2026-04-01"))
        club.accrue("home", "sale", yen=1_000, on=day("2026-04-01"))

        assert club.pending("home") == 7

    def test_reversal_after_spending_leaves_arrears_that_later_points_pay(self) -> None:
        club = Club()
        earn(club, "sale", 100, on="2026-04-01")
        club.redeem("home", {"gift": 100}, on=day("2026-04-02"))
        for _ in range(2):
            club.reverse("sale", on=day("2026-04-03"))
        assert (club.arrears("home"), club.remaining_by_day("home")) == (100, {})

        earn(club, "second", 30, on="2026-04-04")
        assert (club.arrears("home"), club.remaining_by_day("home")) == (70, {})

        earn(club, "third", 200, on="2026-05-04")
        assert (club.arrears("home"), club.remaining_by_day("home")) == (0, {day("2029-05-31"): 130})

    def test_reversal_takes_from_its_own_lot_first(self) -> None:
        club = Club()
        earn(club, "soon", 100, on="2023-04-10")
        earn(club, "later", 100, on="2024-01-10")

        club.reverse("later", on=day("2024-01-11"))

        assert club.remaining_by_day("home") == {day("2026-04-30"): 100}

    @pytest.mark.parametrize(("spent", "reduced_by", "arrears"), [(60, 50, 10), (60, 100, 60), (0, 100, 0)])
    def test_what_lapsed_unused_is_not_taken_a_second_time(self, spent: int, reduced_by: int, arrears: int) -> None:
        club = Club()
        earn(club, "sale", 100, on="2023-04-10")
        club.redeem("home", {"gift": spent}, on=day("2026-04-30"))

        club.reverse("sale", yen=reduced_by * 100, on=day("2026-05-01"))

        assert club.arrears("home") == arrears

    @pytest.mark.parametrize("parts", [(50, 50), (100,), (1, 98, 1)])
    def test_parts_of_a_price_given_back_take_the_same_in_any_split(self, parts: tuple[int, ...]) -> None:
        club = Club()
        club.open_account("home")
        club.accrue("home", "sale", yen=1_090, on=day("2026-03-31"), campaigns=[Campaign(5, 1_000)])
        club.post(on=day("2026-04-01"))

        for yen in parts:
            club.reverse("sale", yen=yen, on=day("2026-04-02"))

        assert club.book_balance("home") == 9

    def test_no_more_can_be_given_back_than_was_paid(self) -> None:
        club = Club()
        earn(club, "sale", 10, on="2026-04-01")
        club.reverse("sale", yen=999, on=day("2026-04-02"))
        assert club.book_balance("home") == 0

        with pytest.raises(RefusedError):
            club.reverse("sale", yen=2, on=day("2026-04-03"))

    def test_correction_upwards_is_a_grant_with_a_day_of_its_own(self) -> None:
        club = Club()
        earn(club, "sale", 10, on="2026-04-01")

        club.correct("sale", yen=1_500, on=day("2026-05-01"))
        assert club.pending("home") == 5
        club.post(on=day("2026-05-02"))
        assert club.remaining_by_day("home") == {day("2029-04-30"): 10, day("2029-05-31"): 5}

        club.correct("sale", yen=800, on=day("2026-05-03"))
        assert club.remaining_by_day("home") == {day("2029-04-30"): 8}


class TestReturns:
    def test_returned_points_keep_their_day_or_get_the_end_of_the_next_month(self) -> None:
        club = club_with((60, "2026-04-30"), (40, "2026-05-31"), on="2026-04-01")
        club.redeem("home", {"gift": 100}, on=day("2026-04-20"))

        club.return_line("gift", on=day("2026-05-10"))

        assert club.remaining_by_day("home") == {day("2026-05-31"): 40, day("2026-06-30"): 60}

    def test_each_line_gives_back_what_it_took_itself(self) -> None:
        club = club_with((60, "2026-04-30"), (40, "2026-05-31"), on="2026-04-01")
        club.redeem("home", {"gift": 30, "miles": 50}, on=day("2026-04-20"))

        club.return_line("miles", on=day("2026-04-21"))
        assert club.remaining_by_day("home") == {day("2026-04-30"): 30, day("2026-05-31"): 40}

        club.return_line("gift", on=day("2026-04-22"))
        assert club.remaining_by_day("home") == {day("2026-04-30"): 60, day("2026-05-31"): 40}

    def test_part_of_a_line_comes_back_to_the_lot_taken_last(self) -> None:
        club = club_with((60, "2026-04-30"), (40, "2026-05-31"), on="2026-04-01")
        club.redeem("home", {"gift": 90}, on=day("2026-04-20"))

        club.return_line("gift", points=35, on=day("2026-04-21"))

        assert club.remaining_by_day("home") == {day("2026-04-30"): 5, day("2026-05-31"): 40}

    def test_returned_points_pay_arrears_first(self) -> None:
        club = Club()
        earn(club, "sale", 100, on="2026-04-01")
        club.redeem("home", {"gift": 100}, on=day("2026-04-02"))
        club.reverse("sale", yen=4_000, on=day("2026-04-03"))

        club.return_line("gift", on=day("2026-04-04"))

        assert (club.arrears("home"), club.usable_balance("home", on=day("2026-04-04"))) == (0, 60)


class TestLeavingAndComingBack:
    def test_only_lots_not_past_their_day_come_back_and_keep_it(self) -> None:
        club = club_with((70, "2026-04-30"), (30, "2026-07-31"), on="2026-04-01")
        club.leave("home", on=day("2026-04-15"))
        assert club.book_balance("home") == 0
        club.open_account("again")

        club.restore("home", to="again", on=day("2026-05-01"))

        assert club.remaining_by_day("again") == {day("2026-07-31"): 30}
        club.restore("home", to="again", on=day("2026-05-02"))
        assert club.remaining_by_day("again") == {day("2026-07-31"): 30}
        club.open_account("third")
        with pytest.raises(RefusedError):
            club.restore("home", to="third", on=day("2026-05-03"))

    def test_sale_that_arrives_after_the_loss_comes_back_with_the_rest(self) -> None:
        club = club_with((10, "2026-07-31"), on="2026-04-01")
        club.leave("home", on=day("2026-04-15"))
        earn(club, "late", 5, on="2026-04-16")
        assert club.book_balance("home") == 0
        club.open_account("again")

        club.restore("home", to="again", on=day("2026-05-01"))

        assert club.remaining_by_day("again") == {day("2026-07-31"): 10, day("2029-04-30"): 5}

    def test_reversal_after_the_loss_reduces_what_comes_back(self) -> None:
        club = Club()
        earn(club, "sale", 100, on="2026-04-01")
        club.redeem("home", {"gift": 30}, on=day("2026-04-02"))
        club.leave("home", on=day("2026-04-15"))
        club.reverse("sale", on=day("2026-04-16"))
        assert (club.book_balance("home"), club.arrears("home")) == (-30, 30)
        earn(club, "other", 50, on="2026-04-17", account="again")

        club.restore("home", to="again", on=day("2026-05-01"))

        assert (club.arrears("again"), club.book_balance("again"), club.arrears("home")) == (0, 20, 0)

    def test_return_after_the_restoration_lands_on_the_new_account(self) -> None:
        club = club_with((100, "2026-07-31"), on="2026-04-01")
        club.redeem("home", {"gift": 40}, on=day("2026-04-02"))
        club.leave("home", on=day("2026-04-15"))
        club.open_account("again")
        club.restore("home", to="again", on=day("2026-05-01"))

        club.return_line("gift", on=day("2026-05-02"))

        assert club.remaining_by_day("again") == {day("2026-07-31"): 100}


def test_transferred_points_keep_their_last_days_and_pay_arrears() -> None:
    club = club_with((60, "2026-04-30"), (40, "2026-05-31"), on="2026-04-01")
    earn(club, "sale", 10, on="2026-04-01", account="other")
    club.redeem("other", {"gift": 10}, on=day("2026-04-02"))
    club.reverse("sale", on=day("2026-04-03"))

    club.transfer("home", 70, to="other", on=day("2026-04-04"))

    assert club.remaining_by_day("home") == {day("2026-05-31"): 30}
    assert club.remaining_by_day("other") == {day("2026-04-30"): 50, day("2026-05-31"): 10}
    with pytest.raises(ShortError):
        club.transfer("home", 31, to="other", on=day("2026-04-04"))
