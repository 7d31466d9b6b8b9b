"""Lists of many people take two, those of few count, and all of them are gone after their day (attack 15)."""

import csv
import datetime as dt
import io

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from pointclub.audit import queries as audit
from pointclub.exports import queries
from pointclub.exports import services as exports
from pointclub.exports.models import ExportDownload, ExportFile, ExportRequest
from pointclub.foundation import actors
from pointclub.membership import services as membership
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import Unmasking
from pointclub.people.rules.permissions import GRANTED, Permission, Role
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.callers import put_on_file
from tests.factories.club import Club, jst
from tests.factories.exports import SETUP, ask, join_many
from tests.factories.staff import staff

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-2")]

JOINED = jst("2026-04-01 12:00")
AT = jst("2026-04-10 12:00")
LAST_DAY = jst("2026-04-17 23:59")
NEXT_DAY = jst("2026-04-18 00:00")
NAME, MOBILE = PersonalField.NAME, PersonalField.MOBILE
POINTS = ExportRequest.Kind.POINTS
State = ExportRequest.State


@pytest.fixture(autouse=True)
def desks() -> None:
    staff(Role.FULFILMENT, login_id="shiki")
    staff(Role.ACCOUNTING, login_id="futaba")
    staff(Role.PROGRAM_MANAGER, login_id="satsuki")
    staff(Role.PRIVACY_OFFICER, login_id="rikka")


def approve(request: ExportRequest, *, by: str = "rikka", at: dt.datetime = AT) -> ExportRequest:
    return exports.approve_export(request_id=request.id, at=at, actor=actors.staff(by))


def fetch(request: ExportRequest, *, by: str = "shiki", at: dt.datetime = AT) -> exports.ExportedFile:
    return exports.fetch_export(request_id=request.id, at=at, actor=actors.staff(by))


def rows_of(file: exports.ExportedFile) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))


class TestAListOfMany:
    def test_is_not_fetched_without_approval(self) -> None:
        join_many(101, at=JOINED)
        request = ask("shiki", NAME, at=AT)

        assert (request.state, request.people) == (State.REQUESTED, 101)
        with pytest.raises(exports.NotApprovedError):
            fetch(request)
        assert not ExportFile.objects.exists()

    def test_is_fetched_with_the_approval_of_another_person(self) -> None:
        join_many(101, at=JOINED)
        request = ask("shiki", NAME, at=AT)

        approve(request)
        file = fetch(request)

        rows = rows_of(file)
        assert file.rows == 101
        assert len(rows) == 103
        assert "staff:shiki（2026-04-10）" in rows[0][0]
        assert "staff:rikka（2026-04-10）" in rows[0][0]
        assert file.name == "members_2026-04-10_shiki_rikka_until-2026-04-17.csv"

    def test_that_was_turned_down_is_not_fetched(self) -> None:
        join_many(101, at=JOINED)
        request = ask("shiki", NAME, at=AT)

        exports.reject_export(request_id=request.id, at=AT, actor=actors.staff("rikka"))

        with pytest.raises(exports.NotApprovedError):
            fetch(request)

    @pytest.mark.parametrize("role", [role for role in Role if Permission.DECIDE_EXPORT not in GRANTED[role]])
    def test_is_not_decided_on_by_other_desks(self, role: Role) -> None:
        join_many(101, at=JOINED)
        request = ask("shiki", NAME, at=AT)

        with pytest.raises(people_queries.PermissionDeniedError):
            approve(request, by=staff(role).login_id)

    def test_is_not_decided_on_by_who_asked_whatever_else_they_are(self) -> None:
        join_many(101, at=JOINED)
        people.give_role(login_id="shiki", role=Role.PRIVACY_OFFICER, at=AT, actor=actors.staff("kanri"))
        request = ask("shiki", NAME, at=AT)

        for decide in (exports.approve_export, exports.reject_export):
            with pytest.raises(exports.SamePersonError):
                decide(request_id=request.id, at=AT, actor=actors.staff("shiki"))

    def test_is_decided_on_once(self) -> None:
        join_many(101, at=JOINED)
        request = ask("shiki", NAME, at=AT)
        approve(request)

        with pytest.raises(exports.AlreadyDecidedError):
            exports.reject_export(request_id=request.id, at=AT, actor=actors.staff("rikka"))


