"""My page, as it is seen."""

import gzip
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pointclub.people.models import Person
from tests.factories.club import jst
from tests.journeys.conftest import HEIGHT, WIDTHS, Site, flaws_of, look_all_round, sign_in
from tests.portal.household import pause_enquiry

pytestmark = pytest.mark.browser
OpenWindow = Callable[..., Page]


class TestMyPage:
    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_has_no_flaws_at_any_width_in_light_and_dark(
        self, site: Site, open_window: OpenWindow, language: str
    ) -> None:
        page = open_window()
        sign_in(page, site, language=language)
        for folded in page.locator("summary").all():
            folded.click()

        assert look_all_round(page) == []

    def test_has_room_for_very_many_points_and_a_very_long_name(self, site: Site, open_window: OpenWindow) -> None:
        Person.objects.filter(id=site.household.hanako.person_id).update(name="寿限無" * 20)
        site.household.open_balance({"2029-10-31": 987_654_321}, at=jst("2026-11-20 12:00"))
        page = open_window()
        sign_in(page, site)

        for language in ("/", "/en/"):
            page.goto(f"{site.address}{language}")
            assert look_all_round(page) == []
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": HEIGHT})
                digits = page.locator(".balance .num").bounding_box()
                assert digits is not None
                assert digits["height"] < 80, f"{width} px"
                name = page.locator(".logo span").bounding_box()
                assert name is not None
                assert name["height"] < 30, f"The club's name takes two lines at {width} px."

    def test_stays_whole_while_enquiry_is_paused(self, site: Site, open_window: OpenWindow) -> None:
        pause_enquiry(until=jst("2026-11-21 18:00"))
        page = open_window(width=320)

        sign_in(page, site)

        expect(page.get_by_role("heading", level=2)).to_have_text("ただいまポイントの照会を停止しています")
        assert flaws_of(page) == []

    def test_breaks_no_rule_of_its_own_content_policy(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))

        sign_in(page, site)
        expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")

        assert said == []

    def test_runs_nothing_that_a_name_contains(self, site: Site, open_window: OpenWindow) -> None:
        name = "<img src=x onerror=\"document.title='run'\">"
        Person.objects.filter(id=site.household.hanako.person_id).update(name=name)
        page = open_window()

        sign_in(page, site)

        expect(page.get_by_text(name)).to_be_visible()
        expect(page).to_have_title(re.compile("^マイページ"))

    def test_unfolds_and_changes_its_language_without_scripts(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window(scripts=False)
        sign_in(page, site)

        expect(page.get_by_text("2029年1月末")).to_be_hidden()
        page.get_by_text("これ以降のポイントを表示").click()
        expect(page.get_by_text("2029年1月末")).to_be_visible()

        page.get_by_role("contentinfo").get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My page")

    def test_follows_the_colours_of_the_system(self, site: Site, open_window: OpenWindow) -> None:
        background = "getComputedStyle(document.body).backgroundColor"
        light, dark = open_window(), open_window(dark=True)

        for page in (light, dark):
            page.goto(f"{site.address}/sign-in/")

        assert light.evaluate(background) == "rgb(243, 246, 249)"
        assert dark.evaluate(background) == "rgb(13, 20, 27)"

    def test_weighs_little(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window()
        weights: dict[str, int] = {}
        page.on("response", lambda response: weights.update({response.url: len(gzip.compress(response.body()))}))

        sign_in(page, site)
        page.wait_for_load_state("networkidle")

        assert weights.pop(f"{site.address}/static/portal/app.css") <= 15_000
        assert weights[f"{site.address}/"] <= 20_000
        assert all(url.startswith(site.address) for url in weights)
