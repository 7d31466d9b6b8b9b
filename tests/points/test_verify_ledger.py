"""Whatever somebody changes behind the application's back, the replay of the books finds and names."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from pointclub.membership.models import Member
from pointclub.points import queries
from pointclub.points import services as points
from pointclub.points.models import Posting
from pointclub.program import services as program
from pointclub.program.models import NightRun
from tests.factories.club import STAFF, Club, approve, give_back, jst, redeem, reverse
from tests.harness.tampering import tamper

pytestmark = pytest.mark.usefixtures("as_owner")


@pytest.fixture
def member(as_owner: None) -> Member:
    """Live a little: points of two lots, a redemption that came back in part, a lapse, a sale undone, a transfer."""
    club = Club()
    member, other, shop = club.member(), club.member(), club.merchant()
    club.open_balance(member, {"2026-04-30": 50, "2026-12-31": 100}, at=jst("2026-04-01 12:00"))
    club.buy(member, shop, 10_000, at=jst("2026-04-02 12:00"), reference="sale")
    club.update(at=jst("2026-04-03 01:00"))
    order = redeem(member, 40, at=jst("2026-04-03 12:00"))
    give_back(member, order, 1, at=jst("2026-04-04 12:00"), number=10)
    reverse(shop, "sale", at=jst("2026-04-05 12:00"), yen=5_000)
    club.lapse(at=jst("2026-05-01 00:05"))
    request = points.request_transfer(
        from_account_id=member.membership.account_id,
        to_account_id=other.membership.account_id,
        points=10,
        reason="相続",
        at=jst("2026-05-02 12:00"),
        actor=STAFF,
    )
    approve(request, at=jst("2026-05-02 12:00"))
    assert differences() == []
    return member


def differences() -> list[str]:
    return [difference.what for chunk in queries.verify_ledger() for difference in chunk.differences]


def figures_and_promises() -> list[str]:
    """Return the differences but for those of hashes, which any change of what was written makes."""
    return [what for what in differences() if not what.endswith((" hash", " head"))]


def differences_with_accounts() -> list[queries.Difference]:
    return [difference for chunk in queries.verify_ledger() for difference in chunk.differences]


def of(member: Member) -> Any:
    return member.membership.account_id


class TestAccountFigures:
    @pytest.mark.parametrize(
        ("change", "found"),
        [
            ("book_balance = book_balance + 1", "account book_balance"),
            ("arrears = arrears + 1", "account arrears"),
            ("arrears = arrears + 1", "account remaining less arrears"),
            ("last_sequence = last_sequence + 1", "account last_sequence"),
        ],
    )
    def test_that_were_changed_are_found_with_their_account(self, member: Member, change: str, found: str) -> None:
        tamper(f"UPDATE points_account SET {change} WHERE id = %s", of(member))  # noqa: S608 -- written above

        assert (of(member), found) in [(one.account_id, one.what) for one in differences_with_accounts()]

    def test_say_what_stands_and_what_follows(self, member: Member) -> None:
        tamper("UPDATE points_account SET last_sequence = 99 WHERE id = %s", of(member))

        (found,) = differences_with_accounts()

        assert (found.stands, found.follows) == (99, 7)

    def test_of_a_number_left_out_are_found(self, member: Member) -> None:
        tamper("UPDATE points_transaction SET sequence = 99 WHERE sequence = 3 AND account_id = %s", of(member))

        assert figures_and_promises() == ["account sequence"]

    def test_of_a_first_number_that_is_not_one_are_found(self, member: Member) -> None:
        tamper("UPDATE points_transaction SET sequence = 0 WHERE sequence = 1 AND account_id = %s", of(member))

        assert differences() != []

    def test_of_a_transaction_that_is_gone_are_found(self, member: Member) -> None:
        tamper(
            "DELETE FROM points_transaction WHERE sequence = 6 AND account_id = %s",
            of(member),
            dropping="points_posting.posting_belongs_to_a_transaction",
        )

        assert any("has no transaction" in what for what in differences())
        assert "account last_sequence" in differences()


class TestLotFigures:
    @pytest.mark.parametrize(
        ("change", "found"),
        [
            ("remaining = remaining - 1", "remaining"),
            ("granted = granted + 1", "granted"),
            ("remaining = -1", "remaining below zero"),
            ("remaining = granted + 1", "remaining above granted"),
        ],
    )
    def test_that_were_changed_are_found_with_their_lot(self, member: Member, change: str, found: str) -> None:
        (lot,) = queries.get_balance(of(member), on=dt.date(2026, 5, 3)).lots[:1]

        tamper(
            f"UPDATE points_lot SET {change} WHERE account_id = %s AND id = %s",  # noqa: S608 -- written above
            of(member),
            lot.id,
            dropping="points_lot.lot_never_holds_less_than_nothing points_lot.lot_never_holds_more_than_it_got",
        )

        assert f"lot {lot.id} {found}" in differences()


class TestPostings:
    @pytest.mark.parametrize("change", ["points = points + 1", "points = -points", "lot_id = NULL"])
    def test_that_were_changed_are_found_by_what_follows_from_them(self, member: Member, change: str) -> None:
        tamper(
            f"UPDATE points_posting SET {change} WHERE account_id = %s AND contra = 'merchant' AND points > 0",  # noqa: S608 -- written above
            of(member),
        )

        assert any(what.startswith(("account", "lot")) for what in differences())

    def test_that_are_gone_are_found(self, member: Member) -> None:
        tamper("DELETE FROM points_posting WHERE account_id = %s AND contra = 'lapsed'", of(member))

        assert any("moves nothing" in what for what in differences())
        assert "account book_balance" in differences()

    def test_moved_to_another_lot_are_found_by_both_lots(self, member: Member) -> None:
        tamper(
            """
            UPDATE points_posting SET lot_id = (
                SELECT id FROM points_lot AS other WHERE other.account_id = points_posting.account_id
                AND other.id <> points_posting.lot_id LIMIT 1
            ) WHERE account_id = %s AND contra = 'lapsed'
            """,
            of(member),
        )

        assert len([what for what in differences() if what.endswith(" remaining")]) == 2

    def test_without_a_transaction_are_found(self, member: Member) -> None:
        tamper(
            "UPDATE points_posting SET transaction_id = %s WHERE account_id = %s AND contra = 'lapsed'",
            uuid4(),
            of(member),
            dropping="points_posting.posting_belongs_to_a_transaction",
        )

        assert any("has no transaction" in what for what in differences())
        assert any("moves nothing" in what for what in differences())


class TestDays:
    @pytest.mark.parametrize(
        ("kind", "value_on", "found"),
        [
            ("lapse", "2026-04-30", "lapsed too early"),
            ("redeem", "2027-01-01", "used too late"),
            ("transfer", "2027-01-01", "used too late"),
        ],
    )
    def test_of_use_and_lapse_that_were_changed_are_found(
        self, member: Member, kind: str, value_on: str, found: str
    ) -> None:
        tamper(
            "UPDATE points_transaction SET value_on = %s WHERE account_id = %s AND kind = %s",
            value_on,
            of(member),
            kind,
        )

        assert any(what.startswith(found) for what in differences())

    def test_on_the_edge_are_right(self, member: Member) -> None:
        tamper(
            "UPDATE points_transaction SET value_on = '2026-04-30' WHERE account_id = %s AND kind = 'redeem'",
            of(member),
        )

        assert figures_and_promises() == []


class TestWhatComesBack:
    def test_beyond_what_was_taken_is_found(self, member: Member) -> None:
        tamper(
            "UPDATE points_posting SET points = 41 WHERE account_id = %s AND contra = 'redeemed' AND points > 0",
            of(member),
        )

        assert any(what.startswith("returned more than taken") for what in differences())

    def test_up_to_what_was_taken_is_right(self, member: Member) -> None:
        tamper(
            "UPDATE points_posting SET points = 40 WHERE account_id = %s AND contra = 'redeemed' AND points > 0",
            of(member),
        )

        assert not any(what.startswith("returned more than taken") for what in differences())

    @pytest.mark.parametrize(("taken", "is_found"), [(-101, True), (-100, False)])
    def test_beyond_what_was_granted_is_found(self, member: Member, taken: int, is_found: bool) -> None:
        tamper(
            "UPDATE points_posting SET points = %s WHERE account_id = %s AND contra = 'merchant' AND points < 0",
            taken,
            of(member),
        )

        assert any(what.startswith("taken back more than granted") for what in differences()) is is_found


class TestArrears:
    def test_beside_points_that_can_be_used_are_found(self, member: Member) -> None:
        tamper("UPDATE points_account SET arrears = 1, book_balance = book_balance - 1 WHERE id = %s", of(member))
        Posting.objects.create(
            account_id=of(member),
            transaction_id=Posting.objects.filter(account_id=of(member), contra="lapsed").get().transaction_id,
            points=-1,
            contra=Posting.Contra.MERCHANT,
        )

        assert figures_and_promises() == ["points can be used while arrears are open"]


@pytest.mark.rule("END-5")
class TestClosedAccounts:
    def test_that_still_hold_points_are_found(self, member: Member) -> None:
        tamper("UPDATE points_account SET closed_at = now() WHERE id = %s", of(member))

        (found,) = differences_with_accounts()

        assert (found.account_id, found.what) == (of(member), "points are held after the membership")

    def test_that_hold_nothing_are_right(self, member: Member) -> None:
        points.forfeit_points(
            account_id=of(member), key="left", at=jst("2026-05-03 12:00"), actor=STAFF, reason="withdrawn"
        )

        assert differences() == []


class TestClosedMonths:
    @pytest.fixture(autouse=True)
    def closed(self, member: Member) -> None:  # noqa: ARG002 -- closed after the member has lived
        for job in NightRun.Job:
            program.record_night(
                job=job, night=dt.date(2026, 5, 1), accounts=0, points=0, at=jst("2026-05-01 02:00"), actor=STAFF
            )
        points.close_month(month=dt.date(2026, 4, 1), at=jst("2026-05-01 09:00"), actor=STAFF)

    def test_that_still_follow_are_right(self) -> None:
        assert differences() == []

    def test_whose_figures_were_changed_are_found(self) -> None:
        tamper("UPDATE points_month_close SET figures = '{}'")

        assert differences() == ["closed month 2026-04"]

    def test_into_which_something_was_moved_are_found(self, member: Member) -> None:
        tamper(
            "UPDATE points_transaction SET value_on = '2026-04-29' WHERE account_id = %s AND kind = 'transfer'",
            of(member),
        )

        assert figures_and_promises() == ["closed month 2026-04"]
