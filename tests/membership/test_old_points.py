"""Points of the old club come over once for ever, each with the last day that it had (REG-6)."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.db import Error, connection, transaction

from pointclub.audit.models import AuditEntry
from pointclub.foundation import actors
from pointclub.membership import queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member, OldMember, Registration
from pointclub.people import services as people
from pointclub.people.rules.permissions import Role
from pointclub.people.rules.signing_in import EndedHow
from pointclub.points import queries as points
from tests.factories.club import STAFF, Club, jst, verified
from tests.factories.old_members import more_than_a_lot_holds, old_member_on_file
from tests.factories.registrations import enrol, filled_in, joining, portal_user, register
from tests.factories.sign_ins import begin
from tests.factories.staff import staff
from tests.people.test_at_once import at_once

pytestmark = pytest.mark.rule("REG-6")
AT = jst("2026-05-02 10:00")
UNKNOWN_PLACE: dict[str, Any] = {"postal_code": "0000000", "town": "架空市"}


def move(member: Member, old_id: Any, at: str = "2026-05-02 10:00") -> OldMember:
    return membership.move_old_points(member=member, old_member_id=old_id, at=jst(at), actor=STAFF)


def usable(member: Member, on: str = "2026-05-02") -> int:
    return points.get_balance(member.membership.account_id, on=dt.date.fromisoformat(on)).usable


@pytest.mark.django_db
class TestMoving:
    def test_brings_each_part_over_with_its_own_last_day(self) -> None:
        club = Club()
        member = club.member()
        old_id = old_member_on_file(("2026-06-15", 300), ("2027-03-31", 1_000), ("2027-03-31", 200))

        moved = move(member, old_id)

        assert club.lots(member, "2026-05-02") == {"2026-06-15": 300, "2027-03-31": 1_200}
        assert (moved.points_moved, moved.points_lapsed) == (1_500, 0)
        assert moved.first_usable_through == dt.date(2026, 6, 15)
        (entry,) = points.get_history(member.membership.account_id, on=dt.date(2026, 5, 2), limit=10)
        assert entry.kind == "opening"
        assert verified() == []

    def test_leaves_what_has_lapsed_behind_and_says_how_much(self) -> None:
        member = Club().member()
        old_id = old_member_on_file(("2026-05-01", 70), ("2026-05-02", 30))

        moved = move(member, old_id, "2026-05-02 23:59")

        assert (moved.points_moved, moved.points_lapsed, usable(member)) == (30, 70, 30)

    def test_of_nothing_but_lapsed_points_is_done_as_well(self) -> None:
        member = Club().member()
        old_id = old_member_on_file(("2026-05-01", 70))

        moved = move(member, old_id)

        assert (moved.points_moved, moved.points_lapsed, moved.first_usable_through) == (0, 70, None)
        assert verified() == []

    @pytest.mark.parametrize(("at", "number"), [("2028-02-29 23:59", 500), ("2028-03-01 00:00", 0)])
    def test_counts_the_last_day_in_full_in_a_leap_year_too(self, at: str, number: int) -> None:
        member = Club().member()

        assert move(member, old_member_on_file(("2028-02-29", 500)), at).points_moved == number

    def test_happens_once_and_answers_the_same_again(self) -> None:
        member = Club().member()
        old_id = old_member_on_file()
        first = move(member, old_id)

        again = move(member, old_id, "2026-06-01 10:00")

        assert (again.moved_at, again.points_moved) == (first.moved_at, 1_200)
        assert usable(member) == 1_200

    def test_gives_nothing_to_a_second_one(self) -> None:
        club = Club()
        old_id = old_member_on_file()
        move(club.member(), old_id)

        other = club.member()
        with pytest.raises(membership.OldPointsMovedError):
            move(other, old_id)
        assert usable(other) == 0

    def test_gives_nobody_the_points_of_two(self) -> None:
        member = Club().member()
        move(member, old_member_on_file())

        with pytest.raises(membership.HasOldPointsError):
            move(member, old_member_on_file(number="ZZ9"))

    def test_is_refused_to_family_members_and_to_whoever_has_left(self) -> None:
        club = Club()
        primary = club.member()
        old_id = old_member_on_file()
        with pytest.raises(membership.PrimaryNeededError):
            move(club.family_member(primary), old_id)
        membership.end_membership(
            membership_id=primary.membership_id, reason=primary.membership.EndReason.WITHDRAWN, at=AT, actor=STAFF
        )

        with pytest.raises(membership.MembershipEndedError):
            move(primary, old_id)

    def test_is_refused_in_a_stay_that_has_ended(self) -> None:
        user = portal_user()
        stay = begin(user, at=AT).sign_in
        number = enrol(user, joining(), at=AT).member_number
        assert number is not None
        people.end_sign_in(user=user, sign_in_id=stay.id, how=EndedHow.ENDED_BY_OWNER, at=AT)

        with pytest.raises(people.StayEndedError):
            membership.move_old_points(
                member=queries.get_member(number), old_member_id=old_member_on_file(), stay=stay, at=AT, actor=STAFF
            )
        assert OldMember.objects.get().moved_at is None

    def test_is_in_the_audit_log_without_the_number(self) -> None:
        member = Club().member()
        old_id = old_member_on_file()

        move(member, old_id)

        (entry,) = AuditEntry.objects.filter(act="membership.move_old_points")
        assert entry.details == {"old_member": str(old_id), "points": 1_200, "lapsed": 0}


@pytest.mark.django_db
class TestAForm:
    def test_brings_points_over_with_the_registration(self) -> None:
        old_id = old_member_on_file()

        registered = register(dataclasses.replace(filled_in(), old_member_id=old_id))

        assert registered.member_number is not None
        assert usable(queries.get_member(registered.member_number)) == 1_200

    def test_brings_points_over_when_somebody_joins_later(self) -> None:
        user, old_id = portal_user(), old_member_on_file()

        joined = enrol(user, joining(old_member_id=old_id), at=AT)

        assert joined.member_number is not None
        assert usable(queries.get_member(joined.member_number)) == 1_200

    def test_without_the_club_moves_nothing(self) -> None:
        old_id = old_member_on_file()

        register(dataclasses.replace(filled_in(), club=None, old_member_id=old_id))

        assert OldMember.objects.get().moved_at is None
        assert Registration.objects.get().old_member_id is None

    def test_is_refused_as_a_whole_where_somebody_else_was_quicker(self) -> None:
        user, old_id = portal_user(), old_member_on_file()
        move(Club().member(), old_id)

        with pytest.raises(membership.OldPointsMovedError):
            enrol(user, joining(old_member_id=old_id), at=AT)
        assert not Member.objects.filter(person=user.person).exists()

    @pytest.mark.rule("SCR-1")
    @pytest.mark.parametrize(("hindered_by", "expected"), [("nothing", 1_200), ("another", 0), ("too many", 0)])
    def test_that_is_held_brings_them_over_when_it_is_admitted_if_that_can_be_done(
        self, hindered_by: str, expected: int
    ) -> None:
        old_id = old_member_on_file()
        held = register(dataclasses.replace(filled_in(**UNKNOWN_PLACE), old_member_id=old_id))
        assert OldMember.objects.get().moved_at is None
        if hindered_by == "another":
            move(Club().member(), old_id)
        if hindered_by == "too many":
            more_than_a_lot_holds(old_id)

        clerk = actors.staff(staff(Role.CALL_CENTRE).login_id)
        decided = membership.admit_application(
            registration_id=held.registration_id, reason="確認済み", at=AT, actor=clerk
        )

        assert decided.member is not None
        assert usable(decided.member) == expected


@pytest.mark.usefixtures("fresh_database")
class TestAtOnce:
    def test_two_members_move_them_once(self) -> None:
        club = Club()
        members = [club.member(), club.member()]
        old_id = old_member_on_file()

        refused = at_once([lambda each=each: move(each, old_id) for each in members])  # type: ignore[misc]

        assert refused == ["old_points_moved"]
        assert sorted(usable(each) for each in members) == [0, 1_200]
        assert verified() == []

    def test_one_member_moves_them_once_by_two_presses(self) -> None:
        member, old_id = Club().member(), old_member_on_file()

        refused = at_once([lambda: move(member, old_id)] * 2)

        assert (refused, usable(member)) == ([], 1_200)

    def test_killed_before_its_end_leaves_all_of_it_to_the_next_try(self) -> None:
        member, old_id = Club().member(), old_member_on_file()

        def be_killed() -> None:
            with contextlib.suppress(Error), transaction.atomic():
                move(member, old_id)
                connection.connection.close()

        at_once([be_killed])
        assert (OldMember.objects.get().moved_at, usable(member)) == (None, 0)

        move(member, old_id)
        assert usable(member) == 1_200
