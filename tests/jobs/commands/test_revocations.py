"""`pointclub member revoke`: one asks, which freezes the membership, another decides."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from pointclub.jobs import output
from pointclub.membership import queries as membership
from pointclub.membership.models import Member
from pointclub.people.rules.permissions import Role
from tests.factories.callers import identify
from tests.factories.club import Club, jst
from tests.factories.staff import all_round, staff
from tests.harness.commands import call

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-2", "END-4")]
NOW = jst("2026-04-10 12:00")


@pytest.fixture
def desks(set_clock: Callable[[dt.datetime], None], db: None) -> None:
    set_clock(NOW)
    staff(Role.CALL_CENTRE, login_id="futaba")
    staff(Role.PRIVACY_OFFICER, login_id="rikka")


@pytest.fixture
def hanako(desks: None) -> Member:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2027-04-30": 500}, at=jst("2026-04-01 12:00"))
    return member


def ask(member: Member, *, by: str = "futaba", ground: str = "no_such_person") -> Any:
    words = ("--ground", ground, "--reason", "宛先に居住なし", "--as", by, "--json")
    return call("member", "revoke", "request", member.number, *words)


def decide(what: str, request: str, *, by: str = "rikka") -> Any:
    return call("member", "revoke", what, request, "--as", by, "--json")


def test_is_asked_for_at_one_desk_and_approved_at_another(hanako: Member) -> None:
    asked = ask(hanako).json
    done = decide("approve", asked["request"]).json

    assert (asked["state"], asked["member_number"], asked["ground"]) == ("requested", hanako.number, "no_such_person")
    assert (done["state"], done["requested_by"], done["decided_by"]) == ("carried_out", "staff:futaba", "staff:rikka")
    ended = membership.get_member(hanako.number).membership
    assert (ended.end_reason, ended.revoked_by) == ("revoked", "staff:rikka")


def test_is_refused_to_who_asked_even_with_every_role(hanako: Member) -> None:
    all_round("hitori")
    asked = ask(hanako, by="hitori").json

    for what in ("approve", "reject"):
        alone = decide(what, asked["request"], by="hitori")
        assert (alone.code, alone.json["refused"]) == (output.REFUSED, "same_person")

    assert membership.get_member(hanako.number).membership.ended_at is None


def test_freezes_redemption_and_withdrawal_until_it_is_rejected(hanako: Member) -> None:
    identify(hanako, by="futaba", at=NOW)
    asked = ask(hanako).json

    redeem = ("redeem", hanako.number, "--line", "gift:100", "--key", "k", "--as", "futaba", "--json")
    frozen = call(*redeem)
    withdrawn = call("member", "withdraw", hanako.number, "--as", "futaba", "--json")
    decide("reject", asked["request"])
    free = call(*redeem)

    assert frozen.json["refused"] == "redemption_blocked"
    assert withdrawn.json["refused"] == "revocation_waits"
    assert free.code == output.OK


def test_is_listed_with_who_decided(hanako: Member) -> None:
    rejected = ask(hanako).json["request"]
    decide("reject", rejected)
    waiting = ask(hanako).json["request"]

    rows = call("member", "revoke", "list", "--as", "rikka", "--json").json["requests"]

    assert [(row["request"], row["state"], row["decided_by"]) for row in rows] == [
        (waiting, "requested", None),
        (rejected, "rejected", "staff:rikka"),
    ]


def test_takes_a_ground_of_the_terms(hanako: Member) -> None:
    assert ask(hanako, ground="dislike").code == output.USAGE


def test_of_nothing_is_not_found(desks: None) -> None:
    assert decide("approve", "00000000-0000-0000-0000-000000000007").code == output.NOT_FOUND