class TestTheDatabase:
    def test_lets_no_list_of_many_out_undecided(self) -> None:
        join_many(101, at=JOINED)
        request = ask("shiki", NAME, at=AT)

        with pytest.raises(IntegrityError, match="an_export_of_many_people_takes_a_decision"), transaction.atomic():
            ExportRequest.objects.filter(id=request.id).update(state=State.RECORDED)

    def test_lets_nobody_decide_on_their_own(self) -> None:
        join_many(101, at=JOINED)
        request = ask("shiki", NAME, at=AT)

        with pytest.raises(IntegrityError, match="two_people_decide_on_an_export"), transaction.atomic():
            ExportRequest.objects.filter(id=request.id).update(
                state=State.APPROVED, decided_by="staff:shiki", decided_at=AT
            )

    @pytest.mark.parametrize("column", ["requested_by", "people", "purpose", "kept_through", "columns", "kind"])
    def test_lets_the_application_rewrite_nothing_that_was_asked(self, column: str) -> None:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE exports_request SET {column} = {column}")  # noqa: S608 -- Names from above.

    def test_holds_the_file_encrypted(self) -> None:
        join_many(2, at=JOINED)
        fetch(ask("shiki", NAME, at=AT))

        sealed = bytes(ExportFile.objects.get().sealed or b"")
        assert sealed
        assert "見本".encode() not in sealed


class TestAListOfFew:
    def test_is_fetched_at_once_and_says_that_nobody_approved(self) -> None:
        (member,) = join_many(1, at=JOINED)
        put_on_file(member, {MOBILE: "090-0000-0001"}, at=JOINED)

        file = fetch(ask("shiki", NAME, MOBILE, at=AT))

        first, *rows = rows_of(file)
        assert "承認不要" in first[0]
        assert rows == [
            ["会員番号", "区分", "本会員番号", "入会日", "退会日", "氏名", "携帯電話"],
            [member.number, "本会員", member.number, "2026-04-01", "", "見本 0", "09000000001"],
        ]

    def test_counts_as_being_shown_those_people(self) -> None:
        join_many(3, at=JOINED)
        ask("shiki", NAME, at=AT)

        assert Unmasking.objects.filter(unmasked_by="staff:shiki", fields=["name"]).count() == 3

    def test_beside_others_of_the_day_takes_approval_beyond_a_hundred(self) -> None:
        join_many(60, at=JOINED)

        states = [ask("shiki", NAME, at=AT).state for _ in range(2)]
        tomorrow = ask("shiki", NAME, at=jst("2026-04-11 00:00")).state

        assert states == [State.RECORDED, State.REQUESTED]
        assert tomorrow == State.RECORDED

    def test_beside_people_shown_one_by_one_takes_approval_beyond_a_hundred(self) -> None:
        members = join_many(100, at=JOINED)
        stranger = join_many(1, at=jst("2026-03-01 12:00"))[0]
        people.unmask(person_id=stranger.person_id, fields=[NAME], reason="確認", actor=actors.staff("shiki"), at=AT)

        request = ask("shiki", NAME, at=AT, joined_from=dt.date(2026, 4, 1))

        assert (request.people, request.state) == (len(members), State.REQUESTED)

    def test_leaves_no_more_to_be_shown_one_by_one(self) -> None:
        join_many(100, at=JOINED)
        stranger = join_many(1, at=jst("2026-03-01 12:00"))[0]
        ask("shiki", NAME, at=AT, joined_from=dt.date(2026, 4, 1))

        with pytest.raises(people.TooManyUnmaskedError):
            people.unmask(
                person_id=stranger.person_id, fields=[NAME], reason="確認", actor=actors.staff("shiki"), at=AT
            )

    @pytest.mark.parametrize(
        ("login_id", "kind", "columns", "state"),
        [
            # Who may not be shown a name by itself does not get it in a list by themselves.
            ("futaba", ExportRequest.Kind.MEMBERS, [NAME], State.REQUESTED),
            ("satsuki", ExportRequest.Kind.MEMBERS, [NAME], State.REQUESTED),
            ("shiki", ExportRequest.Kind.POINTS, [], State.REQUESTED),
            ("futaba", ExportRequest.Kind.POINTS, [], State.RECORDED),
            ("shiki", ExportRequest.Kind.MEMBERS, [], State.RECORDED),
        ],
    )
    def test_takes_approval_where_the_role_may_not_see_it_one_by_one(
        self, login_id: str, kind: ExportRequest.Kind, columns: list[PersonalField], state: str
    ) -> None:
        join_many(1, at=JOINED)

        assert ask(login_id, *columns, at=AT, kind=kind).state == state

    def test_into_which_many_came_meanwhile_is_not_fetched(self) -> None:
        join_many(1, at=JOINED)
        request = ask("shiki", at=AT)
        join_many(100, at=AT)

        with pytest.raises(exports.NotApprovedError):
            fetch(request)


