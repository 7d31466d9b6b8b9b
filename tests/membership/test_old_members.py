"""An old club's members by file (FIL-1), found by number and password together (REG-6)."""

from __future__ import annotations

import dataclasses
import io

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from pointclub.files import services as files
from pointclub.files.models import RowError
from pointclub.files.queries import get_import
from pointclub.files.rules.broken import BrokenFileError
from pointclub.membership import queries
from pointclub.membership import services as membership
from pointclub.membership.models import OldLot, OldMember
from tests.factories.club import STAFF, Club, jst
from tests.factories.old_members import (
    OLD_NUMBER,
    OLD_PASSWORD,
    old_file,
    old_member_on_file,
    old_row,
    send_old_members,
    verifier,
)

pytestmark = [pytest.mark.django_db, pytest.mark.rule("REG-6")]
AT = jst("2026-05-02 10:00")


def lots() -> list[tuple[int, str]]:
    return sorted((lot.points, lot.usable_through.isoformat()) for lot in OldLot.objects.filter(points__gt=0))


def take_in(content: bytes) -> files.Progress:
    incoming = files.IncomingFile(io.BytesIO(content), "old-members.csv", accepts_gap=True)
    *_, last = membership.import_old_members(incoming, at=AT, actor=STAFF)
    return last


@pytest.mark.rule("FIL-1")
class TestAFileOfOldMembers:
    def test_puts_each_part_of_their_points_on_file(self) -> None:
        state = send_old_members(old_row("1", points=1_200), old_row("2", points=50, usable_through="2028-02-29"))

        assert (state.accepted, state.points) == (2, 1_250)
        assert OldMember.objects.count() == 1
        assert lots() == [(50, "2028-02-29"), (1_200, "2027-03-31")]

    def test_says_nothing_new_when_it_comes_again(self) -> None:
        send_old_members(old_row())

        state = send_old_members(old_row(), old_row("2", points=5))

        assert (state.accepted, state.known_before) == (1, 1)

    def test_counts_an_entry_once_that_stands_in_it_twice(self) -> None:
        state = send_old_members(old_row(), old_row())

        assert (state.accepted, state.known_before, lots()) == (1, 1, [(1_200, "2027-03-31")])

    def test_is_corrected_by_a_later_one_as_long_as_nothing_was_moved(self) -> None:
        send_old_members(old_row("1"), old_row("2", points=300))

        new = verifier("atarashii9")
        send_old_members(old_row("1", points=900, verified_by=new), old_row("2", points=0, verified_by=new))

        assert lots() == [(900, "2027-03-31")]
        assert queries.find_old_member(number=OLD_NUMBER, password="atarashii9") is not None
        assert queries.find_old_member(number=OLD_NUMBER, password=OLD_PASSWORD) is None

    def test_changes_nothing_once_the_points_were_moved(self) -> None:
        old_id = old_member_on_file(("2027-03-31", 1_200))
        membership.move_old_points(member=Club().member(), old_member_id=old_id, at=AT, actor=STAFF)
        same = old_row(f"{OLD_NUMBER}-0")

        state = send_old_members(same, old_row(f"{OLD_NUMBER}-0", points=9_999), old_row("new", points=5))

        assert (state.accepted, state.known_before, state.bad) == (0, 1, 2)
        assert {error.code for error in RowError.objects.all()} == {"moved_before"}
        assert lots() == [(1_200, "2027-03-31")]

    def test_gives_nobody_more_than_an_account_holds(self) -> None:
        send_old_members(old_row("1", points=600_000_000), old_row("2", points=400_000_000))

        state = send_old_members(old_row("3", points=1), old_row("1", points=600_000_001), old_row("2", points=0))

        assert (state.accepted, state.bad) == (1, 2)
        assert {error.code for error in RowError.objects.all()} == {"too_many_points"}
        assert lots() == [(600_000_000, "2027-03-31")]

    def test_gives_no_entry_of_one_member_to_another(self) -> None:
        send_old_members(old_row("1"))

        state = send_old_members(old_row("1", number="ZZ9"))

        assert (state.bad, RowError.objects.get().code) == (1, "other_member")

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"verified_by": "mukashi8"}, "unknown_format"),
            ({"verified_by": "pbkdf2_sha256$9000000$shio$" + "A" * 43 + "="}, "too_costly"),
            ({"verified_by": ""}, "missing"),
            ({"number": "旧会員"}, "not_old_number"),
            ({"points": "１００"}, "not_number"),
            ({"usable_through": "2027-02-29"}, "not_day"),
        ],
    )
    def test_reports_bad_rows_and_keeps_no_cell_of_them(self, facts: dict[str, str], code: str) -> None:
        state = send_old_members(old_row("1", **facts), old_row("2", number="ZZ9"))

        (error,) = RowError.objects.all()
        assert (state.accepted, error.code, error.raw) == (1, code, "")
        assert OldMember.objects.count() == 1

    @pytest.mark.parametrize("how", [{"encoding": "cp932"}, {"encoding": "utf-8-sig"}, {"end": "\n"}])
    def test_may_come_in_any_of_the_usual_forms(self, how: dict[str, str]) -> None:
        last = take_in(old_file(old_row()).content(**how))

        assert (get_import(last.file_id).accepted, lots()) == (1, [(1_200, "2027-03-31")])

    @pytest.mark.parametrize("cut", [1, 2, 3, 40])
    def test_that_breaks_off_is_refused_as_a_whole(self, cut: int) -> None:
        with pytest.raises(BrokenFileError):
            take_in(old_file(old_row(), old_row("2")).content()[:-cut])
        assert not OldMember.objects.exists()

    def test_whose_total_is_wrong_is_refused_as_a_whole(self) -> None:
        with pytest.raises(BrokenFileError):
            take_in(dataclasses.replace(old_file(old_row()), trailer=(1, 1_201)).content())

    def test_leaves_no_number_and_no_verifier_in_the_clear(self) -> None:
        old_member_on_file()
        send_old_members(old_row("9", number="XY777", verified_by="unknown$x"))

        copied = b""
        with connection.cursor() as cursor:
            for table in ("membership_old_member", "membership_old_lot", "files_row_error", "audit_entry"):
                with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                    copied += b"".join(bytes(chunk) for chunk in copy)
        for text in (OLD_NUMBER, "XY777", "pbkdf2", verifier().rpartition("$")[2]):
            assert text.encode() not in copied


