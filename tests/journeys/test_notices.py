"""Reading what one was told."""

import dataclasses
import mailbox
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from pointclub.notices import services as notices
from pointclub.notices.models import Delivery
from pointclub.notices.queries.tokens import stop_token
from pointclub.notices.rules.kinds import Kind
from pointclub.notices.services.mails import mail_of
from pointclub.people import services as people
from pointclub.people.models import ContactAddress
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.club import STAFF
from tests.factories.readers import tell
from tests.factories.texts import published
from tests.journeys.conftest import Site, look_all_round, sign_in, unfold_all
from tests.portal.household import NOW

pytestmark = pytest.mark.browser
OpenWindow = Callable[..., Page]


@pytest.fixture
def told(site: Site) -> str:
    """Tell the member several things, one by mail that comes back, and everybody another; give the stop link."""
    person = site.household.hanako.person
    mail = {PersonalField.FIRST_MAIL: "hanako@example.com"}
    people.record_personal_data(person=person, values=mail, at=NOW, actor=STAFF)
    ContactAddress.objects.filter(person=person).update(verified_at=NOW)
    lapsing: dict[str, str | int] = {"points": 1_200, "usable_through": "2026-12-31", "days": 41}
    tell(person, Kind.POINTS_LAPSING, lapsing, at=NOW)
    tell(person, Kind.NEW_SIGN_IN, {"when": NOW.isoformat(), "device": "Android の Chrome " + "長" * 60}, at=NOW)
    tell(person, Kind.APPLICATION_ADMITTED, {"member_number": "1234-5678-9015"}, at=NOW)
    words = notices.Words("年末年始の営業について", "電話窓口は年末年始にお休みします。\n\nご了承ください。")
    english = notices.Words("Closed over New Year", "Nobody answers the telephone from 29 December to 3 January.")
    published(japanese=words, english=english, shown_from=NOW.date(), at=NOW)
    people.note_bounce(address_id=ContactAddress.objects.get(person=person).id, at=NOW, actor=STAFF)
    return stop_token(Delivery.objects.exclude(address=None).earliest("id").id)


class TestNotices:
    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_have_no_flaws_at_any_width_in_light_and_dark(
        self, site: Site, told: str, open_window: OpenWindow, language: str
    ) -> None:
        page = open_window()
        sign_in(page, site, language=language)
        prefix = "/en" if language == "en" else ""

        flaws = look_all_round(page)
        for address in ("/notices/", "/announcements/", f"/stop-advertising/{told}/"):
            page.goto(f"{site.address}{prefix}{address}")
            flaws += look_all_round(page)
        page.goto(f"{site.address}{prefix}/notices/")
        page.locator(".told a").first.click()
        unfold_all(page)
        flaws += look_all_round(page)

        assert flaws == []

    @pytest.mark.parametrize("language", ["ja", "en"])
    @pytest.mark.usefixtures("told")
    def test_stand_in_the_mailbox_of_the_demo_without_flaws(
        self, site: Site, open_window: OpenWindow, settings: Settings, tmp_path: Path, language: str
    ) -> None:
        box = mailbox.Maildir(tmp_path / "mail")
        for delivery in Delivery.objects.exclude(address=None):
            box.add(mail_of(delivery, at=NOW).content)
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, mailbox_folder=tmp_path / "mail")
        page = open_window()
        page.goto(f"{site.address}{'/en' if language == 'en' else ''}/demo-mail/")

        flaws = look_all_round(page)
        page.locator("main a[href*='/demo-mail/']").first.click()
        unfold_all(page)

        assert flaws + look_all_round(page) == []

    @pytest.mark.rule("NTC-1", "NTC-5")
    @pytest.mark.usefixtures("told")
    def test_are_found_by_the_bell_and_read_without_scripts(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window(width=320, scripts=False)
        sign_in(page, site)
        expect(page.get_by_text("メールアドレス1にメールが届いていません")).to_be_visible()

        page.get_by_role("link", name="お知らせ 未読3件").click()
        page.get_by_role("link", name="ポイントの有効期限が近づいています").click()
        expect(page.get_by_text("1,200ポイント")).to_be_visible()
        page.get_by_role("link", name="お知らせの一覧").click()
        expect(page.get_by_role("link", name="お知らせ 未読2件")).to_be_visible()
        page.get_by_role("button", name="アドレスは正しく、メールも届く状態です").click()

        expect(page.get_by_text("メールが届いていません")).to_have_count(0)

    @pytest.mark.rule("NTC-3")
    def test_of_advertising_are_stopped_by_link_and_button(
        self, site: Site, told: str, open_window: OpenWindow
    ) -> None:
        page = open_window(scripts=False)
        page.goto(f"{site.address}/en/stop-advertising/{told}/")

        page.get_by_role("button", name="Stop advertising mail").click()

        expect(page.get_by_role("status")).to_contain_text("We send no more advertising")
