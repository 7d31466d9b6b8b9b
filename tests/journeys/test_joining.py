"""Joining the club later, and bringing points of the old club over."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pointclub.membership.models import Member
from pointclub.people.models import User
from tests.factories.old_members import OLD_NUMBER, OLD_PASSWORD, old_member_on_file
from tests.factories.registrations import filled_in, portal_user
from tests.journeys.conftest import Site, look_all_round, sign_in
from tests.journeys.test_registration import press
from tests.portal.household import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.rule("REG-6", "MEM-1")]
OpenWindow = Callable[..., Page]


@pytest.fixture
def user(site: Site) -> User:
    """Register somebody without the club, and put an old member on file."""
    old_member_on_file(("2026-11-20", 80), ("2027-03-31", 1_000), ("2027-06-30", 200))
    return portal_user(filled_in(password=PASSWORD))


def fill_in(page: Page, *, old_password: str = OLD_PASSWORD) -> None:
    typed = {
        "family_name": "関西",
        "given_name": "花子",
        "family_kana": "かんさい",
        "given_kana": "ﾊﾅｺ",
        "birth_date": "1980年4月1日",
        "old_number": OLD_NUMBER.lower(),
        "old_password": old_password,
    }
    for name, text in typed.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=sex][value=f]").check()
    for name in ("membership_terms", "point_rules", "is_no_part", "does_no_harm"):
        page.locator(f"[name={name}]").check()


class TestSomebodyWithoutTheClub:
    def test_joins_with_the_old_number_on_a_small_phone_without_scripts(
        self, site: Site, open_window: OpenWindow, user: User
    ) -> None:
        page = open_window(width=320, scripts=False)
        sign_in(page, site, login_id=user.login_id)
        page.get_by_role("link", name=re.compile("への入会$")).first.click()

        fill_in(page, old_password="mukashi9")
        page.get_by_role("button", name=re.compile("ポイント規定.*を読む")).click()
        page.wait_for_url("**/documents/point-rules/")
        page.go_back()
        expect(page.get_by_text("旧クラブの会員を確認できません").first).to_be_visible()
        page.get_by_label("旧クラブのパスワード").fill(OLD_PASSWORD)
        press(page, "確認する")

        expect(page.get_by_text(OLD_NUMBER)).to_be_visible()
        expect(page.get_by_text("カンサイ")).to_be_visible()
        press(page, "この内容で入会する")
        page.wait_for_url("**/join/done/")

        number = Member.objects.get(person=user.person).number
        expect(page.get_by_text(f"{number[:4]}-{number[4:8]}-{number[8:]}")).to_be_visible()
        expect(page.get_by_text("1,200ポイントを引き継ぎました")).to_be_visible()
        page.get_by_role("link", name="マイページへ").click()
        expect(page.get_by_text("1,200").first).to_be_visible()


@pytest.mark.parametrize("language", ["ja", "en"])
class TestEveryPage:
    def test_has_no_flaws_at_any_width_in_light_and_dark(
        self, site: Site, open_window: OpenWindow, language: str, user: User
    ) -> None:
        page = open_window()
        root = f"{site.address}{'/en' if language == 'en' else ''}"
        sign_in(page, site, language=language, login_id=user.login_id)
        expect(page.locator("main .btn-brand[href$='/join/']")).to_be_visible()
        flaws = look_all_round(page)

        page.goto(f"{root}/join/")
        page.locator("main form .btn-brand").click()
        expect(page.get_by_role("alert")).to_be_visible()
        flaws += look_all_round(page)
        fill_in(page, old_password="mukashi9")
        page.locator("main form .btn-brand").click()
        expect(page.locator("#id_old_number_error")).to_be_visible()
        page.locator("[name=old_password]").fill(OLD_PASSWORD)
        page.locator("button[value='read:point-rules']").click()
        page.wait_for_url("**/documents/point-rules/")
        page.goto(f"{root}/join/")
        flaws += look_all_round(page)
        page.locator("main form .btn-brand").click()
        page.wait_for_url("**/join/check/")
        flaws += look_all_round(page, in_dark=False)
        page.locator("main form .btn-brand").click()
        page.wait_for_url("**/join/done/")
        flaws += look_all_round(page)

        assert flaws == []


@pytest.mark.usefixtures("user")
class TestAMember:
    def test_brings_the_points_over_later(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window()
        sign_in(page, site)
        page.get_by_role("heading", level=1, name="マイページ").wait_for()
        page.goto(f"{site.address}/menu/")
        page.get_by_role("link", name="旧クラブのポイント").click()
        page.locator("main .btn-brand").click()
        expect(page.get_by_role("alert")).to_be_visible()
        flaws = look_all_round(page)
        page.get_by_label("旧会員番号").fill(OLD_NUMBER)
        page.get_by_label("旧クラブのパスワード").fill(OLD_PASSWORD)
        page.locator("main .btn-brand").click()

        expect(page.get_by_text("1,200ポイントを引き継ぎました")).to_be_visible()
        assert flaws + look_all_round(page) == []
