"""Accruals, parts, claims and postings are held against each other: whatever somebody changes is found."""

from typing import Any
from uuid import uuid4

import pytest

from pointclub.earning.models import AccrualPart
from pointclub.earning.queries import verify_accruals
from pointclub.membership.models import Member
from tests.factories.club import Club, jst
from tests.harness.tampering import tamper

pytestmark = pytest.mark.usefixtures("as_owner", "member")


@pytest.fixture
def member(as_owner: None) -> Member:
    """Let one sale be posted and another wait."""
    club = Club()
    member, shop = club.member(), club.merchant()
    club.buy(member, shop, 10_000, at=jst("2026-04-02 12:00"), reference="posted")
    club.update(at=jst("2026-04-03 01:00"))
    club.buy(member, shop, 5_000, at=jst("2026-04-03 12:00"), reference="pending")
    assert verify_accruals() == []
    return member


def of(member: Member) -> Any:
    return member.membership.account_id


def found() -> list[str]:
    """Return what differs, by the first and last word: ids and receipt numbers lie between."""
    return [" ".join((one.what.split()[0], one.what.split()[-1])) for one in verify_accruals()]


class TestSums:
    def test_of_an_accrual_that_were_changed_are_found_with_both_figures(self, member: Member) -> None:
        tamper("UPDATE earning_accrual SET points = 99 WHERE reference = 'posted'")

        (difference,) = verify_accruals()

        assert (difference.account_id, difference.stands, difference.follows) == (of(member), 99, 100)
        assert difference.what.startswith("accrual ")

    def test_of_a_part_that_were_changed_are_found(self) -> None:
        tamper("UPDATE earning_accrual_part SET points = points + 1 WHERE posted_on IS NULL")

        (difference,) = verify_accruals()

        assert (difference.stands, difference.follows) == (50, 51)

    def test_of_an_accrual_that_has_lost_its_parts_are_found(self) -> None:
        tamper("DELETE FROM earning_accrual_part WHERE posted_on IS NULL")

        (difference,) = verify_accruals()

        assert (difference.stands, difference.follows) == (50, 0)


class TestPostings:
    @pytest.mark.parametrize(
        ("change", "differs"),
        [
            ("contra = 'bills'", "part postings"),
            ("lot_id = NULL", "part postings"),
            ("source_id = gen_random_uuid()", "part postings"),
            ("points = -points", "part postings"),
            ("points = points + 1", "part points"),
            ("contra = 'adjusted', points = points + 1", "part postings"),
        ],
    )
    def test_that_were_changed_are_found_by_their_part(self, member: Member, change: str, differs: str) -> None:
        tamper(f"UPDATE points_posting SET {change} WHERE account_id = %s", of(member))  # noqa: S608 -- written above

        assert differs in found()

    def test_that_are_gone_are_found_by_their_part(self, member: Member) -> None:
        tamper("DELETE FROM points_posting WHERE account_id = %s", of(member))

        assert found() == ["part postings"]

    def test_that_came_twice_are_found_by_their_part(self, member: Member) -> None:
        tamper(
            """
            INSERT INTO points_posting
                (account_id, id, transaction_id, lot_id, points, contra, contra_party_id, source_id)
            SELECT account_id, gen_random_uuid(), transaction_id, lot_id, points, contra, contra_party_id, source_id
            FROM points_posting WHERE account_id = %s
            """,
            of(member),
        )

        assert {(one.stands, one.follows) for one in verify_accruals()} == {(2, 1), (100, 200)}

    def test_of_a_part_made_to_wait_again_are_found(self) -> None:
        tamper("UPDATE earning_accrual_part SET posted_on = NULL WHERE posted_on IS NOT NULL")

        assert found() == ["part postings"]

    def test_of_a_part_that_says_it_was_posted_are_missed(self) -> None:
        tamper("UPDATE earning_accrual_part SET posted_on = '2026-04-04' WHERE posted_on IS NULL")

        assert found() == ["part postings"]

    def test_in_another_lot_than_the_part_names_are_found(self, member: Member) -> None:
        AccrualPart.objects.filter(account_id=of(member), posted_on__isnull=False).update(lot_id=uuid4())

        assert found() == ["part postings"]

    def test_issued_by_another_merchant_are_found(self, member: Member) -> None:
        tamper("UPDATE points_posting SET contra_party_id = gen_random_uuid() WHERE account_id = %s", of(member))

        assert found() == ["part postings"]


class TestClaims:
    @pytest.mark.parametrize("column", ["accrual_id", "account_id"])
    def test_of_another_owner_are_found_from_both_sides(self, column: str) -> None:
        tamper(
            f"UPDATE earning_accrual_claim SET {column} = gen_random_uuid() WHERE reference = 'posted'"  # noqa: S608 -- written above
        )

        assert found() == ["accrual claims", "claim accruals"]

    def test_that_are_gone_are_found(self) -> None:
        tamper("DELETE FROM earning_accrual_claim WHERE reference = 'posted'")

        assert found() == ["accrual claims"]

    def test_of_accruals_that_are_gone_are_found(self) -> None:
        tamper("DELETE FROM earning_accrual_part WHERE posted_on IS NULL")
        tamper("DELETE FROM earning_accrual WHERE reference = 'pending'")

        assert found() == ["claim accruals"]

    def test_of_another_reference_are_found(self) -> None:
        tamper("UPDATE earning_accrual SET reference = 'another' WHERE reference = 'posted'")

        assert found() == ["accrual claims"]
