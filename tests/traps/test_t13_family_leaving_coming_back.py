"""T13: one balance for the family; who leaves loses it, who comes back in time finds what had not lapsed."""

from __future__ import annotations

import datetime as dt

import pytest

from pointclub.earning import queries as earning_queries
from pointclub.earning import services as earning
from pointclub.earning.rules.amount import Bonus
from pointclub.earning.rules.requests import AccrualRequest, Refused
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership
from pointclub.points import queries as points_queries
from pointclub.points import services as points
from pointclub.points.models import Posting
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine
from tests.factories.club import STAFF, Club, jst, redeem, reverse, verified
from tests.factories.revocations import revoke

pytestmark = pytest.mark.django_db

LEFT = jst("2026-06-15 12:00")


def leave(member: Member, *, at: dt.datetime = LEFT) -> None:
    earning.end_membership(member=member, reason=Membership.EndReason.WITHDRAWN, at=at, actor=STAFF)


def come_back(club: Club, former: Member, *, at: dt.datetime) -> tuple[Member, int]:
    again = club.member(at=at)
    restored = membership.rejoin(former_id=former.membership_id, new_id=again.membership_id, at=at, actor=STAFF)
    return again, restored


@pytest.mark.rule("MEM-2", "BAL-1")
class TestAFamily:
    def test_earns_into_one_balance_and_the_history_names_who_earned(self) -> None:
        club = Club()
        primary, shop = club.member(), club.merchant()
        family = club.family_member(primary)
        club.buy(primary, shop, 7_000, at=jst("2026-04-01 12:00"))
        club.buy(family, shop, 3_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))

        account_id = primary.membership.account_id
        (entry,) = points_queries.get_history(account_id, on=dt.date(2026, 4, 2))
        stories = earning_queries.describe_grants(
            account_id, [posting.source_id for posting in entry.postings if posting.source_id]
        )

        assert club.balance(primary, "2026-04-02").usable == 100
        assert sorted((story.member_number, story.member_is_family) for story in stories.values()) == sorted(
            [(primary.number, False), (family.number, True)]
        )

    @pytest.mark.rule("RED-1")
    def test_member_who_is_not_the_primary_redeems_nothing(self) -> None:
        club = Club()
        primary = club.member()
        family = club.family_member(primary)
        club.open_balance(primary, {"2026-12-31": 100}, at=jst("2026-04-01 12:00"))

        with pytest.raises(rewards.FamilyMemberCannotRedeemError):
            redeem(family, 10, at=jst("2026-04-02 12:00"))

    @pytest.mark.rule("END-2")
    def test_member_who_leaves_moves_nothing(self) -> None:
        club = Club()
        primary, shop = club.member(), club.merchant()
        family = club.family_member(primary)
        club.buy(family, shop, 3_000, at=jst("2026-04-01 12:00"))
        club.update(at=jst("2026-04-02 01:00"))

        membership.release_family_member(member=family, at=jst("2026-04-03 12:00"), actor=STAFF)

        assert club.balance(primary, "2026-04-03").usable == 30
        refused = club.send(
            AccrualRequest(shop.number, "late", family.number, jst("2026-04-04 12:00"), price_yen=1_000),
            at=jst("2026-04-04 12:00"),
        )
        assert isinstance(refused, Refused)
        assert refused.code == "membership_ended"

    def test_member_belongs_to_one_primary_at_a_time(self) -> None:
        club = Club()
        family = club.family_member(club.member())

        with pytest.raises(membership.MemberNumberTakenError):
            membership.admit_family_member(
                primary=club.member(), person=family.person, at=jst("2026-04-01 12:00"), actor=STAFF
            )


