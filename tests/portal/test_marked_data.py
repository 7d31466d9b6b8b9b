"""Attack 16: personal data typed into every input of the site, with faults forced, reaches no log, page or record.

Every address of the site is sent every input that any form or template of it names, so that a new form is met as well.
"""

from __future__ import annotations

import importlib
import inspect
import logging
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django import forms
from django.db import connection
from django.template import loader
from django.test import Client
from django.urls import reverse

from pointclub import portal
from pointclub.audit import services as audit
from pointclub.portal.registration.fields import PartsInput
from tests.factories.sign_ins import give_address, let_in
from tests.harness.counts import is_deep
from tests.harness.marks import logged, opened_sessions
from tests.portal.details.conftest import show_proof
from tests.portal.household import NOW, PASSWORD, Household
from tests.portal.registration import newcomer
from tests.portal.test_access import NAMED, NAMES

pytestmark = pytest.mark.django_db

MARK = "印山マーカー花子"
MAIL = "shirushiyama@example.com"
MARKS = (MARK, MAIL)
HEADERS = {"user-agent": MAIL, "referer": f"https://a.example/{MAIL}"}
SECRET = "s" * 43
# What the addresses hold of visitors without a sign-in.
OF_STRANGERS: dict[str, dict[str, Any]] = {
    "demo_mail": {"key": "a1"},
    "document": {"document": "portal-terms"},
    "document_version": {"document": "portal-terms", "version": NOW.date()},
    "prove_address": {"token": SECRET},
    "register_towns": {"code": "5300005"},
    "renew": {"secret": SECRET},
    "stop_advertising": {"token": "a1"},
}


def _inputs() -> list[str]:
    """Return the name of every input of the site."""
    names = {"door", "csrfmiddlewaretoken"}
    for module in pkgutil.walk_packages(portal.__path__, f"{portal.__name__}."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, forms.Form):
                names |= {name for each, field in kind.base_fields.items() for name in _names_of(each, field)}
    folder = Path(portal.__file__).parent / "templates"
    for template in folder.rglob("*.html"):
        names |= set(re.findall(r'<(?:input|select|textarea|button)[^>]* name="([a-z_]+)"', template.read_text()))
    return sorted(names)


def _names_of(name: str, field: forms.Field) -> list[str]:
    parts = len(field.widget.widgets) if isinstance(field.widget, PartsInput) else 0
    return [f"{name}_{part}" for part in range(parts)] or [name]


INPUTS = _inputs()


# Every mark in every input at full counts; else in each input the one that goes further there.
MARKED = (
    [dict.fromkeys(INPUTS, mark) for mark in MARKS]
    if is_deep()
    else [{name: MAIL if "mail" in name else MARK for name in INPUTS}]
)
# What ends the stay comes last.
IN_ORDER = sorted(NAMES, key=lambda name: name in {"sign_out", "theft", "change_password"})


class DeliberateError(Exception):
    """A fault whose words hold all that was sent."""


def address_of(name: str) -> str:
    return reverse(f"portal:{name}", kwargs=NAMED.get(name) or OF_STRANGERS.get(name))


@pytest.fixture
def hanako(household: Household) -> Client:
    client = Client(raise_request_exception=False)
    let_in(client, household.user)
    show_proof(client)
    return client


@pytest.fixture
def stranger(household: Household) -> Client:
    """Give a browser that waits for its second step and has opened the form of registering."""
    give_address(household.user)
    client = Client(raise_request_exception=False)
    client.post("/sign-in/", {"login_id": household.user.login_id, "password": PASSWORD})
    client.post("/register/", {"door": "open"})
    return client


@pytest.fixture(autouse=True)
def all_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def kept() -> str:
    """Return all that the database holds in the clear, and what it holds of sessions, opened."""
    tables = [table for table in connection.introspection.table_names() if "session" not in table]
    texts = opened_sessions()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT string_agg(to_jsonb(t)::text, ' ') FROM \"{table}\" AS t")  # noqa: S608 -- Ours.
            texts.append(cursor.fetchone()[0] or "")
    return " ".join(texts)


