"""What was typed when stay or proof had ended is there again for whoever typed it, and for nobody else (REG-8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from pointclub.membership import services as membership
from pointclub.people.models import SignIn, User
from pointclub.people.queries import list_kept
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.people.rules.signing_in import EndedHow
from pointclub.people.services import end_all_sign_ins
from tests.factories.club import STAFF
from tests.factories.old_members import OLD_NUMBER, OLD_PASSWORD, old_member_on_file
from tests.factories.sign_ins import code_in, give_address, know, let_in
from tests.harness.mailbox import Mailbox
from tests.harness.soft_passkey import SoftPasskey
from tests.portal.details.conftest import show_proof
from tests.portal.household import NOW, PASSWORD, Household, register
from tests.portal.registration import newcomer
from tests.portal.registration.newcomer import path_of, shown_in, text_of, value_in
from tests.portal.registration.test_joining import CHECK, DONE, JOIN, TO_JOIN, fill_in, press

pytestmark = [pytest.mark.django_db, pytest.mark.rule("REG-8")]
STILL_THERE = "入力された内容は残っています。ご確認"
PHONES = "/details/phones/"
TYPED = {"mobile_0": "090", "mobile_1": "8765", "mobile_2": "4321"}
SetClock = Callable[[dt.datetime], None]


@pytest.fixture
def known(household: Household, client: Client) -> Client:
    """Return a browser that is known as Hanako's, in which she has just shown her password."""
    let_in(client, household.user)
    know(client, household.user)
    show_proof(client)
    return client


def send(client: Client, path: str, **typed: Any) -> Any:
    """Open a page, and return what sends its form off as it was then."""
    shown_to = value_in(client.get(path), "shown_to")
    return lambda: client.post(path, {**typed, "shown_to": shown_to}, follow=True)


def sign_in(client: Client, page: Any, login_id: str = "hanako") -> Any:
    typed = {"login_id": login_id, "password": PASSWORD, "next": value_in(page, "next")}
    return client.post("/sign-in/", typed, follow=True)


def leave(client: Client) -> None:
    client.post("/sign-out/")


def be_signed_out_elsewhere(client: Client) -> None:
    stays = SignIn.objects.filter(user__login_id="hanako")
    end_all_sign_ins(user=stays[0].user, how=EndedHow.ENDED_BY_OWNER, at=NOW, actor=STAFF)
    assert client.session["_auth_user_id"]


def lapse(client: Client) -> None:
    client.session.delete()


def change_password_elsewhere(client: Client) -> None:
    assert client.session["_auth_user_id"]
    user = User.objects.get(login_id="hanako")
    user.set_password(PASSWORD)
    user.save()


