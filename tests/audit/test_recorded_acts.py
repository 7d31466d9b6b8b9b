"""What the services put into the log: each act once, under whom and what it was about."""

from __future__ import annotations

import datetime as dt

import pytest

from pointclub.audit import queries
from pointclub.audit.queries import ActFilter, FoundAct
from pointclub.audit.services import Subject
from pointclub.earning import services as earning
from pointclub.earning.rules.requests import AccrualRequest
from pointclub.foundation import actors
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership
from pointclub.merchants import services as merchants
from pointclub.people import services as people
from pointclub.points import services as points
from pointclub.program import services as program
from pointclub.program.models import Suspension
from pointclub.rewards import queries as rewards_queries
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine
from tests.audit.acts import found
from tests.factories.club import OTHER_STAFF, STAFF, Club, approve, give_back, jst, redeem, reverse, verified

pytestmark = [pytest.mark.rule("STF-3"), pytest.mark.django_db]

AT = jst("2026-04-01 12:00")


def account_of(member: Member) -> Subject:
    return Subject("account", str(member.membership.account_id))


def of(*subjects: Subject) -> list[FoundAct]:
    return found(ActFilter(subjects=subjects))


def acts_since(member: Member) -> list[str]:
    """Return the acts on the member's account after it was opened."""
    return [entry.act for entry in of(account_of(member))][1:]


def request(club: Club, member: Member, merchant_number: str, *, reference: str = "") -> AccrualRequest:
    return AccrualRequest(merchant_number, reference or club.reference(), member.number, AT, price_yen=1_000)


class TestAMembership:
    def test_is_found_from_joining_to_coming_back(self) -> None:
        club = Club()
        member = club.member(at=AT)
        family = club.family_member(member, at=AT)
        membership.release_family_member(member=family, at=AT, actor=OTHER_STAFF)
        withdrawn = Membership.EndReason.WITHDRAWN
        earning.end_membership(member=member, reason=withdrawn, at=AT, actor=actors.member(member.number))
        again = club.member(at=AT)
        membership.rejoin(former_id=member.membership_id, new_id=again.membership_id, at=AT, actor=STAFF)

        former = of(Subject("membership", str(member.membership_id)))
        new = of(Subject("membership", str(again.membership_id)))

        assert [(entry.act, entry.actor) for entry in former] == [
            ("membership.admit", "staff:tanto-1"),
            ("membership.admit_family_member", "staff:tanto-1"),
            ("membership.release_family_member", "staff:tanto-2"),
            ("membership.end_membership", f"member:{member.number}"),
        ]
        assert former[1].details == {"member": str(family.id)}
        assert former[3].details == {"why": "withdrawn", "members": 1}
        assert [entry.act for entry in new] == ["membership.admit", "membership.rejoin"]
        assert new[1].details == {"former": str(member.membership_id), "restored_points": 0}

    def test_that_has_ended_is_not_ended_again(self) -> None:
        member = Club().member(at=AT)
        for _ in range(2):
            earning.end_membership(member=member, reason=Membership.EndReason.WITHDRAWN, at=AT, actor=STAFF)

        assert [entry.act for entry in found(ActFilter(act="membership.end_membership"))] == [
            "membership.end_membership"
        ]

    def test_that_was_refused_leaves_nothing(self) -> None:
        club = Club()
        member = club.member(at=AT)
        person = people.record_person(name="試験 別人", at=AT, actor=STAFF)
        before = len(found())

        with pytest.raises(membership.MemberNumberTakenError):
            membership.admit(person=person, at=AT, actor=STAFF, number=member.number)

        assert len(found()) == before
        assert verified() == []


