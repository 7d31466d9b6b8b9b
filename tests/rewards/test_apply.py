"""Applications: all lines or none, in the order of acceptance, with one end each."""

from __future__ import annotations

import pytest
from django.db import connection

from pointclub.points import services as points
from pointclub.program import queries as program_queries
from pointclub.program import services as program
from pointclub.rewards import queries
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine
from tests.factories.club import STAFF, Club, give_back, jst, redeem, verified

pytestmark = pytest.mark.django_db

AT = jst("2026-04-01 12:00")


@pytest.mark.rule("RED-5")
class TestACart:
    def test_that_costs_more_than_the_balance_is_void_as_a_whole_and_says_by_how_much(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-12-31": 100}, at=AT)

        with pytest.raises(points.InsufficientPointsError) as refusal:
            redeem(member, 60, 50, at=AT)

        assert refusal.value.short_by == 10
        assert club.balance(member, "2026-04-01").usable == 100
        assert queries.list_orders(member.membership.account_id) == []

    def test_that_costs_exactly_the_balance_is_accepted(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-12-31": 100}, at=AT)

        assert redeem(member, 60, 40, at=AT).points == 100
        assert verified() == []

    @pytest.mark.parametrize("lines", [(), (0,), (-5,), (10**10,), tuple([1] * 51)])
    def test_that_makes_no_sense_is_refused(self, lines: tuple[int, ...]) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-12-31": 100}, at=AT)

        with pytest.raises((rewards.InvalidCartError, points.InvalidPointsError)):
            redeem(member, *lines, at=AT)

        assert club.balance(member, "2026-04-01").usable == 100


def test_an_application_takes_few_statements_however_many_lines_and_lots_it_has() -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {f"2026-{month:02}-28": 100 for month in range(4, 13)}, at=AT)
    sent: list[str] = []

    def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- Django's
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        redeem(member, 150, 250, 350, at=AT)

    # Four statements before, sent together, and three after: the ledger's rows, the application's, the audit log's.
    assert len([statement for statement in sent if "SAVEPOINT" not in statement]) == 7
    assert verified() == []


@pytest.mark.rule("RED-6")
def test_applications_stand_in_the_order_in_which_they_were_accepted() -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-12-31": 100}, at=AT)
    numbers = [redeem(member, 10, at=jst(f"2026-04-01 12:0{minute}")).number for minute in range(3)]

    assert [order.number for order, _ in queries.list_orders(member.membership.account_id)] == numbers


@pytest.mark.rule("RED-7", "RED-8")
class TestALine:
    def test_ends_once_as_fulfilled_or_as_returned(self) -> None:
        club = Club()
        member = club.member()
        account_id = member.membership.account_id
        club.open_balance(member, {"2026-12-31": 100}, at=AT)
        order = redeem(member, 60, 40, at=AT)
        first, second = RedemptionLine.objects.filter(account_id=account_id).order_by("position")

        give_back(member, order, 1, at=AT)
        rewards.fulfil_line(account_id=account_id, line_id=second.id, at=AT, actor=STAFF)

        with pytest.raises(rewards.LineEndedError):
            rewards.fulfil_line(account_id=account_id, line_id=first.id, at=AT, actor=STAFF)
        with pytest.raises(rewards.LineEndedError):
            give_back(member, order, 2, at=AT)
        assert rewards.fulfil_line(account_id=account_id, line_id=second.id, at=AT, actor=STAFF).state == "fulfilled"

    def test_that_was_returned_says_why(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-12-31": 100}, at=AT)
        line = give_back(member, redeem(member, 60, at=AT), 1, at=AT)

        assert (line.state, line.reason) == ("returned", "在庫がありません")

    def test_is_returned_once_however_often_it_is_asked_under_one_key(self) -> None:
        club = Club()
        member = club.member()
        account_id = member.membership.account_id
        club.open_balance(member, {"2026-12-31": 100}, at=AT)
        redeem(member, 60, at=AT)
        line = RedemptionLine.objects.get(account_id=account_id)

        for _ in range(3):
            rewards.return_line(
                account_id=account_id,
                line_id=line.id,
                returned_points=20,
                key="partner file 7, line 3",
                reason="航空会社での確認不可",
                at=AT,
                actor=STAFF,
            )

        assert club.balance(member, "2026-04-01").usable == 60
        assert verified() == []

    def test_has_no_way_to_be_cancelled_by_the_member(self) -> None:
        assert not [name for name in dir(rewards) if "cancel" in name]


@pytest.mark.rule("TRM-4")
def test_bills_can_be_paid_only_under_the_edition_of_the_rules_that_says_so() -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-12-31": 1_000}, at=jst("2022-03-01 12:00"))

    with pytest.raises(rewards.RewardNotOfferedError):
        redeem(member, 100, at=jst("2022-03-31 23:59"), kind="bill_payment")

    assert redeem(member, 100, at=jst("2022-04-01 00:00"), kind="bill_payment").points == 100


@pytest.mark.rule("SUS-1")
class TestWhileRedemptionIsPaused:
    def test_nothing_is_accepted_but_an_answer_given_before_is_given_again(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-12-31": 100}, at=AT)
        first = redeem(member, 10, at=AT, key="one")
        program.suspend(
            activity=program_queries.Activity.REDEMPTION,
            starts_at=AT,
            ends_before=None,
            text_ja="点検中です。",
            text_en="Under maintenance.",
            at=AT,
            actor=STAFF,
        )

        with pytest.raises(program_queries.PointsSuspendedError):
            redeem(member, 10, at=jst("2026-04-02 12:00"))
        assert redeem(member, 10, at=jst("2026-04-02 12:00"), key="one").number == first.number

        program.resume(activity=program_queries.Activity.REDEMPTION, at=jst("2026-04-03 12:00"), actor=STAFF)
        assert redeem(member, 10, at=jst("2026-04-03 12:00")).points == 10
