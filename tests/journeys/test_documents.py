"""Reading what one accepts, before and after accepting it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pointclub.terms.rules.documents import Document
from tests.factories.terms import accept
from tests.journeys.conftest import WIDTHS, Site, look_all_round, sign_in, unfold_all

pytestmark = pytest.mark.browser
OpenWindow = Callable[..., Page]


class TestDocuments:
    @pytest.mark.parametrize("language", ["ja", "en"])
    @pytest.mark.parametrize("path", ["", "membership-terms/", "privacy-notice/", "point-rules/2016-04-01/"])
    def test_have_no_flaws_at_any_width_in_light_and_dark(
        self, site: Site, open_window: OpenWindow, language: str, path: str
    ) -> None:
        page = open_window()
        page.goto(f"{site.address}/{'en/' if language == 'en' else ''}documents/{path}")
        unfold_all(page)

        assert look_all_round(page) == []

    @pytest.mark.rule("TRM-1")
    def test_are_read_article_by_article_by_somebody_who_has_not_joined(
        self, site: Site, open_window: OpenWindow
    ) -> None:
        page = open_window(width=min(WIDTHS), scripts=False)
        page.goto(f"{site.address}/sign-in/")

        page.get_by_role("contentinfo").get_by_role("link", name="規約・規定など").click()
        page.get_by_role("region", name="はぴeポイントクラブ ポイント規定").get_by_role(
            "link", name="2022年4月1日版"
        ).click()
        page.locator("summary", has_text="目次").click()
        page.get_by_role("link", name="第9条（ポイントの有効期限）").click()

        expect(page).to_have_url(f"{site.address}/documents/point-rules/#article-9")
        expect(page.get_by_role("heading", name="第9条（ポイントの有効期限）")).to_be_in_viewport()

    def test_keep_their_version_when_the_language_changes(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window(width=max(WIDTHS))
        page.goto(f"{site.address}/en/documents/point-rules/2016-04-01/")

        page.get_by_role("link", name="日本語で読む").click()

        expect(page).to_have_url(f"{site.address}/documents/point-rules/2016-04-01/")
        expect(page.get_by_text("この版は、現在は適用されていません。")).to_be_visible()

    def test_are_printed_without_the_ways_around_them(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window(width=max(WIDTHS))
        page.goto(f"{site.address}/documents/point-rules/2016-04-01/")

        page.emulate_media(media="print")

        for way in (".util", ".contents", ".others", ".back", "footer a"):
            expect(page.locator(way).first).to_be_hidden()
        expect(page.get_by_text("この版は、現在は適用されていません。")).to_be_visible()
        expect(page.locator("#article-12")).to_be_visible()


class TestTheRecord:
    @pytest.mark.parametrize("language", ["ja", "en"])
    @pytest.mark.parametrize("is_long", [False, True])
    def test_has_no_flaws_at_any_width_in_light_and_dark(
        self, site: Site, open_window: OpenWindow, language: str, *, is_long: bool
    ) -> None:
        if is_long:
            accept(site.household.hanako.person, *Document)
        page = open_window()
        sign_in(page, site, language=language)
        page.goto(f"{site.address}/{'en/' if language == 'en' else ''}agreements/")

        assert look_all_round(page) == []

    @pytest.mark.rule("TRM-1")
    def test_leads_from_the_menu_to_the_very_version_that_was_accepted(
        self, site: Site, open_window: OpenWindow
    ) -> None:
        accept(site.household.hanako.person, Document.POINT_RULES)
        page = open_window(scripts=False)
        sign_in(page, site)
        page.get_by_role("link", name="メニュー").click()
        page.get_by_role("link", name="規約と同意の記録").click()

        expect(page.get_by_role("main")).to_contain_text("2024年4月1日 10時00分")
        page.get_by_role("link", name="はぴeポイントクラブ ポイント規定").click()

        expect(page).to_have_url(f"{site.address}/documents/point-rules/2022-04-01/")