class TestPoints:
    def test_are_those_that_can_be_used_today_and_lapse_next(self) -> None:
        club = Club(opened_at=JOINED)
        hanako, taro = club.member(), club.member()
        club.family_member(hanako)
        club.open_balance(hanako, {"2026-04-30": 40, "2026-05-31": 60}, at=JOINED)

        file = fetch(ask("futaba", at=AT, kind=POINTS), by="futaba")

        assert rows_of(file)[1:] == [
            ["会員番号", "利用可能ポイント", "次の失効日", "失効するポイント"],
            [hanako.number, "100", "2026-04-30", "40"],
            [taro.number, "0", "", "0"],
        ]

    def test_go_with_no_personal_columns(self) -> None:
        join_many(1, at=JOINED)

        with pytest.raises(exports.InvalidExportError):
            ask("futaba", NAME, at=AT, kind=POINTS)


class TestTheFilter:
    def test_takes_whom_joined_in_the_period_and_has_not_left(self) -> None:
        before = join_many(1, at=jst("2026-03-31 23:59"))[0]
        stayed, left = join_many(2, at=jst("2026-04-01 00:00"))
        join_many(1, at=jst("2026-04-03 00:00"))
        membership.end_membership(
            membership_id=left.membership_id,
            reason=left.membership.EndReason.WITHDRAWN,
            at=jst("2026-04-05 12:00"),
            actor=SETUP,
        )
        first, through = dt.date(2026, 4, 1), dt.date(2026, 4, 2)

        current = fetch(ask("shiki", at=AT, joined_from=first, joined_through=through))
        everybody = fetch(ask("shiki", at=AT, joined_from=first, joined_through=through, includes_former=True))

        numbers = [row[0] for row in rows_of(current)[2:]]
        assert numbers == [stayed.number]
        assert {row[0]: row[4] for row in rows_of(everybody)[2:]} == {stayed.number: "", left.number: "2026-04-05"}
        assert before.number not in numbers

    @pytest.mark.parametrize(
        ("joined_from", "joined_through", "purpose", "kept_days"),
        [
            ("2026-04-01", None, " ", 7),
            ("2026-04-01", None, "a\nb", 7),
            ("2026-04-01", None, "会報", 31),
            ("2026-04-01", None, "会報", -1),
            ("2026-04-11", None, "会報", 7),
            ("2026-04-02", "2026-04-01", "会報", 7),
            ("2026-04-01", "2026-04-11", "会報", 7),
            # Nobody joined since then.
            ("2026-04-09", None, "会報", 7),
        ],
    )
    def test_and_purpose_make_sense_and_somebody_is_in_it(
        self, joined_from: str, joined_through: str | None, purpose: str, kept_days: int
    ) -> None:
        join_many(1, at=JOINED)
        wanted = exports.Wanted(
            ExportRequest.Kind.MEMBERS,
            joined_from=dt.date.fromisoformat(joined_from),
            joined_through=None if joined_through is None else dt.date.fromisoformat(joined_through),
        )

        with pytest.raises(exports.InvalidExportError):
            exports.request_export(
                wanted=wanted, purpose=purpose, kept_days=kept_days, at=AT, actor=actors.staff("shiki")
            )

    @pytest.mark.parametrize("role", [role for role in Role if Permission.REQUEST_EXPORT not in GRANTED[role]])
    def test_is_not_asked_for_by_other_desks(self, role: Role) -> None:
        join_many(1, at=JOINED)

        with pytest.raises(people_queries.PermissionDeniedError):
            ask(staff(role).login_id, at=AT)


