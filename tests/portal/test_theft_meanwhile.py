"""What is under way when a theft is reported is over, whoever began first (MEM-6). Two connections, one lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from threading import Thread

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection, transaction
from django.test import Client

from pointclub.foundation import actors
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.notices import services as notices
from pointclub.notices.queries import wants_reminders
from pointclub.people import authenticator, passkeys
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, KnownDevice, SignIn, User
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.people.rules.signing_in import EndedHow, Means
from tests.factories.registrations import link_to
from tests.factories.sign_ins import begin, let_in
from tests.harness.soft_passkey import SoftPasskey
from tests.harness.waiting import wait_until
from tests.portal.details.conftest import show_proof
from tests.portal.household import NOW, register

pytestmark = pytest.mark.rule("MEM-6")
PLACE = passkeys.Place(host="localhost", name="club", origin="http://localhost:8000")
WAITING = "SELECT FROM pg_locks WHERE NOT granted"


@pytest.fixture
def thief(fresh_database: object) -> SignIn:
    """Return the stay of somebody who is in with Hanako's login ID and password."""
    del fresh_database
    return begin(register("山田 花子", "hanako")).sign_in


def come_in(stay: SignIn) -> object:
    return membership.come_in(
        user=User.objects.get(id=stay.user_id),
        means=Means.PASSWORD,
        mark="",
        remember=True,
        network="192.0.2.1",
        user_agent="",
        at=NOW,
    )


def change_password(stay: SignIn) -> object:
    return membership.change_password(stay=stay, password="thiefs2026", at=NOW)


def change_login_id(stay: SignIn) -> object:
    return membership.change_login_id(stay=stay, login_id="thief", at=NOW)


def add_passkey(stay: SignIn) -> object:
    asked, state = passkeys.ask_to_add(stay.user, place=PLACE)
    answer = SoftPasskey(origin=PLACE.origin).add(asked)
    return membership.add_passkey(stay=stay, name="", answer=answer, state=state, place=PLACE, at=NOW)


def link_external_id(stay: SignIn) -> object:
    return membership.link_external_id(stay=stay, subject="thief", at=NOW)


def set_up_app(stay: SignIn) -> object:
    secret = authenticator.draw_secret()
    return membership.set_up_app(stay=stay, secret=secret, code=authenticator.code_for(secret), at=NOW)


def name_another_address(stay: SignIn) -> object:
    values = {PersonalField.FIRST_MAIL: "thief@example.net"}
    return membership.change_details(stay=stay, values=values, link_to=link_to, at=NOW, actor=actors.member("1"))


def end_others(stay: SignIn) -> object:
    how = EndedHow.ENDED_BY_OWNER
    return people.end_all_sign_ins(user=stay.user, how=how, stay=stay, but=stay.id, at=NOW, actor=actors.member("1"))


def end_one(stay: SignIn) -> object:
    how = EndedHow.ENDED_BY_OWNER
    return people.end_sign_in(user=stay.user, sign_in_id=stay.id, how=how, stay=stay, at=NOW)


def forget_browser(stay: SignIn) -> object:
    assert stay.device_id is not None
    return people.forget_device(user=stay.user, device_id=stay.device_id, stay=stay, at=NOW, actor=actors.member("1"))


def choose_display(stay: SignIn) -> object:
    language, scheme, actor = User.Language.ENGLISH, User.Scheme.DARK, actors.member("1")
    return people.choose_display(user=stay.user, language=language, scheme=scheme, stay=stay, at=NOW, actor=actor)


def choose_advertising(stay: SignIn) -> object:
    return membership.choose_advertising(user=stay.user, wanted=[], stay=stay, at=NOW, actor=actors.member("1"))


def choose_reminders(stay: SignIn) -> object:
    person_id = stay.user.person_id
    return notices.choose_reminders(person_id=person_id, wanted=False, stay=stay, at=NOW, actor=actors.member("1"))


def say_that_mail_arrives(stay: SignIn) -> object:
    kind = ContactAddress.Kind.FIRST
    return people.forget_bounce(person_id=stay.user.person_id, kind=kind, stay=stay, at=NOW, actor=actors.member("1"))


def have_the_proof_mailed(stay: SignIn) -> object:
    return membership.mail_address_proofs(user=stay.user, link_to=link_to, stay=stay, at=NOW, actor=actors.member("1"))


def while_a_theft_is_reported(stay: SignIn, do: Callable[[], object]) -> list[str]:
    """Begin the act while the report is on its way and not yet committed; return the codes of refusals."""
    refused: list[str] = []

    def run() -> None:
        try:
            do()
        except Refusal as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    acting = Thread(target=run)
    with transaction.atomic():
        membership.report_theft(user=User.objects.get(id=stay.user_id), at=NOW, actor=actors.member("1"))
        acting.start()
        wait_until(_one_waits, "the act waits for the report", seconds=20)
    acting.join()
    return refused


def _one_waits() -> object:
    with connection.cursor() as cursor:
        return cursor.execute(WAITING).fetchone() is not None


@pytest.mark.parametrize(
    ("do", "code"),
    [
        (change_password, "stay_ended"),
        (change_login_id, "stay_ended"),
        (add_passkey, "stay_ended"),
        (link_external_id, "stay_ended"),
        (set_up_app, "stay_ended"),
        (name_another_address, "stay_ended"),
        (end_others, "stay_ended"),
        (end_one, "stay_ended"),
        (forget_browser, "stay_ended"),
        (choose_display, "stay_ended"),
        (choose_advertising, "stay_ended"),
        (choose_reminders, "stay_ended"),
        (say_that_mail_arrives, "stay_ended"),
        (have_the_proof_mailed, "stay_ended"),
        (come_in, "account_changed"),
    ],
)
def test_leaves_nothing_to_the_thief(thief: SignIn, do: Callable[[SignIn], object], code: str) -> None:
    assert while_a_theft_is_reported(thief, partial(do, thief)) == [code]

    user = User.objects.get()
    assert (user.login_id, user.has_usable_password(), user.stolen_at) == ("hanako", False, NOW)
    assert not Authenticator.objects.exists()
    assert not SocialAccount.objects.exists()
    assert not SignIn.objects.filter(ended_at__isnull=True).exists()
    assert not KnownDevice.objects.filter(forgotten_at__isnull=True).exists()
    assert people_queries.list_waiting_addresses(user.person_id) == []
    assert not ContactAddress.objects.exists()
    assert (user.language, user.scheme) == (User.Language.JAPANESE, User.Scheme.SYSTEM)
    assert wants_reminders(user.person_id)


@pytest.mark.parametrize("path", ["/account/end-others/", "/account/passkeys/1/remove/", "/register/proof/again/"])
def test_leads_a_page_of_the_thief_to_the_sign_in(
    thief: SignIn, set_clock: Callable[[dt.datetime], None], path: str
) -> None:
    set_clock(NOW)
    browser, answers = Client(), []
    let_in(browser, thief.user)
    show_proof(browser)

    while_a_theft_is_reported(thief, lambda: answers.append(browser.post(path)))

    (answer,) = answers
    assert answer["Location"].startswith("/sign-in/?next=/")
