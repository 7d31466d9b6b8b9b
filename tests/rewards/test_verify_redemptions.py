"""Applications, lines and postings are held against each other: whatever somebody changes is found."""

from typing import Any

import pytest

from pointclub.membership.models import Member
from pointclub.rewards.queries import verify_redemptions
from tests.factories.club import Club, give_back, jst, redeem
from tests.harness.tampering import tamper

pytestmark = [pytest.mark.usefixtures("as_owner"), pytest.mark.rule("RED-5", "RED-8")]


@pytest.fixture
def member(as_owner: None) -> Member:
    """Redeem two lines; of the first a part comes back, of the second all."""
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-12-31": 1_000}, at=jst("2026-04-01 12:00"))
    order = redeem(member, 300, 200, at=jst("2026-04-02 12:00"))
    give_back(member, order, 1, at=jst("2026-04-03 12:00"), number=100)
    give_back(member, order, 2, at=jst("2026-04-03 12:00"))
    assert verify_redemptions() == []
    return member


def of(member: Member) -> Any:
    return member.membership.account_id


def found() -> set[str]:
    """Return what differs, by the first and last word: ids and numbers lie between."""
    return {" ".join((one.what.split()[0], one.what.split()[-1])) for one in verify_redemptions()}


def test_application_of_another_sum_is_found_on_both_sides(member: Member) -> None:
    tamper("UPDATE rewards_redemption_order SET points = 501 WHERE account_id = %s", of(member))

    assert found() == {"application lines", "application taken"}


def test_line_of_another_sum_is_found_on_both_sides(member: Member) -> None:
    tamper("UPDATE rewards_redemption_line SET points = 301 WHERE account_id = %s AND position = 1", of(member))

    assert found() == {"application lines", "line taken"}


def test_line_that_is_gone_is_found_by_what_was_taken_for_it(member: Member) -> None:
    tamper("DELETE FROM rewards_redemption_line WHERE account_id = %s AND position = 1", of(member))

    assert found() == {"application lines", "redeemed " + str(_source_of(member))}


def test_line_that_says_more_came_back_than_did_is_found(member: Member) -> None:
    tamper(
        "UPDATE rewards_redemption_line SET returned_points = 101 WHERE account_id = %s AND position = 1", of(member)
    )

    assert found() == {"line returned"}


def test_line_that_came_back_whole_and_was_fulfilled_is_found(member: Member) -> None:
    tamper("UPDATE rewards_redemption_line SET state = 'fulfilled' WHERE account_id = %s AND position = 2", of(member))

    assert found() == {"line fulfilled"}


def test_posting_of_another_sum_is_found_by_application_and_line(member: Member) -> None:
    tamper("UPDATE points_posting SET points = -301 WHERE account_id = %s AND points = -300", of(member))

    assert found() == {"application taken", "line taken"}


def test_posting_that_names_no_line_is_found(member: Member) -> None:
    tamper("UPDATE points_posting SET source_id = NULL WHERE account_id = %s AND points = 100", of(member))

    assert found() == {"line returned", "redeemed none"}


def _source_of(member: Member) -> Any:
    (source,) = {one.what.split()[-1] for one in verify_redemptions() if one.what.startswith("redeemed")}
    return source
