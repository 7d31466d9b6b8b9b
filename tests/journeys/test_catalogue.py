"""The way of a merchant into the club, from its number to its first campaign, as staff take it in the office."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pointclub.people.rules.permissions import Role
from tests.factories.office import enrolled
from tests.factories.staff import administrator, all_round
from tests.journeys.conftest import Site, look_all_round
from tests.journeys.test_office import OpenWindow, enter, step_in

pytestmark = pytest.mark.browser
WIDTHS = (390, 1280)


def add_merchant(page: Page) -> None:
    """Admit a merchant from the first page of the office on."""
    page.get_by_role("link", name="マスタ管理").click()
    page.get_by_role("link", name="加盟店を登録").click()
    page.get_by_label("加盟店番号").fill("１００００１")
    page.get_by_label("加盟店名").fill("こもれび書店")
    page.get_by_role("button", name="登録する").click()


class TestAMerchant:
    def test_comes_into_the_club_without_scripts(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window(width=1280, scripts=False)
        enter(page, site, enrolled(Role.ADMINISTRATOR, login_id="kanrisha"))

        add_merchant(page)
        expect(page.get_by_role("alert")).to_contain_text("この番号は別の加盟店が使用しています。")
        expect(page.get_by_label("加盟店名")).to_have_value("こもれび書店")
        page.get_by_label("加盟店番号").fill("300001")
        page.get_by_role("button", name="登録する").click()
        expect(page.get_by_role("status")).to_contain_text("加盟店を登録しました。")

        page.get_by_role("link", name="加算率を登録").click()
        expect(page.get_by_label("加盟店番号")).to_have_value("300001")
        page.get_by_label("ご購入額に対する割合").fill("2.5")
        page.get_by_role("button", name="登録する").click()
        expect(page.locator("main")).to_contain_text("2.5%")

        page.get_by_role("link", name="マスタ管理").click()
        page.get_by_role("link", name="加盟店", exact=True).click()
        page.get_by_label("番号・コード・名称").fill("こもれび")
        page.get_by_role("button", name="検索する").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        page.get_by_role("link", name="300001").click()
        page.get_by_role("button", name="加算を停止する").click()
        expect(page.get_by_role("status")).to_contain_text("加算を停止しました。")


class TestEveryPage:
    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_has_no_flaws_and_breaks_no_content_policy(
        self, site: Site, open_window: OpenWindow, language: str
    ) -> None:
        administrator()
        page = open_window()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        client = step_in(page, site, all_round("hitori"), language=language)
        here = "/office/catalogue/"
        campaign = {"code": "spring", "name": "春の2倍", "sold_from": "2027-04-01", "sold_through": "2027-04-30"}
        client.post(
            f"{here}merchants/store/add/", {"merchant": site.household.mart.number, "code": "1", "name": "本店"}
        )
        pages = [
            here,
            f"{here}merchants/merchant/",
            f"{here}merchants/merchant/?q=nobody",
            f"{here}merchants/merchant/add/",
            f"{here}merchants/merchant/{site.household.mart.id}/",
            f"{here}merchants/store/",
            f"{here}earning/earningrule/",
            f"{here}earning/earningrule/add/",
            f"{here}earning/campaign/add/",
            client.post(f"{here}earning/campaign/add/", campaign | {"multiplier": "2"})["Location"],
            f"{here}earning/campaign/",
            f"{here}program/programversion/",
        ]

        flaws = []
        for path in pages:
            page.goto(f"{site.address}{path}")
            for folded in page.locator("main form summary").all():
                folded.click()
            flaws += look_all_round(page, widths=WIDTHS if language == "ja" else (320,))
        page.goto(f"{site.address}{here}merchants/merchant/add/")
        page.locator("main form .btn-brand").click()
        flaws += look_all_round(page, widths=WIDTHS)

        assert flaws == []
        assert said == []
