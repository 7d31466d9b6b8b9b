"""Registering, as people do it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pointclub.energy import queries as energy
from pointclub.membership.models import Registration
from pointclub.people.models import ContactAddress, User
from pointclub.people.rules.prefectures import PREFECTURES
from tests.factories.contracts import contract_on_file
from tests.journeys.conftest import Site, flaws_of, look_all_round
from tests.portal.registration.newcomer import proof_of_first_mail

pytestmark = pytest.mark.browser
OpenWindow = Callable[..., Page]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).locator("visible=true").click()


@pytest.mark.rule("REG-2", "REG-3", "REG-4", "REG-5")
class TestAFamilyWithoutAContract:
    def test_registers_on_a_small_phone_without_scripts(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window(width=320, scripts=False)
        page.goto(f"{site.address}/sign-in/")
        page.get_by_role("link", name="新規登録").click()
        expect(page.get_by_text("お客さまのご負担となります")).to_be_visible()
        press(page, "ご契約のない方の登録")

        self.write_about_herself(page)
        self.find_her_address(page)
        self.write_her_mail_address(page)
        page.get_by_role("textbox", name="本人確認用キーワード").fill("みけのたま")
        self.join_the_club(page)
        page.get_by_label("家族・知人の紹介").check()
        self.read_the_terms_and_come_back(page)
        for box in ("利用規約に同意します", "個人情報の取扱いを読み", "現在該当せず", "反社会的な行為をしない"):
            page.get_by_label(box).check()
        press(page, "確認する")

        self.mend_what_was_wrong(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("ご入力内容の確認")
        expect(page.get_by_text("ミホン　花子")).to_be_visible()
        expect(page.get_by_text("変換しました").first).to_be_visible()
        press(page, "登録する")

        expect(page.get_by_role("heading", level=1)).to_have_text("ご登録ありがとうございます")
        page.goto(f"{site.address}/register/proof/{proof_of_first_mail()}/")
        press(page, "自分のメールアドレスです")
        page.get_by_role("link", name="マイページへ").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("マイページ")
        assert Registration.objects.get().state == Registration.State.ADMITTED
        assert ContactAddress.objects.get(kind="first_mail").verified_at is not None

    def write_about_herself(self, page: Page) -> None:
        page.get_by_label("氏名").fill("ﾐﾎﾝ 花子")
        page.get_by_label("ログインID").fill("Hidamari")
        page.get_by_label("パスワード", exact=True).fill("umi77kazeno")
        page.get_by_label("パスワード（確認用）").fill("umi77kazeno")
        page.get_by_label("携帯電話: 1つ目").fill("090-1234-5678")

    def find_her_address(self, page: Page) -> None:
        page.get_by_label("郵便番号").fill("４９８－００００")
        press(page, "住所を入力する")
        expect(page.get_by_text("複数の町名があります")).to_be_visible()
        press(page, "愛知県 弥富市")
        expect(page.get_by_label("都道府県")).to_have_value("愛知県")
        expect(page.get_by_label("市区町村・町名")).to_have_value("弥富市")
        expect(page.get_by_label("氏名")).to_have_value("ﾐﾎﾝ 花子")
        page.get_by_label("番地").fill("1-2-22")

    def write_her_mail_address(self, page: Page) -> None:
        page.get_by_role("textbox", name="メールアドレス1", exact=True).fill("mihon@example.com")
        page.get_by_label("メールアドレス1（確認用）").fill("mihon@example.com")
        press(page, "メールアドレス1にお試し送信")
        expect(page.get_by_text("mihon@example.com にお試しのメールを送信しました")).to_be_visible()

    def join_the_club(self, page: Page) -> None:
        expect(page.get_by_label("にも入会する")).to_be_checked()
        for label, text in {"姓": "見本", "名": "花子", "姓（カナ）": "みほん", "名（カナ）": "ﾊﾅｺ"}.items():
            page.get_by_label(label, exact=True).fill(text)
        page.get_by_label("生年月日").fill("1980年4月1日")
        page.get_by_label("女性").check()
        page.get_by_label("会員規約に同意します").check()
        page.get_by_label("ポイント規定に同意します").check()

    def read_the_terms_and_come_back(self, page: Page) -> None:
        page.get_by_role("button", name=re.compile("利用規約.*を読む")).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("利用規約")
        page.go_back()
        expect(page.get_by_label("氏名")).to_have_value("ﾐﾎﾝ 花子")

    def mend_what_was_wrong(self, page: Page) -> None:
        """See that there is nothing to mend: that another town has the postal code is no error."""
        expect(page).not_to_have_title(re.compile("^エラー："))


@pytest.mark.rule("REG-1", "REG-4")
class TestOneWithAContract:
    def test_registers_in_english_by_keyboard_alone(self, site: Site, open_window: OpenWindow) -> None:
        contract_id = contract_on_file()
        page = open_window(width=1280)
        page.goto(f"{site.address}/en/register/")

        go_to(page, "Register with a contract")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your contract")
        type_into(page, "Customer number", "11-22-2233-334444")
        type_into(page, "Supply-point number", "06-0011-2222-3333-4444-0001")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Your contract was found.")).to_be_visible()

        for label, text in FIELDS.items():
            type_into(page, label, text)
        tick(page, "Join Hapi e-Point Club as well", ticked=False)
        tick(page, "From a bill or a notice of my usage")
        for label in ("I accept the terms of use", "I have read the privacy notice", "I declare and", "I warrant not"):
            tick(page, label)
        go_to(page, "Continue to check")
        page.keyboard.press("Enter")

        expect(page).to_have_title(re.compile("^Error: "))
        expect(page.get_by_role("alert")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#id_login_id$"))
        page.keyboard.press("Control+A")
        page.keyboard.type("john2026")
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", level=1)).to_have_text("Check your details")
        go_to(page, "Register these details")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("You are registered")
        user = User.objects.get(login_id="john2026")
        assert [each.id for each in energy.list_contracts_of(user.person_id)] == [contract_id]
        assert user.language == "en"


FIELDS = {
    "Name": "John Smith",
    "Login ID": "2026",
    "Password": "umi77kazeno",
    "Password again": "umi77kazeno",
    "Postal code": "5300005",
    "Prefecture": "大阪府",
    "City, ward, town": "大阪市北区中之島",
    "Street number": "1-2-22",
    "Mobile phone: first part": "09012345678",
    "First e-mail address": "john@example.com",
    "First e-mail address again": "john@example.com",
    "Identity keyword": "grey cat",
}


def go_to(page: Page, name: str) -> None:
    """Press the tab key until the link, button or field of that name has the focus."""
    page.wait_for_load_state()
    for _ in range(120):
        focused = page.evaluate(
            """() => { const it = document.activeElement;
            return [it.getAttribute('aria-label'), ...[...(it.labels ?? [])].map(each => each.textContent),
                    it.textContent].map(each => (each ?? '').trim()).find(each => each) ?? '' }"""
        )
        if focused == name or (len(name) > 12 and focused.startswith(name)):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"The tab key never came to {name!r}.")


def type_into(page: Page, label: str, text: str) -> None:
    go_to(page, label)
    if label == "Prefecture":
        for _ in range(1 + PREFECTURES.index(text)):
            page.keyboard.press("ArrowDown")
    else:
        page.keyboard.type(text)


def tick(page: Page, label: str, *, ticked: bool = True) -> None:
    go_to(page, label)
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.checked") is ticked


class TestTheAddress:
    def test_is_filled_in_by_a_script_without_leaving_the_page(self, site: Site, open_window: OpenWindow) -> None:
        page = open_window()
        page.goto(f"{site.address}/register/")
        press(page, "ご契約のない方の登録")
        page.get_by_label("パスワード", exact=True).fill("umi77kazeno")
        page.get_by_label("郵便番号").fill("５３０－０００５")
        press(page, "住所を入力する")

        expect(page.get_by_label("市区町村・町名")).to_have_value("大阪市北区中之島")
        expect(page.get_by_label("都道府県")).to_have_value("大阪府")
        expect(page.get_by_text("都道府県と市区町村・町名を入力しました")).to_be_visible()
        expect(page.get_by_label("パスワード", exact=True)).to_have_value("umi77kazeno")

    def test_is_chosen_of_several_where_the_script_finds_no_single_one(
        self, site: Site, open_window: OpenWindow
    ) -> None:
        page = open_window()
        page.goto(f"{site.address}/register/")
        press(page, "ご契約のない方の登録")
        page.get_by_label("郵便番号").fill("4980000")
        press(page, "住所を入力する")
        press(page, "愛知県 弥富市")

        expect(page.get_by_label("市区町村・町名")).to_have_value("弥富市")


@pytest.mark.parametrize("language", ["ja", "en"])
class TestEveryPage:
    def test_has_no_flaws_at_any_width_in_light_and_dark(
        self, site: Site, open_window: OpenWindow, language: str
    ) -> None:
        page = open_window()
        root = f"{site.address}{'/en' if language == 'en' else ''}/register/"
        found: list[str] = []

        page.goto(root)
        found += look_all_round(page)
        page.goto(f"{root}contract/")
        page.locator("main form button").click()
        found += look_all_round(page)
        page.goto(root)
        page.locator("main form button").click()
        found += look_all_round(page)
        press(page, "Continue to check" if language == "en" else "確認する")
        found += look_all_round(page)
        fill_all(page)
        page.locator("[value=find_town]").click()
        page.wait_for_url("**#address")
        found += flaws_of(page)
        page.locator("[value='try:mail']").click()
        found += look_all_round(page)
        press(page, "Continue to check" if language == "en" else "確認する")
        found += look_all_round(page)
        page.locator("main form button").click()
        found += look_all_round(page)
        page.goto(f"{root}proof/{'x' * 40}/")
        found += flaws_of(page)
        page.locator("main form button").click()
        found += flaws_of(page)

        assert found == []
        assert Registration.objects.count() == 1


def fill_all(page: Page) -> None:
    """Fill in what a newcomer without the club needs."""
    page.locator("[name=wants_club]").uncheck()
    typed = {
        "name": "見本　花子",
        "login_id": "hidamari",
        "password": "umi77kazeno",
        "password_again": "umi77kazeno",
        "postal_code": "4980000",
        "town": "弥富市",
        "street": "１－２－２２",
        "mobile_0": "09012345678",
        "mail": "hanako@example.com",
        "mail_again": "hanako@example.com",
        "keyword": "みけのたま",
    }
    for name, text in typed.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=prefecture]").select_option("愛知県")
    page.locator("[name=questionnaire][value=web]").check()
    for name in ("is_no_part", "does_no_harm", "portal_terms", "privacy_notice"):
        page.locator(f"[name={name}]").check()