class TestAStayThatEnded:
    @pytest.mark.parametrize("end", [leave, be_signed_out_elsewhere, lapse, change_password_elsewhere])
    def test_costs_nothing_of_what_was_typed(
        self, known: Client, household: Household, end: Callable[[Client], None]
    ) -> None:
        press_save = send(known, PHONES, **TYPED)
        end(known)

        page = press_save()
        assert path_of(page) == "/sign-in/"
        assert "入力された内容は15分間残っています" in text_of(page)
        back = sign_in(known, page)

        assert path_of(back) == PHONES
        assert STILL_THERE in text_of(back)
        assert [value_in(back, name) for name in TYPED] == list(TYPED.values())
        assert PersonalField.MOBILE not in {kept.field for kept in list_kept(household.user.person_id)}

    def test_opens_to_nobody_else_who_comes_in_by_the_same_browser(self, known: Client, household: Household) -> None:
        taro = register("山田 太郎", "taro")
        membership.admit(person=taro.person, at=NOW, actor=STAFF)
        know(known, taro)
        press_save = send(known, PHONES, **TYPED)
        leave(known)

        back = sign_in(known, press_save(), "taro")

        assert path_of(back) == PHONES
        assert STILL_THERE not in text_of(back)
        assert "8765" not in text_of(back)
        leave(known)
        know(known, household.user)
        assert value_in(sign_in(known, known.get(PHONES, follow=True)), "mobile_1") == "8765"

    def test_opens_to_nobody_by_a_mark_of_their_own(self, known: Client) -> None:
        taro = register("山田 太郎", "taro")
        own = Client()
        let_in(own, taro)
        show_proof(own)
        planted = value_in(own.get(PHONES), "shown_to")
        leave(known)

        back = sign_in(known, known.post(PHONES, {**TYPED, "shown_to": planted}, follow=True))

        assert value_in(back, "mobile_1") == ""

    def test_is_forgotten_after_a_quarter_of_an_hour(self, known: Client, set_clock: SetClock) -> None:
        press_save = send(known, PHONES, **TYPED)
        leave(known)
        page = press_save()
        set_clock(NOW + dt.timedelta(minutes=15, seconds=1))

        back = sign_in(known, page)

        assert path_of(back) == PHONES
        assert value_in(back, "mobile_1") == ""

    def test_leaves_nothing_readable_behind(self, known: Client) -> None:
        press_save = send(known, "/details/nickname/", nickname="こもれび")
        leave(known)
        press_save()

        kept = [row.get_decoded() for row in Session.objects.all()]
        assert "'held'" in str(kept)
        assert "こもれび" not in str(kept)

    def test_keeps_no_keyword_password_or_code(self, known: Client) -> None:
        forms = {
            "/details/keyword/": {"keyword": "たまのみけ"},
            "/account/password/": {"password": "asahi2026", "again": "asahi2026"},
            "/account/app/": {"code": "123456"},
        }
        leave(known)

        for path, typed in forms.items():
            page = known.post(path, {**typed, "shown_to": "f" * 64}, follow=True)
            assert value_in(page, "next") == path
        assert "held" not in known.session

    @pytest.mark.usefixtures("address")
    def test_is_outlived_through_the_mailed_code(self, known: Client, mailbox: Mailbox) -> None:
        press_save = send(known, PHONES, **TYPED)
        leave(known)
        known.cookies.pop("pointclub_device")
        assert path_of(sign_in(known, press_save())) == "/sign-in/code/"

        back = known.post("/sign-in/code/", {"code": code_in(mailbox)}, follow=True)

        assert path_of(back) == PHONES
        assert value_in(back, "mobile_1") == "8765"

    def test_is_outlived_through_a_passkey(self, known: Client) -> None:
        passkey = SoftPasskey(origin="http://testserver")
        asked = known.get("/account/passkeys/asked/").json()
        known.post("/account/passkeys/", {"answer": passkey.add(asked)})
        press_save = send(known, PHONES, **TYPED)
        leave(known)
        way_on = value_in(press_save(), "next")

        answer = passkey.show(known.get("/sign-in/passkey/asked/").json())
        back = known.post("/sign-in/passkey/", {"answer": answer, "next": way_on}, follow=True)

        assert value_in(back, "mobile_1") == "8765"

    def test_that_ended_while_the_password_was_asked_for_leads_back_as_well(
        self, known: Client, set_clock: SetClock
    ) -> None:
        press_save = send(known, PHONES, **TYPED)
        set_clock(NOW + dt.timedelta(minutes=6))
        page = press_save()
        assert path_of(page) == "/account/proof/"
        leave(known)

        page = known.post("/account/proof/", {"password": PASSWORD, "next": PHONES}, follow=True)
        assert path_of(page) == "/sign-in/"

        assert value_in(sign_in(known, page), "mobile_1") == "8765"


class TestAnotherTab:
    @pytest.fixture
    def strict(self, household: Household) -> Client:
        """Return a browser of Hanako's in which forms are held against their tokens."""
        client = Client(enforce_csrf_checks=True)
        let_in(client, household.user)
        know(client, household.user)
        show_proof(client)
        return client

    def post(self, client: Client, path: str, page: Any, **typed: Any) -> Any:
        hidden = {"csrfmiddlewaretoken": value_in(page, "csrfmiddlewaretoken")}
        return client.post(path, {**typed, **hidden}, follow=True)

    def test_in_which_she_has_left_leads_to_the_sign_in(self, strict: Client) -> None:
        page = strict.get(PHONES)
        self.post(strict, "/sign-out/", page)

        asked = self.post(strict, PHONES, page, **TYPED, shown_to=value_in(page, "shown_to"))
        typed = {"login_id": "hanako", "password": PASSWORD, "next": value_in(asked, "next")}
        back = self.post(strict, "/sign-in/", asked, **typed)

        assert value_in(back, "mobile_1") == "8765"

    @pytest.mark.parametrize("login_id", ["hanako", "taro"])
    def test_in_which_somebody_came_in_again_shows_it_to_her_alone(self, strict: Client, login_id: str) -> None:
        taro = register("山田 太郎", "taro")
        know(strict, User.objects.get(login_id=login_id))
        page = strict.get(PHONES)
        self.post(strict, "/sign-out/", page)
        typed = {"login_id": login_id, "password": PASSWORD}
        self.post(strict, "/sign-in/", strict.get("/sign-in/"), **typed)

        back = self.post(strict, PHONES, page, **TYPED, shown_to=value_in(page, "shown_to"))

        if login_id == "hanako":
            assert value_in(back, "mobile_1") == "8765"
            assert STILL_THERE in text_of(back)
        else:
            assert back.status_code == 403
            assert value_in(strict.get(PHONES), "mobile_1") == ""
        for person in (taro.person, User.objects.get(login_id="hanako").person):
            assert PersonalField.MOBILE not in {kept.field for kept in list_kept(person.id)}

    def test_of_another_site_is_refused(self, strict: Client) -> None:
        assert strict.post(PHONES, {**TYPED, "shown_to": "f" * 64}).status_code == 403
        assert strict.post(PHONES, TYPED).status_code == 403


