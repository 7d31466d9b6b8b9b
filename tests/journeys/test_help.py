"""Finding help, with and without signing in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import WIDTHS, Site, look_all_round, sign_in

pytestmark = pytest.mark.browser
OpenWindow = Callable[..., Page]


class TestHelpPage:
    @pytest.mark.parametrize("language", ["ja", "en"])
    @pytest.mark.parametrize("signed_in", [False, True])
    def test_has_no_flaws_at_any_width_in_light_and_dark(
        self, site: Site, open_window: OpenWindow, language: str, signed_in: bool
    ) -> None:
        page = open_window()
        if signed_in:
            sign_in(page, site, language=language)
        page.goto(f"{site.address}/{'en/' if language == 'en' else ''}help/")
        for answer in page.locator("summary").all():
            answer.click()

        assert look_all_round(page) == []

    @pytest.mark.rule("STF-4")
    def test_is_found_by_somebody_who_cannot_sign_in_and_says_when_to_call(
        self, site: Site, open_window: OpenWindow
    ) -> None:
        page = open_window(scripts=False)
        page.goto(f"{site.address}/sign-in/")

        page.get_by_role("banner").get_by_role("link", name="ヘルプ").click()

        call_centre = page.get_by_role("region", name="コールセンター")
        expect(call_centre).to_contain_text("ただいまは受付時間外です")
        expect(call_centre).to_contain_text("本日は土日のため休業しております。")
        expect(call_centre).to_contain_text("次の受付は11月24日（火）9時からです。")

    def test_unfolds_an_answer_by_keyboard(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window(scripts=False)
        page.goto(f"{site.address}/help/")
        answer = page.get_by_text("本会員の方だけがご利用いただけます。")
        expect(answer).to_be_hidden()

        page.locator("summary", has_text="家族のうち").focus()
        page.keyboard.press("Enter")

        expect(answer).to_be_visible()

    @pytest.mark.parametrize("width", WIDTHS)
    def test_keeps_its_link_at_the_same_place_of_every_page(
        self, site: Site, open_window: OpenWindow, width: int
    ) -> None:
        page = open_window(width=width)
        sign_in(page, site)
        links = page.get_by_role("banner").get_by_role("link", name="ヘルプ")
        on_my_page = links.bounding_box()

        links.click()

        assert links.bounding_box() == on_my_page
