"""Two doors with different sessions; the staff's takes a second factor."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from pointclub.office.models import Session
from pointclub.people import services as people
from pointclub.people.rules.permissions import Role
from tests.factories.office import COOKIE, PASSWORD, client_of, enrol, enrolled, let_in, sign_in
from tests.factories.sign_ins import let_in as let_member_in
from tests.factories.staff import administrator, staff
from tests.office.conftest import NOW
from tests.portal.household import PASSWORD as MEMBER_PASSWORD
from tests.portal.household import found_household

pytestmark = pytest.mark.usefixtures("office")
SetClock = Callable[[dt.datetime], None]


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


def is_in(client: Client) -> bool:
    return client.get("/office/").status_code == 200


def password_step(client: Client, login_id: str, password: str = PASSWORD) -> Any:
    return client.post("/office/sign-in/", {"login_id": login_id, "password": password})


class TestTheWayIn:
    def test_leads_by_password_and_code_to_the_page_that_was_asked_for(self, client: Client) -> None:
        who = enrolled(Role.CALL_CENTRE)

        asked = client.get("/office/?from=bookmark")
        first = client.post(
            "/office/sign-in/",
            {"login_id": who.user.login_id, "password": PASSWORD, "next": "/office/?from=bookmark"},
        )
        second = client.post("/office/sign-in/code/", {"code": who.code(steps_ahead=0)})

        assert asked["Location"] == "/office/sign-in/?next=/office/%3Ffrom%3Dbookmark"
        assert first["Location"] == "/office/sign-in/code/"
        assert second["Location"] == "/office/?from=bookmark"
        assert is_in(client)

    @pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/office/", "/", "/en/", "/officer"])
    def test_leads_nowhere_but_into_the_office(self, client: Client, elsewhere: str) -> None:
        who = enrolled(Role.CALL_CENTRE)

        client.post("/office/sign-in/", {"login_id": who.user.login_id, "password": PASSWORD, "next": elsewhere})
        second = client.post("/office/sign-in/code/", {"code": who.code(steps_ahead=0)})

        assert second["Location"] == "/office/"

    def test_opens_nothing_by_the_password_alone(self, client: Client) -> None:
        password_step(client, enrolled(Role.CALL_CENTRE).user.login_id)

        assert client.get("/office/")["Location"] == "/office/sign-in/?next=/office/"

    def test_asks_for_the_password_again_after_ten_minutes_between_the_steps(
        self, client: Client, set_clock: SetClock
    ) -> None:
        who = enrolled(Role.CALL_CENTRE)
        password_step(client, who.user.login_id)

        set_clock(NOW + dt.timedelta(minutes=10, seconds=1))

        assert client.post("/office/sign-in/code/", {"code": who.code(steps_ahead=0)})["Location"] == "/office/sign-in/"
        assert not is_in(client)

    def test_does_not_begin_with_the_second_step(self, client: Client) -> None:
        for page in ("code", "set-up"):
            assert client.get(f"/office/sign-in/{page}/")["Location"] == "/office/sign-in/"
            assert client.post(f"/office/sign-in/{page}/", {"code": "123456"})["Location"] == "/office/sign-in/"

    def test_gives_unknown_wrong_member_and_roleless_one_and_the_same_answer(self, client: Client) -> None:
        found_household()
        roleless = staff(Role.CALL_CENTRE, login_id="moto", password=PASSWORD)
        people.take_role(login_id=roleless.login_id, role=Role.CALL_CENTRE, at=NOW, actor=administrator())
        enrolled(Role.CALL_CENTRE, login_id="kakari")
        tries = (
            ("nobody", PASSWORD),
            ("kakari", "some other password"),
            ("hanako", MEMBER_PASSWORD),
            ("moto", PASSWORD),
        )

        answers = []
        for login_id, password in tries:
            response = password_step(client, login_id, password)
            page = text_of(response).split("<main", 1)[1].replace(login_id, "…")
            token = 'name="csrfmiddlewaretoken" value="'
            before, after = page.split(token, 1)
            answers.append((response.status_code, before + after[64:]))

        assert len(set(answers)) == 1
        assert "ログインIDまたはパスワードが正しくありません。" in answers[0][1]

    def test_forgets_the_password_and_keeps_the_login_id(self, client: Client) -> None:
        page = text_of(password_step(client, "kakarri", "do-not-show-me"))

        assert 'value="kakarri"' in page
        assert "do-not-show-me" not in page

    def test_is_skipped_by_those_who_are_in(self) -> None:
        assert client_of(Role.AUDITOR).get("/office/sign-in/")["Location"] == "/office/"

    def test_refuses_a_form_from_another_site(self) -> None:
        response = Client(enforce_csrf_checks=True).post("/office/sign-in/", {"login_id": "a", "password": "b"})

        assert response.status_code == 403
        assert "事務局" in text_of(response)


class TestTheTwoDoors:
    def test_of_members_is_closed_to_staff_with_the_answer_of_a_wrong_password(self, client: Client) -> None:
        staff(Role.CALL_CENTRE, login_id="kakari", password=PASSWORD)

        right = client.post("/sign-in/", {"login_id": "kakari", "password": PASSWORD})
        wrong = client.post("/sign-in/", {"login_id": "kakari", "password": "some other password"})

        said = "ログインIDまたはパスワードが正しくありません。"
        assert said in text_of(right)
        assert text_of(right).count("<li>") == text_of(wrong).count("<li>") == 1
        assert "_auth_user_id" not in client.session

    def test_know_nothing_of_each_others_keys(self, client: Client) -> None:
        household = found_household()
        let_member_in(client, household.user)
        members_key = client.cookies[settings.SESSION_COOKIE_NAME].value
        office = client_of(Role.CALL_CENTRE)
        staffs_key = office.cookies[COOKIE].value

        thief = Client()
        thief.cookies[COOKIE] = members_key
        other_thief = Client()
        other_thief.cookies[settings.SESSION_COOKIE_NAME] = staffs_key

        assert client.get("/").status_code == 200
        assert household.user.is_active
        assert not is_in(thief)
        assert other_thief.get("/").status_code == 302

    def test_are_not_opened_by_a_members_session_that_names_a_member_of_staff(self) -> None:
        who = enrolled(Role.ADMINISTRATOR)
        client = Client()
        client.force_login(who.user)  # Into the members' session: as if somebody could write there.
        client.cookies[COOKIE] = client.cookies[settings.SESSION_COOKIE_NAME].value

        assert not is_in(client)

    def test_give_the_staffs_cookie_to_the_office_alone(self, client: Client) -> None:
        sign_in(client, enrolled(Role.CALL_CENTRE))

        cookie = client.cookies[COOKIE]
        assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/office/", "Strict", True)
        assert cookie["max-age"] == cookie["expires"] == ""
        assert settings.SESSION_COOKIE_NAME not in client.cookies

    def test_tell_each_other_nothing_in_messages(self, client: Client) -> None:
        found_household()
        sign_in(client, enrolled(Role.CALL_CENTRE))
        client.post("/office/sign-out/")

        assert "ログアウトしました。" not in text_of(client.get("/sign-in/"))
        assert "ログアウトしました。" in text_of(client.get("/office/sign-in/"))


class TestTheStay:
    def test_ends_half_an_hour_after_the_last_page(self, set_clock: SetClock) -> None:
        client = client_of(Role.CALL_CENTRE)

        set_clock(NOW + dt.timedelta(minutes=29))
        assert is_in(client)
        set_clock(NOW + dt.timedelta(minutes=58))
        assert is_in(client)
        set_clock(NOW + dt.timedelta(minutes=89))
        assert not is_in(client)

    def test_ends_after_ten_hours_however_busy(self, set_clock: SetClock) -> None:
        client = client_of(Role.CALL_CENTRE)

        stays = []
        for minutes in range(0, 11 * 60, 20):
            set_clock(NOW + dt.timedelta(minutes=minutes, seconds=minutes / 10))
            stays.append(is_in(client))

        assert stays == [True] * 30 + [False] * 3

    def test_ends_when_the_last_role_is_taken(self) -> None:
        client = client_of(Role.CALL_CENTRE, login_id="kakari")

        people.take_role(login_id="kakari", role=Role.CALL_CENTRE, at=NOW, actor=administrator())

        assert not is_in(client)

    def test_ends_when_its_owner_leaves(self) -> None:
        client = client_of(Role.CALL_CENTRE, login_id="kakari")

        people.let_staff_go(login_id="kakari", at=NOW, actor=administrator())

        assert not is_in(client)

    def test_ends_at_sign_out_and_its_key_opens_nothing_afterwards(self, client: Client) -> None:
        sign_in(client, enrolled(Role.CALL_CENTRE))
        key = client.cookies[COOKIE].value

        client.post("/office/sign-out/")
        client.cookies[COOKIE] = key

        assert not is_in(client)

    def test_does_not_end_by_a_mere_visit_to_sign_out(self) -> None:
        client = client_of(Role.CALL_CENTRE)

        assert client.get("/office/sign-out/").status_code == 405
        assert is_in(client)

    def test_gets_a_new_key_at_each_step(self, client: Client) -> None:
        planted = "p" * 32
        client.cookies[COOKIE] = planted
        who = enrolled(Role.CALL_CENTRE)

        password_step(client, who.user.login_id)
        half = client.cookies[COOKIE].value
        client.post("/office/sign-in/code/", {"code": who.code(steps_ahead=0)})

        assert len({planted, half, client.cookies[COOKIE].value}) == 3
        assert is_in(client)

    def test_is_kept_by_a_digest_and_leaves_nothing_behind_but_when_it_was(self, client: Client) -> None:
        sign_in(client, enrolled(Role.CALL_CENTRE))
        key = client.cookies[COOKIE].value
        client.post("/office/sign-out/")

        kept = list(Session.objects.values_list("digest", "data", "ended_at"))
        assert all(key not in digest for digest, _, _ in kept)
        assert all(data == "" for _, data, ended_at in kept if ended_at is not None)
        assert sum(ended_at is not None for _, _, ended_at in kept) >= 2

    def test_is_kept_by_no_cache(self) -> None:
        assert "no-store" in client_of(Role.AUDITOR).get("/office/")["Cache-Control"]


class TestTheLanguage:
    def test_is_japanese_until_another_is_chosen_before_or_after_signing_in(self, client: Client) -> None:
        before = text_of(client.get("/office/sign-in/"))
        chosen = client.post("/office/language/", {"language": "en", "next": "/office/sign-in/?next=/office/"})

        assert 'lang="ja"' in before
        assert chosen["Location"] == "/office/sign-in/?next=/office/"
        assert '<html lang="en">' in text_of(client.get("/office/sign-in/"))
        let_in(client, enrol(staff(Role.AUDITOR)).user)
        assert '<html lang="en">' in text_of(client.get("/office/"))

    def test_stays_where_somebody_sends_another_one(self, client: Client) -> None:
        client.post("/office/language/", {"language": "../xx"})

        assert '<html lang="ja">' in text_of(client.get("/office/sign-in/"))


class TestErrorPages:
    def test_of_the_office_are_told_in_its_own_manner(self, client: Client) -> None:
        response = client.get("/office/nothing-here/")

        assert response.status_code == 404
        assert "事務局" in text_of(response)


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.CALL_CENTRE, "members/%00/"),
        (Role.CALL_CENTRE, "members/9%00/call/redeem/"),
        (Role.ACCOUNTING, "members/%00/account/"),
        (Role.ACCOUNTING, "members/900000000019/receipts/%00/"),
        (Role.ACCOUNTING, "members/900000000019/orders/%00/1/"),
        (Role.ADMINISTRATOR, "staff/%00/reset/"),
        (Role.ADMINISTRATOR, "catalogue/merchants/merchant/%00/act/"),
    ],
)
def test_an_address_that_the_database_cannot_look_for_leads_nowhere(role: Role, page: str) -> None:
    assert client_of(role).post(f"/office/{page}").status_code == 404
