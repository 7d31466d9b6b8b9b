"""Changing one's details, as people do it."""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from pointclub.foundation import clock
from pointclub.jobs import post
from pointclub.people import services as people
from pointclub.people.models import User
from tests.factories.club import STAFF
from tests.factories.sign_ins import give_address
from tests.harness.mailbox import Mailbox, running_mailbox, sending_to
from tests.journeys.conftest import Site, look_all_round, sign_in, unfold_all
from tests.portal.details.conftest import REGISTERED
from tests.portal.household import NOW, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.rule("MEM-7")]
OpenWindow = Callable[..., Page]
GROUPS = ("name", "address", "phones", "mails", "nickname", "keyword", "advertising", "display")


@pytest.fixture
def user(site: Site) -> User:
    """Give the member all details, and a proved address."""
    user = site.household.user
    people.record_personal_data(person=user.person, values=REGISTERED, at=NOW, actor=STAFF)
    give_address(user)
    return user


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """Give a mail server to which the settings send."""
    with running_mailbox() as mailbox:
        settings.ENVIRONMENT = sending_to(mailbox.url)
        yield mailbox


class TestMyDetails:
    @pytest.mark.usefixtures("user")
    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_have_no_flaws_at_any_width_in_light_and_dark(
        self, site: Site, open_window: OpenWindow, language: str
    ) -> None:
        page = open_window()
        sign_in(page, site, language=language)
        at = f"{site.address}{'/en' if language == 'en' else ''}/details/"
        page.goto(f"{at}mails/")
        for name in ("mail", "mail_again"):
            page.locator(f"#id_{name}").fill("a.very.long.address.of.hanako@example.org")
        page.locator("main .btn-brand").click()
        unfold_all(page)

        flaws = look_all_round(page)
        for group in GROUPS:
            page.goto(f"{at}{group}/")
            flaws += look_all_round(page, widths=(320, 1280))
        for group in ("name", "address", "phones", "mails"):
            page.goto(f"{at}{group}/")
            for field in page.locator("main input:visible").all():
                field.fill("")
            page.locator("main .btn-brand").click()
            expect(page.get_by_role("alert")).to_be_visible()
            flaws += look_all_round(page, widths=(320, 1280), in_dark=False)

        assert flaws == []

    @pytest.mark.usefixtures("user")
    def test_change_on_a_small_phone_without_scripts_and_a_stale_proof_loses_nothing(
        self, site: Site, mailbox: Mailbox, open_window: OpenWindow, set_clock: Callable[[dt.datetime], None]
    ) -> None:
        page = open_window(width=320, scripts=False)
        sign_in(page, site)
        page.goto(f"{site.address}/menu/")
        page.get_by_role("link", name="ご登録内容").click()
        page.locator("a[href='/details/mails/']").click()
        for name in ("mail", "mail_again"):
            page.locator(f"#id_{name}").fill("hana@example.org")
        set_clock(NOW + dt.timedelta(minutes=6))
        page.get_by_role("button", name="登録する").click()

        page.get_by_label("パスワード").fill(PASSWORD)
        page.locator("main .btn-brand").click()
        expect(page.get_by_text("入力された内容は残っています")).to_be_visible()
        page.get_by_role("button", name="登録する").click()
        expect(page.get_by_text("hana@example.org への変更を承っています")).to_be_visible()

        post.send_all(read_clock=clock.now)
        told = {str(mail.message["to"]): mail.text for mail in mailbox.received}
        assert "メールアドレス1の変更の受付" in told["hanako@example.com"]
        link = re.search(r"https?://[^/]+(/\S*register/proof/\S+)", told["hana@example.org"])
        assert link
        page.goto(f"{site.address}{link[1]}")
        page.locator("main .btn-brand").click()
        page.goto(f"{site.address}/details/")
        expect(page.get_by_text("hana@example.org 確認済み")).to_be_visible()

        mailbox.received.clear()
        post.send_all(read_clock=clock.now)
        assert {str(mail.message["to"]) for mail in mailbox.received} == {"hanako@example.com", "hana@example.org"}

    @pytest.mark.usefixtures("user")
    def test_show_the_colours_that_were_chosen_whatever_the_device_says(
        self, site: Site, open_window: OpenWindow
    ) -> None:
        page = open_window(dark=False)
        sign_in(page, site)
        for choice, colour in (("常に暗い配色", "rgb(13, 20, 27)"), ("端末の設定に合わせる", "rgb(243, 246, 249)")):
            page.goto(f"{site.address}/details/display/")
            page.get_by_label(choice).check()
            page.locator("main .btn-brand").click()
            expect(page.locator("body")).to_have_css("background-color", colour)