class TestFetching:
    def test_gives_the_same_file_again_whatever_changed_since(self) -> None:
        (member,) = join_many(1, at=JOINED)
        request = ask("shiki", MOBILE, at=AT)
        first = fetch(request)
        put_on_file(member, {MOBILE: "090-0000-0009"}, at=AT)

        assert fetch(request, at=LAST_DAY).content == first.content

    def test_is_for_who_asked_alone(self) -> None:
        join_many(1, at=JOINED)
        request = ask("shiki", NAME, at=AT)

        for other in ("futaba", staff(Role.FULFILMENT).login_id):
            with pytest.raises(exports.NotYourExportError):
                fetch(request, by=other)

    def test_is_refused_once_the_role_was_taken(self) -> None:
        join_many(1, at=JOINED)
        request = ask("shiki", NAME, at=AT)
        people.give_role(login_id="shiki", role=Role.CALL_CENTRE, at=AT, actor=actors.staff("kanri"))
        people.take_role(login_id="shiki", role=Role.FULFILMENT, at=AT, actor=actors.staff("kanri"))

        with pytest.raises(people_queries.PermissionDeniedError):
            fetch(request)

    def test_is_on_record_each_time(self) -> None:
        join_many(1, at=JOINED)
        request = ask("shiki", NAME, at=AT)

        for _ in range(2):
            fetch(request)

        assert [each.downloaded_by for each in queries.list_downloads(request.id)] == ["staff:shiki"] * 2
        acts = audit.search_acts(audit.ActFilter(act="exports.fetch_export")).acts
        assert [act.subject.id for act in acts] == [str(request.id)] * 2

    def test_shows_nothing_of_the_content_in_a_log(self) -> None:
        join_many(1, at=JOINED)

        assert "見本" not in repr(fetch(ask("shiki", NAME, at=AT)))


class TestTheDayAfter:
    def test_refuses_the_file_although_nobody_has_deleted_it(self) -> None:
        join_many(1, at=JOINED)
        request = ask("shiki", NAME, at=AT)
        fetch(request, at=LAST_DAY)

        with pytest.raises(exports.ExportGoneError):
            fetch(request, at=NEXT_DAY)

        assert ExportFile.objects.get().sealed is not None

    def test_deletes_the_content_and_keeps_who_had_it(self) -> None:
        join_many(1, at=JOINED)
        request = ask("shiki", NAME, at=AT)
        fetch(request)

        early = exports.delete_expired_exports(on=dt.date(2026, 4, 17), at=LAST_DAY, actor=actors.system("exports"))
        deleted = exports.delete_expired_exports(on=dt.date(2026, 4, 18), at=NEXT_DAY, actor=actors.system("exports"))
        again = exports.delete_expired_exports(on=dt.date(2026, 4, 18), at=NEXT_DAY, actor=actors.system("exports"))

        assert (early, deleted, again) == (0, 1, 0)
        file = ExportFile.objects.get()
        assert (file.sealed, file.deleted_at) == (None, NEXT_DAY)
        assert ExportDownload.objects.count() == 1
        (entry,) = audit.search_acts(audit.ActFilter(act="exports.delete_expired_exports")).acts
        assert (entry.actor, entry.subject.id) == ("system:exports", str(request.id))

    def test_is_too_late_to_approve(self) -> None:
        join_many(101, at=JOINED)
        request = ask("shiki", NAME, at=AT)

        with pytest.raises(exports.ExportGoneError):
            approve(request, at=NEXT_DAY)

        assert queries.get_export(request.id).state == State.REQUESTED


class TestTheListOfExports:
    def test_shows_those_that_wait_first(self) -> None:
        join_many(101, at=JOINED)
        waiting = ask("shiki", NAME, at=AT)
        approved = approve(ask("shiki", NAME, at=jst("2026-04-10 13:00")), at=jst("2026-04-10 14:00"))

        assert [request.id for request in queries.list_exports()] == [waiting.id, approved.id]