class TestAProofThatRanOut:
    def test_leads_back_to_the_form_with_the_login_id_that_was_typed(self, known: Client, set_clock: SetClock) -> None:
        press_save = send(known, "/account/login-id/", login_id="hidama7")
        set_clock(NOW + dt.timedelta(minutes=6))

        page = press_save()
        assert path_of(page) == "/account/proof/"
        typed = {"password": PASSWORD, "next": value_in(page, "next")}
        back = known.post("/account/proof/", typed, follow=True)

        assert path_of(back) == "/account/login-id/"
        assert value_in(back, "login_id") == "hidama7"
        assert STILL_THERE in text_of(back)
        assert User.objects.filter(login_id="hanako").exists()

    def test_leads_back_to_the_old_number_without_its_password(self, known: Client, set_clock: SetClock) -> None:
        old_member_on_file(("2027-03-31", 1_000))
        press_save = send(known, "/old-points/", old_number=OLD_NUMBER, old_password=OLD_PASSWORD)
        set_clock(NOW + dt.timedelta(minutes=6))

        page = press_save()
        typed = {"password": PASSWORD, "next": value_in(page, "next")}
        back = known.post("/account/proof/", typed, follow=True)

        assert path_of(back) == "/old-points/"
        assert [value_in(back, name) for name in ("old_number", "old_password")] == [OLD_NUMBER, ""]

    @pytest.mark.parametrize("path", ["/account/password/", "/account/app/"])
    def test_leads_back_to_a_form_of_secrets_empty(self, known: Client, set_clock: SetClock, path: str) -> None:
        set_clock(NOW + dt.timedelta(minutes=6))

        page = known.post(path, {"password": "asahi2026", "again": "asahi2026", "code": "123456"}, follow=True)

        assert value_in(page, "next") == path
        assert "held" not in known.session


class TestJoiningLater:
    @pytest.fixture
    def applicant(self, client: Client, household: Household) -> Client:
        del household
        newcomer.register(client)
        return client

    def sign_in(self, client: Client, page: Any) -> Any:
        user = User.objects.get(login_id=newcomer.BASIC["login_id"])
        give_address(user)
        know(client, user)
        typed = {"login_id": user.login_id, "password": newcomer.PASSWORD, "next": value_in(page, "next")}
        return client.post("/sign-in/", typed, follow=True)

    def test_costs_nothing_of_the_form_where_the_stay_ended(self, applicant: Client) -> None:
        shown = shown_in(applicant.get(JOIN))
        go_on = send(applicant, JOIN, **TO_JOIN, shown=shown, then="check")
        leave(applicant)

        back = self.sign_in(applicant, go_on())

        assert path_of(back) == JOIN
        assert STILL_THERE in text_of(back)
        assert value_in(back, "given_name") == "花子"
        again = {name: value_in(back, name) for name in ("family_name", "given_name", "family_kana", "given_kana")}
        assert path_of(fill_in(applicant, **again)) == CHECK

    def test_goes_on_from_the_check_where_the_stay_ended(self, applicant: Client) -> None:
        check_page = fill_in(applicant)
        leave(applicant)

        page = press(applicant, check_page)
        assert path_of(page) == "/sign-in/"
        back = self.sign_in(applicant, page)

        assert path_of(back) == CHECK
        assert path_of(press(applicant, back)) == DONE

    def test_shows_nobody_else_what_was_typed(self, applicant: Client) -> None:
        other = Client()
        twin = {"login_id": "hidama2", "name": "見本 桜子", "mail": "t@example.com", "mail_again": "t@example.com"}
        newcomer.register(other, **twin)
        fill_in(applicant, given_name="梅子")
        leave(applicant)
        user = User.objects.get(login_id="hidama2")
        know(applicant, user)

        typed = {"login_id": "hidama2", "password": newcomer.PASSWORD, "next": JOIN}
        page = applicant.post("/sign-in/", typed, follow=True)

        assert path_of(page) == JOIN
        assert value_in(page, "given_name") == ""
