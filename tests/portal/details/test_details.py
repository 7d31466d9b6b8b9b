"""The pages: everything is shown, each group changes in place, and nothing typed is lost."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from pointclub.notices import queries as notices
from pointclub.notices.models import Trial
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person
from pointclub.people.rules.personal_fields import PersonalField as Field
from pointclub.portal import schemes
from tests.factories.club import STAFF
from tests.factories.sign_ins import let_in
from tests.portal.details.conftest import REGISTERED
from tests.portal.household import NOW, PASSWORD, Household, register
from tests.portal.registration.newcomer import value_in

pytestmark = [pytest.mark.django_db, pytest.mark.rule("MEM-7")]

OLD, NEW = "hanako@example.com", "hana@example.org"
HOME = {
    "postal_code": "６００－８００１",
    "prefecture": "京都府",
    "town": "京都市下京区真町",
    "street": "4-5",
    "building": "",
}
MAILS = {"mail": NEW, "mail_again": NEW, "second_mail": "", "second_mail_again": ""}
PHONES = {"land_line_0": "075", "land_line_1": "234", "land_line_2": "5678", "mobile_0": ""}
NAMES = {
    "name": "山田　葉奈子",
    "family_name": "山田",
    "given_name": "葉奈子",
    "family_kana": "ﾔﾏﾀﾞ",
    "given_kana": "はなこ",
}
WITH_PROOF = {"name": NAMES, "address": HOME, "phones": PHONES, "mails": MAILS, "keyword": {"keyword": "たまのみけ"}}


def path_of(group: str) -> str:
    return reverse("portal:change_detail", args=[group])


def page_of(response: Any) -> str:
    page: str = response.content.decode()
    return html.unescape(page)


def kept_of(person: Person) -> dict[Field, str]:
    return dict(people_queries.personal_data_of([person.id])[person.id])


class TestTheOverview:
    def test_shows_every_value_with_since_when_and_by_whom(self, browser_in: Client) -> None:
        page = page_of(browser_in.get(reverse("portal:details")))

        for text in (
            "山田 花子",
            "ヤマダ ハナコ",
            "1980年4月1日",
            "女性",
            "530-0005",
            "大阪市北区中之島",
            "１－２－２２",
        ):
            assert text in page
        for text in ("見本ビル３０１号", "090-1234-5678", OLD, "ひだまり花子", "確認済み", "係員", "ご本人"):
            assert text in page
        assert "2024年4月1日（月）登録（係員）" in page
        assert "生年月日と性別の変更は、お電話で" in page

    def test_never_shows_the_keyword_and_says_since_when_it_is_set(self, browser_in: Client) -> None:
        page = page_of(browser_in.get(reverse("portal:details")))

        assert "2024年4月1日（月）に設定されました" in page
        assert "みけのたま" not in page

    def test_covers_what_stood_before(self, proved: Client) -> None:
        proved.post(path_of("nickname"), {"nickname": "たんぽぽ"})
        page = page_of(proved.get(reverse("portal:details")))

        assert "たんぽぽ" in page
        assert "ひ＊" in page
        assert "ひだまり花子" not in page

    def test_tells_of_an_address_from_which_mail_comes_back(self, household: Household, browser_in: Client) -> None:
        address = ContactAddress.objects.get(person=household.user.person)
        people.note_bounce(address_id=address.id, at=NOW, actor=STAFF)

        assert "メールが届きません" in page_of(browser_in.get(reverse("portal:details")))

    @pytest.mark.usefixtures("household")
    def test_is_there_for_who_is_no_member_of_the_club(self, client: Client) -> None:
        let_in(client, register("見本 一子", "ichiko"))

        page = page_of(client.get(reverse("portal:details")))

        assert "見本 一子" in page
        assert "有効期限のお知らせ" not in page

    @pytest.mark.usefixtures("hanako")
    def test_shows_nothing_of_anybody_else(self, client: Client) -> None:
        let_in(client, register("見本 一子", "ichiko"))

        page = page_of(client.get(reverse("portal:details")))

        assert not [text for text in (*REGISTERED.values(), OLD) if text in page and len(text) > 1]

    @pytest.mark.parametrize("formers", [0, 5])
    def test_asks_the_database_no_more_often_however_long_the_history(
        self, proved: Client, formers: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(formers):
            proved.post(path_of("nickname"), {"nickname": "あ" * (number + 1)})
        with django_assert_max_num_queries(20):
            proved.get(reverse("portal:details"))


class TestEachGroup:
    def test_name_and_its_reading_change(self, proved: Client, hanako: Person) -> None:
        response = proved.post(path_of("name"), NAMES, follow=True)

        assert "ご登録内容を変更しました" in page_of(response)
        kept = kept_of(hanako)
        assert (kept[Field.NAME], kept[Field.GIVEN_NAME], kept[Field.KANA]) == (
            "山田　葉奈子",
            "葉奈子",
            "ヤマダ ハナコ",
        )

    def test_home_changes_and_an_emptied_building_is_gone(self, proved: Client, hanako: Person) -> None:
        proved.post(path_of("address"), HOME)

        kept = kept_of(hanako)
        assert (kept[Field.POSTAL_CODE], kept[Field.TOWN], kept[Field.STREET]) == (
            "6008001",
            "京都市下京区真町",
            "４－５",
        )
        assert Field.BUILDING not in kept

    def test_phones_change_and_one_stays(self, proved: Client, hanako: Person) -> None:
        proved.post(path_of("phones"), PHONES)
        assert kept_of(hanako)[Field.LAND_LINE] == "0752345678"
        assert Field.MOBILE not in kept_of(hanako)

        page = page_of(proved.post(path_of("phones"), {}))
        assert "固定電話か携帯電話のどちらかを入力してください。" in page

    def test_nickname_changes_without_a_proof_and_can_be_left_out(self, browser_in: Client, hanako: Person) -> None:
        browser_in.post(path_of("nickname"), {"nickname": ""})

        assert Field.NICKNAME not in kept_of(hanako)

    def test_keyword_changes(self, proved: Client, hanako: Person) -> None:
        proved.post(path_of("keyword"), {"keyword": "たまのみけ"})

        assert people_queries.matches_identity_keyword(hanako.id, "たまのみけ")

    def test_says_that_nothing_was_changed(self, proved: Client) -> None:
        typed = {"mobile_0": "090", "mobile_1": "1234", "mobile_2": "5678"}

        assert "変更はありませんでした" in page_of(proved.post(path_of("phones"), typed, follow=True))

    @pytest.mark.parametrize("group", ["name", "address", "phones", "mails", "keyword"])
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, proved: Client, group: str) -> None:
        wrong = "<b>\N{ZERO WIDTH SPACE}" + "x" * 60
        typed = dict.fromkeys(WITH_PROOF[group], wrong)
        response = proved.post(path_of(group), typed)

        assert response.status_code == 200
        assert "エラー：" in page_of(response)
        assert wrong not in response.content.decode()
        name = next(name for name in typed if name != "prefecture")
        assert value_in(response, name) == wrong

    def test_of_no_such_name_is_not_found(self, proved: Client) -> None:
        assert proved.get(path_of("password")).status_code == 404

    def test_changes_nobody_else(self, proved: Client) -> None:
        other = register("見本 一子", "ichiko")
        proved.post(path_of("name"), {**NAMES, "person": str(other.person_id), "user": str(other.id)})

        other.person.refresh_from_db()
        assert other.person.name == "見本 一子"


@pytest.mark.rule("REG-8")
class TestTheProof:
    @pytest.mark.parametrize("group", list(WITH_PROOF))
    def test_is_asked_for_before_the_form_is_shown(self, browser_in: Client, group: str) -> None:
        response = browser_in.get(path_of(group))

        assert response["Location"] == f"/account/proof/?next=/details/{group}/"

    @pytest.mark.parametrize("group", [group for group in WITH_PROOF if group != "keyword"])
    def test_that_ran_out_costs_nothing_of_what_was_typed(
        self, proved: Client, hanako: Person, later: Callable[..., None], group: str
    ) -> None:
        before = kept_of(hanako)
        later(minutes=6)

        asked = proved.post(path_of(group), WITH_PROOF[group])
        assert asked["Location"].startswith("/account/proof/")
        assert kept_of(hanako) == before
        back = proved.post("/account/proof/", {"password": PASSWORD, "next": path_of(group)}, follow=True)

        assert "入力された内容は残っています" in page_of(back)
        for name, text in WITH_PROOF[group].items():
            if name != "prefecture":
                assert value_in(back, name) == text

    def test_leaves_nothing_typed_readable_in_the_session(self, browser_in: Client) -> None:
        browser_in.post(path_of("mails"), MAILS)

        kept = [row.get_decoded() for row in Session.objects.all()]
        assert "'held'" in str(kept)
        assert NEW not in str(kept)

    def test_that_ran_out_has_the_keyword_typed_anew(self, browser_in: Client) -> None:
        browser_in.post(path_of("keyword"), {"keyword": "たまのみけ"})

        back = browser_in.post("/account/proof/", {"password": PASSWORD, "next": path_of("keyword")}, follow=True)

        assert value_in(back, "keyword") == ""
        assert "入力された内容は残っています" not in page_of(back)

    def test_shows_what_is_held_on_its_own_page_alone_and_for_an_hour(
        self, browser_in: Client, later: Callable[..., None]
    ) -> None:
        browser_in.post(path_of("mails"), MAILS)
        later(minutes=1)
        browser_in.post("/account/proof/", {"password": PASSWORD})
        assert NEW not in page_of(browser_in.get(path_of("phones")))

        later(minutes=62)
        browser_in.post("/account/proof/", {"password": PASSWORD})
        assert NEW not in page_of(browser_in.get(path_of("mails")))


class TestEMail:
    def test_waits_for_its_proof_and_says_so(self, proved: Client, hanako: Person) -> None:
        response = proved.post(path_of("mails"), MAILS, follow=True)

        page = page_of(response)
        assert "新しいアドレスにメールをお送りしました" in page
        assert f"{NEW} への変更を承っています" in page
        assert kept_of(hanako)[Field.FIRST_MAIL] == OLD

    @pytest.mark.rule("REG-5")
    def test_takes_its_place_by_the_link(self, proved: Client, hanako: Person) -> None:
        proved.post(path_of("mails"), MAILS)
        (waiting,) = people_queries.list_waiting_addresses(hanako.id)
        token = people.issue_address_proof(address_id=waiting.id, at=NOW)

        proved.post(reverse("portal:prove_address", args=[token]))

        assert kept_of(hanako)[Field.FIRST_MAIL] == NEW
        assert "への変更を承っています" not in page_of(proved.get(reverse("portal:details")))

    def test_shows_the_address_that_waits_in_the_form(self, proved: Client) -> None:
        proved.post(path_of("mails"), MAILS)

        assert value_in(proved.get(path_of("mails")), "mail") == NEW

    def test_is_typed_twice_alike(self, proved: Client) -> None:
        page = page_of(proved.post(path_of("mails"), {**MAILS, "mail_again": OLD}))

        assert "エラー：" in page

    @pytest.mark.rule("NTC-4")
    def test_is_tried_without_being_kept_or_lost(self, proved: Client, hanako: Person) -> None:
        response = proved.post(path_of("mails"), {**MAILS, "then": "try:mail"})

        assert Trial.objects.count() == 1
        assert value_in(response, "mail") == NEW
        assert NEW in page_of(response)
        assert people_queries.list_waiting_addresses(hanako.id) == []

    def test_is_tried_so_often_and_no_more(self, proved: Client) -> None:
        answers = [proved.post(path_of("mails"), {**MAILS, "then": "try:mail"}) for _ in range(4)]

        assert Trial.objects.count() == 3
        assert value_in(answers[-1], "mail") == NEW


class TestTheAddress:
    def test_is_filled_in_from_the_postal_code_and_loses_nothing(self, proved: Client) -> None:
        response = proved.post(path_of("address"), {**HOME, "postal_code": "5300005", "then": "find_town"})

        assert value_in(response, "town") == "大阪市北区中之島"
        assert value_in(response, "street") == "4-5"


@pytest.mark.rule("NTC-3")
class TestAdvertising:
    def test_is_chosen_by_address_and_stopped_at_once(self, browser_in: Client, hanako: Person) -> None:
        browser_in.post(path_of("advertising"), {"advertising": ["first_mail"]})
        assert notices.advertising_choice_of(hanako.id) == {ContactAddress.Kind.FIRST}

        browser_in.post(path_of("advertising"), {})
        assert notices.advertising_choice_of(hanako.id) == set()

    def test_offers_no_address_that_is_not_proved(self, browser_in: Client, hanako: Person) -> None:
        ContactAddress.objects.filter(person=hanako).update(verified_at=None)

        assert "確認が済んだメールアドレスがまだありません" in page_of(browser_in.get(path_of("advertising")))
        browser_in.post(path_of("advertising"), {"advertising": ["first_mail"]})
        assert notices.advertising_choice_of(hanako.id) == set()


class TestLanguageColoursAndReminders:
    @pytest.mark.rule("EXP-6")
    def test_reminders_are_stopped_and_asked_for_again(self, browser_in: Client, hanako: Person) -> None:
        browser_in.post(path_of("display"), {"language": "ja", "scheme": "system"})
        assert not notices.wants_reminders(hanako.id)

        browser_in.post(path_of("display"), {"language": "ja", "scheme": "system", "reminders": "on"})
        assert notices.wants_reminders(hanako.id)

    def test_the_language_leads_to_its_pages_and_mail_goes_out_in_it(self, browser_in: Client, hanako: Person) -> None:
        response = browser_in.post(path_of("display"), {"language": "en", "scheme": "system"})

        assert response["Location"] == "/en/details/"
        assert people_queries.language_of(hanako.id) == "en"

    def test_the_site_opens_in_it_after_signing_in(self, browser_in: Client, settings: Settings) -> None:
        browser_in.post(path_of("display"), {"language": "en", "scheme": "dark"})
        environment = settings.ENVIRONMENT
        settings.ENVIRONMENT = environment.__class__(**{**vars(environment), "password_policy": "strict"})
        browser = Client()

        response = browser.post("/sign-in/", {"login_id": "hanako", "password": PASSWORD, "next": "/points/"})

        assert response["Location"] == "/en/points/"
        assert browser.cookies[schemes.COOKIE].value == "dark"

    def test_the_colours_are_in_the_first_byte_of_every_page(self, browser_in: Client) -> None:
        browser_in.post(path_of("display"), {"language": "ja", "scheme": "dark"})
        assert '<html lang="ja" data-scheme="dark">' in browser_in.get("/help/").content.decode()

        browser_in.post(path_of("display"), {"language": "ja", "scheme": "system"})
        assert '<html lang="ja">' in browser_in.get("/help/").content.decode()

    def test_a_planted_cookie_writes_nothing_into_the_page(self, client: Client) -> None:
        client.cookies[schemes.COOKIE] = '"><script>'

        assert '<html lang="ja">' in client.get("/sign-in/").content.decode()
