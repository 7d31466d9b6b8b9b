"""Every page of the site, with every kind of caller (STF-1; attacks 12 and 14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from pointclub.earning.models import Accrual
from pointclub.membership import services as membership
from pointclub.office.door import Entry
from pointclub.people import services as people
from pointclub.people.rules.permissions import GRANTED, Role
from pointclub.rewards.models import RedemptionOrder
from pointclub.terms.rules.documents import Document
from tests.factories.club import STAFF
from tests.factories.office import COOKIE, PASSWORD, client_of, enrolled
from tests.factories.old_members import old_member_on_file
from tests.factories.readers import tell
from tests.factories.sign_ins import let_in as let_member_in
from tests.factories.staff import administrator
from tests.office.conftest import NOW
from tests.office.pages import ALL_STAFF, APPLICANTS, EVERYBODY, MEMBERS, PAGES, Page, views_by_name
from tests.portal.household import JOINED_AT, Household, found_household, register
from tests.portal.household import PASSWORD as MEMBER_PASSWORD

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("STF-1")]

NOTHING = UUID(int=7)
SIGN_IN = "/office/sign-in/"


@pytest.fixture
def household(office: None) -> Household:
    return found_household()


def address_of(name: str, number: str) -> str:
    """Return the page's address, filled with a member who exists, and otherwise with what does not."""
    words: dict[str, Any] = {
        "number": number,
        "receipt_number": "100001-XXXX-XXXX-XXXX",
        "order_number": "R1",
        "day": "2031-12-31",
        "position": 1,
        "request_id": NOTHING,
        "key_id": NOTHING,
        "registration_id": NOTHING,
        "run_id": NOTHING,
        "file_id": NOTHING,
        "upload_id": NOTHING,
        "announcement_id": NOTHING,
        "mailing_id": NOTHING,
        "login_id": "nobody",
        "object_id": NOTHING,
    }
    return reverse(name, kwargs={word: words[word] for word in _ARGUMENTS.get(name, ())})


_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            *("office:member", "office:unmask", "office:account", "office:orders", "office:call"),
            *("office:redeem", "office:blocks", "office:block", "office:lift", "office:theft"),
            *("office:keys", "office:issue_key"),
        ),
        ("number",),
    ),
    "office:receipt": ("number", "receipt_number"),
    "office:expiry_day": ("number", "day"),
    "office:order_line": ("number", "order_number", "position"),
    **dict.fromkeys(
        (
            *("office:request", "office:decide", "office:version_request", "office:decide_version"),
            *("office:export", "office:decide_export", "office:fetch_export"),
            "office:put_letters_back",
        ),
        ("request_id",),
    ),
    "office:revoke_key": ("key_id",),
    **dict.fromkeys(
        ("office:application", "office:decide_application", "office:unmask_applicant"), ("registration_id",)
    ),
    "office:run": ("run_id",),
    **dict.fromkeys(
        ("office:announcement", "office:decide_announcement", "office:withdraw_announcement"), ("announcement_id",)
    ),
    **dict.fromkeys(
        (
            *("office:mailing", "office:decide_mailing", "office:stop_mailing"),
            *("office:cancel_mailing", "office:go_on_with_mailing"),
        ),
        ("mailing_id",),
    ),
    "office:imported": ("file_id",),
    **dict.fromkeys(("office:upload", "office:error_file"), ("upload_id",)),
    "office:reset_second_factor": ("login_id",),
    "catalogue:merchants_merchant_act": ("number",),
    **{name: ("object_id",) for name in PAGES if name.startswith("catalogue:") and name.endswith("_change")},
}

OFFICE = sorted(name for name in PAGES if name.startswith(("office:", "catalogue:")))
PORTAL = sorted(name for name in PAGES if name.startswith("portal:"))
BEHIND_THE_DOOR = [name for name in OFFICE if PAGES[name].who != EVERYBODY]