def hold_to_promise(caplog: pytest.LogCaptureFixture) -> None:
    """See that no mark is where others read."""
    elsewhere = {
        "the log": logged(caplog),
        "the database": kept(),
        "a page": Client().get("/nowhere/").content.decode(),
    }
    assert [(place, mark) for place, text in elsewhere.items() for mark in MARKS if mark in text] == []


def send(client: Client, name: str) -> Iterator[Any]:
    for typed in MARKED:
        yield client.post(address_of(name), typed, headers=HEADERS)
    yield client.get(address_of(name), typed)


def fill_in_validly(visitor: Client, member: Client) -> None:
    """Register and change details with marks that are taken."""
    names = dict.fromkeys(("name", "town", "building", "nickname", "keyword"), MARK)
    club = {**newcomer.FOR_THE_CLUB, "family_name": MARK, "given_name": MARK}
    mails = dict.fromkeys(("mail", "mail_again"), MAIL)
    newcomer.fill_in(visitor, then="try:mail", **names, **club, **mails)
    newcomer.register(visitor, **names, **club, **mails)
    for group, typed in {
        "name": {"name": MARK},
        "address": {**newcomer.BASIC, "town": MARK, "building": MARK},
        "mails": mails,
        "nickname": {"nickname": MARK},
        "keyword": {"keyword": MARK},
    }.items():
        member.post(f"/details/{group}/", typed)


def test_the_inputs_are_those_of_every_page() -> None:
    assert {"login_id", "keyword", "mobile_2", "postal_code", "nickname", "then", "answer", "customer_number"} <= set(
        INPUTS
    )
    assert len(INPUTS) > 40


def test_a_mark_in_a_session_is_found(client: Client) -> None:
    client.get("/sign-in/")
    session = client.session
    session["held"] = {"name": MARK}
    session.save()

    assert MARK in kept()


class TestWhatIsTyped:
    def test_reaches_no_log_and_no_record(
        self, hanako: Client, stranger: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        answers = {name: [*send(hanako, name), *send(stranger, name)] for name in IN_ORDER}

        for name, each in answers.items():
            assert max(answer.status_code for answer in each) < 500, name
            led_to = [answer.headers.get("Location", "").partition("next=")[0] for answer in each]
            assert not any(mark in address for address in led_to for mark in MARKS), name
        hold_to_promise(caplog)

    def test_reaches_neither_log_nor_error_page_where_a_fault_holds_it(
        self, hanako: Client, stranger: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(loader, "render_to_string", _faulty(loader.render_to_string))

        answers = {name: [*send(hanako, name), *send(stranger, name)] for name in IN_ORDER}

        met = {name: [answer for answer in each if answer.status_code == 500] for name, each in answers.items()}
        assert sum(1 for each in met.values() if each) >= 25
        for name, each in met.items():
            assert not any(mark in answer.content.decode() for answer in each for mark in MARKS), name
        hold_to_promise(caplog)


class TestWhatIsTaken:
    def test_reaches_no_log_and_no_record(
        self, client: Client, hanako: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        fill_in_validly(client, hanako)

        hold_to_promise(caplog)

    def test_reaches_no_log_where_it_cannot_be_written_down(
        self, hanako: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(**_said: Any) -> NoReturn:
            message = f"{MARK} {MAIL}"
            raise DeliberateError(message)

        monkeypatch.setattr(audit, "record_act", fail)
        fill_in_validly(Client(raise_request_exception=False), hanako)

        assert "DeliberateError" in logged(caplog)
        hold_to_promise(caplog)


class TestASecretOfAMailedLink:
    @pytest.mark.parametrize("address", [f"/recover/{SECRET}/", f"/recover/{SECRET}.", f"/register/proof/{SECRET}/x"])
    def test_reaches_no_log(
        self, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, address: str
    ) -> None:
        browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
        browser.get(address)
        browser.post(address, {})
        monkeypatch.setattr(loader, "render_to_string", _faulty(loader.render_to_string))
        browser.get(address)

        assert len(caplog.records) >= 3
        assert SECRET not in logged(caplog)


def _faulty(render: Callable[..., str]) -> Callable[..., str]:
    def fail(name: str, context: Any = None, request: Any = None, using: Any = None) -> str:
        if re.match(r"\d{3}", name):
            return render(name, context, request, using)
        message = f"{request.POST} {request.GET}"
        raise DeliberateError(message)

    return fail
