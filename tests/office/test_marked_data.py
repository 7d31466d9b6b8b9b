"""Attack 16: personal data typed into every field of the office, with faults forced, reaches no log, page or record."""

from __future__ import annotations

import importlib
import inspect
import logging
import pkgutil
from collections.abc import Mapping
from typing import Any, NoReturn

import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template import loader
from django.test import Client

from pointclub.membership.models import Member
from pointclub.merchants import services as merchants
from pointclub.merchants.models import TerminalKey
from pointclub.office import forms as office_forms
from pointclub.office.forms import (
    announcements,
    applications,
    audit,
    calls,
    exports,
    files,
    keys,
    members,
    requests,
    runs,
    sign_in,
    suspensions,
    versions,
)
from pointclub.office.sessions import SessionStore
from tests.factories.club import STAFF, Club
from tests.factories.office import let_in
from tests.factories.staff import administrator, all_round
from tests.harness.marks import logged, opened_sessions

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("STF-1")]

MARK = "印山マーカー花子"
MAIL = "shirushiyama@example.com"

# Each form with the page that takes it; a form that stands on no page here fails the test below.
FORMS: Mapping[type[forms.Form], str] = {
    sign_in.PasswordForm: "sign-in/",
    sign_in.CodeForm: "sign-in/code/",
    sign_in.SetUpForm: "sign-in/set-up/",
    members.SearchForm: "members/",
    members.NumberForm: "members/",
    members.UnmaskForm: "members/{number}/unmask/",
    calls.IdentityForm: "members/{number}/call/",
    calls.LineForm: "members/{number}/call/redeem/",
    calls.BlockForm: "members/{number}/blocks/new/",
    calls.LiftForm: "members/{number}/blocks/lift/",
    keys.KeyForm: "merchants/{merchant_number}/keys/new/",
    keys.RevokeKeyForm: "keys/{key_id}/revoke/",
    requests.AdjustmentForm: "requests/adjustment/",
    requests.TransferForm: "requests/transfer/",
    requests.ExtensionForm: "requests/extension/",
    requests.RevocationForm: "requests/revocation/",
    requests.DecisionForm: "requests/0190a1b2-0000-7000-8000-000000000000/decide/",
    versions.VersionForm: "versions/new/",
    exports.ExportForm: "exports/new/",
    exports.PutBackForm: "exports/0190a1b2-0000-7000-8000-000000000000/put-back/",
    announcements.AnnouncementForm: "announcements/new/",
    announcements.MailingForm: "advertising/new/",
    announcements.TextForm: "advertising/new/",
    announcements.WithdrawalForm: "announcements/0190a1b2-0000-7000-8000-000000000000/withdraw/",
    suspensions.SuspensionForm: "suspensions/new/",
    suspensions.ResumeForm: "suspensions/resume/",
    suspensions.PauseDaysForm: "suspensions/lapses/",
    runs.RunForm: "runs/ask/",
    files.UploadForm: "files/",
    audit.AuditForm: "audit/",
    applications.ApplicationDecisionForm: "applications/0190a1b2-0000-7000-8000-000000000000/decide/",
}
_BY_ADDRESS = (suspensions.PauseDaysForm, audit.AuditForm)
_TABLES = "audit_entry", "people_sign_in_attempt", "procrastinate_jobs", "office_submission"


class DeliberateError(Exception):
    """A fault whose words hold all that was sent."""


@pytest.fixture
def member(office: None) -> Member:
    club = Club()
    facts: dict[str, Any] = {"acts": ["accrue"], "per_minute": 60, "at": club.opened_at, "actor": STAFF}
    merchants.issue_key(merchant=club.merchant(), name="レジ3", **facts)
    return club.member()


@pytest.fixture
def client_of_all(office: None) -> Client:
    administrator()
    client = let_in(Client(raise_request_exception=False), all_round("hitori"))
    client.cookies.load({"office_language": "en"})
    return client


def send(client: Client, form: type[forms.Form], member: Member, *, mark: str) -> Any:
    key = TerminalKey.objects.first()
    assert key is not None
    words = {"number": member.number, "merchant_number": key.merchant.number, "key_id": key.id}
    address = "/office/" + FORMS[form].format(**words)
    content: dict[str, Any] = dict.fromkeys(form.base_fields, mark)
    if form is calls.LineForm:
        content = {f"lines-0-{name}": mark for name in form.base_fields} | {
            "lines-TOTAL_FORMS": "3",
            "lines-INITIAL_FORMS": "0",
        }
    if form is files.UploadForm:
        content["file"] = SimpleUploadedFile(f"{mark}.csv", mark.encode())
    content["once"] = mark
    if form in _BY_ADDRESS:
        return client.get(address, content)
    return client.post(address, content)


def kept() -> str:
    """Return all that sessions and these tables hold but the record's reasons, which are words of staff by design."""
    texts = opened_sessions()
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"SELECT string_agg((to_jsonb(t) - 'reason')::text, ' ') FROM {table} AS t")  # noqa: S608 -- Named above.
            texts.append(cursor.fetchone()[0] or "")
    return " ".join(texts)


def test_every_form_of_the_office_is_among_them() -> None:
    found = set()
    for module in pkgutil.iter_modules(office_forms.__path__, f"{office_forms.__name__}."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, forms.Form) and kind.__module__ == module.name:
                found.add(kind)

    assert found == set(FORMS)


def test_a_mark_in_a_session_is_found(client_of_all: Client) -> None:
    session = SessionStore(client_of_all.cookies[settings.OFFICE_SESSION_COOKIE_NAME].value)
    session["held"] = {"name": MARK}
    session.save()

    assert MARK in kept()


@pytest.mark.parametrize("mark", [MARK, MAIL])
@pytest.mark.parametrize("form", list(FORMS), ids=lambda form: form.__name__)
class TestWhatIsTyped:
    def test_reaches_no_log_and_no_record(
        self,
        client_of_all: Client,
        member: Member,
        caplog: pytest.LogCaptureFixture,
        form: type[forms.Form],
        mark: str,
    ) -> None:
        caplog.set_level(logging.INFO)

        response = send(client_of_all, form, member, mark=mark)

        assert response.status_code < 500
        assert mark not in logged(caplog)
        assert mark not in kept()
        assert mark not in response.headers.get("Location", "")

    def test_reaches_neither_log_nor_error_page_where_a_fault_holds_it(
        self,
        client_of_all: Client,
        member: Member,
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
        form: type[forms.Form],
        mark: str,
    ) -> None:
        monkeypatch.setattr(loader, "render_to_string", _faulty(loader.render_to_string))
        caplog.set_level(logging.INFO)

        response = send(client_of_all, form, member, mark=mark)

        if response.status_code == 500:
            assert "DeliberateError" in logged(caplog)
        assert mark not in logged(caplog)
        assert mark not in response.content.decode()
        assert mark not in kept()


def _raise(request: Any) -> NoReturn:
    message = f"{request.POST} {request.GET} {request.FILES}"
    raise DeliberateError(message)


def test_most_forms_are_shown_again_so_that_the_fault_is_met(
    client_of_all: Client, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Holds the test above to its meaning: where no page is rendered, no fault could be forced."""
    monkeypatch.setattr(loader, "render_to_string", _faulty(loader.render_to_string))

    met = [form.__name__ for form in FORMS if send(client_of_all, form, member, mark=MARK).status_code == 500]

    assert len(met) >= 14


def _faulty(render: Any) -> Any:
    def fail(name: str, context: Any = None, request: Any = None, using: Any = None) -> str:
        rendered: str = render(name, context, request, using) if name.startswith("office/errors/") else _raise(request)
        return rendered

    return fail
