"""The books of a day are sealed into a file, which they are held against later (I6)."""

# ruff: noqa: ARG002 -- A fixture asked for its effect.

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from pointclub.config.environment import Environment, read_environment
from pointclub.jobs import output
from pointclub.jobs.roots import nightly
from pointclub.jobs.roots.folder import FolderNotWritableError
from pointclub.membership.models import Member
from pointclub.points.models import Account, Posting, Transaction
from pointclub.points.rules import signing
from pointclub.points.rules.root_file import SealedAccount, read_header, read_lines
from tests.factories.club import Club, jst, redeem, verified
from tests.harness.commands import Called, call
from tests.harness.rewriting import rewrite_chain
from tests.harness.tampering import drop_constraints, tamper

SetClock = Callable[[dt.datetime], None]
Lines = list[bytes]

pytestmark = pytest.mark.usefixtures("as_owner")

DAY = jst("2026-04-10 12:00")
FOREIGN_SEED = b"f" * 32


@pytest.fixture
def members(as_owner: None, set_clock: SetClock) -> list[Member]:
    """Three members who have lived, and one who has not."""
    set_clock(DAY)
    club = Club()
    members = [club.member() for _ in range(4)]
    for member in members[:3]:
        club.open_balance(member, {"2026-04-30": 50, "2026-12-31": 100}, at=jst("2026-04-01 12:00"))
        redeem(member, 40, at=jst("2026-04-03 12:00"))
    return members


@pytest.fixture
def root(members: list[Member], tmp_path: Path) -> Path:
    return Path(seal(tmp_path).json["file"])


def seal(folder: Path) -> Called:
    return call("ledger", "root", "--to", str(folder), "--json")


def check(root: Path, *words: str) -> Called:
    return call("ledger", "check-root", str(root), *words, "--json")


def named(answer: Called) -> list[tuple[str | None, str]]:
    """Return whom and what a check found."""
    return [(row["member_number"], row["what"]) for row in answer.json["differences"]]


def of(member: Member) -> Any:
    return member.membership.account_id


def change(root: Path, edit: Callable[[Lines], Lines]) -> Called:
    """Check a copy of the root with other lines."""
    copy = root.with_name("changed.txt")
    copy.write_bytes(b"".join(edit(root.read_bytes().splitlines(keepends=True))))
    return check(copy)