@pytest.mark.rule("END-1", "END-5")
class TestLeaving:
    def test_forfeits_lot_by_lot_and_leaves_an_accepted_redemption_alone(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-08-31": 60, "2027-05-31": 40}, at=jst("2026-04-01 12:00"))
        order = redeem(member, 30, at=jst("2026-06-01 12:00"))

        leave(member)

        history = points_queries.get_history(member.membership.account_id, on=LEFT.date())
        assert club.balance(member, "2026-06-15").book == 0
        assert [(posting.points, posting.contra) for posting in history[0].postings] == [
            (-30, "forfeited"),
            (-40, "forfeited"),
        ]
        line = RedemptionLine.objects.get(account_id=member.membership.account_id)
        done = rewards.fulfil_line(account_id=line.account_id, line_id=line.id, at=jst("2026-07-01 12:00"), actor=STAFF)
        assert (done.state, order.points) == ("fulfilled", 30)

    def test_ends_the_family_too_and_refuses_redemptions(self) -> None:
        club = Club()
        member = club.member()
        family = club.family_member(member)
        club.open_balance(member, {"2026-08-31": 60}, at=jst("2026-04-01 12:00"))

        leave(member)

        family.refresh_from_db()
        assert family.ended_at == LEFT
        with pytest.raises(points.AccountClosedError):
            redeem(member, 1, at=jst("2026-06-16 12:00"))

    def test_twice_changes_nothing(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-08-31": 60}, at=jst("2026-04-01 12:00"))

        leave(member)
        leave(member, at=jst("2026-06-16 12:00"))

        assert len(points_queries.get_history(member.membership.account_id, on=dt.date(2026, 6, 16))) == 2


@pytest.mark.rule("END-6")
class TestComingBack:
    def test_brings_back_what_had_not_lapsed_with_its_old_day(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-06-30": 60, "2027-05-31": 40}, at=jst("2026-04-01 12:00"))
        leave(member)

        again, restored = come_back(club, member, at=jst("2026-07-01 12:00"))

        assert restored == 40
        assert club.lots(again, "2026-07-01") == {"2027-05-31": 40}
        assert verified() == []

    def test_twice_brings_nothing_more(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2027-05-31": 40}, at=jst("2026-04-01 12:00"))
        leave(member)
        come_back(club, member, at=jst("2026-07-01 12:00"))

        with pytest.raises(membership.NotRestorableError):
            come_back(club, member, at=jst("2026-07-02 12:00"))

    def test_brings_nothing_back_after_a_revocation(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2027-05-31": 40}, at=jst("2026-04-01 12:00"))
        revoke(member, at=LEFT)

        with pytest.raises(membership.NotRestorableError):
            come_back(club, member, at=jst("2026-07-01 12:00"))

    @pytest.mark.rule("END-7")
    def test_brings_a_negative_balance_back_as_well(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 10_000, at=jst("2026-04-01 12:00"), reference="a")
        club.update(at=jst("2026-04-02 01:00"))
        redeem(member, 100, at=jst("2026-04-03 12:00"))
        reverse(shop, "a", at=jst("2026-04-04 12:00"))
        leave(member)

        again, restored = come_back(club, member, at=jst("2026-07-01 12:00"))

        assert restored == 0
        assert club.balance(again, "2026-07-01").arrears == 100
        assert club.balance(member, "2026-07-01").arrears == 0
        assert verified() == []


@pytest.mark.rule("END-5")
class TestAPurchaseThatArrivesAfterTheLoss:
    def test_is_forfeited_at_once_when_it_is_from_before_and_comes_back_with_the_rest(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        leave(member)
        club.buy(member, shop, 5_000, at=jst("2026-06-14 12:00"), received_at=jst("2026-06-20 12:00"))

        balance = club.balance(member, "2026-06-20")
        again, restored = come_back(club, member, at=jst("2026-07-01 12:00"))

        assert (balance.book, earning_queries.pending_points(member.membership.account_id)) == (0, 0)
        assert restored == 50
        assert club.lots(again, "2026-07-01") == {"2029-06-30": 50}

    def test_is_refused_with_its_reason_when_it_is_from_after(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        leave(member)

        answer = club.send(
            AccrualRequest(shop.number, "after", member.number, jst("2026-06-15 12:01"), price_yen=1_000),
            at=jst("2026-06-15 12:02"),
        )

        assert isinstance(answer, Refused)
        assert answer.code == "membership_ended"

    def test_follows_the_rest_when_that_was_restored_already(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        leave(member)
        again, _ = come_back(club, member, at=jst("2026-07-01 12:00"))

        club.buy(member, shop, 5_000, at=jst("2026-06-14 12:00"), received_at=jst("2026-07-02 12:00"))

        assert club.balance(again, "2026-07-02").usable == 50
        assert verified() == []

    def test_goes_on_to_whoever_has_the_rest_after_a_second_loss(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        leave(member)
        second, _ = come_back(club, member, at=jst("2026-07-01 12:00"))
        leave(second, at=jst("2026-07-05 12:00"))
        club.buy(member, shop, 5_000, at=jst("2026-06-14 12:00"), received_at=jst("2026-07-06 12:00"))

        held_by_nobody = [club.balance(one, "2026-07-06").book for one in (member, second)]
        third, restored = come_back(club, second, at=jst("2026-07-07 12:00"))
        club.buy(member, shop, 1_000, at=jst("2026-06-14 13:00"), received_at=jst("2026-07-08 12:00"))

        assert held_by_nobody == [0, 0]
        assert restored == 50
        assert club.balance(third, "2026-07-08").usable == 60
        assert verified() == []

    @pytest.mark.rule("EXP-3")
    def test_lapses_where_its_last_day_had_passed_before_it_arrived(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        earning.add_campaign(
            code="spring",
            name="春のポイント",
            merchant=shop,
            days=earning.CampaignDays(dt.date(2026, 6, 1), dt.date(2026, 6, 30), usable_through=dt.date(2026, 7, 31)),
            bonus=Bonus(multiplier=None, fixed_points=7, minimum_yen=0),
            caps=earning.Caps(),
            at=jst("2026-05-01 09:00"),
            actor=STAFF,
        )
        leave(member)

        club.buy(member, shop, 5_000, at=jst("2026-06-14 12:00"), received_at=jst("2026-08-01 12:00"))

        ended = Posting.objects.filter(account_id=member.membership.account_id, points__lt=0)
        assert sorted(ended.values_list("contra", "points")) == [("forfeited", -50), ("lapsed", -7)]
        assert verified() == []

    def test_counts_when_it_was_pending_at_the_loss(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 5_000, at=jst("2026-06-14 12:00"))
        leave(member)

        _, restored = come_back(club, member, at=jst("2026-06-15 13:00"))

        assert restored == 50


@pytest.mark.rule("END-5", "ACC-8")
class TestAReversalAfterTheLoss:
    def test_reduces_what_can_be_brought_back(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 10_000, at=jst("2026-04-01 12:00"), reference="a")
        club.update(at=jst("2026-04-02 01:00"))
        leave(member)

        reverse(shop, "a", yen=4_000, at=jst("2026-06-20 12:00"))
        _, restored = come_back(club, member, at=jst("2026-07-01 12:00"))

        assert restored == 60
        assert verified() == []

    def test_falls_on_the_new_account_once_that_has_the_points(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 10_000, at=jst("2026-04-01 12:00"), reference="a")
        club.update(at=jst("2026-04-02 01:00"))
        leave(member)
        again, _ = come_back(club, member, at=jst("2026-07-01 12:00"))
        redeem(again, 30, at=jst("2026-07-02 12:00"))

        changed = reverse(shop, "a", at=jst("2026-07-03 12:00"))

        assert (changed.taken_from_lots, changed.taken_as_arrears) == (70, 30)
        assert club.balance(again, "2026-07-03").arrears == 30
        assert verified() == []

    def test_leaves_alone_what_could_not_come_back_any_more(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 10_000, at=jst("2023-07-01 12:00"), reference="a")
        club.update(at=jst("2023-07-02 01:00"))
        redeem(member, 30, at=jst("2026-06-01 12:00"))
        leave(member)

        changed = reverse(shop, "a", at=jst("2026-08-03 12:00"))

        assert (changed.taken_as_arrears, changed.lapsed_before) == (30, 70)

    def test_takes_the_sales_own_points_although_another_of_its_lot_was_undone_in_part(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        for reference in ("h", "g"):
            club.buy(member, shop, 1_000, at=jst("2023-06-01 12:00"), reference=reference)
        club.update(at=jst("2023-06-02 01:00"))
        leave(member, at=jst("2026-06-01 12:00"))
        reverse(shop, "h", yen=500, at=jst("2026-06-02 12:00"))
        again, _ = come_back(club, member, at=jst("2026-06-03 12:00"))
        club.lapse(at=jst("2026-07-01 00:05"))

        changed = reverse(shop, "g", at=jst("2026-07-02 12:00"))

        assert (changed.taken_as_arrears, changed.lapsed_before) == (0, 10)
        assert club.balance(again, "2026-07-02").arrears == 0
        assert verified() == []
