"""The root of a day seals the audit log as well, which it is held against later (STF-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from pointclub.audit import queries as audit
from pointclub.audit.models import AuditChain, AuditEntry
from pointclub.foundation import actors
from pointclub.jobs import output
from pointclub.jobs.roots import checking
from pointclub.points.rules.merkle import Tree
from pointclub.points.rules.root_file import read_header, read_lines
from tests.audit.acts import differences, do
from tests.factories.club import OTHER_STAFF, STAFF, Club, jst
from tests.harness.commands import Called, call
from tests.harness.rewriting import rewrite_audit_chain
from tests.harness.tampering import tamper

Lines = list[bytes]

pytestmark = [pytest.mark.rule("STF-3"), pytest.mark.usefixtures("as_owner")]

DAY = jst("2026-04-10 12:00")
CHAIN = str(OTHER_STAFF)
AWKWARD = actors.staff("夜勤 50%")


@pytest.fixture
def root(as_owner: None, set_clock: Callable[[dt.datetime], None], tmp_path: Path) -> Path:
    """Seal an account and three chains, the last of a name that no line can hold as it is."""
    set_clock(DAY)
    Club().member()
    for number in range(1, 6):
        do(actor=OTHER_STAFF, reason="転居", points=number * 10)
    do(actor=AWKWARD)
    return Path(seal(tmp_path).json["file"])


def seal(folder: Path) -> Called:
    return call("ledger", "root", "--to", str(folder), "--json")


def check(root: Path) -> Called:
    return call("ledger", "check-root", str(root), "--json")


def found(root: Path) -> list[str]:
    """Return what a check of the root names; it ends with 1 if that is anything."""
    answer = check(root)
    named = [row["what"] for row in answer.json["differences"]]
    assert answer.code == (output.DIFFERENCE if named else output.OK)
    return named


def remove_entries(condition: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM audit_entry WHERE chain = %s AND {condition}", [CHAIN])  # noqa: S608 -- ours
        assert cursor.rowcount


class TestSealing:
    def test_writes_every_chain_in_the_order_of_names_below_the_accounts(self, root: Path) -> None:
        with root.open("rb") as file:
            header, lines = read_header(file), list(read_lines(file))

        assert lines[header.accounts :] == sorted(audit.audit_heads())
        assert [line.sequence for line in lines[header.accounts :]][1:] == [5, 1]
        assert header.audit_chains == 3

    def test_holds_the_root_of_the_chains_lines(self, root: Path) -> None:
        tree = Tree()
        for line in root.read_bytes().splitlines()[2:]:
            tree.add(line)

        with root.open("rb") as file:
            assert read_header(file).audit_root == tree.root()

    def test_writes_a_name_in_letters_that_no_line_is_split_by(self, root: Path) -> None:
        last = root.read_bytes().splitlines()[-1]

        assert last.startswith(b"audit staff:%E5%A4%9C%E5%8B%A4%2050%25 1 ")

    def test_again_of_a_log_that_has_grown_the_same_day_is_refused(self, root: Path) -> None:
        do(actor=AWKWARD)

        answer = seal(root.parent)

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "root_exists")


class TestALogThatIsAsItWas:
    def test_differs_in_nothing(self, root: Path) -> None:
        answer = check(root)

        assert (answer.code, answer.json["differences"]) == (output.OK, [])
        assert (answer.json["compared_accounts"], answer.json["compared_audit_chains"]) == (1, 3)

    def test_may_have_grown_since(self, root: Path) -> None:
        for _ in range(3):
            do(actor=OTHER_STAFF)
        do(actor=actors.member("1"))

        assert found(root) == []

    def test_may_have_lost_the_words_of_a_reason(self, root: Path) -> None:
        tamper("UPDATE audit_entry SET reason = '', reason_salt = '' WHERE chain = %s AND sequence = 2", CHAIN)

        assert found(root) == []


class TestALogThatWasRewritten:
    def test_to_the_end_of_a_chain_passes_its_own_check_but_not_this(self, root: Path) -> None:
        do(actor=OTHER_STAFF)
        tamper("UPDATE audit_entry SET subject_id = 'm-2' WHERE chain = %s AND sequence = 3", CHAIN)
        rewrite_audit_chain(CHAIN)

        assert differences() == []
        assert found(root) == ["audit of staff:tanto-2, entry 5: another was sealed"]

    def test_by_cutting_off_the_end_of_a_chain_is_found(self, root: Path) -> None:
        remove_entries("sequence >= 4")
        rewrite_audit_chain(CHAIN)

        assert differences() == []
        assert found(root) == ["audit of staff:tanto-2, entry 5: sealed, and gone"]

    def test_by_cutting_off_the_end_and_acting_on_is_found(self, root: Path) -> None:
        remove_entries("sequence >= 4")
        rewrite_audit_chain(CHAIN)
        for _ in range(4):
            do(actor=OTHER_STAFF)

        assert differences() == []
        assert found(root) == ["audit of staff:tanto-2, entry 5: another was sealed"]

    def test_by_taking_an_entry_out_of_the_middle_is_found(self, root: Path) -> None:
        remove_entries("sequence = 2")
        rewrite_audit_chain(CHAIN)

        assert differences() == []
        assert found(root) == ["audit of staff:tanto-2, entry 5: sealed, and gone"]

    def test_by_taking_a_chain_out_whole_is_found(self, root: Path) -> None:
        remove_entries("sequence > 0")
        tamper("DELETE FROM audit_chain WHERE name = %s", CHAIN)

        assert differences() == []
        assert found(root) == ["audit of staff:tanto-2, entry 5: sealed, and the chain is gone"]

    def test_under_a_name_that_had_to_be_written_otherwise_is_found(self, root: Path) -> None:
        AuditEntry.objects.filter(chain=str(AWKWARD)).delete()
        AuditChain.objects.filter(name=str(AWKWARD)).delete()

        assert found(root) == [f"audit of {AWKWARD}, entry 1: sealed, and the chain is gone"]

    @pytest.mark.parametrize(
        ("change", "what"),
        [
            ("subject_id = 'm-2'", "hash"),
            ("details = jsonb_set(details, '{points}', '31')", "hash"),
            ("at = at + interval '1 microsecond'", "hash"),
            ("hash = set_byte(hash, 0, get_byte(hash, 0) # 1)", "hash"),
        ],
    )
    def test_below_a_hash_that_was_left_is_found_at_the_entry(self, root: Path, change: str, what: str) -> None:
        tamper(f"UPDATE audit_entry SET {change} WHERE chain = %s AND sequence = 3", CHAIN)  # noqa: S608 -- above

        assert found(root) == [f"audit of staff:tanto-2, entry 3: {what}"]

    def test_in_several_chains_is_found_in_pieces_too(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checking, "_CHAINS_AT_A_TIME", 1)
        for chain in (str(STAFF), CHAIN, str(AWKWARD)):
            tamper("UPDATE audit_entry SET act = 'a.b' WHERE chain = %s AND sequence = 1", chain)
            rewrite_audit_chain(chain)

        assert [what.rpartition(": ")[2] for what in found(root)] == ["another was sealed"] * 3


class TestAFileThatWasChanged:
    @pytest.mark.parametrize(
        ("edit", "what"),
        [
            (lambda lines: lines[:-1], "file: number of chains of the audit log"),
            (lambda lines: [*lines[:3], lines[3].replace(b" 5 ", b" 4 "), *lines[4:]], "file: root of the chains"),
            (lambda lines: [*lines[:3], lines[3].replace(b" 5 ", b" 05 "), *lines[4:]], "file: line 4 is not audit"),
            (lambda lines: [*lines[:4], lines[4].replace(b"%25", b"%2525")], "file: root of the chains"),
            (lambda lines: [*lines[:4], lines[4].replace(b"%E5", b"%e5")], "file: line 5 is not audit CHAIN"),
            (lambda lines: [*lines[:4], lines[4].replace(b"%E5", b"%FF")], "file: line 5 is not audit CHAIN"),
            (lambda lines: [*lines[:4], lines[4].replace(b"%25", b"%")], "file: line 5 is not audit CHAIN"),
            (lambda lines: [*lines[:4], lines[4][:-1]], "file: line 5 is cut short"),
            (lambda lines: [*lines[:3], lines[4], lines[3]], "file: line 5 is out of order"),
            (lambda lines: [*lines, lines[4]], "file: line 6 is out of order"),
            (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "file: line 3 is out of order"),
            (lambda lines: [lines[0].replace(b'"audit_chains":3', b'"audit_chains":2'), *lines[1:]], "file: the sig"),
        ],
    )
    def test_in_what_it_says_of_the_log_is_named(self, root: Path, edit: Callable[[Lines], Lines], what: str) -> None:
        copy = root.with_name("changed.txt")
        copy.write_bytes(b"".join(edit(root.read_bytes().splitlines(keepends=True))))

        assert found(copy)[0].startswith(what)

    def test_in_any_single_byte_is_told(self, root: Path) -> None:
        whole = root.read_bytes()
        copy = root.with_name("changed.txt")
        begins = whole.index(b"\naudit") + 1

        for place in range(begins, len(whole), 7):
            copy.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            answer = check(copy)
            assert answer.code == output.DIFFERENCE, place
            assert answer.json["compared_audit_chains"] == 0