class TestSealing:
    def test_writes_every_account_in_order_under_a_signed_header(self, members: list[Member], tmp_path: Path) -> None:
        answer = seal(tmp_path)

        with Path(answer.json["file"]).open("rb") as file:
            header = read_header(file)
            accounts = [line for line in read_lines(file) if isinstance(line, SealedAccount)]
        assert (answer.code, answer.json["accounts"], answer.json["day"]) == (output.OK, 4, "2026-04-10")
        assert Path(answer.json["file"]).name == "root-2026-04-10.txt"
        assert header.is_signed()
        assert [(one.account_id, one.sequence, one.head) for one in accounts] == [
            (account.id, account.last_sequence, bytes(account.head)) for account in Account.objects.order_by("id")
        ]

    def test_is_named_by_the_day_in_japan(self, members: list[Member], tmp_path: Path, set_clock: SetClock) -> None:
        set_clock(dt.datetime(2026, 4, 10, 15, 0, tzinfo=dt.UTC))

        assert Path(seal(tmp_path).json["file"]).name == "root-2026-04-11.txt"

    def test_leaves_nothing_but_the_file_and_that_closed_to_changes(self, root: Path) -> None:
        assert [path.name for path in root.parent.iterdir()] == [root.name]
        assert root.stat().st_mode & 0o777 == 0o444

    def test_of_the_same_books_on_the_same_day_answers_with_the_first_file(self, root: Path) -> None:
        before = root.read_bytes()

        again = seal(root.parent)

        assert (again.code, again.json["is_new"], again.json["file"]) == (output.OK, False, str(root))
        assert root.read_bytes() == before

    def test_of_books_that_moved_on_the_same_day_is_refused_and_leaves_the_file(
        self, members: list[Member], root: Path
    ) -> None:
        before = root.read_bytes()
        redeem(members[0], 1, at=DAY)

        answer = seal(root.parent)

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "root_exists")
        assert root.read_bytes() == before
        assert [path.name for path in root.parent.iterdir()] == [root.name]

    def test_does_not_take_the_place_of_another_file(self, members: list[Member], tmp_path: Path) -> None:
        (tmp_path / "root-2026-04-10.txt").write_text("notes\n")

        answer = seal(tmp_path)

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "root_exists")
        assert (tmp_path / "root-2026-04-10.txt").read_text() == "notes\n"

    def test_makes_the_folder_that_the_settings_name(
        self, members: list[Member], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        unsaid = call("ledger", "root", "--json")
        monkeypatch.setenv("POINTCLUB_ROOTS_FOLDER", str(tmp_path / "kept" / "roots"))

        answer = call("ledger", "root", "--json")

        assert (unsaid.code, unsaid.json["refused"]) == (output.REFUSED, "no_folder")
        assert Path(answer.json["file"]).parent == tmp_path / "kept" / "roots"

    def test_of_no_accounts_is_a_root_too(self, tmp_path: Path, set_clock: SetClock) -> None:
        set_clock(DAY)

        assert check(Path(seal(tmp_path).json["file"])).code == output.OK

    def test_into_what_is_no_folder_is_refused_in_words(self, members: list[Member], tmp_path: Path) -> None:
        (tmp_path / "file").touch()

        for place in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("x" * 300)):
            answer = seal(place)
            assert (answer.code, answer.json["refused"]) == (output.REFUSED, "folder_not_writable")

    @pytest.mark.skipif(os.geteuid() == 0, reason="Root may write everywhere.")
    def test_into_a_folder_without_rights_is_refused_in_words(self, members: list[Member], tmp_path: Path) -> None:
        tmp_path.chmod(0o500)

        answer = seal(tmp_path)

        tmp_path.chmod(0o700)
        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "folder_not_writable")

    def test_where_no_file_can_be_made_is_refused_in_words(self, members: list[Member]) -> None:
        answer = seal(Path("/proc"))

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "folder_not_writable")


class TestTheWorker:
    def environment(self, folder: Path | None) -> Environment:
        return read_environment({} if folder is None else {"POINTCLUB_ROOTS_FOLDER": str(folder)})

    def test_seals_from_two_in_the_morning_on_and_once_a_day(self, members: list[Member], tmp_path: Path) -> None:
        environment = self.environment(tmp_path)
        instants = ("2026-04-11 01:59", "2026-04-11 02:00", "2026-04-11 02:15", "2026-04-12 13:00")

        done = [nightly.seal_if_due(now=jst(at), environment=environment) for at in instants]

        assert [sealed.file.name if sealed else None for sealed in done] == [
            *(None, "root-2026-04-11.txt", None),
            "root-2026-04-12.txt",
        ]
        assert check(tmp_path / "root-2026-04-11.txt").code == output.OK

    def test_seals_nothing_where_no_folder_is_named(self, members: list[Member]) -> None:
        assert nightly.seal_if_due(now=jst("2026-04-11 02:00"), environment=self.environment(None)) is None

    def test_says_why_nothing_was_sealed(self, members: list[Member], tmp_path: Path) -> None:
        (tmp_path / "file").touch()

        with pytest.raises(FolderNotWritableError) as refused:
            nightly.seal_if_due(now=jst("2026-04-11 02:00"), environment=self.environment(tmp_path / "file"))

        assert "POINTCLUB_ROOTS_FOLDER" in str(refused.value)


