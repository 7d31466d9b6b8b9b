"""The page on points and expiry."""

import datetime as dt
import gzip

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pointclub.earning import services as earning
from pointclub.membership.models import Membership
from tests.factories.club import STAFF, jst
from tests.portal.household import NOW, Household, pause_enquiry


def text_of(client: Client, address: str = "/points/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.rule("EXP-6")
class TestSchedule:
    def test_tells_month_by_month_what_lapses_on_which_day(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2026-12-15": 200, "2026-12-31": 1_000, "2027-03-31": 600})

        japanese, english = text_of(hanako_client), text_of(hanako_client, "/en/points/")

        assert '<h3>2026年12月</h3><p class="num">1,200ポイント</p>' in japanese
        assert (
            '<a href="/points/expiry/2026-12-15/">12月15日（火）まで</a></span><span class="num">200</span>' in japanese
        )
        assert (
            '<a href="/points/expiry/2026-12-31/">12月31日（木）まで</a></span><span class="num">1,000</span>'
            in japanese
        )
        assert '<h3>2027年3月</h3><p class="num">600ポイント</p>' in japanese
        assert '<h3>December 2026</h3><p class="num">1,200 points</p>' in english
        assert "Through Tue, 15 December" in english

    def test_sums_up_the_coming_twelve_months_and_folds_what_comes_later(
        self, household: Household, hanako_client: Client
    ) -> None:
        household.open_balance({"2027-10-31": 30, "2027-11-01": 400, "2029-01-31": 5_000})

        page = text_of(hanako_client)

        coming, later = page.split("<details>", 1)
        assert "今後12か月の失効予定：30ポイント" in coming
        assert "2027年11月" not in coming
        assert "その先の失効予定を表示：5,400ポイント" in later
        assert "2029年1月" in later

    def test_leaves_out_what_has_lapsed_though_the_job_never_ran(
        self, household: Household, hanako_client: Client
    ) -> None:
        household.open_balance({"2026-10-31": 777, "2026-11-21": 8}, at=jst("2026-10-01 12:00"))

        page = text_of(hanako_client)

        assert "777" not in page
        assert "8ポイントが本日で失効します" in page

    def test_marks_points_whose_last_day_is_their_own(self, household: Household, hanako_client: Client) -> None:
        order = household.use_of_lapsed_points()
        assert order.points == 300

        page = text_of(hanako_client)

        assert '12月31日（木）まで</a> <span class="chip">戻ったポイント</span></span>' in page

    def test_says_when_there_is_nothing(self, hanako_client: Client) -> None:
        page = text_of(hanako_client)

        assert "失効予定のポイントはありません。" in page
        assert "現在、ご利用いただけるポイントはありません。" in page


class TestOverview:
    @pytest.mark.rule("BAL-1", "BAL-2", "ACC-5")
    def test_shows_what_can_be_used_and_apart_from_it_what_waits(
        self, household: Household, hanako_client: Client
    ) -> None:
        household.open_balance({"2027-03-31": 2_560})
        household.buy(household.taro, household.bakery, 64_200, at=jst("2026-11-20 19:30"))

        page = text_of(hanako_client)

        assert '<span class="num">2,560</span> <small>ポイント</small>' in page
        assert '<dd class="num">642ポイント</dd>' in page

    @pytest.mark.rule("SUS-1")
    def test_gives_the_reason_instead_of_figures_while_enquiry_is_paused(
        self, household: Household, hanako_client: Client
    ) -> None:
        household.open_balance({"2027-03-31": 2_560})
        pause_enquiry(until=jst("2026-11-21 18:30"))

        page = text_of(hanako_client)

        assert "点検のため停止しております。" in page
        assert "再開予定：11月21日 18時30分" in page
        assert "2,560" not in page

    def test_says_when_the_membership_has_ended(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2027-03-31": 2_560})
        earning.end_membership(
            member=household.hanako, reason=Membership.EndReason.WITHDRAWN, at=jst("2026-10-31 15:00"), actor=STAFF
        )

        page = text_of(hanako_client)

        assert "2026年10月31日（土）に会員資格が終了しました" in page
        assert "ご利用可能ポイント" not in page

    def test_asks_as_often_of_many_lots_as_of_one(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2029-01-31": 1})
        with CaptureQueriesContext(connection) as few:
            text_of(hanako_client)

        household.open_balance(every_month_three_days(), at=NOW - dt.timedelta(hours=1))
        with CaptureQueriesContext(connection) as many:
            text_of(hanako_client)

        assert len(many) == len(few)

    def test_is_light_enough_for_a_slow_phone(self, household: Household, hanako_client: Client) -> None:
        household.open_balance(every_month_three_days())

        assert len(gzip.compress(text_of(hanako_client, "/en/points/").encode())) < 20_000


def every_month_three_days() -> dict[str, int]:
    return {
        f"{year}-{month:02d}-{day}": 123_456
        for year in (2027, 2028, 2029)
        for month in range(1, 13)
        for day in ("05", "15", "28")
    }