class TestAnOldMember:
    def test_is_found_by_both_and_by_neither_alone(self) -> None:
        old_id = old_member_on_file()
        old_member_on_file(number="ZZ9")

        found = queries.find_old_member(number="ab-120045", password=OLD_PASSWORD)

        assert found is not None
        assert found.id == old_id
        for number, password in ((OLD_NUMBER, "mukashi9"), ("AB120046", OLD_PASSWORD), ("", OLD_PASSWORD), ("旧", "x")):
            assert queries.find_old_member(number=number, password=password) is None

    def test_is_nobody_where_no_old_club_was_brought_in(self) -> None:
        assert queries.find_old_member(number=OLD_NUMBER, password=OLD_PASSWORD) is None
        assert not queries.knows_old_members()

    @pytest.mark.parametrize("number", [OLD_NUMBER, "AB120046", "旧会員"])
    def test_takes_one_hash_whether_or_not_there_is_such_a_number(
        self, number: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old_member_on_file()
        worked_out: list[str] = []
        monkeypatch.setattr("hashlib.pbkdf2_hmac", _counted(worked_out))

        queries.find_old_member(number=number, password="wrong")

        assert len(worked_out) == 1

    def test_keeps_its_number_whatever_the_application_tries(self) -> None:
        old_member_on_file()

        with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute("UPDATE membership_old_member SET number_index = number_index")


def _counted(worked_out: list[str]) -> object:
    from hashlib import pbkdf2_hmac

    def counting(*args: object) -> bytes:
        worked_out.append("once")
        return pbkdf2_hmac(*args)  # type: ignore[arg-type]

    return counting