class TestBooksThatAreAsTheyWere:
    def test_differ_in_nothing(self, root: Path) -> None:
        answer = check(root)

        assert (answer.code, named(answer), answer.json["compared_accounts"]) == (output.OK, [], 4)

    def test_may_have_grown_since(self, members: list[Member], root: Path) -> None:
        club = Club()
        club.open_balance(members[3], {"2026-12-31": 10}, at=DAY)
        redeem(members[0], 10, at=DAY)
        club.member()
        club.lapse(at=jst("2026-05-01 00:05"))

        assert check(root).code == output.OK


class TestBooksThatWereRewritten:
    def test_whose_chain_was_made_whole_again_pass_their_own_check_but_not_this(
        self, members: list[Member], root: Path
    ) -> None:
        (opening, *_) = Posting.objects.filter(account_id=of(members[1]), points=100)
        tamper("UPDATE points_posting SET points = 110 WHERE account_id = %s AND id = %s", *opening.pk)
        tamper(
            "UPDATE points_lot SET remaining = remaining + 10, granted = granted + 10"
            " WHERE account_id = %s AND usable_through = '2026-12-31'",
            of(members[1]),
        )
        tamper("UPDATE points_account SET book_balance = book_balance + 10 WHERE id = %s", of(members[1]))
        rewrite_chain(of(members[1]))

        answer = check(root)

        assert verified() == []
        assert answer.code == output.DIFFERENCE
        assert named(answer) == [(members[1].number, "sealed transaction 2 is another")]

    def test_below_a_hash_that_was_left_are_found_by_what_it_covers(self, members: list[Member], root: Path) -> None:
        tamper("UPDATE points_posting SET points = 101 WHERE account_id = %s AND points = 100", of(members[2]))

        assert named(check(root)) == [(members[2].number, "transaction 1 hash")]

    def test_before_the_first_transaction_are_found(self, members: list[Member], root: Path) -> None:
        for member in (members[0], members[3]):
            Account.objects.filter(id=of(member)).update(opened_at=jst("2020-01-01 09:01"))

        assert named(check(root)) == [
            (members[3].number, "sealed transaction 0 is another"),
            (members[0].number, "transaction 1 hash"),
        ]

    def test_by_cutting_off_the_end_are_found(self, members: list[Member], root: Path) -> None:
        last = Transaction.objects.get(account_id=of(members[0]), sequence=2)
        drop_constraints("points_transaction", "points_posting")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM points_posting WHERE account_id = %s AND transaction_id = %s", last.pk)
        tamper("DELETE FROM points_transaction WHERE account_id = %s AND id = %s", *last.pk)
        rewrite_chain(of(members[0]))

        assert named(check(root)) == [(members[0].number, "sealed transaction 2 is gone")]

    def test_by_taking_an_account_out_are_found(self, members: list[Member], root: Path) -> None:
        drop_constraints("points_account")
        tamper("DELETE FROM points_account WHERE id = %s", of(members[3]))

        assert named(check(root)) == [(members[3].number, "account is gone")]


