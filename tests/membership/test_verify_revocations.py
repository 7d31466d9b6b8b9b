"""What was asked for and decided on a revocation is held against the audit log (END-4, STF-2)."""

from __future__ import annotations

import pytest

from pointclub.membership import queries
from pointclub.membership import services as membership
from pointclub.membership.models import RevocationRequest
from tests.factories.club import OTHER_STAFF, Club, jst
from tests.factories.revocations import approve_revocation, ask_for_revocation
from tests.harness.tampering import tamper

pytestmark = [pytest.mark.usefixtures("as_owner"), pytest.mark.rule("END-4", "STF-2")]

AT = jst("2026-06-15 12:00")
_KEY_OF_APPROVER = "membership_membership.a_membership_was_revoked_by_who_approved_it"


@pytest.fixture(autouse=True)
def requests(as_owner: None) -> dict[str, RevocationRequest]:
    """Ask for three; one is carried out, one turned down, one waits."""
    club = Club()
    asked = {name: ask_for_revocation(club.member(), at=AT) for name in ("approved", "rejected", "waiting")}
    approve_revocation(asked["approved"], at=AT)
    membership.reject_revocation(request_id=asked["rejected"].id, at=AT, actor=OTHER_STAFF)
    assert queries.verify_revocations() == []
    return asked


def found() -> set[str]:
    """Return what differs, without the id of the request."""
    return {difference.what.partition(": ")[2] for difference in queries.verify_revocations()}


@pytest.mark.parametrize(
    ("which", "change", "named"),
    [
        ("waiting", "requested_by = 'staff:betsu'", {"asked by"}),
        ("approved", "requested_by = 'staff:betsu'", {"asked by"}),
        ("rejected", "requested_at = requested_at - interval '1 second'", {"asked at"}),
        ("waiting", "ground = 'no_such_person'", {"ground"}),
        ("approved", "reason = reason || ' '", {"reason"}),
        ("rejected", "rejected_by = 'staff:betsu'", {"rejected by"}),
        ("rejected", "rejected_by = NULL, approved_by = rejected_by", {"approved by", "rejected by"}),
        ("rejected", "rejected_by = NULL, decided_at = NULL", {"decided"}),
        ("approved", "decided_at = decided_at + interval '1 day'", {"decided at"}),
        ("waiting", "rejected_by = 'staff:betsu', decided_at = now()", {"decided"}),
        ("waiting", "id = gen_random_uuid()", {"asked for"}),
    ],
)
def test_request_that_was_another_is_found(
    requests: dict[str, RevocationRequest], which: str, change: str, named: set[str]
) -> None:
    tamper(f"UPDATE membership_revocation_request SET {change} WHERE id = %s", requests[which].id)  # noqa: S608 -- written above

    assert found() == named


def test_approver_who_was_another_is_found(requests: dict[str, RevocationRequest]) -> None:
    tamper(
        "UPDATE membership_revocation_request SET approved_by = 'staff:betsu' WHERE id = %s",
        requests["approved"].id,
        dropping=_KEY_OF_APPROVER,
    )

    assert found() == {"approved by"}


def test_request_that_was_taken_away_is_found(requests: dict[str, RevocationRequest]) -> None:
    tamper("DELETE FROM membership_revocation_request WHERE id = %s", requests["rejected"].id)

    assert found() == {"asked for", "decided"}


def test_words_of_a_reason_are_not_told(requests: dict[str, RevocationRequest]) -> None:
    tamper("UPDATE membership_revocation_request SET reason = '花子の件' WHERE id = %s", requests["waiting"].id)

    (difference,) = queries.verify_revocations()

    assert (difference.stands, difference.follows) == ("", "")
    assert difference.account_id == requests["waiting"].membership.account_id


def test_reason_that_was_removed_from_the_log_is_held_against_nothing(requests: dict[str, RevocationRequest]) -> None:
    tamper(
        "UPDATE audit_entry SET reason = '' WHERE details ->> 'request' = %s AND reason <> ''",
        str(requests["waiting"].id),
    )

    assert queries.verify_revocations() == []
