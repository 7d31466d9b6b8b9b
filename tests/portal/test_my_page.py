"""What my page says of balances, pauses and the past."""

import datetime as dt
import gzip
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pointclub.earning import services as earning
from pointclub.membership import services as membership
from pointclub.membership.models import Membership
from pointclub.points import queries as points
from tests.factories.club import STAFF, jst, redeem
from tests.factories.sign_ins import let_in
from tests.portal.household import NOW, Household, found_household, pause_enquiry, purchase, send, update

TODAY = dt.date(2026, 11, 21)
OCTOBER = jst("2026-10-01 12:00")


def text_of(client: Client, address: str = "/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestMyPage:
    @pytest.mark.rule("BAL-1", "BAL-2")
    def test_shows_what_can_be_used_today(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2026-10-31": 240, "2026-12-31": 1_200, "2027-03-31": 2_560})

        page = text_of(hanako_client)

        assert '<span class="num">3,760</span> <small>ポイント</small>' in page
        assert "11月21日 9時時点" in page

    @pytest.mark.rule("ACC-5")
    def test_keeps_pending_points_apart(self, household: Household, hanako_client: Client) -> None:
        household.buy(household.hanako, household.mart, 64_200, at=jst("2026-11-20 19:30"))

        page = text_of(hanako_client)

        assert '<span class="num">0</span> <small>ポイント</small>' in page
        assert '<dd class="num">642ポイント</dd><dd>次回の残高更新で加算されます。</dd>' in page

    @pytest.mark.rule("EXP-6")
    def test_names_what_lapses_next_and_when(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2026-12-31": 1_200, "2027-03-31": 2_560})

        japanese, english = text_of(hanako_client), text_of(hanako_client, "/en/")

        assert "1,200ポイントが あと40日で失効します" in japanese
        assert "2026年12月31日（木）まで使えます" in japanese
        assert "2026年12月末" in japanese
        assert "1,200 points will expire in 40 days" in english
        assert "Usable through Thu, 31 December 2026" in english

    @pytest.mark.rule("BAL-4")
    def test_tells_from_where_and_by_whom_points_came(self, household: Household, hanako_client: Client) -> None:
        household.live()

        page = text_of(hanako_client)

        assert "あかりマート本町店" in page
        assert "ひだまりベーカリー" in page
        assert "ご家族：山田 太郎 さま" in page
        assert "2029年11月30日（金）まで使えます" in page

    def test_tells_what_happened_with_its_sign(self, household: Household, hanako_client: Client) -> None:
        household.live()

        page = text_of(hanako_client)

        assert ">+98<" in page
        assert ">−500<" in page
        assert ">−240<" in page
        assert "ポイントのご利用" in page
        assert "有効期限による失効" in page

    @pytest.mark.rule("BAL-4")
    def test_tells_for_what_points_were_used(self, household: Household, hanako_client: Client) -> None:
        household.live()

        japanese, english = text_of(hanako_client), text_of(hanako_client, "/en/")

        assert "ギフト：<span>もこもこスリッパ</span>" in japanese
        assert 'Gift: <span lang="ja">もこもこスリッパ</span>' in english

    def test_marks_japanese_names_on_the_english_page_alone(self, household: Household, hanako_client: Client) -> None:
        household.live()

        assert '<span class="t">あかりマート本町店</span>' in text_of(hanako_client)
        assert '<span class="t" lang="ja">あかりマート本町店</span>' in text_of(hanako_client, "/en/")

    def test_leads_on_to_what_lapses_month_by_month(self, hanako_client: Client) -> None:
        assert '<a class="more" href="/points/">' in text_of(hanako_client)

    @pytest.mark.rule("ACC-8")
    def test_says_plainly_how_far_below_zero_the_balance_is(self, household: Household, hanako_client: Client) -> None:
        household.buy(household.hanako, household.mart, 120_000, at=jst("2026-11-01 12:00"))
        update(at=jst("2026-11-02 01:00"))
        redeem(household.hanako, 1_200, at=jst("2026-11-03 12:00"))
        earning.reverse(
            merchant_number=household.mart.number,
            reference=f"{household.hanako.number}-{jst('2026-11-01 12:00').isoformat()}-120000",
            returned_yen=None,
            key="whole",
            at=jst("2026-11-05 12:00"),
            actor=STAFF,
        )

        page = text_of(hanako_client)

        assert "ポイント残高が1,200ポイントのマイナスになっています" in page
        assert '<span class="num">0</span> <small>ポイント</small>' in page

    def test_says_when_there_is_nothing_yet(self, hanako_client: Client) -> None:
        page = text_of(hanako_client)

        assert "失効予定のポイントはありません。" in page
        assert "履歴はまだありません。" in page

    @pytest.mark.rule("SUS-1")
    def test_gives_the_reason_instead_of_figures_while_enquiry_is_paused(
        self, household: Household, hanako_client: Client
    ) -> None:
        household.open_balance({"2027-03-31": 2_560})
        pause_enquiry(until=jst("2026-11-21 18:30"))

        japanese, english = text_of(hanako_client), text_of(hanako_client, "/en/")

        assert "点検のため停止しております。" in japanese
        assert "再開予定：11月21日 18時30分" in japanese
        assert "We are checking our machines." in english
        assert "2,560" not in japanese
        assert "ポイント履歴</h2>" not in japanese

    @pytest.mark.rule("SUS-1")
    def test_shows_the_figures_again_after_the_pause(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2027-03-31": 2_560})
        pause_enquiry(until=NOW)

        assert "2,560" in text_of(hanako_client)

    def test_says_when_the_membership_has_ended(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2027-03-31": 2_560})
        membership.end_membership(
            membership_id=household.hanako.membership_id,
            reason=Membership.EndReason.WITHDRAWN,
            at=jst("2026-10-31 15:00"),
            actor=STAFF,
        )

        page = text_of(hanako_client)

        assert "2026年10月31日（土）に会員資格が終了しました" in page
        assert "ご利用可能ポイント" not in page
        assert "会員資格の喪失による失効" in page

    @pytest.mark.django_db
    def test_shows_text_with_markup_as_text(self, client: Client, set_clock: Callable[[dt.datetime], None]) -> None:
        set_clock(NOW)
        let_in(client, found_household(name="<img src=x onerror=alert(1)>").user)
        pause_enquiry(until=None, text="<script>alert(1)</script>")

        page = text_of(client)

        assert "&lt;img src=x onerror=alert(1)&gt; さま" in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page

    def test_asks_the_database_as_often_for_a_long_history_as_for_a_short_one(
        self, household: Household, hanako_client: Client
    ) -> None:
        make_history(household, entries=10)
        with CaptureQueriesContext(connection) as short:
            text_of(hanako_client)

        for number in range(180):
            household.open_balance({"2029-10-31": 1}, at=jst("2026-10-12 12:00") + dt.timedelta(minutes=number))
        make_history(household, entries=10, began_at=jst("2026-11-01 12:00"))
        with CaptureQueriesContext(connection) as long:
            text_of(hanako_client)

        assert len(points.get_history(household.hanako.membership.account_id, on=TODAY)) == 200
        assert len(long) == len(short)

    def test_is_light_enough_for_a_slow_phone(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({f"{year}-{month:02d}-01": 99 for year in (2027, 2028, 2029) for month in range(1, 13)})
        make_history(household, entries=10, receipts=30)

        assert len(gzip.compress(text_of(hanako_client, "/en/").encode())) < 20_000


def make_history(household: Household, *, entries: int, receipts: int = 3, began_at: dt.datetime = OCTOBER) -> None:
    """Write one update a day, alternately of both members."""
    for number in range(entries):
        at = began_at + dt.timedelta(days=number)
        member = household.taro if number % 2 else household.hanako
        shops = [household.bakery if receipt % 2 else household.mart for receipt in range(receipts)]
        prices = range(1_000, 1_000 + receipts)
        send([purchase(member, shop, yen, at=at) for shop, yen in zip(shops, prices, strict=True)], at=at)
        update(at=at + dt.timedelta(hours=13))