class TestSales:
    def test_that_a_merchant_sends_are_told_by_their_claims_and_not_here(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        earning.accrue_batch([request(club, member, shop.number)], at=AT, actor=actors.merchant(shop.number))

        assert acts_since(member) == []

    def test_that_staff_enter_are_found_under_the_account(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        answers = earning.accrue_batch([request(club, member, shop.number, reference="r")], at=AT, actor=STAFF)
        earning.accrue_batch([request(club, member, shop.number, reference="r")], at=AT, actor=STAFF)

        (entry,) = found(ActFilter(act="earning.accrue_batch"))

        assert entry.subject == account_of(member)
        assert entry.details == {
            "sales": 1,
            "points": 10,
            "merchant": str(shop.id),
            "accrual": str(answers[0].accrual_id),  # type: ignore[union-attr]  # accepted
        }

    def test_that_staff_enter_in_a_batch_are_one_entry_a_merchant(self) -> None:
        club = Club()
        member, one, other = club.member(), club.merchant(), club.merchant()
        numbers = (one.number, one.number, other.number, other.number, "999999")
        earning.accrue_batch([request(club, member, number) for number in numbers], at=AT, actor=STAFF)

        entries = found(ActFilter(act="earning.accrue_batch"))

        assert {(entry.subject.id, entry.details["sales"], entry.details["points"]) for entry in entries} == {
            (str(one.id), 2, 20),
            (str(other.id), 2, 20),
        }
        assert len(entries) == 2

    def test_that_were_put_right_are_found_with_the_figures_before_and_after(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT, reference="r")
        for _ in range(2):
            reverse(shop, "r", at=AT, yen=400, key="part")

        (entry,) = of(account_of(member))[1:]

        assert (entry.act, entry.actor) == ("earning.reverse", "staff:tanto-1")
        figures = {name: entry.details[name] for name in ("remaining_yen", "points_before", "points_after")}
        assert figures == {"remaining_yen": 600, "points_before": 10, "points_after": 6}

    def test_that_were_undone_before_they_came_are_found_under_the_merchant(self) -> None:
        club = Club()
        shop = club.merchant()
        for _ in range(2):
            reverse(shop, "still to come", at=AT)

        (entry,) = found(ActFilter(act="earning.keep_early_reversal"))

        assert (entry.subject, entry.details) == (Subject("merchant", str(shop.id)), {"returned_yen": None})


class TestRewards:
    def test_are_found_under_the_account_each_act_once(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-12-31": 500}, at=AT)
        for _ in range(2):
            order = redeem(member, 200, 100, at=AT, key="cart")
        give_back(member, order, 1, at=AT, number=50)
        line = order_line(member, order.number, 2)
        for _ in range(2):
            rewards.fulfil_line(account_id=order.account_id, line_id=line.id, at=AT, actor=OTHER_STAFF)

        entries = of(account_of(member))[1:]

        assert [(entry.act, entry.actor) for entry in entries] == [
            ("points.open_balance", "staff:tanto-1"),
            ("rewards.apply_for_rewards", f"member:{member.number}"),
            ("rewards.return_line", "staff:tanto-1"),
            ("rewards.fulfil_line", "staff:tanto-2"),
        ]
        assert entries[1].details == {"order": str(order.id), "points": 300, "kinds": ["gift", "gift"]}
        assert entries[2].details == {"order": str(order.id), "line": 1, "points": 50}
        assert entries[2].reason == "在庫がありません"

    def test_that_came_back_under_the_same_key_are_told_once(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-12-31": 500}, at=AT)
        order = redeem(member, 200, at=AT)
        line = order_line(member, order.number, 1)
        for _ in range(2):
            rewards.return_line(
                account_id=order.account_id,
                line_id=line.id,
                returned_points=50,
                key="once",
                reason="品切れ",
                at=AT,
                actor=STAFF,
            )

        assert acts_since(member).count("rewards.return_line") == 1

    def test_that_were_refused_leave_nothing(self) -> None:
        member = Club().member()

        with pytest.raises(points.InsufficientPointsError):
            redeem(member, 200, at=AT)

        assert acts_since(member) == []


def order_line(member: Member, number: str, position: int) -> RedemptionLine:
    return rewards_queries.get_line(member.membership.account_id, order_number=number, position=position)


class TestWhatTwoPeopleDecide:
    def test_is_found_by_its_request_with_both_and_the_reason_of_who_asked(self) -> None:
        club = Club()
        member = club.member()
        asked = points.request_adjustment(
            account_id=member.membership.account_id,
            points=30,
            usable_through=dt.date(2026, 12, 31),
            reason="お詫び",
            at=AT,
            actor=STAFF,
        )
        approve(asked, at=AT)

        first, second = of(Subject("change_request", str(asked.id)))

        assert (first.act, first.actor, first.reason) == ("points.request_adjustment", "staff:tanto-1", "お詫び")
        assert first.details == {
            "kind": "adjust",
            "points": 30,
            "account": str(member.membership.account_id),
            "usable_through": "2026-12-31",
        }
        assert (second.act, second.actor, second.reason) == ("points.approve_change", "staff:tanto-2", "")

    def test_is_not_recorded_where_it_could_not_be_carried_out(self) -> None:
        asked = points.request_adjustment(
            account_id=Club().member().membership.account_id,
            points=-30,
            usable_through=None,
            reason="誤付与",
            at=AT,
            actor=STAFF,
        )

        with pytest.raises(points.InsufficientPointsError):
            approve(asked, at=AT)

        assert [entry.act for entry in of(Subject("change_request", str(asked.id)))] == ["points.request_adjustment"]

    def test_of_many_accounts_is_told_with_its_figures_when_it_was_carried_out(self) -> None:
        club = Club()
        for _ in range(2):
            club.open_balance(club.member(), {"2026-04-30": 40}, at=AT)
        selection = points.LotSelection(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
        asked = points.request_extension(
            selection=selection, usable_through=dt.date(2026, 10, 31), reason="災害", at=AT, actor=STAFF
        )
        approve(asked, at=AT)

        entries = of(Subject("change_request", str(asked.id)))

        assert [entry.act.removeprefix("points.") for entry in entries] == [
            "request_extension",
            "approve_change",
            "carry_out_extension",
        ]
        assert entries[2].details == {"accounts": 2, "points": 80}


class TestMerchantsAndPauses:
    def test_are_told_when_something_changed_and_not_when_nothing_did(self) -> None:
        shop = Club().merchant()
        for _ in range(2):
            merchants.suspend_merchant(merchant=shop, at=AT, actor=STAFF)
        for _ in range(2):
            merchants.resume_merchant(merchant=shop, at=AT, actor=STAFF)
        for _ in range(2):
            merchants.end_merchant(merchant=shop, at=AT, actor=OTHER_STAFF)

        entries = of(Subject("merchant", str(shop.id)))

        assert [entry.act for entry in entries] == [
            "merchants.admit_merchant",
            "earning.add_earning_rule",
            "merchants.suspend_merchant",
            "merchants.resume_merchant",
            "merchants.end_merchant",
        ]
        assert entries[4].details == {"ended_on": "2026-04-01"}

    def test_each_pause_that_is_ended_is_told(self) -> None:
        redemption = Suspension.Activity.REDEMPTION
        pauses = [
            program.suspend(
                activity=redemption,
                starts_at=AT,
                ends_before=None,
                text_ja="停止中",
                text_en="Paused",
                at=AT,
                actor=STAFF,
            )
            for _ in range(2)
        ]
        program.resume(activity=redemption, at=AT + dt.timedelta(hours=1), actor=OTHER_STAFF)

        entries = of(*(Subject("suspension", str(pause.id)) for pause in pauses))

        assert sorted(entry.act for entry in entries) == ["program.resume"] * 2 + ["program.suspend"] * 2

    def test_nothing_to_resume_is_nothing_to_tell(self) -> None:
        with pytest.raises(Refusal):
            program.resume(activity=Suspension.Activity.ACCRUAL, at=AT, actor=STAFF)

        assert found() == []


def test_heads_go_along_with_what_was_recorded() -> None:
    Club().member()

    (head,) = queries.audit_heads()

    assert (head.chain, head.sequence) == ("staff:tanto-1", 3)
    assert len(head.head) == 32
