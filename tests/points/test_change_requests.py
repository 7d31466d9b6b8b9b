"""What moves points by hand needs two people, and leaves every date as it was."""

from __future__ import annotations

import datetime as dt

import pytest

from pointclub.foundation import actors
from pointclub.points import queries
from pointclub.points import services as points
from pointclub.points.models import ChangeRequest, Lot
from tests.factories.club import OTHER_STAFF, STAFF, Club, approve, jst, redeem, reverse, verified

pytestmark = pytest.mark.django_db

AT = jst("2026-04-01 12:00")
LATER = jst("2026-04-02 12:00")


def ask_to_adjust(club: Club, account_id: object, number: int, *, through: dt.date | None = None) -> ChangeRequest:
    return points.request_adjustment(
        account_id=account_id,  # type: ignore[arg-type]  # a member's account id
        points=number,
        usable_through=through,
        reason="お客さまセンターでの調整",
        at=AT,
        actor=STAFF,
    )


@pytest.mark.rule("STF-2")
class TestFourEyes:
    def test_who_asked_cannot_approve(self) -> None:
        club = Club()
        request = ask_to_adjust(club, club.member().membership.account_id, 100)

        with pytest.raises(points.SamePersonError):
            points.approve_change(request_id=request.id, at=LATER, actor=STAFF)
        with pytest.raises(points.SamePersonError):
            points.reject_change(request_id=request.id, at=LATER, actor=STAFF)

    def test_a_request_is_decided_once(self) -> None:
        club = Club()
        member = club.member()
        request = ask_to_adjust(club, member.membership.account_id, 100)
        approve(request, at=LATER)

        with pytest.raises(points.AlreadyDecidedError):
            approve(request, at=LATER)
        with pytest.raises(points.AlreadyDecidedError):
            points.reject_change(request_id=request.id, at=LATER, actor=OTHER_STAFF)

        assert club.balance(member, "2026-04-02").usable == 100

    def test_a_rejected_request_moves_nothing(self) -> None:
        club = Club()
        member = club.member()
        request = ask_to_adjust(club, member.membership.account_id, 100)

        points.reject_change(request_id=request.id, at=LATER, actor=OTHER_STAFF)

        assert club.balance(member, "2026-04-02").book == 0

    def test_a_request_without_a_reason_is_none(self) -> None:
        account_id = Club().member().membership.account_id

        with pytest.raises(points.InvalidRequestError):
            points.request_adjustment(
                account_id=account_id, points=1, usable_through=None, reason="  ", at=AT, actor=STAFF
            )

    def test_who_waits_is_listed_first(self) -> None:
        club = Club()
        account_id = club.member().membership.account_id
        decided, waiting = (ask_to_adjust(club, account_id, number) for number in (1, 2))
        approve(decided, at=LATER)

        assert [request.id for request in queries.list_requests()] == [waiting.id, decided.id]


