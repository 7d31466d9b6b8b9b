"""Who may see which page. The list is the site's own, so that a page added tomorrow is held to it as well."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from pointclub.membership import services as membership
from pointclub.people import services as people
from pointclub.people.rules.signing_in import EndedHow
from pointclub.portal.urls import urlpatterns
from tests.factories.club import STAFF, jst
from tests.factories.sign_ins import let_in
from tests.portal.household import JOINED_AT, NOW, Household, give_login, register

# For everybody, signed in or not.
PUBLIC = {
    "announcements",
    "ask_for_passkey",
    "demo_mail",
    "demo_mails",
    "document",
    "document_version",
    "documents",
    "help",
    "prove_address",
    "recover",
    "recover_sent",
    "register",
    "register_check",
    "register_contract",
    "register_details",
    "register_done",
    "register_towns",
    "renew",
    "sign_in",
    "sign_in_by_external_id",
    "sign_in_by_passkey",
    "sign_in_code",
    "sign_in_code_again",
    "sign_out",
    "stop_advertising",
}
# For everybody who is in, member of the club or not: their own sign-in.
OF_USERS = {
    "account",
    "add_passkey",
    "agreements",
    "ask_for_new_passkey",
    "change_detail",
    "change_login_id",
    "change_password",
    "details",
    "end_others",
    "end_stay",
    "forget_browser",
    "give_up_app",
    "join",
    "join_check",
    "join_done",
    "link_external_id",
    "mail_arrives_again",
    "notice",
    "notices",
    "old_points",
    "prove",
    "prove_address_again",
    "prove_by_passkey",
    "remove_passkey",
    "renew_recovery_codes",
    "set_up_app",
    "theft",
    "unlink_external_id",
}
POSTED_ALONE = {
    "add_passkey",
    "end_others",
    "end_stay",
    "forget_browser",
    "give_up_app",
    "link_external_id",
    "mail_arrives_again",
    "prove_by_passkey",
    "remove_passkey",
    "renew_recovery_codes",
    "unlink_external_id",
}
SECRET = 7_654_321
# What the addresses of single stories name: nothing that anybody has (test_stories.py tries what somebody has).
NAMED: dict[str, dict[str, Any]] = {
    "change_detail": {"group": "name"},
    "expiry_day": {"day": dt.date(2031, 1, 31)},
    "notice": {"notice_id": UUID(int=7)},
    "receipt": {"number": "100001-0000-0000-0000"},
    "reward": {"number": "R1", "position": 1},
    "end_stay": {"sign_in_id": UUID(int=1)},
    "forget_browser": {"device_id": UUID(int=1)},
    "remove_passkey": {"number": 1},
}
NAMES = [str(pattern.name) for pattern in urlpatterns]


def address_of(name: str) -> str:
    return reverse(f"portal:{name}", kwargs=NAMED.get(name))


def ask(client: Client, name: str) -> Any:
    return (client.post if name in POSTED_ALONE else client.get)(address_of(name))


def test_every_address_has_a_name() -> None:
    assert all(pattern.name for pattern in urlpatterns)


@pytest.mark.usefixtures("household")
@pytest.mark.parametrize("name", [name for name in NAMES if name not in PUBLIC])
@pytest.mark.usefixtures("household")
@pytest.mark.rule("BAL-2")
class TestPageForWhoeverIsIn:
    def test_asks_strangers_to_sign_in(self, client: Client, name: str) -> None:
        response = ask(client, name)

        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/?next=/")

    @pytest.mark.rule("MEM-6")
    def test_asks_anew_who_was_ended_elsewhere(self, household: Household, client: Client, name: str) -> None:
        stay = let_in(client, household.user)
        people.end_sign_in(user=household.user, sign_in_id=stay.id, how=EndedHow.ENDED_BY_OWNER, at=NOW)

        assert ask(client, name)["Location"].startswith("/sign-in/?next=/")

    def test_is_kept_by_no_cache(self, hanako_client: Client, name: str) -> None:
        assert "no-store" in ask(hanako_client, name)["Cache-Control"]


@pytest.mark.usefixtures("household")
@pytest.mark.parametrize("name", [name for name in NAMES if name not in PUBLIC | OF_USERS])
@pytest.mark.rule("BAL-2")
class TestMemberPage:
    def test_turns_away_staff_who_are_no_members(self, client: Client, name: str) -> None:
        let_in(client, register("係員 一郎", "kakari", is_staff=True))

        response = client.get(address_of(name))

        assert response.status_code == 403
        assert "マイページは本会員の方専用です" in response.content.decode()

    def test_turns_away_family_members(self, household: Household, client: Client, name: str) -> None:
        let_in(client, give_login(household.taro.person, "taro"))

        assert client.get(address_of(name)).status_code == 403

    def test_shows_nobody_the_figures_of_somebody_else(self, household: Household, client: Client, name: str) -> None:
        household.open_balance({"2027-03-31": SECRET})
        household.buy(household.hanako, household.mart, 9_800, at=jst("2026-11-20 17:40"))
        other = register("鈴木 一子", "ichiko")
        membership.admit(person=other.person, at=JOINED_AT, actor=STAFF)
        let_in(client, other)

        page = b"".join(client.get(address_of(name))).decode()

        assert "7,654,321" not in page
        assert str(SECRET) not in page
        assert "あかりマート" not in page
