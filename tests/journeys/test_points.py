"""Looking at one's points: what expires when."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pointclub.people.models import Person
from tests.factories.club import jst
from tests.journeys.conftest import Site, look_all_round, sign_in, unfold_all

pytestmark = pytest.mark.browser
OpenWindow = Callable[..., Page]


def look_at(page: Page, site: Site, address: str, *, language: str = "ja") -> None:
    page.goto(f"{site.address}{'/en' if language == 'en' else ''}{address}")


class TestPointsAndExpiry:
    @pytest.mark.parametrize("language", ["ja", "en"])
    @pytest.mark.parametrize("address", ["/points/", "/menu/"])
    def test_has_no_flaws_at_any_width_in_light_and_dark(
        self, site: Site, open_window: OpenWindow, language: str, address: str
    ) -> None:
        page = open_window()
        sign_in(page, site, language=language)
        look_at(page, site, address, language=language)
        unfold_all(page)

        assert look_all_round(page) == []

    @pytest.mark.rule("EXP-6")
    def test_is_found_from_the_bar_of_a_phone_and_tells_what_expires_in_which_month(
        self, site: Site, open_window: OpenWindow
    ) -> None:
        page = open_window(scripts=False)
        sign_in(page, site)

        page.locator(".tabs").get_by_role("link", name="ポイント").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("ポイントと有効期限")
        schedule = page.get_by_role("region", name="月ごとの失効予定")
        expect(schedule.get_by_role("listitem").filter(has_text="2026年12月").first).to_contain_text("700ポイント")
        expect(schedule.get_by_text("2029年1月")).to_be_hidden()
        schedule.get_by_text("その先の失効予定を表示").click()
        expect(schedule.get_by_text("2029年1月")).to_be_visible()

    def test_can_be_walked_through_by_keyboard_alone(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window(width=1280, scripts=False)
        sign_in(page, site)
        look_at(page, site, "/points/")

        in_order = ["本文へ移動", "はぴeポイントクラブ", "マイページ", "ポイント"]
        in_order += ["ヘルプ", "English", "お知らせ", "ログアウト"]
        days = ["12月31日（木）まで", "3月31日（水）まで"]
        for name in (*in_order, "ポイントと有効期限", "履歴", *days, "その先の失効予定を表示：9,816ポイント"):
            page.keyboard.press("Tab")
            expect(page.locator(":focus")).to_contain_text(name)
        page.keyboard.press("Enter")

        expect(page.get_by_text("2029年1月")).to_be_visible()

    def test_has_room_for_very_many_points(self, site: Site, open_window: OpenWindow) -> None:
        Person.objects.filter(id=site.household.hanako.person_id).update(name="寿限無" * 20)
        days = {f"{year}-{month:02d}-28": 98_765_432 for year in (2027, 2028) for month in range(1, 13)}
        site.household.open_balance(days, at=jst("2026-11-20 12:00"))
        page = open_window()
        sign_in(page, site)

        for language in ("ja", "en"):
            look_at(page, site, "/points/", language=language)
            page.locator("summary").click()
            assert look_all_round(page) == []

    def test_keeps_the_bar_of_a_phone_from_covering_the_end_of_the_page(
        self, site: Site, open_window: OpenWindow
    ) -> None:
        page = open_window(width=320)
        sign_in(page, site)
        look_at(page, site, "/points/")

        page.evaluate("window.scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")

        last = page.locator("footer a").last.bounding_box()
        bar = page.locator(".tabs").bounding_box()
        assert last is not None
        assert bar is not None
        assert last["y"] + last["height"] <= bar["y"]