class TestAnAdjustment:
    def test_adds_points_that_live_like_ordinary_ones(self) -> None:
        club = Club()
        member = club.member()
        approve(ask_to_adjust(club, member.membership.account_id, 100), at=LATER)

        assert club.lots(member, "2026-04-02") == {"2029-04-30": 100}

    def test_or_through_a_day_of_their_own(self) -> None:
        club = Club()
        member = club.member()
        request = ask_to_adjust(club, member.membership.account_id, 100, through=dt.date(2026, 5, 5))
        approve(request, at=LATER)

        assert club.lots(member, "2026-05-05") == {"2026-05-05": 100}
        assert club.lots(member, "2026-05-06") == {}

    def test_takes_points_in_the_order_of_use(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-05-31": 30, "2026-12-31": 100}, at=AT)
        approve(ask_to_adjust(club, member.membership.account_id, -50), at=LATER)

        assert club.lots(member, "2026-04-02") == {"2026-12-31": 80}

    def test_that_takes_more_than_there_is_is_refused_and_stays_open(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-12-31": 30}, at=AT)
        request = ask_to_adjust(club, member.membership.account_id, -31)

        with pytest.raises(points.InsufficientPointsError):
            approve(request, at=LATER)

        request.refresh_from_db()
        assert request.state == ChangeRequest.State.REQUESTED
        assert club.balance(member, "2026-04-02").usable == 30


@pytest.mark.rule("BAL-3")
class TestATransfer:
    def test_keeps_the_dates_and_links_the_lots(self) -> None:
        club = Club()
        giver, receiver = club.member(), club.member()
        club.open_balance(giver, {"2026-05-31": 30, "2026-12-31": 100}, at=AT)
        request = points.request_transfer(
            from_account_id=giver.membership.account_id,
            to_account_id=receiver.membership.account_id,
            points=50,
            reason="相続",
            at=AT,
            actor=STAFF,
        )
        approve(request, at=LATER)

        assert club.lots(giver, "2026-04-02") == {"2026-12-31": 80}
        assert club.lots(receiver, "2026-04-02") == {"2026-05-31": 30, "2026-12-31": 20}
        origins = Lot.objects.filter(account_id=receiver.membership.account_id).values_list("origin_account_id")
        assert {origin for (origin,) in origins} == {giver.membership.account_id}
        assert verified() == []

    def test_of_more_than_can_be_used_is_refused(self) -> None:
        club = Club()
        giver, receiver = club.member(), club.member()
        club.open_balance(giver, {"2026-12-31": 10}, at=AT)
        request = points.request_transfer(
            from_account_id=giver.membership.account_id,
            to_account_id=receiver.membership.account_id,
            points=11,
            reason="離婚",
            at=AT,
            actor=STAFF,
        )

        with pytest.raises(points.InsufficientPointsError):
            approve(request, at=LATER)

        assert club.balance(receiver, "2026-04-02").book == 0

    def test_to_the_same_account_is_none(self) -> None:
        account_id = Club().member().membership.account_id

        with pytest.raises(points.InvalidRequestError):
            points.request_transfer(
                from_account_id=account_id, to_account_id=account_id, points=1, reason="x", at=AT, actor=STAFF
            )


@pytest.mark.rule("EXP-4")
class TestAnotherExpiryDate:
    def extend(
        self, first: str, last: str, to: str, *, at: dt.datetime, lapsed: bool = False, account_id: object = None
    ) -> ChangeRequest:
        return points.request_extension(
            selection=points.LotSelection(
                dt.date.fromisoformat(first),
                dt.date.fromisoformat(last),
                account_id,  # type: ignore[arg-type]  # a member's account id, or none
                lapsed,
            ),
            usable_through=dt.date.fromisoformat(to),
            reason="災害による延長",
            at=at,
            actor=STAFF,
        )

    def test_moves_the_points_and_leaves_the_lots_own_day(self) -> None:
        club = Club()
        member, other = club.member(), club.member()
        for one in (member, other):
            club.open_balance(one, {"2026-04-30": 60, "2026-05-31": 40, "2026-12-31": 5}, at=AT)
        approve(self.extend("2026-04-01", "2026-05-31", "2026-09-30", at=AT), at=LATER)

        for one in (member, other):
            assert club.lots(one, "2026-04-02") == {"2026-09-30": 100, "2026-12-31": 5}
        moved = Lot.objects.filter(account_id=member.membership.account_id, kind="extended")
        assert {lot.usable_through for lot in moved} == {dt.date(2026, 9, 30)}
        assert all(lot.origin_lot_id for lot in moved)
        assert verified() == []

    def test_only_ever_lengthens(self) -> None:
        with pytest.raises(points.ExpiryShortenedError):
            self.extend("2026-04-01", "2026-05-31", "2026-05-30", at=AT)
        with pytest.raises(points.ExpiryShortenedError):
            self.extend("2026-01-01", "2026-01-31", "2026-03-31", at=AT)

    def test_brings_back_what_lapsed_meanwhile_where_it_says_so(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-04-30": 60}, at=AT)
        redeem(member, 10, at=LATER)
        club.lapse(at=jst("2026-05-01 00:05"))
        approve(
            self.extend("2026-04-01", "2026-04-30", "2026-06-30", at=jst("2026-05-02 12:00"), lapsed=True),
            at=jst("2026-05-02 13:00"),
        )

        assert club.lots(member, "2026-05-02") == {"2026-06-30": 50}
        assert verified() == []

    def test_goes_on_where_it_was_stopped_and_moves_nothing_twice(self) -> None:
        club = Club()
        members = [club.member() for _ in range(3)]
        for member in members:
            club.open_balance(member, {"2026-04-30": 60}, at=AT)
        request = self.extend("2026-04-01", "2026-04-30", "2026-06-30", at=AT)
        points.approve_change(request_id=request.id, at=LATER, actor=OTHER_STAFF)

        stopped = points.carry_out_extension(request_id=request.id, at=LATER, actor=OTHER_STAFF)
        assert next(stopped) == 60
        stopped.close()  # type: ignore[attr-defined]  # a generator
        rest = list(points.carry_out_extension(request_id=request.id, at=LATER, actor=OTHER_STAFF))

        assert rest == [60, 60]
        assert [club.lots(member, "2026-04-02") for member in members] == [{"2026-06-30": 60}] * 3
        with pytest.raises(points.AlreadyDecidedError):
            list(points.carry_out_extension(request_id=request.id, at=LATER, actor=OTHER_STAFF))

    def test_waits_for_approval(self) -> None:
        request = self.extend("2026-04-01", "2026-04-30", "2026-06-30", at=AT)

        with pytest.raises(points.AlreadyDecidedError):
            list(points.carry_out_extension(request_id=request.id, at=LATER, actor=OTHER_STAFF))

    @pytest.mark.rule("ACC-8")
    def test_is_followed_by_the_reversal_of_a_sale_whose_points_were_moved(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 10_000, at=jst("2023-04-01 12:00"), reference="a")
        club.update(at=jst("2023-04-02 01:00"))
        club.open_balance(member, {"2026-05-31": 40}, at=AT)
        approve(self.extend("2026-04-01", "2026-04-30", "2026-09-30", at=AT), at=LATER)

        reverse(shop, "a", at=jst("2026-04-03 12:00"))

        assert club.lots(member, "2026-04-03") == {"2026-05-31": 40}

    @pytest.mark.rule("ACC-8", "EXP-5")
    def test_takes_no_part_in_the_reversal_of_a_sale_whose_points_it_never_moved(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=jst("2023-04-01 12:00"), reference="moved")
        club.update(at=jst("2023-04-02 01:00"))
        club.open_balance(member, {"2026-04-29": 3}, at=jst("2023-04-02 09:00"))
        approve(
            self.extend("2026-04-30", "2026-04-30", "2026-09-30", at=jst("2023-04-03 12:00")),
            at=jst("2023-04-04 12:00"),
        )
        club.buy(member, shop, 500, at=jst("2023-04-05 12:00"), reference="stayed")
        club.update(at=jst("2023-04-06 01:00"))
        redeem(member, 8, at=jst("2023-04-06 12:00"))
        club.open_balance(member, {"2026-05-31": 20}, at=jst("2023-04-06 12:00"))

        reverse(shop, "stayed", at=jst("2023-04-07 12:00"))

        assert club.lots(member, "2023-04-07") == {"2026-05-31": 15, "2026-09-30": 10}
        assert verified() == []

    @pytest.mark.rule("ACC-8")
    def test_brings_nothing_back_of_a_sale_that_was_undone_after_its_points_had_lapsed(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 10_000, at=jst("2023-04-01 12:00"), reference="a")
        club.buy(member, shop, 1_000, at=jst("2023-04-01 12:00"), reference="b")
        club.update(at=jst("2023-04-02 01:00"))
        club.lapse(at=jst("2026-05-01 00:05"))
        reverse(shop, "a", yen=6_000, at=jst("2026-05-02 12:00"))
        approve(
            self.extend("2026-04-01", "2026-04-30", "2026-06-30", at=jst("2026-05-03 12:00"), lapsed=True),
            at=jst("2026-05-03 13:00"),
        )

        revived = club.lots(member, "2026-05-03")
        reverse(shop, "a", at=jst("2026-05-04 12:00"))

        assert revived == {"2026-06-30": 50}
        assert club.lots(member, "2026-05-04") == {"2026-06-30": 10}
        assert verified() == []

    @pytest.mark.rule("SUS-1")
    def test_is_prepared_by_the_list_of_what_lapses_while_redemption_is_paused(self) -> None:
        club = Club()
        member, other = club.member(), club.member()
        club.open_balance(member, {"2026-04-30": 60, "2026-06-30": 1}, at=AT)
        club.open_balance(other, {"2026-04-30": 7}, at=AT)
        club.lapse(at=jst("2026-05-01 00:05"))

        lapsing = queries.list_lapses_between(first=dt.date(2026, 4, 28), last=dt.date(2026, 5, 3))

        assert [(row.usable_through, row.points) for row in lapsing] == [
            (dt.date(2026, 4, 30), 60),
            (dt.date(2026, 4, 30), 7),
        ]


def test_actors_are_kept_as_kind_and_id() -> None:
    assert str(actors.staff("tanto-1")) == "staff:tanto-1"