def portal_address_of(
    name: str, *, receipt: str = "100001-XXXX-XXXX-XXXX", order: str = "R1", notice: str = str(NOTHING)
) -> str:
    """Return the page's address; what it is about is there for its owner alone, or not at all."""
    words: Mapping[str, dict[str, Any]] = {
        "portal:change_detail": {"group": "name"},
        "portal:receipt": {"number": receipt},
        "portal:reward": {"number": order, "position": 1},
        "portal:expiry_day": {"day": dt.date(2026, 12, 31)},
        "portal:document": {"document": Document.POINT_RULES},
        "portal:document_version": {"document": Document.POINT_RULES, "version": dt.date(2016, 4, 1)},
        "portal:notice": {"notice_id": notice},
        "portal:stop_advertising": {"token": "x"},
        "portal:renew": {"secret": "x" * 43},
        "portal:register_towns": {"code": "5300005"},
        "portal:prove_address": {"token": "x" * 40},
        "portal:end_stay": {"sign_in_id": NOTHING},
        "portal:forget_browser": {"device_id": NOTHING},
        "portal:remove_passkey": {"number": 1},
        "portal:demo_mail": {"key": "x"},
    }
    return reverse(name, kwargs=words.get(name, {}))


def may_open(page: Page, role: Role) -> bool:
    return page.who == ALL_STAFF or (isinstance(page.who, frozenset) and not page.who.isdisjoint(GRANTED[role]))


def answers(client: Client, address: str) -> list[Any]:
    """Return what comes to a visit and to an empty form."""
    return [client.get(address), client.post(address, {})]


def is_sent_to_sign_in(response: Any, sign_in: str = SIGN_IN) -> bool:
    return bool(response.status_code == 302 and response["Location"].startswith(sign_in))


class TestTheList:
    def test_holds_every_page_of_the_site_and_no_other(self) -> None:
        assert set(views_by_name()) == set(PAGES)

    @pytest.mark.parametrize("name", OFFICE)
    def test_says_the_same_as_the_view(self, name: str) -> None:
        entry = getattr(views_by_name()[name], "entry", None)
        page = PAGES[name]

        assert isinstance(entry, Entry), f"The view of {name} stands behind no door."
        assert entry.permissions == (page.who if isinstance(page.who, frozenset) else frozenset())
        assert bool(entry.for_everybody) == (page.who == EVERYBODY)
        assert bool(entry.for_all_staff) == (page.who == ALL_STAFF)


class TestWhoIsNotIn:
    def test_is_led_to_the_staffs_sign_in_from_every_page_of_the_office(self, household: Household) -> None:
        member = Client()
        let_member_in(member, household.user)
        half_in = Client()
        half_in.post(SIGN_IN, {"login_id": _clerk(), "password": PASSWORD})
        thief = Client()
        thief.cookies[COOKIE] = member.cookies[settings.SESSION_COOKIE_NAME].value
        callers = {"anonymous": Client(), "member": member, "half in": half_in, "with a member's key": thief}

        let_in = [
            (who, name)
            for who, client in callers.items()
            for name in BEHIND_THE_DOOR
            for response in answers(client, address_of(name, household.hanako.number))
            if not is_sent_to_sign_in(response)
        ]

        assert let_in == []

    def test_ends_when_no_role_is_left(self, household: Household) -> None:
        client = client_of(Role.CALL_CENTRE, login_id="moto")
        people.take_role(login_id="moto", role=Role.CALL_CENTRE, at=NOW, actor=administrator())

        assert [
            name
            for name in BEHIND_THE_DOOR
            if not is_sent_to_sign_in(client.get(address_of(name, household.hanako.number)))
        ] == []


def _clerk() -> str:
    return enrolled(Role.CALL_CENTRE).user.login_id


