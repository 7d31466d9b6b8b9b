"""The made-up club's terminals get a key at each start, and the keys of the start before open nothing any more."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pointclub.jobs import demo_club
from pointclub.jobs.demo_club.terminals import TERMINALS
from pointclub.merchants import queries
from pointclub.merchants import services as merchants
from pointclub.merchants.rules.keys import KeyAct, digest_of
from tests.factories.club import STAFF, jst

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-1")]
AT = jst("2026-04-10 12:00")
LATER = AT + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def shops() -> None:
    for number in ("100001", "100002"):
        shop = merchants.admit_merchant(number=number, name="見本書店", admitted_on=AT.date(), at=AT, actor=STAFF)
        merchants.open_store(merchant=shop, code="001", name="本店", at=AT, actor=STAFF)


def standing(secret: str) -> queries.KeyStanding:
    return queries.find_keys([digest_of(secret)])[digest_of(secret)]


def test_open_what_the_demo_says() -> None:
    whole, one_till = (standing(issued.secret) for issued in demo_club.issue_keys(at=AT))

    assert (whole.merchant_number, whole.store_code, whole.acts) == ("100001", "", frozenset(KeyAct))
    assert (one_till.merchant_number, one_till.store_code, one_till.terminal_code) == ("100002", "001", "T1")
    assert one_till.acts == {KeyAct.ACCRUE, KeyAct.READ}


def test_are_revoked_at_the_next_start_with_no_other_key() -> None:
    first = demo_club.issue_keys(at=AT)
    facts: dict[str, Any] = {"merchant": queries.get_merchant("100001"), "acts": ["read"], "at": AT, "actor": STAFF}
    own = merchants.issue_key(name="私のキー", per_minute=60, **facts)

    second = demo_club.issue_keys(at=LATER)

    assert [standing(issued.secret).revoked_at for issued in (*first, own, *second)] == [LATER, LATER, None, None, None]


def test_are_not_issued_to_a_merchant_that_was_ended_meanwhile() -> None:
    merchants.end_merchant(merchant=queries.get_merchant("100001"), at=AT, actor=STAFF)

    assert len(demo_club.issue_keys(at=LATER)) == len(TERMINALS) - 1
