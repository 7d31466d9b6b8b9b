"""Signing in, as people do it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, look_all_round, make_known, sign_in
from tests.portal.household import PASSWORD

pytestmark = pytest.mark.browser
OpenWindow = Callable[..., Page]


class TestSignInPage:
    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_has_no_flaws_at_any_width_in_light_and_dark(
        self, site: Site, open_window: OpenWindow, language: str
    ) -> None:
        page = open_window()
        page.goto(f"{site.address}/{'en/' if language == 'en' else ''}sign-in/")
        for _state in ("empty", "with errors"):
            assert look_all_round(page) == []
            page.locator("main .btn-brand").click()
            expect(page.get_by_role("alert")).to_be_visible()

    def test_can_be_gone_through_by_keyboard_alone(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window()
        make_known(page, site)
        page.goto(f"{site.address}/")

        page.keyboard.press("Tab")
        expect(page.get_by_text("本文へ移動")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_label("ログインID")).to_be_focused()
        page.keyboard.type("hanako")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")

        expect(page).to_have_url(f"{site.address}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")

    def test_puts_the_focus_on_the_summary_of_errors(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window(scripts=False)
        page.goto(f"{site.address}/sign-in/")
        page.locator("main .btn-brand").click()

        expect(page).to_have_title(re.compile("^エラー："))
        expect(page.get_by_role("alert")).to_be_focused()

        page.get_by_role("link", name="パスワードを入力してください。").click()
        expect(page).to_have_url(re.compile("#id_password$"))
        page.keyboard.type("typed right away")
        expect(page.get_by_label("パスワード")).to_have_value("typed right away")

    def test_says_what_is_wrong_with_each_field(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window()
        page.goto(f"{site.address}/sign-in/")
        page.locator("main .btn-brand").click()

        expect(page.get_by_label("ログインID")).to_have_accessible_description("ログインIDを入力してください。")
        expect(page.get_by_label("ログインID")).to_have_attribute("aria-invalid", "true")

    def test_works_without_scripts_and_so_does_leaving(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window(scripts=False)

        sign_in(page, site)
        expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")

        page.get_by_role("button", name="ログアウト").click()
        expect(page.get_by_role("status")).to_have_text("ログアウトしました。")

    def test_leads_nowhere_else(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window()
        make_known(page, site)
        page.goto(f"{site.address}/sign-in/?next=//evil.example/")
        page.locator("#id_login_id").fill("hanako")
        page.locator("#id_password").fill(PASSWORD)
        page.locator("main .btn-brand").click()

        expect(page).to_have_url(f"{site.address}/")

    def test_throws_away_a_session_key_that_somebody_planted(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window()
        planted = "p" * 32
        page.context.add_cookies([{"name": "pointclub_session", "value": planted, "url": site.address}])

        sign_in(page, site)

        expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")
        keys = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "pointclub_session"]
        assert keys != [planted]