@pytest.mark.parametrize("role", list(Role))
class TestStaff:
    def test_are_refused_by_name_of_the_role_where_theirs_does_not_reach(
        self, household: Household, role: Role
    ) -> None:
        client = client_of(role)

        wrongly_answered = [
            (name, response.status_code)
            for name in BEHIND_THE_DOOR
            if not may_open(PAGES[name], role)
            for response in answers(client, address_of(name, household.hanako.number))
            if response.status_code != 403 or "必要な役割：" not in response.content.decode()
        ]

        assert wrongly_answered == []

    def test_are_let_in_where_it_does(self, household: Household, role: Role) -> None:
        client = client_of(role)

        kept_out = [
            (name, response.status_code)
            for name in BEHIND_THE_DOOR
            if may_open(PAGES[name], role)
            for response in answers(client, address_of(name, household.hanako.number))
            if response.status_code in {403, 500} or is_sent_to_sign_in(response)
        ]

        assert kept_out == []

    def test_find_only_forms_where_a_link_must_do_nothing(self, household: Household, role: Role) -> None:
        client = client_of(role)
        posted = [name for name in OFFICE if PAGES[name].posted and may_open(PAGES[name], role)]

        assert [
            name for name in posted if client.get(address_of(name, household.hanako.number)).status_code != 405
        ] == []

    def test_are_offered_no_way_that_is_closed_to_them(self, household: Household, role: Role) -> None:
        client = client_of(role)
        pages = [name for name in BEHIND_THE_DOOR if may_open(PAGES[name], role) and not PAGES[name].posted]
        closed = {
            address_of(name, household.hanako.number) for name in BEHIND_THE_DOOR if not may_open(PAGES[name], role)
        }

        offered = [
            (name, address)
            for name in pages
            for page in [client.get(address_of(name, household.hanako.number)).content.decode()]
            for address in closed
            if f'"{address}"' in page
        ]

        assert offered == []

    def test_are_nobody_at_the_members_door(self, role: Role) -> None:
        client = client_of(role)
        client.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[COOKIE].value

        for name in PORTAL:
            if PAGES[name].who in {MEMBERS, APPLICANTS}:
                ask = client.post if PAGES[name].posted else client.get
                assert is_sent_to_sign_in(ask(portal_address_of(name)), "/sign-in/")


class TestMembers:
    def test_open_their_own_pages(self, household: Household, client: Client) -> None:
        own = _live(household)
        let_member_in(client, household.user)
        client.post("/account/proof/", {"password": MEMBER_PASSWORD})

        for name in PORTAL:
            if PAGES[name].who == MEMBERS:
                expected = 405 if PAGES[name].posted else 200
                assert client.get(portal_address_of(name, **own)).status_code == expected, name

    def test_see_nothing_of_another(self, household: Household, client: Client) -> None:
        others = _live(household)
        ichiko = register("鈴木 一子", "ichiko")
        membership.admit(person=ichiko.person, at=JOINED_AT, actor=STAFF)
        let_member_in(client, ichiko)

        for name in PORTAL:
            page = client.get(portal_address_of(name, **others), follow=True)
            shown = b"".join(page.streaming_content) if page.streaming else page.content  # type: ignore[attr-defined]
            for marked in (household.hanako.number, "山田", "あかりマート", "もこもこスリッパ"):
                assert marked not in shown.decode(), name
            if name in {"portal:receipt", "portal:reward", "portal:expiry_day", "portal:notice"}:
                assert page.status_code == 404

    def test_pages_lead_strangers_to_the_members_sign_in(self, client: Client) -> None:
        for name in PORTAL:
            response = (client.post if PAGES[name].posted else client.get)(portal_address_of(name))
            if PAGES[name].who in {MEMBERS, APPLICANTS}:
                assert is_sent_to_sign_in(response, "/sign-in/")


def _live(household: Household) -> dict[str, str]:
    """Let the household earn and use points, and be told of it; return of what its stories and its notice are.

    There was an older club, whose members are asked for its number.
    """
    household.live()
    old_member_on_file()
    receipt = Accrual.objects.filter(merchant_id=household.mart.id).first()
    order = RedemptionOrder.objects.get()
    assert receipt is not None
    told = tell(household.hanako.person, at=NOW)
    return {"receipt": receipt.receipt_number, "order": order.number, "notice": str(told)}
