"""What is posted asks the database as often for somebody with ten times as much of everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from pointclub.foundation import actors
from pointclub.membership import services as membership
from pointclub.notices import services as notices
from pointclub.notices.models import Delivery
from pointclub.notices.queries.tokens import stop_token
from pointclub.notices.rules.kinds import Kind
from pointclub.people import authenticator
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, SignIn, User
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.people.services import issue_address_proof
from pointclub.points import services as points
from tests.factories import readers
from tests.factories.club import STAFF
from tests.factories.contracts import CUSTOMER, SUPPLY_POINT, contract_row, send_contracts
from tests.factories.sign_ins import begin, give_address, know, let_in
from tests.harness.soft_passkey import SoftPasskey
from tests.portal.details.conftest import REGISTERED, show_proof
from tests.portal.household import JOINED_AT, NOW, PASSWORD, register
from tests.portal.registration import newcomer
from tests.portal.test_access import NAMES
from tests.portal.test_marked_data import address_of

pytestmark = pytest.mark.django_db

FEW, MANY = 2, 20
ORIGIN = "http://testserver"
KEYWORD = "みけのたま"
MAIL = "futari@example.com"
SHARED = {**REGISTERED, PersonalField.MOBILE: "09012345678", PersonalField.FIRST_MAIL: MAIL}
NEW_PASSWORD = "asahi2026"


@dataclass(frozen=True)
class Visitor:
    """Somebody with so much of everything, and a browser in which she is and has just shown her password."""

    user: User
    inside: Client
    outside: Client


def visitor(login_id: str, much: int) -> Visitor:
    user = register("山田 花子", login_id)
    member = membership.admit(person=user.person, at=JOINED_AT, actor=STAFF)
    give_address(user, f"{login_id}@example.com")
    people.set_identity_keyword(person=user.person, keyword=KEYWORD, at=JOINED_AT, actor=STAFF)
    lots = [(dt.date(2027, 1, 31) + dt.timedelta(days=31 * number), 100) for number in range(much)]
    points.open_balance(
        account_id=member.membership.account_id, lots=lots, key="opening", fingerprint=b"1", at=JOINED_AT, actor=STAFF
    )
    for number in range(much):
        at = JOINED_AT + dt.timedelta(days=number)
        changed = {**REGISTERED, PersonalField.NICKNAME: f"ひだまり{number}", PersonalField.STREET: f"１－{number}"}
        people.record_personal_data(person=user.person, values=changed, at=at, actor=STAFF)
        readers.tell(user.person, Kind.REGISTERED, once=f"{login_id}:{number}")
        begin(user)
        people.draw_recovery_link(user=user, at=at)
    inside, outside = Client(), Client()
    let_in(inside, user)
    show_proof(inside)
    know(outside, user)
    return Visitor(user, inside, outside)


@pytest.fixture
def pair(set_clock: Callable[[dt.datetime], None]) -> tuple[Visitor, Visitor]:
    set_clock(NOW)
    return visitor("sukoshi", FEW), visitor("takusan", MANY)


def typed_at_home(**changes: str) -> dict[str, str]:
    home = {"postal_code": "5300005", "prefecture": "大阪府", "town": "大阪市北区中之島", "street": "２－２"}
    return home | changes


def details(group: str, **typed: Any) -> Callable[[Visitor], Any]:
    return lambda who: who.inside.post(f"/details/{group}/", typed)


def posted_inside(path: str, **typed: Any) -> Callable[[Visitor], Any]:
    return lambda who: who.inside.post(path, typed)


def sign_in(who: Visitor) -> Any:
    return who.outside.post("/sign-in/", {"login_id": who.user.login_id, "password": PASSWORD})


def recover(wanted: str) -> Callable[[Visitor], Any]:
    return lambda who: Client().post(
        "/recover/", {"wanted": wanted, "mail": f"{who.user.login_id}@example.com", "keyword": KEYWORD}
    )


def renew(who: Visitor) -> Any:
    secret = people.draw_recovery_link(user=who.user, at=NOW)
    return Client().post(f"/recover/{secret}/", {"password": NEW_PASSWORD, "again": NEW_PASSWORD})


def end_stay(who: Visitor) -> Any:
    stay = SignIn.objects.filter(user=who.user).earliest("signed_in_at", "id")
    return who.inside.post(f"/account/end/{stay.id}/")


def forget_browser(who: Visitor) -> Any:
    stay = SignIn.objects.filter(user=who.user).earliest("signed_in_at", "id")
    return who.inside.post(f"/account/forget/{stay.device_id}/")


def change_login_id(who: Visitor) -> Any:
    return who.inside.post("/account/login-id/", {"login_id": f"{who.user.login_id[:4]}99"})


def set_up_app(who: Visitor) -> Any:
    page = who.inside.get("/account/app/")
    secret = page.context["secret"].replace(" ", "")
    return who.inside.post("/account/app/", {"code": authenticator.code_for(secret)})


def add_passkey(who: Visitor) -> Any:
    asked = who.inside.get("/account/passkeys/asked/").json()
    return who.inside.post("/account/passkeys/", {"answer": SoftPasskey(origin=ORIGIN).add(asked)})


def with_app(who: Visitor) -> str:
    """Set an authenticator app up, and return the code that it shows next."""
    secret = who.inside.get("/account/app/").context["secret"].replace(" ", "")
    who.inside.post("/account/app/", {"code": authenticator.code_for(secret)})
    return authenticator.code_for(secret, steps_ahead=1)


def sign_in_by_app(who: Visitor) -> Any:
    code, browser = with_app(who), Client()
    browser.post("/sign-in/", {"login_id": who.user.login_id, "password": PASSWORD})
    return browser.post("/sign-in/code/", {"code": code})


def after_app(path: str) -> Callable[[Visitor], Any]:
    def send(who: Visitor) -> Any:
        with_app(who)
        return who.inside.post(path)

    return send


def ask_for_another_code(who: Visitor) -> Any:
    browser = Client()
    browser.post("/sign-in/", {"login_id": who.user.login_id, "password": PASSWORD})
    return browser.post("/sign-in/code/again/")


def with_passkey(who: Visitor) -> SoftPasskey:
    passkey = SoftPasskey(origin=ORIGIN)
    asked = who.inside.get("/account/passkeys/asked/").json()
    who.inside.post("/account/passkeys/", {"answer": passkey.add(asked)})
    return passkey


def sign_in_by_passkey(who: Visitor) -> Any:
    passkey, browser = with_passkey(who), Client()
    return browser.post("/sign-in/passkey/", {"answer": passkey.show(browser.get("/sign-in/passkey/asked/").json())})


def prove_by_passkey(who: Visitor) -> Any:
    passkey = with_passkey(who)
    return who.inside.post(
        "/account/proof/passkey/", {"answer": passkey.show(who.inside.get("/sign-in/passkey/asked/").json())}
    )


def remove_passkey(who: Visitor) -> Any:
    with_passkey(who)
    (kept,) = people_queries.list_passkeys(who.user)
    return who.inside.post(f"/account/passkeys/{kept.number}/remove/")


def stop_advertising(who: Visitor) -> Any:
    actor = actors.system("portal")
    kinds = [ContactAddress.Kind.FIRST]
    notices.agree_to_advertising(person_id=who.user.person_id, kinds=kinds, how="registration", at=NOW, actor=actor)
    notice_id = readers.tell(who.user.person, Kind.ADVERTISING, {"subject": "春", "text": "春です"}, at=NOW)
    delivery = Delivery.objects.get(notice_id=notice_id, channel="first_mail")
    return Client().post(f"/stop-advertising/{stop_token(delivery.id)}/")


def fill_in_form(_who: Visitor) -> Any:
    return newcomer.fill_in(Client())


def prove_address(who: Visitor) -> Any:
    addresses = ContactAddress.objects.filter(person=who.user.person)
    addresses.update(verified_at=None)
    token = issue_address_proof(address_id=addresses.get().id, at=NOW)
    return Client().post(f"/register/proof/{token}/")


TYPED_NAMES = {"family_name": "山田", "given_name": "春子", "family_kana": "ヤマダ", "given_kana": "ハルコ"}
FORMS: dict[str, Callable[[Visitor], Any]] = {
    "sign_in": sign_in,
    "sign_out": posted_inside("/sign-out/"),
    "recover the login ID": recover("login_id"),
    "recover the password": recover("password"),
    "renew": renew,
    "prove": posted_inside("/account/proof/", password=PASSWORD),
    "end_stay": end_stay,
    "end_others": posted_inside("/account/end-others/"),
    "forget_browser": forget_browser,
    "change_password": posted_inside("/account/password/", password=NEW_PASSWORD, again=NEW_PASSWORD),
    "change_login_id": change_login_id,
    "theft": posted_inside("/account/theft/"),
    "set_up_app": set_up_app,
    "add_passkey": add_passkey,
    "sign_in_by_app": sign_in_by_app,
    "give_up_app": after_app("/account/app/off/"),
    "renew_recovery_codes": after_app("/account/app/codes/"),
    "ask_for_another_code": ask_for_another_code,
    "sign_in_by_passkey": sign_in_by_passkey,
    "prove_by_passkey": prove_by_passkey,
    "remove_passkey": remove_passkey,
    "stop_advertising": stop_advertising,
    "register": fill_in_form,
    "prove_address": prove_address,
    "prove_address_again": posted_inside("/register/proof/again/"),
    "mail_arrives_again": posted_inside("/notices/mail-arrives-again/", kind="first_mail"),
    "the name": details("name", name="山田　春子", **TYPED_NAMES),
    "the address": details("address", **typed_at_home()),
    "the phones": details("phones", mobile_0="090", mobile_1="8765", mobile_2="4321"),
    "the mails": details("mails", mail="next@example.com", mail_again="next@example.com"),
    "a trial": details("mails", mail="next@example.com", mail_again="next@example.com", then="try:mail"),
    "the nickname": details("nickname", nickname="こもれび"),
    "the keyword": details("keyword", keyword="こもれび"),
    "the wishes": details("advertising", advertising=["first_mail"]),
    "the display": details("display", language="en", scheme="dark", reminders="on"),
}


# Why the others are not posted here.
ELSEWHERE = {
    "join": "test_joining_queries",
    "join_check": "test_joining_queries",
    "link_external_id": "test_joining_queries",
    "old_points": "test_joining_queries",
    "register_check": "TestRegistering",
    "register_contract": "TestRegistering",
    "sign_in_by_external_id": "test_joining_queries",
    "unlink_external_id": "test_joining_queries",
}

# Pages that do not mind being posted to, and only show.
SHOWN = {"help", "join_done", "menu", "recover_sent", "register_done", "register_towns"}


def test_no_form_asks_more_often_however_much_somebody_has(pair: tuple[Visitor, Visitor]) -> None:
    with all_posted() as posted:
        asked = {form: [count_queries(send, who) for who in pair] for form, send in FORMS.items()}

    assert not posted & (SHOWN | set(ELSEWHERE))
    inside = pair[0].inside
    others = {name for name in NAMES if name not in posted and name not in SHOWN | set(ELSEWHERE)}
    assert {name for name in others if inside.post(address_of(name)).status_code != 405} == set()
    assert {form: counts for form, counts in asked.items() if counts[0] != counts[1]} == {}


@contextmanager
def all_posted() -> Iterator[set[str]]:
    """Note the name of every address that is posted to."""
    posted: set[str] = set()

    def note(environ: dict[str, Any], **_said: Any) -> None:
        if environ["REQUEST_METHOD"] == "POST":
            posted.add(resolve(environ["PATH_INFO"]).url_name or "")

    request_started.connect(note)
    yield posted
    request_started.disconnect(note)


def count_queries(send: Callable[[Visitor], Any], who: Visitor) -> int:
    """Return how often the form asks, and take back what it did."""
    cookies = [SimpleCookie(client.cookies) for client in (who.inside, who.outside)]
    with transaction.atomic():
        with CaptureQueriesContext(connection) as sent:
            answer = send(who)
        assert answer.status_code in {200, 302}
        assert not _has_errors(answer)
        transaction.set_rollback(True)
    who.inside.cookies, who.outside.cookies = cookies
    return len(sent)


def _has_errors(answer: Any) -> bool:
    form = (answer.context or {}).get("form")
    return bool(getattr(form, "errors", None))


class TestRegistering:
    @pytest.mark.parametrize("club", [{}, newcomer.FOR_THE_CLUB], ids=["portal", "club"])
    def test_asks_as_often_however_many_share_phone_and_address(
        self, set_clock: Callable[[dt.datetime], None], club: dict[str, Any]
    ) -> None:
        set_clock(NOW)
        asked = []
        for start, end in ((0, FEW), (FEW, MANY)):
            for number in range(start, end):
                person = people.record_person(name=f"別人 {number}", at=JOINED_AT, actor=STAFF)
                people.record_personal_data(person=person, values=SHARED, at=JOINED_AT, actor=STAFF)
            own = {"login_id": f"hida{end:02d}", **club, **({"birth_date": f"1980-04-{end:02d}"} if club else {})}
            page = newcomer.fill_in(Client(), name=f"見本 {'ハナ' * (1 + start)}", mail=MAIL, mail_again=MAIL, **own)
            with CaptureQueriesContext(connection) as sent:
                done = newcomer.confirm(page.client, page)
            assert newcomer.path_of(done) == "/register/done/"
            asked.append(len(sent))

        assert asked[0] == asked[1]

    def test_finds_a_contract_among_many_as_among_few(self, set_clock: Callable[[dt.datetime], None]) -> None:
        set_clock(NOW)
        asked = []
        for start, end in ((0, 1), (1, MANY)):
            send_contracts(*(contract_row(f"C-{number}", **numbers(number)) for number in range(start, end)))
            with CaptureQueriesContext(connection) as sent:
                found = Client().post(
                    "/register/contract/", {"customer_number": CUSTOMER, "supply_point_number": SUPPLY_POINT}
                )
            assert newcomer.path_of(found) == "/register/contract/"
            assert found.status_code == 302
            asked.append(len(sent))

        assert asked[0] == asked[1]


def numbers(contract: int) -> dict[str, str]:
    """Return the numbers of a contract; the first is the one that is looked for."""
    if not contract:
        return {}
    return {"customer": f"1{contract:013d}", "supply_point": f"06{contract:020d}"}