class TestAFileThatWasChanged:
    def test_is_named_and_the_books_are_not_compared(self, members: list[Member], root: Path) -> None:
        answer = change(root, lambda lines: [*lines[:2], *lines[3:]])

        assert answer.code == output.DIFFERENCE
        assert answer.json["compared_accounts"] == 0
        assert [what for _, what in named(answer)] == ["file: number of accounts", "file: root of the accounts"]

    @pytest.mark.parametrize(
        ("edit", "what"),
        [
            (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "file: line 3 is out of order"),
            (lambda lines: [*lines[:2], lines[1], *lines[2:]], "file: line 3 is out of order"),
            (lambda lines: [*lines[:4], lines[4][:-1]], "file: line 5 is cut short"),
            (lambda lines: [*lines[:4], lines[4][:40]], "file: line 5 is cut short"),
            (lambda lines: [*lines[:2], b"\n", *lines[2:]], "file: line 3 is not ACCOUNT SEQUENCE HEAD"),
            (lambda lines: [*lines[:5], b"x" * 100_000], "file: line 6 is cut short"),
            (lambda lines: [lines[0], lines[1].replace(b" 2 ", b" 02 "), *lines[2:]], "file: line 2 is not ACCOUNT"),
            (lambda lines: [lines[0], lines[1].replace(b" 2 ", b" 3 "), *lines[2:]], "file: root of the accounts"),
            (lambda lines: [lines[0].replace(b"04-10", b"04-11", 1), *lines[1:]], "file: the signature is not that"),
            (lambda lines: [lines[0].replace(b'"accounts":4', b'"accounts":5'), *lines[1:]], "file: the signature"),
        ],
    )
    def test_is_named_by_what_was_changed(
        self, members: list[Member], root: Path, edit: Callable[[Lines], Lines], what: str
    ) -> None:
        answer = change(root, edit)

        assert answer.code == output.DIFFERENCE
        assert named(answer)[0][1].startswith(what)

    @pytest.mark.parametrize(
        "edit",
        [
            lambda _: [],
            lambda _: [b"notes\n"],
            lambda _: [b"\xff\xfe\n"],
            lambda _: [b"[" * 900 + b"\n"],
            lambda _: [b"{}\n"],
            lambda lines: [lines[0][:50]],
            lambda lines: [lines[0].replace(b"root 2", b"root 1"), *lines[1:]],
            lambda lines: [lines[0].replace(b'"', b' "', 1), *lines[1:]],
            lambda lines: [lines[0].replace(b'"accounts":4', b'"accounts":true'), *lines[1:]],
            lambda lines: [lines[0].replace(b'"accounts":4', b'"accounts":-4'), *lines[1:]],
            lambda lines: [lines[0].replace(b"2026-04-10T", b"9999-04-10T"), *lines[1:]],
            lambda lines: [lines[0].replace(b'"day":"2026', b'"day":"20x6'), *lines[1:]],
            lambda lines: lines[1:],
        ],
    )
    def test_so_that_it_is_no_root_any_more_is_refused(
        self, members: list[Member], root: Path, edit: Callable[[Lines], Lines]
    ) -> None:
        answer = change(root, edit)

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "not_a_root")

    def test_and_signed_by_somebody_else_is_named(self, members: list[Member], root: Path) -> None:
        with root.open("rb") as file:
            header = read_header(file)
        answer = change(root, lambda lines: [header.signed_with(FOREIGN_SEED).line(), *lines[1:]])

        assert answer.code == output.DIFFERENCE
        assert [what for _, what in named(answer)] == ["file: sealed with another key"]

    def test_is_judged_by_the_key_that_is_given(self, root: Path) -> None:
        published = call("ledger", "root-key", "--json").json["public_key"]
        foreign = signing.in_base64(signing.public_key_of(FOREIGN_SEED))

        assert check(root, "--key", published).code == output.OK
        assert check(root, "--key", foreign).code == output.DIFFERENCE
        assert check(root, "--key", "no key").code == output.USAGE

    def test_that_is_not_there_or_no_file_is_refused(self, members: list[Member], tmp_path: Path) -> None:
        for place in (tmp_path / "none.txt", tmp_path, tmp_path / ("x" * 300)):
            answer = check(place)
            assert (answer.code, answer.json["refused"]) == (output.NOT_FOUND, "file_not_there")


def test_header_is_signed_over_what_a_reader_sees(root: Path) -> None:
    with root.open("rb") as file:
        header = read_header(file)
    signed = json.loads(header.line())
    signature = signing.from_base64(signed.pop("signature"), length=64)

    content = json.dumps(signed, sort_keys=True, separators=(",", ":")).encode()

    assert signing.is_signed(content, signature=signature, public_key=header.public_key)
    assert not signing.is_signed(content + b" ", signature=signature, public_key=header.public_key)
