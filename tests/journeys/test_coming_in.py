"""A new phone, a forgotten password, a stolen login ID: as people live through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from pointclub.foundation import actors
from pointclub.people import services as people
from tests.factories.sign_ins import code_in, give_address, link_in, mailed
from tests.harness.mailbox import Mailbox, running_mailbox, sending_to
from tests.journeys.conftest import Site, look_all_round, sign_in
from tests.portal.household import NOW, PASSWORD

pytestmark = pytest.mark.browser
OpenWindow = Callable[..., Page]
ENDS = (320, 1280)
MAIL = "hanako@example.com"
NEW_PASSWORD = "asahi2026"


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """Give a mail server to which the settings send."""
    with running_mailbox() as mailbox:
        settings.ENVIRONMENT = sending_to(mailbox.url)
        yield mailbox


@pytest.fixture
def hanako(site: Site) -> Site:
    """Give Hanako an address and a keyword."""
    user = site.household.user
    give_address(user, MAIL)
    people.set_identity_keyword(person=user.person, keyword="ひだまり", at=NOW, actor=actors.member("1"))
    return site


def go_on(page: Page) -> None:
    page.locator("main .btn-brand").click()


@pytest.mark.rule("REG-8", "MEM-6")
def test_on_a_new_phone_the_mailed_code_opens_and_the_phone_is_known_from_then_on(
    hanako: Site, open_window: OpenWindow, mailbox: Mailbox
) -> None:
    page = open_window(width=320, scripts=False)
    page.goto(f"{hanako.address}/sign-in/?next=/points/")
    page.get_by_label("ログインID").fill("ＨＡＮＡＫＯ")
    page.get_by_label("パスワード").fill(PASSWORD)
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("認証コードの入力")
    page.get_by_label("認証コード", exact=True).fill("000000" if code_in(mailbox) != "000000" else "111111")
    go_on(page)
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("認証コード", exact=True).fill(code_in(mailbox))
    page.get_by_label("このブラウザーを記憶し、次回から認証コードの入力を省略する").check()
    go_on(page)
    expect(page).to_have_url(f"{hanako.address}/points/")
    assert "ログイン" in mailed(mailbox, "ログイン")

    page.get_by_role("button", name="ログアウト").first.click()
    page.get_by_label("ログインID").fill("hanako")
    page.get_by_label("パスワード").fill(PASSWORD)
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")


@pytest.mark.rule("REG-7")
def test_who_forgot_id_and_password_gets_both_back_by_address_and_keyword(
    hanako: Site, open_window: OpenWindow, mailbox: Mailbox
) -> None:
    page = open_window(width=390)
    page.goto(f"{hanako.address}/en/sign-in/")
    page.get_by_role("link", name="Forgotten login ID or password").click()
    go_on(page)
    assert look_all_round(page, widths=ENDS) == []
    for wanted in ("Login ID", "Password"):
        page.goto(f"{hanako.address}/en/recover/")
        page.get_by_label(wanted, exact=True).check()
        page.get_by_label("E-mail address").fill(MAIL)
        page.get_by_label("Identity keyword").fill("ヒダマリ")
        go_on(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Please check your mailbox")
    assert "hanako" in mailed(mailbox, "ログインID")

    page.goto(f"{hanako.address}{link_in(mailbox)}")
    page.locator("#id_password").fill("short")
    page.locator("#id_again").fill("other")
    go_on(page)
    assert look_all_round(page, widths=ENDS) == []
    page.locator("#id_password").fill(NEW_PASSWORD)
    page.locator("#id_again").fill(NEW_PASSWORD)
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")


@pytest.mark.rule("MEM-6")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_on_ones_own_sign_in_have_no_flaws(
    hanako: Site, open_window: OpenWindow, mailbox: Mailbox, language: str
) -> None:
    start = f"{hanako.address}/{'en/' if language == 'en' else ''}"
    page = open_window()
    page.goto(f"{start}sign-in/")
    page.locator("#id_login_id").fill("hanako")
    page.locator("#id_password").fill(PASSWORD)
    go_on(page)
    assert look_all_round(page, widths=ENDS) == []
    assert code_in(mailbox)
    sign_in(page, hanako, language=language)
    for path in ("account/", "account/password/", "account/login-id/", "account/app/", "account/theft/"):
        page.goto(f"{start}{path}")
        assert look_all_round(page, widths=ENDS) == []
        if path.count("/") > 1 and "theft" not in path:
            go_on(page)
            expect(page.locator(".notice-err")).to_be_visible()
            assert look_all_round(page, widths=(320,), in_dark=False) == []


@pytest.mark.rule("MEM-6")
def test_a_stolen_login_id_is_replaced_and_the_thief_is_out(
    hanako: Site, open_window: OpenWindow, mailbox: Mailbox
) -> None:
    thief, owner = open_window(), open_window(scripts=False)
    sign_in(thief, hanako)
    sign_in(owner, hanako)
    owner.goto(f"{hanako.address}/account/theft/")
    go_on(owner)
    expect(owner.get_by_role("heading", level=1)).to_have_text("すべてのログインを終了しました")
    thief.goto(f"{hanako.address}/points/")
    expect(thief).to_have_url(f"{hanako.address}/sign-in/?next=/points/")

    owner.goto(f"{hanako.address}{link_in(mailbox)}")
    owner.locator("#id_login_id").fill("hana2026")
    owner.locator("#id_password").fill(NEW_PASSWORD)
    owner.locator("#id_again").fill(NEW_PASSWORD)
    go_on(owner)
    expect(owner.get_by_role("heading", level=1)).to_have_text("マイページ")
