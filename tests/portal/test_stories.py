"""Pages that follow single points: a day of expiry, a receipt, a reward."""

import datetime as dt
import gzip
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pointclub.earning import services as earning
from pointclub.earning.models import Accrual
from pointclub.earning.rules.amount import Bonus
from pointclub.explain import queries as explain
from pointclub.membership import services as membership
from pointclub.points.queries import Fate
from pointclub.portal import stories
from pointclub.portal.templatetags import stories as tags
from pointclub.rewards.models import RedemptionLine
from tests.factories.club import STAFF, Club, give_back, jst
from tests.factories.sign_ins import let_in
from tests.portal.household import JOINED_AT, Household, give_login, pause_enquiry, purchase, register, send, update

pytestmark = pytest.mark.rule("BAL-4")
SOLD_AT = jst("2026-11-12 12:00")


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", response.content.decode())


def rows_of(page: str, region: str = "main") -> list[str]:
    """Return the words of each row below the element of that id."""
    part = page.split(f'id="{region}"', 1)[1]
    rows = re.findall(r"<li>(.*?)</li>", part.split("</section>", 1)[0])
    return [re.sub(r" +", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]


def buy(household: Household, price_yen: int = 12_345) -> str:
    """Let Taro buy at the mart while it gives a capped bonus; return the receipt's number."""
    earning.add_campaign(
        code="winter",
        name="冬のポイント3倍",
        merchant=household.mart,
        days=earning.CampaignDays(dt.date(2026, 11, 10), dt.date(2026, 12, 31), dt.date(2027, 1, 15)),
        bonus=Bonus(multiplier=Decimal(3), fixed_points=None, minimum_yen=0),
        caps=earning.Caps(cap_per_receipt=150),
        at=jst("2026-11-01 12:00"),
        actor=STAFF,
    )
    send([purchase(household.taro, household.mart, price_yen, at=SOLD_AT)], at=SOLD_AT)
    return Accrual.objects.get(member_id=household.taro.id).receipt_number


def post(household: Household) -> None:
    update(at=jst("2026-11-13 01:00"))


def return_goods(household: Household, yen: int | None) -> None:
    earning.reverse(
        merchant_number=household.mart.number,
        reference=f"{household.taro.number}-{SOLD_AT.isoformat()}-12345",
        returned_yen=yen,
        key="goods",
        at=jst("2026-11-20 12:00"),
        actor=STAFF,
    )


class TestReceipt:
    def test_shows_the_sum_from_the_price_to_the_points(self, household: Household, hanako_client: Client) -> None:
        number = buy(household)
        post(household)

        page = text_of(hanako_client, f"/points/receipts/{number}/")

        assert '<span class="num">273</span> <small>ポイント</small>' in page
        assert "あかりマート本町店" in page
        assert "2026年11月13日（金）に残高へ加わりました" in page
        assert '<dd class="num">12,345円</dd>' in page
        assert "<dd>100円ごとに1ポイント</dd>" in page
        assert "12,345円には100円が123回分あり（端数45円）、123ポイントになります。" in page
        assert rows_of(page, "h-worked") == [
            "基本ポイント 123",
            "冬のポイント3倍 ポイント3倍 上限により96ポイント減（1回の上限） 2027年1月15日（金）まで使えます 150",
        ]
        assert "<dd>山田 太郎</dd>" in page

    def test_says_the_same_in_english_and_marks_what_is_japanese(
        self, household: Household, hanako_client: Client
    ) -> None:
        number = buy(household)
        post(household)

        page = text_of(hanako_client, f"/en/points/receipts/{number}/")

        assert "1 point for every 100 yen" in page
        assert "12,345 yen is 123 times 100 yen, with 45 yen left over: 123 points" in page
        assert "Cut by 96 points: most that one receipt gives" in page
        assert '<span class="t" lang="ja">冬のポイント3倍</span>' in page

    def test_tells_that_points_wait_for_the_update(self, household: Household, hanako_client: Client) -> None:
        page = text_of(hanako_client, f"/points/receipts/{buy(household)}/")

        assert "未反映：273ポイント" in page
        assert "ポイントのゆくえ" not in page

    def test_tells_where_its_points_went(self, household: Household, hanako_client: Client) -> None:
        number = buy(household)
        post(household)
        order = household.use(160, "図書カード", at=jst("2026-11-14 12:00"))

        page = text_of(hanako_client, f"/points/receipts/{number}/")

        assert sorted(rows_of(page, "h-where")) == [
            "ご利用： 図書カード 2026年11月14日（土） 10",
            "ご利用： 図書カード 2026年11月14日（土） 冬のポイント3倍 150",
            "残っています（ご利用可能） 2029年11月30日（金）まで使えます 113",
        ]
        assert f'href="/points/rewards/{order.number}/1/"' in page
        assert 'href="/points/expiry/2029-11-30/"' in page

    @pytest.mark.rule("ACC-7", "ACC-8")
    def test_keeps_both_figures_of_a_return(self, household: Household, hanako_client: Client) -> None:
        number = buy(household)
        post(household)
        return_goods(household, 3_000)

        page = text_of(hanako_client, f"/points/receipts/{number}/")

        assert '<span class="num">243</span>' in page
        assert rows_of(page, "h-changes") == [
            "一部の返品 2026年11月20日（金） 対象額 12,345円 → 9,345円 ポイント 273 → 243 −30"
        ]
        assert "このお買い物の取消・訂正による取消 2026年11月20日（金） 30" in rows_of(page, "h-where")
        assert "差し引いたポイント" not in page

    @pytest.mark.rule("ACC-8")
    def test_tells_whose_points_were_taken_when_its_own_had_been_used(
        self, household: Household, hanako_client: Client
    ) -> None:
        number = buy(household)
        post(household)
        household.use(263, "図書カード", at=jst("2026-11-14 12:00"))
        household.buy(household.hanako, household.bakery, 10_000, at=jst("2026-11-15 12:00"))
        update(at=jst("2026-11-16 01:00"))
        return_goods(household, None)

        page = text_of(hanako_client, f"/points/receipts/{number}/")

        assert "このお買い物は取り消されました" in page
        taken = rows_of(page, "h-taken")
        assert "このお買い物のポイント 2026年11月20日（金） 10" in taken
        assert any(row.endswith("ひだまりベーカリー 100") for row in taken)
        assert any(row.startswith("マイナス残高（今後のポイントから差し引きます）") for row in taken)

    def test_is_found_however_its_number_is_written(self, household: Household, hanako_client: Client) -> None:
        number = buy(household)

        assert number in text_of(hanako_client, f"/points/receipts/{number.lower().replace('-', '')}/")


class TestReward:
    def test_tells_from_where_its_points_came(self, household: Household, hanako_client: Client) -> None:
        household.live()
        number = RedemptionLine.objects.get(label="もこもこスリッパ")
        order = text_of(hanako_client, "/points/history/?kind=redeem").split("お申し込み番号 ", 1)[1][:18]

        page = text_of(hanako_client, f"/points/rewards/{order}/{number.position}/")

        assert "ギフト：<span>もこもこスリッパ</span>" in page
        assert "受付済み（手配中）" in page
        assert "受け付けたお申し込みは取り消せません。" in page
        assert rows_of(page, "h-origins") == ["ポイントの引き継ぎ 2026年4月1日（水） 2026年12月31日（木）まで 500"]

    def test_leads_to_the_receipts_behind_it(self, household: Household, hanako_client: Client) -> None:
        receipt = buy(household)
        post(household)
        order = household.use(100, "図書カード", "電気ケトル", at=jst("2026-11-14 12:00"))

        page = text_of(hanako_client, f"/points/rewards/{order.number}/2/")

        assert f'href="/points/receipts/{receipt}/"' in page
        assert [row.rsplit(" ", 1)[1] for row in rows_of(page, "h-origins")] == ["50", "50"]
        assert "ご家族：山田 太郎 さま" in page

    @pytest.mark.rule("RED-8")
    def test_tells_what_came_back_and_until_when(self, household: Household, hanako_client: Client) -> None:
        order = household.use_of_lapsed_points()

        page = text_of(hanako_client, f"/points/rewards/{order.number}/1/")

        assert "お届けできず、ポイントをお戻ししました" in page
        assert "<dd>在庫がありません</dd>" in page
        assert rows_of(page, "h-returns") == [
            "2026年11月20日（金） 2026年12月31日（木）まで使えます 在庫がありません +300"
        ]


class TestExpiryDay:
    def test_tells_which_purchases_lapse(self, household: Household, hanako_client: Client) -> None:
        number = buy(household)
        post(household)

        page = text_of(hanako_client, "/points/expiry/2027-01-15/")

        assert "2027年1月15日（金）に失効するポイント" in page
        assert '<span class="num">150</span>' in page
        assert f'href="/points/receipts/{number}/"' in page
        assert "期間限定ポイント" in page
        assert rows_of(page, "h-origins") == [
            "あかりマート本町店 2026年11月12日（木） ご利用分 冬のポイント3倍 ご家族：山田 太郎 さま 150"
        ]

    @pytest.mark.rule("EXP-2")
    @pytest.mark.parametrize("is_recorded", [False, True])
    def test_tells_what_has_lapsed_whether_or_not_the_job_ran(
        self, household: Household, hanako_client: Client, is_recorded: bool
    ) -> None:
        household.open_balance({"2026-10-31": 240}, at=jst("2026-04-01 10:00"))
        household.use(40, "図書カード", at=jst("2026-10-01 12:00"))
        if is_recorded:
            Club().lapse(at=jst("2026-11-01 00:05"))

        page = text_of(hanako_client, "/points/expiry/2026-10-31/")

        assert "2026年10月31日（土）に失効したポイント" in page
        assert rows_of(page, "h-origins") == ["ポイントの引き継ぎ 2026年4月1日（水） 200"]
        assert 'href="/points/expiry/2026-10-31/">失効したポイントの内訳' in text_of(hanako_client, "/points/history/")

    @pytest.mark.rule("RED-8")
    def test_tells_through_which_days_points_went(self, household: Household, hanako_client: Client) -> None:
        household.use_of_lapsed_points()

        page = text_of(hanako_client, "/points/expiry/2026-12-31/")

        assert "戻ったポイント" in page
        assert rows_of(page, "h-origins") == [
            "ポイントの引き継ぎ 2026年4月1日（水） ポイントの戻し（2026年11月20日（金））、2026年12月31日（木）まで 300"
        ]

    def test_says_when_all_of_it_was_used(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2026-12-31": 240}, at=jst("2026-04-01 10:00"))
        household.use(240, "図書カード", at=jst("2026-10-01 12:00"))

        assert "この期限のポイントは、残っていません。" in text_of(hanako_client, "/points/expiry/2026-12-31/")

    def test_names_as_many_receipts_as_fit_and_counts_the_others(
        self, household: Household, hanako_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stories, "ORIGINS_AT_MOST", 2)
        for hour in range(5):
            household.buy(household.hanako, household.mart, 1_000, at=jst(f"2026-11-12 1{hour}:00"))
        update(at=jst("2026-11-13 01:00"))

        page = text_of(hanako_client, "/points/expiry/2029-11-30/")

        assert len(rows_of(page, "h-origins")) == 2
        assert "ほか3件" in page
        assert '<span class="num">50</span>' in page

    def test_is_light_enough_for_a_slow_phone(self, household: Household, hanako_client: Client) -> None:
        for minute in range(120):
            at = jst("2026-11-12 10:00") + dt.timedelta(minutes=minute)
            send([purchase(household.taro, household.mart, 1_000 + minute, at=at)], at=at)
        update(at=jst("2026-11-13 01:00"))

        page = text_of(hanako_client, "/en/points/expiry/2029-11-30/")

        assert "and 20 more" in page
        assert len(gzip.compress(page.encode())) < 20_000

    def test_asks_as_often_for_many_lots_of_a_day_as_for_one(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2026-12-31": 5})
        with CaptureQueriesContext(connection) as one:
            text_of(hanako_client, "/points/expiry/2026-12-31/")

        for day in (1, 2, 3):
            household.open_balance({f"2026-10-2{day}": 100}, at=jst(f"2026-04-0{day} 10:00"))
            order = household.use(100, "品切れの品", at=jst(f"2026-10-1{day} 12:00"))
            give_back(household.hanako, order, 1, at=jst(f"2026-11-1{day} 12:00"))
        with CaptureQueriesContext(connection) as many:
            assert len(rows_of(text_of(hanako_client, "/points/expiry/2026-12-31/"), "h-origins")) >= 3

        assert len(many) <= len(one) + 3


@pytest.mark.rule("BAL-2")
class TestOfOthers:
    """Attack 14: what is another's is as absent."""

    @pytest.fixture
    def addresses(self, household: Household) -> list[str]:
        """Return the addresses of three stories of Hanako's."""
        number = buy(household)
        post(household)
        order = household.use(100, "図書カード", at=jst("2026-11-14 12:00"))
        return [f"/points/receipts/{number}/", f"/points/rewards/{order.number}/1/", "/points/expiry/2029-11-30/"]

    def test_are_there_for_their_owner(self, addresses: list[str], hanako_client: Client) -> None:
        assert [hanako_client.get(address).status_code for address in addresses] == [200, 200, 200]

    def test_are_as_absent_to_another_member(self, addresses: list[str], client: Client) -> None:
        other = register("鈴木 一子", "ichiko")
        membership.admit(person=other.person, at=JOINED_AT, actor=STAFF)
        let_in(client, other)
        absent = ["/points/receipts/100001-0000-0000-0000/", "/points/rewards/R1/1/", "/points/expiry/2031-01-31/"]

        answers = [client.get(address) for address in [*addresses, *absent]]

        assert [answer.status_code for answer in answers] == [404] * 6
        without_reference = {re.sub("[0-9A-F]{4}-[0-9A-F]{4}", "", answer.content.decode()) for answer in answers}
        assert len({re.sub('href="[^"]*"', "", page) for page in without_reference}) == 1

    @pytest.mark.parametrize("who", ["nobody", "staff", "family"])
    def test_are_shown_to_nobody_else(
        self, addresses: list[str], household: Household, client: Client, who: str
    ) -> None:
        if who == "staff":
            let_in(client, register("係員 一郎", "kakari", is_staff=True))
        if who == "family":
            let_in(client, give_login(household.taro.person, "taro"))

        expected = 302 if who == "nobody" else 403
        assert [client.get(address).status_code for address in addresses] == [expected] * 3

    @pytest.mark.parametrize(
        "address",
        [
            "/points/receipts/x/",
            "/points/receipts/%00/",
            "/points/receipts/" + "9" * 500 + "/",
            "/points/rewards/%00/1/",
            "/points/rewards/R1/0/",
            "/points/rewards/R1/99999999999999999999/",
            "/points/expiry/2026-02-30/",
            "/points/expiry/0000-01-01/",
            "/points/expiry/9999-12-31/",
        ],
    )
    def test_are_absent_under_addresses_that_make_no_sense(self, hanako_client: Client, address: str) -> None:
        assert hanako_client.get(address).status_code == 404

    @pytest.mark.rule("SUS-1")
    def test_are_hidden_from_their_owner_while_enquiry_is_paused(
        self, addresses: list[str], hanako_client: Client
    ) -> None:
        pause_enquiry(until=None)

        for address in [*addresses, "/points/receipts/100001-0000-0000-0000/"]:
            page = text_of(hanako_client, address)
            assert "点検のため停止しております。" in page
            assert "あかりマート" not in page


class TestWords:
    @pytest.mark.parametrize("fate", Fate)
    def test_exist_for_every_end_of_points(self, fate: Fate) -> None:
        assert tags.fate_words(fate)

    @pytest.mark.parametrize("kind", explain.TakingKind)
    def test_exist_for_whatever_is_taken(self, kind: explain.TakingKind) -> None:
        assert tags.taking_words(kind)

    @pytest.mark.parametrize("kind", explain.OriginKind)
    def test_exist_for_every_beginning_of_points(self, kind: explain.OriginKind) -> None:
        assert tags.origin_words(kind)

    @pytest.mark.parametrize("state", RedemptionLine.State)
    def test_exist_for_whatever_became_of_a_reward(self, state: RedemptionLine.State) -> None:
        assert tags.state_words(state)
