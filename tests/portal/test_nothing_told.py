"""Attack 5: whether somebody is registered shows in no answer, nor in how long it takes.

At full counts 500 pairs are tried, the known and the unknown one in turns, so that whatever else the machine does meets
both, and the medians differ by no more than 10 ms. A hundred pairs do where nothing that was typed is held against a
hash: only what the database is asked could differ there. In every run a few pairs are held against one another alone.
"""

from __future__ import annotations

import datetime as dt
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from pointclub.foundation import clock
from pointclub.membership import services as membership
from pointclub.people import services as people
from pointclub.people.models import User
from pointclub.people.rules.widths import wide
from tests.factories.club import STAFF
from tests.factories.sign_ins import give_address, let_in
from tests.harness.counts import count, is_deep
from tests.harness.external_provider import come_from_provider, running_provider, tell_of, trusting
from tests.portal.details.conftest import show_proof
from tests.portal.household import JOINED_AT, NOW, register
from tests.portal.registration import newcomer

pytestmark = pytest.mark.rule("REG-7", "NTC-4")

PAIRS = count(quick=3, deep=500)
PAIRS_WITHOUT_HASHES = count(quick=3, deep=100)
LARGEST_DIFFERENCE_SECONDS = 0.010
# So many pairs are tried before an hour passes, after which no limit counts them any more.
PAIRS_AN_HOUR = 5
_TOKENS = re.compile(r'(name="(?:csrfmiddlewaretoken|once|seen)" value=")[^"]*')

# More than are asked for in an hour, so that each is met without a try of an earlier one.
_KNOWN = count(quick=3, deep=20)


@dataclass(frozen=True)
class Try:
    """What is sent off, and what in it nobody else has typed; without content the address is opened."""

    client: Client
    address: str
    content: dict[str, Any] | None
    typed: str


Prepare = Callable[[str, int, dict[str, Client]], Try]


def mail_of(kind: str, number: int) -> str:
    return f"{kind}{number % _KNOWN if kind == 'known' else number:04d}@example.com"


def stranger(kind: str, number: int) -> Client:
    """Return a browser in a network of its own, as far as a first visit makes it."""
    client = Client(REMOTE_ADDR=f"10.{1 if kind == 'known' else 2}.{number >> 8}.{number & 255}")
    client.get("/sign-in/")
    return client


def sign_in(kind: str, number: int, _inside: dict[str, Client]) -> Try:
    login_id = f"known{number % _KNOWN:03d}" if kind == "known" else f"other{number:03d}"
    typed = {"login_id": login_id, "password": "wrong1234"}
    return Try(stranger(kind, number), "/sign-in/", typed, login_id)


def recover(kind: str, number: int, _inside: dict[str, Client]) -> Try:
    mail = mail_of(kind, number)
    typed = {"wanted": ("password", "login_id")[number % 2], "mail": mail, "keyword": "こもれび"}
    return Try(stranger(kind, number), "/recover/", typed, mail)


def send_trial(kind: str, number: int, _inside: dict[str, Client]) -> Try:
    client, mail = stranger(kind, number), mail_of(kind, number)
    newcomer.open_form(client)
    typed = {**newcomer.BASIC, "mail": mail, "mail_again": mail, "then": "try:mail"}
    return Try(client, "/register/details/", typed, mail)


def register_newcomer(kind: str, number: int, _inside: dict[str, Client]) -> Try:
    """Register as somebody whom nobody knows, be it with an address that somebody has."""
    client, mail = stranger(kind, number), mail_of(kind, number)
    name = {"name": wide(f"別人 {kind}{number}号"), "street": wide(f"9-{number}"), "login_id": f"{kind[0]}{number:05d}"}
    page = newcomer.fill_in(client, **name, mail=mail, mail_again=mail)
    typed = {name: newcomer.value_in(page, name) for name in ("seen", "once")}
    return Try(client, "/register/check/", typed, mail)


def change_mail(kind: str, number: int, inside: dict[str, Client]) -> Try:
    mail = mail_of(kind, number)
    show_proof(inside[kind], at=clock.now())
    return Try(inside[kind], "/details/mails/", {"mail": mail, "mail_again": mail}, mail)


