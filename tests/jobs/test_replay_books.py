"""Whatever follows from transactions and is kept elsewhere is rebuilt, and named where it differs (I5, I7, I11)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.db import connection

from pointclub.earning import services as earning
from pointclub.jobs import output
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership
from pointclub.points import services as points
from pointclub.points.models import Lot, Posting
from pointclub.rewards.models import RedemptionLine, RedemptionOrder
from tests.factories.club import STAFF, Club, approve, give_back, jst, redeem, reverse
from tests.harness.commands import call
from tests.harness.databases import FreshDatabase
from tests.harness.tampering import drop_constraints, tamper

NOTHING = UUID(int=7)

LATE = jst("2026-05-17 12:00")


@dataclass(frozen=True)
class Life:
    """A member who earned, applied, got back and lost points; one who left and came back; one who was given points."""

    member: Member
    former: Member
    again: Member
    heir: Member
    order: RedemptionOrder
    later: RedemptionOrder

    @property
    def account_id(self) -> UUID:
        return self.member.membership.account_id


def live() -> Life:
    club = Club()
    member, former, heir = (club.member() for _ in range(3))
    shop = club.merchant()
    club.open_balance(member, {"2026-04-30": 30, "2026-12-31": 100}, at=jst("2026-04-01 09:00"))
    for reference, yen in (("kept", 5_000), ("cut", 20_000)):
        club.buy(member, shop, yen, at=jst("2026-04-02 12:00"), reference=reference)
    club.buy(former, shop, 7_000, at=jst("2026-04-02 12:00"), reference="restored")
    club.update(at=jst("2026-04-03 01:00"))
    order = redeem(member, 20, 40, at=jst("2026-04-10 12:00"))
    give_back(member, order, 2, number=35, at=jst("2026-04-20 12:00"))
    give_back(member, order, 2, at=jst("2026-05-10 12:00"))
    later = redeem(member, 10, at=jst("2026-05-11 12:00"))
    reverse(shop, "cut", yen=2_000, at=jst("2026-05-12 12:00"))
    transfer = points.request_transfer(
        from_account_id=member.membership.account_id,
        to_account_id=heir.membership.account_id,
        points=40,
        reason="相続",
        at=jst("2026-05-13 12:00"),
        actor=STAFF,
    )
    approve(transfer, at=jst("2026-05-13 13:00"))
    left = jst("2026-05-14 12:00")
    earning.end_membership(member=former, reason=Membership.EndReason.WITHDRAWN, at=left, actor=STAFF)
    again = club.member(at=left)
    membership.rejoin(former_id=former.membership_id, new_id=again.membership_id, at=left, actor=STAFF)
    reverse(shop, "restored", yen=1_000, at=jst("2026-05-15 12:00"))
    club.buy(member, shop, 3_000, at=jst("2026-05-16 12:00"), reference="pending")
    return Life(member, former, again, heir, order, later)


@pytest.fixture
def life(as_owner: None) -> Life:
    life = live()
    assert found() == []
    return life


def found(*words: str) -> list[str]:
    """Return what a replay names; it ends with 1 if that is anything."""
    answer = call("ledger", "replay", *words, "--json")
    named = [row["what"] for row in answer.json["differences"]]
    assert answer.code == (output.DIFFERENCE if named else output.OK)
    return named


def named_figures() -> set[str]:
    """Return the last word of each difference: which figure it is of."""
    return {what.rpartition(" ")[2] for what in found()}


class TestALife:
    @pytest.mark.usefixtures("life")
    def test_differs_in_nothing_today_and_on_days_before(self) -> None:
        for day in ("2026-04-15", "2026-04-20", "2026-05-10", "2026-05-14", "2027-01-01"):
            assert found("--as-of", day) == []

    def test_is_read_in_a_snapshot_that_writes_nothing_but_what_it_rebuilds(
        self,
        fresh_database: FreshDatabase,  # noqa: ARG002 -- Asked for its effect.
    ) -> None:
        live()

        assert not connection.in_atomic_block
        assert found() == []
        assert found() == []


class TestALineOfAnApplication:
    @pytest.mark.parametrize(
        ("change", "figure"),
        [
            ("points = 41", "points"),
            ("returned_points = 39, state = 'fulfilled'", "returned_points"),
            ("position = 3", "position"),
            ("state = 'fulfilled'", "returned"),
            ("ended_at = ended_at + interval '1 microsecond'", "at"),
            ("reason = '気が変わった'", "reason"),
            ("label = 'x'", "else"),
            ("kind = 'miles'", "else"),
        ],
    )
    def test_that_was_changed_is_named(self, life: Life, change: str, figure: str) -> None:
        drop_constraints("rewards_redemption_line")
        tamper(
            f"UPDATE rewards_redemption_line SET {change} WHERE account_id = %s AND order_id = %s AND position = 2",  # noqa: S608 -- above
            *(life.account_id, life.order.id),
        )

        assert figure in named_figures()

    def test_that_was_put_into_another_application_is_named(self, life: Life) -> None:
        tamper(
            "UPDATE rewards_redemption_line SET order_id = %s WHERE account_id = %s AND order_id = %s AND position = 2",
            *(life.later.id, life.account_id, life.order.id),
        )

        assert {"transaction", "lines"} <= named_figures()

    def test_that_is_gone_or_another_is_named(self, life: Life) -> None:
        (line,) = RedemptionLine.objects.filter(account_id=life.account_id, order_id=life.later.id)
        tamper("UPDATE rewards_redemption_line SET id = %s WHERE account_id = %s AND id = %s", uuid4(), *line.pk)

        assert f"replay: line {line.id} points" in found()

    def test_reasons_are_told_by_digest_only(self, life: Life) -> None:
        tamper(
            "UPDATE rewards_redemption_line SET reason = '花子' WHERE account_id = %s AND state = 'returned'",
            life.account_id,
        )

        answer = call("ledger", "replay", "--json")

        assert "花子" not in answer.out
        assert "在庫" not in answer.out


class TestAnApplication:
    @pytest.mark.parametrize(
        ("change", "figure"),
        [
            ("points = points + 1", "points"),
            ("key = key || 'x'", "key"),
            ("accepted_at = accepted_at + interval '1 microsecond'", "at"),
            (f"transaction_id = '{NOTHING}'", "transaction"),
        ],
    )
    def test_that_was_changed_is_named(self, life: Life, change: str, figure: str) -> None:
        drop_constraints("rewards_redemption_order")
        tamper(
            f"UPDATE rewards_redemption_order SET {change} WHERE account_id = %s AND id = %s",  # noqa: S608 -- above
            *(life.account_id, life.later.id),
        )

        assert figure in named_figures()

    def test_that_is_gone_is_named_by_its_transaction(self, life: Life) -> None:
        drop_constraints("rewards_redemption_order")
        tamper("DELETE FROM rewards_redemption_order WHERE account_id = %s AND id = %s", life.account_id, life.later.id)

        assert any("application of transaction" in what for what in found())


class TestAPartOfAnAccrual:
    @pytest.mark.parametrize(
        ("change", "figure"),
        [
            ("points = points + 1", "points"),
            ("posted_on = posted_on + 1", "posted_on"),
            ("posted_on = NULL", "posted_on"),
            (f"lot_id = '{NOTHING}'", "lot_id"),
            ("contra = 'bills'", "contra"),
            (f"merchant_id = '{NOTHING}'", "merchant"),
            ("usable_through = '2026-06-30'", "usable_through"),
            (f"id = '{NOTHING}'", "there"),
        ],
    )
    def test_that_was_posted_and_changed_is_named(self, life: Life, change: str, figure: str) -> None:
        tamper(
            f"UPDATE earning_accrual_part SET {change} WHERE account_id = %s AND points = 50",  # noqa: S608 -- above
            life.account_id,
        )

        assert figure in named_figures()

    def test_that_is_pending_and_said_to_be_posted_is_named(self, life: Life) -> None:
        tamper(
            "UPDATE earning_accrual_part SET posted_on = '2026-05-16' WHERE account_id = %s AND posted_on IS NULL",
            life.account_id,
        )

        assert {"posted_on", "points"} <= named_figures()

    def test_whose_points_were_taken_back_elsewhere_is_held_to_both(self, life: Life) -> None:
        tamper(
            "UPDATE earning_accrual_part SET points = points + 10 WHERE account_id = %s",
            life.former.membership.account_id,
        )

        assert named_figures() == {"points"}


class TestAChangeOfAnAccrual:
    @pytest.mark.parametrize("whose", ["member", "former"])
    @pytest.mark.parametrize(
        ("change", "figure"),
        [
            ("taken_from_lots = taken_from_lots + 1", "taken_from_lots"),
            ("taken_as_arrears = taken_as_arrears + 1", "taken_as_arrears"),
            ("lapsed_before = lapsed_before + 1", "lapsed_before"),
            (f"transaction_id = '{NOTHING}'", "transaction"),
            ("transaction_id = NULL", "transaction"),
            ("at = at + interval '1 microsecond'", "at"),
            ("actor = 'staff:x'", "actor"),
            ("reason = 'x'", "reason"),
        ],
    )
    def test_that_was_altered_is_named(self, life: Life, whose: str, change: str, figure: str) -> None:
        changed: Member = getattr(life, whose)
        tamper(
            f"UPDATE earning_accrual_change SET {change} WHERE account_id = %s",  # noqa: S608 -- above
            changed.membership.account_id,
        )

        assert named_figures() == {figure}


class TestAllocations:
    @pytest.mark.usefixtures("life")
    def test_of_two_lines_that_changed_lots_are_named_though_all_sums_are_right(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-04-30": 30, "2026-12-31": 100}, at=jst("2026-04-01 09:00"))
        redeem(member, 30, 30, at=jst("2026-04-10 12:00"))
        account_id = member.membership.account_id
        first, second = Posting.objects.filter(account_id=account_id, contra="redeemed").order_by("id")
        rewrite(first, lot_id=second.lot_id)
        rewrite(second, lot_id=first.lot_id)

        assert set(found()) == {
            f"replay: transaction 2 line {line_id} lot {lot_id}"
            for line_id in (first.source_id, second.source_id)
            for lot_id in (first.lot_id, second.lot_id)
        }

    def test_of_a_return_into_another_lot_are_named(self, life: Life) -> None:
        drop_constraints("points_lot")
        back = Posting.objects.filter(account_id=life.account_id, contra="redeemed", points__gt=0).order_by("id")[0]
        other = Lot.objects.filter(account_id=life.account_id, kind="ordinary").latest("usable_through")
        rewrite(back, lot_id=other.id)
        move(life.account_id, back.lot_id, -back.points)
        move(life.account_id, other.id, back.points)

        named = found()

        for lot_id in (back.lot_id, other.id):
            assert f"replay: transaction 4 line {back.source_id} lot {lot_id}" in named

    def test_of_points_redeemed_by_another_act_are_named(self, life: Life) -> None:
        tamper(
            "UPDATE points_posting SET contra = 'redeemed'"
            " WHERE account_id = %s AND contra = 'merchant' AND points < 0",
            life.account_id,
        )

        assert any(" line " in what and " lot " in what for what in found())


class TestTheOrderOfUse:
    @pytest.mark.parametrize("contra", ["redeemed", "transferred", "adjusted", "arrears"])
    def test_binds_whatever_takes_points(self, life: Life, contra: str) -> None:
        account_id = debtor_who_paid() if contra == "arrears" else life.account_id
        if contra == "adjusted":
            request = points.request_adjustment(
                account_id=account_id, points=-7, usable_through=None, reason="誤り", at=LATE, actor=STAFF
            )
            approve(request, at=LATE)
        assert found() == []
        drop_constraints("points_lot")
        taken = Posting.objects.filter(account_id=account_id, contra=contra, points__lt=0).latest("id")
        other = Lot.objects.filter(account_id=account_id).latest("usable_through")
        assert other.id != taken.lot_id
        move(account_id, taken.lot_id, -taken.points)
        move(account_id, other.id, taken.points)
        rewrite(taken, lot_id=other.id)

        assert any("out of the order of use" in what for what in found())


class TestPointsThatLiveOn:
    @pytest.mark.parametrize("change", ["kind = 'extended'", "origin_lot_id = NULL, origin_account_id = NULL"])
    def test_in_a_lot_that_is_not_the_next_of_theirs_are_named(self, life: Life, change: str) -> None:
        tamper(f"UPDATE points_lot SET {change} WHERE account_id = %s AND kind = 'returned'", life.account_id)  # noqa: S608 -- above

        assert any("moved points into a lot that is not the next of theirs" in what for what in found())

    @pytest.mark.parametrize(("whose", "kind"), [("heir", "transferred"), ("again", "restored")])
    def test_in_another_account_but_of_no_lot_there_is_are_named(self, life: Life, whose: str, kind: str) -> None:
        receiver: Member = getattr(life, whose)
        tamper(
            "UPDATE points_lot SET origin_lot_id = %s WHERE account_id = %s AND kind = %s",
            *(uuid4(), receiver.membership.account_id, kind),
        )

        named = found()

        assert any(what.startswith("replay: points that came over") and what.endswith(kind) for what in named)
        assert any(what.startswith("replay: points that went over") and what.endswith(kind) for what in named)


def debtor_who_paid() -> UUID:
    """Return the account of a member who used points of a sale that was undone, and got others afterwards."""
    club = Club()
    member, shop = club.member(), club.merchant()
    club.buy(member, shop, 2_000, at=jst("2026-04-02 12:00"), reference="undone")
    club.update(at=jst("2026-04-03 01:00"))
    redeem(member, 20, at=jst("2026-04-10 12:00"))
    reverse(shop, "undone", at=jst("2026-04-11 12:00"))
    club.open_balance(member, {"2026-12-31": 30, "2030-12-31": 50}, at=jst("2026-04-12 12:00"))
    return member.membership.account_id


def rewrite(posting: Posting, **columns: object) -> None:
    """Change a posting behind everybody's back."""
    assert Posting.objects.filter(account_id=posting.account_id, id=posting.id).update(**columns) == 1


def move(account_id: UUID, lot_id: UUID | None, number: int) -> None:
    """Make a lot's running figure fit again."""
    tamper(
        "UPDATE points_lot SET remaining = remaining + %s WHERE account_id = %s AND id = %s",
        *(number, account_id, lot_id),
    )
