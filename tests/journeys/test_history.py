"""Looking something up in one's history."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pointclub.merchants.models import Merchant
from pointclub.people.models import Person
from tests.factories.club import jst
from tests.journeys.conftest import Site, flaws_of, look_all_round, sign_in, unfold_all
from tests.portal.household import live_for_weeks, pause_enquiry

pytestmark = pytest.mark.browser
OpenWindow = Callable[..., Page]


@pytest.fixture
def much(site: Site) -> Site:
    """Let the household live so long that the history has pages."""
    live_for_weeks(site.household)
    return site


def figures(page: Page) -> list[str]:
    return [text.split("\n")[0].strip() for text in page.locator(".hist .pt").all_inner_texts()]


class TestHistory:
    def test_has_no_flaws_at_any_width_in_light_and_dark(self, much: Site, open_window: OpenWindow) -> None:
        page = open_window()
        sign_in(page, much)

        for query in ("?first=2026-09-01", "?kind=nonsense&first=x"):
            for language in ("", "/en"):
                page.goto(f"{much.address}{language}/points/history/{query}")
                unfold_all(page)
                # English differs by longer words alone, and they are tightest on the smallest phone.
                assert (look_all_round(page, widths=[320], in_dark=False) if language else look_all_round(page)) == []

    @pytest.mark.rule("BAL-4")
    def test_answers_what_the_son_earned_at_the_bakery_and_leads_through_the_pages(
        self, much: Site, open_window: OpenWindow
    ) -> None:
        page = open_window(scripts=False)
        sign_in(page, much)
        page.get_by_role("link", name="すべての履歴").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("ポイント履歴")

        page.get_by_text("条件を指定する").click()
        page.get_by_label("ためた方").select_option("山田 太郎")
        page.get_by_label("加盟店").select_option("ひだまりベーカリー")
        page.get_by_role("button", name="この条件で表示").click()

        expect(page.get_by_role("heading", name="条件に合う履歴（新しい順）")).to_be_visible()
        expect(page.locator(".said")).to_contain_text("山田 太郎")
        shops = set(page.locator(".from .what .t").all_inner_texts())
        assert shops == {"ひだまりベーカリー"}
        newest = figures(page)

        page.get_by_role("link", name="古い履歴").click()
        expect(page.locator(".said")).to_contain_text("ひだまりベーカリー")
        assert figures(page) != newest
        page.get_by_role("link", name="新しい履歴").click()
        assert figures(page) == newest

        page.locator(".said").get_by_role("link", name="すべて表示").click()
        expect(page.get_by_role("heading", name="すべての履歴（新しい順）")).to_be_visible()

    def test_can_be_asked_by_keyboard_alone(self, much: Site, open_window: OpenWindow) -> None:
        page = open_window(width=1280, scripts=False)
        sign_in(page, much)
        page.goto(f"{much.address}/points/history/")

        page.get_by_text("条件を指定する").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_label("種類")).to_be_focused()
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        expect(page.get_by_label("種類")).to_have_value("redeem")
        page.keyboard.press("Tab")
        expect(page.get_by_label("ためた方")).to_be_focused()
        page.get_by_role("button", name="この条件で表示").focus()
        page.keyboard.press("Enter")

        expect(page).to_have_url(re.compile("kind=redeem"))
        assert figures(page) == ["−1,200", "−500"]

    def test_puts_the_focus_on_what_is_wrong_and_shows_the_rest(self, much: Site, open_window: OpenWindow) -> None:
        page = open_window(scripts=False)
        sign_in(page, much)

        page.goto(f"{much.address}/points/history/?kind=redeem&first=2026-13-45")

        expect(page).to_have_title(re.compile("^エラー："))
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.get_by_label("いつから")).to_have_attribute("aria-invalid", "true")
        assert figures(page) == ["−1,200", "−500"]

    def test_is_saved_as_a_file_with_what_was_asked_for(
        self, much: Site, open_window: OpenWindow, tmp_path: Path
    ) -> None:
        page = open_window(scripts=False)
        sign_in(page, much)
        page.goto(f"{much.address}/points/history/?kind=redeem")

        with page.expect_download() as downloading:
            page.get_by_role("link", name="CSVで保存").click()

        assert downloading.value.suggested_filename == "points-2026-11-21.csv"
        downloading.value.save_as(tmp_path / "history.csv")
        lines = (tmp_path / "history.csv").read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) == 1 + 4 + 1
        assert all("ポイントのご利用" in line for line in lines[1:])

    def test_has_room_for_very_long_names_and_very_large_figures(self, much: Site, open_window: OpenWindow) -> None:
        Person.objects.filter(id=much.household.taro.person_id).update(name="寿限無" * 20)
        Merchant.objects.filter(id=much.household.bakery.id).update(name="アカリマート" * 13)
        Merchant.objects.filter(id=much.household.mart.id).update(name="M" * 80)
        much.household.open_balance({"2029-10-31": 987_654_321}, at=jst("2026-11-20 12:00"))
        much.household.use(987_654_000, "W" * 120, at=jst("2026-11-20 13:00"))
        page = open_window()
        sign_in(page, much)

        for query in ("", f"?member={much.household.taro.id}&merchant=100001"):
            for language in ("", "/en"):
                page.goto(f"{much.address}{language}/points/history/{query}")
                unfold_all(page)
                assert look_all_round(page) == []

    @pytest.mark.rule("SUS-1")
    def test_stays_whole_while_enquiry_is_paused(self, much: Site, open_window: OpenWindow) -> None:
        pause_enquiry(until=jst("2026-11-21 18:00"))
        page = open_window(width=320)
        sign_in(page, much)

        for address in ("/points/", "/points/history/", "/points/history.csv"):
            page.goto(f"{much.address}{address}")
            expect(page.get_by_role("heading", level=2)).to_have_text("ただいまポイントの照会を停止しています")
            assert flaws_of(page) == []
