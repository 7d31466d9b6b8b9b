"""Who may see which page. The list is the site's own, so that a page added tomorrow is held to it as well."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from pointclub.membership import services as membership
from pointclub.portal.urls import urlpatterns
from tests.factories.club import STAFF, jst
from tests.portal.household import JOINED_AT, Household, give_login, register

# For everybody, signed in or not.
PUBLIC = {
    *("announcements", "demo_mail", "demo_mails", "help", "sign_in", "sign_out", "stop_advertising"),
    *("documents", "document", "document_version"),
    *("register", "register_contract", "register_details", "register_check", "register_done", "prove_address"),
}
# For whoever has a sign-in, member or not (test_documents.py and registration/test_registering.py try it).
SIGNED_IN = {"agreements", "prove_address_again"}
SECRET = 7_654_321
# What the addresses of single stories name: nothing that anybody has (test_stories.py tries what somebody has).
NAMED: dict[str, dict[str, Any]] = {
    "expiry_day": {"day": dt.date(2031, 1, 31)},
    "notice": {"notice_id": UUID(int=7)},
    "receipt": {"number": "100001-0000-0000-0000"},
    "reward": {"number": "R1", "position": 1},
}


def address_of(name: str) -> str:
    return reverse(f"portal:{name}", kwargs=NAMED.get(name))


def test_every_address_has_a_name() -> None:
    assert all(pattern.name for pattern in urlpatterns)


@pytest.mark.usefixtures("household")
@pytest.mark.parametrize("name", [each.name for each in urlpatterns if each.name not in PUBLIC | SIGNED_IN])
@pytest.mark.rule("BAL-2")
class TestMemberPage:
    def test_asks_strangers_to_sign_in(self, client: Client, name: str) -> None:
        response = client.get(address_of(name))

        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/?next=/")

    def test_turns_away_staff_who_are_no_members(self, client: Client, name: str) -> None:
        client.force_login(register("係員 一郎", "kakari", is_staff=True))

        response = client.get(address_of(name))

        assert response.status_code == 403
        assert "マイページは本会員の方専用です" in response.content.decode()

    def test_turns_away_family_members(self, household: Household, client: Client, name: str) -> None:
        client.force_login(give_login(household.taro.person, "taro"))

        assert client.get(address_of(name)).status_code == 403

    def test_shows_nobody_the_figures_of_somebody_else(self, household: Household, client: Client, name: str) -> None:
        household.open_balance({"2027-03-31": SECRET})
        household.buy(household.hanako, household.mart, 9_800, at=jst("2026-11-20 17:40"))
        other = register("鈴木 一子", "ichiko")
        membership.admit(person=other.person, at=JOINED_AT, actor=STAFF)
        client.force_login(other)

        page = b"".join(client.get(address_of(name))).decode()

        assert "7,654,321" not in page
        assert str(SECRET) not in page
        assert "あかりマート" not in page

    def test_is_kept_by_no_cache(self, hanako_client: Client, name: str) -> None:
        assert "no-store" in hanako_client.get(address_of(name))["Cache-Control"]