def send_off(a_try: Try) -> tuple[float, list[tuple[Any, ...]]]:
    """Return how long the answer took, and all that a browser sees of it but what is its own."""
    began = time.perf_counter()
    if a_try.content is None:
        response = a_try.client.get(a_try.address)
    else:
        response = a_try.client.post(a_try.address, a_try.content)
    took = time.perf_counter() - began
    answers = [response, a_try.client.get(response["Location"])] if response.status_code == 302 else [response]
    assert {answer.status_code for answer in answers} <= {200, 302}
    return took, [_seen_in(answer, a_try.typed) for answer in answers]


def _seen_in(response: Any, typed: str) -> tuple[Any, ...]:
    page = _TOKENS.sub(r"\1", response.content.decode()).replace(typed, "…").replace("own-known", "own-other")
    headers = {name: text for name, text in response.headers.items() if name not in {"Set-Cookie", "Expires"}}
    cookies = {name: sorted(cookie) for name, cookie in response.cookies.items()}
    return response.status_code, headers, cookies, page


@pytest.fixture
def inside(request: pytest.FixtureRequest, set_clock: Callable[[dt.datetime], None]) -> dict[str, Client]:
    """Make members whom strangers ask for, and give two browsers in which somebody is.

    Where time is taken, what is written is committed, as it is in service.
    """
    request.getfixturevalue("fresh_database" if is_deep() else "db")
    set_clock(NOW)
    for number in range(_KNOWN):
        member(f"known{number:03d}", mail_of("known", number))
    clients = {kind: Client() for kind in ("known", "other")}
    for kind, client in clients.items():
        let_in(client, member(f"{kind}-in", f"own-{kind}@example.com"))
    return clients


def member(login_id: str, mail: str) -> User:
    user = register("見本 会員", login_id)
    membership.admit(person=user.person, at=JOINED_AT, actor=STAFF)
    give_address(user, mail)
    people.set_identity_keyword(person=user.person, keyword="みけのたま", at=JOINED_AT, actor=STAFF)
    return user


@pytest.mark.parametrize(
    ("prepare", "pairs"),
    [
        (sign_in, PAIRS),
        (recover, PAIRS),
        (send_trial, PAIRS_WITHOUT_HASHES),
        (register_newcomer, PAIRS_WITHOUT_HASHES),
        (change_mail, PAIRS_WITHOUT_HASHES),
    ],
    ids=["sign_in", "recover", "send_trial", "register_newcomer", "change_mail"],
)
def test_whether_somebody_is_known_shows_in_no_answer(
    inside: dict[str, Client], set_clock: Callable[[dt.datetime], None], prepare: Prepare, pairs: int
) -> None:
    hold_against_one_another(inside, set_clock, prepare, pairs)


@pytest.mark.rule("REG-9")
def test_an_address_that_comes_with_an_external_id_tells_nothing_and_opens_nothing(
    inside: dict[str, Client], set_clock: Callable[[dt.datetime], None], settings: Settings
) -> None:
    with running_provider() as provider:
        settings.ENVIRONMENT = trusting(provider)

        def come_back(kind: str, number: int, _inside: dict[str, Client]) -> Try:
            client, mail = stranger(kind, number), mail_of(kind, number)
            tell_of(provider, f"{kind}-{number}", email=mail, email_verified=True)
            page = client.post("/sign-in/external-id/")
            back = come_from_provider(page, subject=f"{kind}-{number}", scope="openid email")
            return Try(client, back, None, mail)

        hold_against_one_another(inside, set_clock, come_back, PAIRS_WITHOUT_HASHES)

        last = come_back("known", 0, inside)
        page = last.client.get(last.address, follow=True)
    assert "まだ連携されていません" in page.content.decode()
    assert last.client.get("/account/").status_code == 302
    assert not SocialAccount.objects.exists()


def hold_against_one_another(
    inside: dict[str, Client], set_clock: Callable[[dt.datetime], None], prepare: Prepare, pairs: int
) -> None:
    took: dict[str, list[float]] = {"known": [], "other": []}
    for number in range(pairs):
        if number % PAIRS_AN_HOUR == 0:
            set_clock(NOW + dt.timedelta(hours=1.1 * number / PAIRS_AN_HOUR))
        seen = {}
        for kind in ("known", "other") if number % 2 else ("other", "known"):
            seconds, seen[kind] = send_off(prepare(kind, number, inside))
            took[kind].append(seconds)
        assert seen["known"] == seen["other"]

    if is_deep():
        differ = statistics.median(took["known"]) - statistics.median(took["other"])
        assert abs(differ) <= LARGEST_DIFFERENCE_SECONDS
