"""Ways past the second step, the fresh proof and a reported theft that are none (MEM-6, REG-8)."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from pointclub.foundation import actors, clock
from pointclub.membership import services as membership
from pointclub.people import authenticator
from pointclub.people import services as people
from pointclub.people.models import ContactAddress
from pointclub.people.rules.networks import network_of
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.people.rules.signing_in import Means, SecondStep
from pointclub.portal import entering
from tests.factories.sign_ins import code_in, let_in
from tests.harness.external_provider import trusting, unused_address
from tests.harness.mailbox import Mailbox
from tests.portal.household import NOW, PASSWORD, Household

pytestmark = [pytest.mark.django_db, pytest.mark.rule("MEM-6", "REG-8")]
NEW_PASSWORD = "asahi2026"


def half_in(client: Client) -> None:
    assert client.post("/sign-in/", {"login_id": "hanako", "password": PASSWORD})["Location"] == "/sign-in/code/"


@pytest.mark.usefixtures("address")
class TestBeingHalfIn:
    def test_ends_when_the_password_is_changed(self, client: Client, household: Household, mailbox: Mailbox) -> None:
        half_in(client)
        code = code_in(mailbox)
        stay = let_in(Client(), household.user)
        membership.change_password(stay=stay, password=NEW_PASSWORD, at=clock.now())

        assert client.post("/sign-in/code/", {"code": code})["Location"] == "/sign-in/"

    def test_ends_when_a_theft_is_reported(self, client: Client, household: Household, mailbox: Mailbox) -> None:
        half_in(client)
        code = code_in(mailbox)
        membership.report_theft(user=household.user, at=clock.now(), actor=actors.member("1"))

        assert client.post("/sign-in/code/", {"code": code})["Location"] == "/sign-in/"

    def test_of_an_app_that_was_given_up_meanwhile_begins_anew(self, client: Client, household: Household) -> None:
        secret = authenticator.draw_secret()
        people.set_up_second_factor(user=household.user, secret=secret, code=authenticator.code_for(secret), at=NOW)
        half_in(client)
        people.give_up_second_factor(user=household.user, at=NOW)

        assert client.post("/sign-in/code/", {"code": "123456"})["Location"] == "/sign-in/"

    def test_by_an_external_id_and_an_app_shows_no_password(self, client: Client, household: Household) -> None:
        secret = authenticator.draw_secret()
        people.set_up_second_factor(
            user=household.user, secret=secret, code=authenticator.code_for(secret, steps_ahead=-1), at=NOW
        )
        half_in(client)
        session = client.session
        session["half_in"] |= {"by_external_id": True, "step": SecondStep.APP_CODE.value}
        session.save()

        assert client.post("/sign-in/code/", {"code": authenticator.code_for(secret)})["Location"] == "/"
        assert client.get("/account/password/")["Location"].startswith("/account/proof/")


class TestReportedTheft:
    def test_sends_no_link_to_an_address_that_is_new(
        self, hanako_client: Client, household: Household, address: ContactAddress
    ) -> None:
        assert address.replaced_at is None
        people.record_personal_data(
            person=household.user.person,
            values={PersonalField.FIRST_MAIL: "thief@example.net"},
            at=NOW,
            actor=actors.member("1"),
        )

        page = hanako_client.post("/account/theft/").content.decode()

        assert "72時間以内に変更された" in page
        assert "お電話ください" in page

    def test_unlinks_what_a_thief_may_have_linked(self, hanako_client: Client, household: Household) -> None:
        people.link_external_id(user=household.user, subject="thief", at=NOW, actor=actors.member("1"))

        hanako_client.post("/account/theft/")

        assert not SocialAccount.objects.exists()

    def test_drops_an_address_that_waits(
        self, hanako_client: Client, household: Household, address: ContactAddress
    ) -> None:
        waiting = people.ask_for_address_change(
            person=household.user.person,
            place=ContactAddress.Kind.FIRST,
            address="thief@example.net",
            at=NOW,
            actor=actors.member("1"),
        )
        assert waiting is not None
        token = people.issue_address_proof(address_id=waiting, at=NOW)

        hanako_client.post("/account/theft/")

        with pytest.raises(people.ReplacedAddressError):
            people.prove_address(token=token, at=clock.now(), actor=actors.member("1"))
        address.refresh_from_db()
        assert address.replaced_at is None


class TestLoginId:
    def test_that_is_the_password_is_refused(self, hanako_client: Client, household: Household) -> None:
        household.user.set_password("Hanako7")
        household.user.save()
        let_in(hanako_client, household.user)
        hanako_client.post("/account/proof/", {"password": "Hanako7"})

        page = hanako_client.post("/account/login-id/", {"login_id": "hanako7"}).content.decode()

        assert "パスワードと同じもの" in page
        household.user.refresh_from_db()
        assert household.user.login_id == "hanako"


class TestLeavingForTheProvider:
    @pytest.mark.usefixtures("household")
    def test_is_limited_for_a_network(self, client: Client, settings: Settings) -> None:
        settings.ENVIRONMENT = trusting(unused_address())
        for _ in range(30):
            people.begin_attempt(step="external", login_id="", network="127.0.0.1", device="", at=NOW)

        page = client.post("/sign-in/external-id/", follow=True).content.decode()

        assert "入力の回数が多すぎます。" in page


class TestMark:
    def test_of_a_browser_that_was_away_for_half_a_year_makes_nobody_known(self, household: Household) -> None:
        begun = people.begin_sign_in(
            user=household.user,
            means=Means.PASSWORD,
            mark="",
            remember=True,
            network="192.0.2.1",
            user_agent="",
            at=NOW - dt.timedelta(days=181),
        )
        assert begun.mark is not None

        again = people.begin_sign_in(
            user=household.user,
            means=Means.MAILED_CODE,
            mark=begun.mark,
            remember=False,
            network="192.0.2.1",
            user_agent="",
            at=NOW,
        )

        assert again.sign_in.device is None

    def test_that_somebody_else_knows_is_nobody_elses(self, household: Household) -> None:
        client = Client()
        client.cookies[entering.DEVICE_COOKIE] = ".".join("abcdefghij")

        let_in(client, household.user)

        assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("remote", "expected"),
    [("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("nowhere", "unknown")],
)
def test_callers_of_the_older_address_family_are_counted_one_by_one(remote: str, expected: str) -> None:
    assert network_of(remote, "", proxies=0) == expected
