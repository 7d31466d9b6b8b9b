"""Following a point from its last day to the purchase that gave it, and from a reward back to where it came from."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pointclub.earning.models import Accrual
from pointclub.merchants.models import Merchant
from pointclub.people.models import Person
from tests.factories.club import jst, reverse
from tests.journeys.conftest import Site, flaws_of, look_all_round, sign_in, unfold_all

pytestmark = [pytest.mark.browser, pytest.mark.rule("BAL-4")]
OpenWindow = Callable[..., Page]


@pytest.fixture
def used(site: Site) -> Site:
    """Let the family use most of what they have, so that receipts are behind it, and return some goods."""
    household = site.household
    household.use(13_000, "電気ケトル", at=jst("2026-11-20 20:00"))
    sale = Accrual.objects.get(member_id=household.hanako.id, sold_at=jst("2026-11-18 18:20"))
    reverse(household.mart, sale.reference, at=jst("2026-11-20 21:00"), yen=2_000)
    return site


def addresses(site: Site) -> list[str]:
    """Return the pages of a receipt, a reward and a day."""
    household = site.household
    sale = Accrual.objects.get(member_id=household.hanako.id, sold_at=jst("2026-11-18 18:20"))
    order = household.use(13_000, "電気ケトル", at=jst("2026-11-20 20:00"))
    return [
        f"/points/receipts/{sale.receipt_number}/",
        f"/points/rewards/{order.number}/1/",
        "/points/expiry/2029-11-30/",
    ]


class TestStories:
    def test_lead_from_a_last_day_to_the_receipt_and_on_to_what_its_points_were_used_for(
        self, used: Site, open_window: OpenWindow
    ) -> None:
        page = open_window(scripts=False)
        sign_in(page, used)

        page.get_by_role("link", name="2029年11月末").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("2029年11月30日（金）に失効するポイント")

        page.get_by_role("link", name=re.compile("ひだまりベーカリー")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("ポイントレシート")
        expect(page.get_by_role("region", name="ポイントの計算")).to_contain_text("100円ごとに1ポイント")
        expect(page.get_by_role("region", name="ひだまりベーカリー")).to_contain_text("山田 太郎")

        page.go_back()
        page.get_by_role("link", name=re.compile("あかりマート本町店")).first.click()
        went = page.get_by_role("region", name="ポイントのゆくえ")
        expect(went).to_contain_text("ご利用：電気ケトル")
        went.get_by_role("link", name=re.compile("電気ケトル")).click()

        expect(page.get_by_role("heading", level=1)).to_have_text("ポイントのご利用")
        expect(page.get_by_role("region", name="使ったポイントの内訳")).to_contain_text("ポイントの引き継ぎ")
        page.get_by_role("link", name="ポイント履歴").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("ポイント履歴")

    def test_lead_from_the_history_to_what_has_expired(self, used: Site, open_window: OpenWindow) -> None:
        page = open_window(scripts=False)
        sign_in(page, used)
        page.goto(f"{used.address}/points/history/?kind=lapse")

        page.get_by_role("link", name="失効したポイントの内訳").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("2026年10月31日（土）に失効したポイント")
        expect(page.get_by_role("main")).to_contain_text("240")

    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_have_no_flaws_at_any_width_in_light_and_dark(
        self, used: Site, open_window: OpenWindow, language: str
    ) -> None:
        page = open_window()
        sign_in(page, used, language=language)

        for address in addresses(used):
            page.goto(f"{used.address}{'/en' if language == 'en' else ''}{address}")
            assert look_all_round(page) == []

    def test_have_room_for_very_long_names(self, used: Site, open_window: OpenWindow) -> None:
        Person.objects.filter(id=used.household.taro.person_id).update(name="寿限無" * 20)
        Merchant.objects.all().update(name="M" * 80)
        page = open_window(width=320)
        sign_in(page, used)

        for address in addresses(used):
            page.goto(f"{used.address}{address}")
            unfold_all(page)
            assert flaws_of(page) == [], address

    def test_hide_themselves_from_everybody_else(self, used: Site, open_window: OpenWindow) -> None:
        page = open_window()

        page.goto(f"{used.address}{addresses(used)[0]}")

        expect(page).to_have_url(re.compile("/sign-in/"))
