"""What only two people may do is held against what they decided (STF-2)."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from pointclub.points import queries
from pointclub.points import services as points
from pointclub.points.models import ChangeRequest, Transaction
from tests.factories.club import STAFF, Club, approve, jst
from tests.harness.tampering import tamper

pytestmark = [pytest.mark.usefixtures("as_owner"), pytest.mark.rule("STF-2")]

AT = jst("2026-04-02 12:00")


@pytest.fixture(autouse=True)
def decided(as_owner: None) -> dict[str, ChangeRequest]:
    """Adjust, transfer and extend, each as two people decided."""
    club = Club()
    giver, receiver = (club.member().membership.account_id for _ in range(2))
    facts: dict[str, Any] = {"reason": "お詫び", "at": AT, "actor": STAFF}
    requests = {
        "adjust": points.request_adjustment(account_id=giver, points=100, usable_through=None, **facts),
        "transfer": points.request_transfer(from_account_id=giver, to_account_id=receiver, points=30, **facts),
        "extend": points.request_extension(
            selection=points.LotSelection(dt.date(2029, 4, 1), dt.date(2029, 4, 30), account_id=giver),
            usable_through=dt.date(2030, 4, 30),
            **facts,
        ),
    }
    for request in requests.values():
        approve(request, at=AT)
    assert differences() == []
    return requests


def differences() -> list[str]:
    return [difference.what for chunk in queries.verify_ledger() for difference in chunk.differences]


def beyond() -> list[str]:
    return [what for what in differences() if what.endswith("goes beyond its approval")]


@pytest.mark.parametrize(
    ("kind", "change", "transactions"),
    [
        ("adjust", "points = 99", 1),
        ("adjust", "account_id = gen_random_uuid()", 1),
        ("adjust", "state = 'rejected'", 1),
        ("adjust", "state = 'requested', decided_by = '', decided_at = NULL", 1),
        ("transfer", "points = 31", 2),
        ("transfer", "account_id = gen_random_uuid()", 1),
        ("transfer", "to_account_id = gen_random_uuid()", 1),
        ("transfer", "state = 'rejected'", 2),
        ("extend", "account_id = gen_random_uuid()", 1),
        ("extend", "state = 'rejected'", 1),
        ("extend", "kind = 'adjust', points = 1", 1),
    ],
)
def test_decision_that_was_another_is_found(
    decided: dict[str, ChangeRequest], kind: str, change: str, transactions: int
) -> None:
    tamper(f"UPDATE points_change_request SET {change} WHERE id = %s", decided[kind].id)  # noqa: S608 -- written above

    assert len(beyond()) == transactions


def test_decision_on_all_accounts_covers_each(decided: dict[str, ChangeRequest]) -> None:
    tamper("UPDATE points_change_request SET account_id = NULL WHERE id = %s", decided["extend"].id)

    assert differences() == []


def test_decision_that_is_not_carried_out_to_its_end_covers_what_was_done(decided: dict[str, ChangeRequest]) -> None:
    tamper("UPDATE points_change_request SET state = 'approved' WHERE id = %s", decided["extend"].id)

    assert differences() == []


def test_adjustment_booked_as_something_else_is_found(decided: dict[str, ChangeRequest]) -> None:
    tamper(
        "UPDATE points_posting SET contra = 'opening' WHERE source_id = %s AND contra = 'adjusted'",
        decided["adjust"].id,
    )

    assert len(beyond()) == 1


def test_decision_cannot_be_used_twice(decided: dict[str, ChangeRequest]) -> None:
    once = Transaction.objects.get(approval_id=decided["adjust"].id)
    once.id, once.sequence, once.business_key = uuid4(), 99, "again"

    with pytest.raises(IntegrityError, match="each_approval_counts_once"):
        once.save(force_insert=True)


def against_the_log() -> set[str]:
    """Return what differs between requests and the audit log, without the id of the request."""
    return {difference.what.partition(": ")[2] for difference in queries.verify_requests()}


@pytest.mark.parametrize(
    ("kind", "change", "named"),
    [
        ("adjust", "requested_by = 'staff:betsu'", {"asked by"}),
        ("transfer", "decided_by = 'staff:betsu'", {"decided by"}),
        ("extend", "requested_at = requested_at - interval '1 second'", {"asked at"}),
        ("adjust", "decided_at = decided_at + interval '1 day'", {"decided at"}),
        ("transfer", "points = 31", {"points"}),
        ("transfer", "account_id = to_account_id, to_account_id = account_id", {"account", "to account"}),
        ("extend", "account_id = NULL", {"account"}),
        ("extend", "usable_through = usable_through + 1", {"last day"}),
        ("extend", "lots_usable_from = lots_usable_from - 1", {"first of the lots"}),
        ("extend", "includes_lapsed = NOT includes_lapsed", {"with lapsed ones"}),
        ("adjust", "reason = reason || ' '", {"reason"}),
        ("adjust", "state = 'rejected'", {"decision"}),
        ("adjust", "state = 'requested', decided_by = '', decided_at = NULL", {"decided"}),
    ],
)
def test_request_that_the_log_tells_otherwise_is_found(
    decided: dict[str, ChangeRequest], kind: str, change: str, named: set[str]
) -> None:
    assert against_the_log() == set()

    tamper(f"UPDATE points_change_request SET {change} WHERE id = %s", decided[kind].id)  # noqa: S608 -- written above

    assert against_the_log() == named


def test_request_that_was_exchanged_for_another_is_found(decided: dict[str, ChangeRequest]) -> None:
    tamper(
        "UPDATE points_change_request SET id = gen_random_uuid() WHERE id = %s",
        decided["adjust"].id,
        dropping="points_transaction.approval_is_on_file",
    )

    assert against_the_log() == {"asked for", "decided"}


def test_words_of_a_reason_are_not_told(decided: dict[str, ChangeRequest]) -> None:
    tamper("UPDATE points_change_request SET reason = '花子の件' WHERE id = %s", decided["adjust"].id)

    (difference,) = queries.verify_requests()

    assert (difference.stands, difference.follows) == ("", "")
