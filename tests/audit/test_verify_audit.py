"""Whatever the owner of the tables changes in the log is found, with the entry that it was."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from pointclub.audit import queries
from pointclub.audit.models import AuditChain, AuditEntry
from pointclub.audit.queries import verify as verify_module
from tests.audit.acts import AT, differences, do
from tests.factories.club import OTHER_STAFF, STAFF
from tests.harness.tampering import tamper

pytestmark = [pytest.mark.rule("STF-3"), pytest.mark.usefixtures("as_owner")]

CHAIN = str(STAFF)

# For each column another value of the same kind, the least one that differs where there is one.
CHANGED_ENTRY: dict[str, str] = {
    "id": f"'{uuid4()}'",
    "chain": "'staff:tanto-3'",
    "sequence": "99",
    "at": "at + interval '1 microsecond'",
    "act": "'membership.admis'",
    "subject_kind": "'membes'",
    "subject_id": "'m-2'",
    "details": "jsonb_set(details, '{points}', '11')",
    "reason": "'転勤'",
    "reason_salt": "set_byte(reason_salt, 0, get_byte(reason_salt, 0) # 1)",
    "reason_digest": "set_byte(reason_digest, 31, get_byte(reason_digest, 31) # 1)",
    "hash": "set_byte(hash, 0, get_byte(hash, 0) # 1)",
}
CHANGED_CHAIN: dict[str, str] = {
    "name": "'staff:tanto-3'",
    "last_sequence": "last_sequence + 1",
    "head": "set_byte(head, 0, get_byte(head, 0) # 1)",
}
TOLD_OTHERWISE = {"id", "chain", "sequence"}


@pytest.fixture(autouse=True)
def _five_entries(as_owner: None) -> None:
    for number in range(1, 6):
        do(subject=("member", "m-1"), reason="転居", points=number * 10, lots=["a", {"last": None}])
        do(actor=OTHER_STAFF)
    assert differences() == []


def change(what: str, *, sequence: int = 3, dropping: str = "") -> None:
    tamper(
        f"UPDATE audit_entry SET {what} WHERE chain = %s AND sequence = %s",  # noqa: S608 -- written in this file
        *(CHAIN, sequence),
        dropping=dropping,
    )


def remove(sequence: int) -> None:
    tamper("DELETE FROM audit_entry WHERE chain = %s AND sequence = %s", CHAIN, sequence)


class TestEveryColumn:
    def test_has_its_test(self) -> None:
        columns = {model: {field.column for field in model._meta.local_fields} for model in (AuditEntry, AuditChain)}

        assert columns == {AuditEntry: set(CHANGED_ENTRY), AuditChain: set(CHANGED_CHAIN)}

    @pytest.mark.parametrize("sequence", [1, 3, 5])
    @pytest.mark.parametrize("column", sorted(CHANGED_ENTRY))
    def test_of_an_entry_is_found_where_it_was_changed(self, column: str, sequence: int) -> None:
        change(f"{column} = {CHANGED_ENTRY[column]}", sequence=sequence)

        found = differences()

        if column not in TOLD_OTHERWISE:
            assert {(chain, number) for chain, number, _ in found} == {(CHAIN, sequence)}
        assert found != []
        assert all(chain in {CHAIN, "staff:tanto-3"} for chain, _, _ in found)

    @pytest.mark.parametrize("column", sorted(CHANGED_CHAIN))
    def test_of_a_chain_is_found(self, column: str) -> None:
        tamper(f"UPDATE audit_chain SET {column} = {CHANGED_CHAIN[column]} WHERE name = %s", CHAIN)  # noqa: S608 -- written above

        assert differences() != []

    @pytest.mark.parametrize(
        "details",
        [
            '{"lots": ["a", {"last": null}], "points": 30.0}',
            '{"lots": ["a", {"last": null}], "points": "30"}',
            '{"lots": ["a", {"last": false}], "points": 30}',
            '{"lots": ["a", {}], "points": 30}',
            '{"lots": [["a"], {"last": null}], "points": 30}',
            '{"lots": ["a", {"last": null}], "points": 30, "more": null}',
            "[]",
            "null",
        ],
    )
    def test_of_details_is_found_however_little_was_changed(self, details: str) -> None:
        change(f"details = '{details}'")

        assert differences() == [(CHAIN, 3, "hash")]


class TestAnEntry:
    def test_that_was_changed_is_named_with_both_hashes(self) -> None:
        stood = bytes(AuditEntry.objects.get(chain=CHAIN, sequence=3).hash).hex()
        change("act = 'membership.release'")

        (found,) = queries.verify_audit()

        assert found.what == "audit of staff:tanto-1, entry 3: hash"
        assert found.stands == stood
        assert found.follows not in {stood, ""}
        assert found.account_id is None

    def test_whose_hash_was_made_to_fit_is_found_at_the_next(self) -> None:
        change("act = 'membership.release'")
        (found,) = queries.verify_audit()
        change(f"hash = '\\x{found.follows}'")

        assert differences() == [(CHAIN, 4, "hash")]

    def test_whose_words_were_put_into_the_salt_is_found(self) -> None:
        change("reason_salt = reason_salt || substring(convert_to(reason, 'UTF8') FROM 1 FOR 3), reason = '居'")

        assert differences() == [(CHAIN, 3, "digest of the reason")]

    @pytest.mark.parametrize("column", ["at", "details", "reason", "reason_salt", "reason_digest", "hash", "act"])
    def test_that_was_emptied_is_found_and_the_others_are_still_gone_through(self, column: str) -> None:
        tamper("UPDATE audit_entry SET act = 'a.b' WHERE chain = %s AND sequence = 2", str(OTHER_STAFF))
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE audit_entry ALTER COLUMN {column} DROP NOT NULL")
        change(f"{column} = NULL")

        found = {(chain, sequence) for chain, sequence, _ in differences()}

        assert found == {(CHAIN, 3), (str(OTHER_STAFF), 2)}

    @pytest.mark.parametrize("instant", ["infinity", "-infinity", "20000-01-01", "0044-03-15 BC"])
    def test_of_an_instant_that_no_clock_shows_is_found(self, instant: str) -> None:
        change(f"at = '{instant}'")

        assert differences() == [(CHAIN, 3, "hash")]

    def test_that_was_put_in_is_found(self) -> None:
        tamper(
            "INSERT INTO audit_entry SELECT %s, chain, 6, at, act, subject_kind, subject_id, details, reason,"
            " reason_salt, reason_digest, hash FROM audit_entry WHERE chain = %s AND sequence = 5",
            *(uuid4(), CHAIN),
        )

        assert {figure for _, _, figure in differences()} == {"hash", "last number of the chain"}

    def test_that_was_doubled_is_found(self) -> None:
        tamper(
            "INSERT INTO audit_entry SELECT %s, chain, sequence, at, act, subject_kind, subject_id, details, reason,"
            " reason_salt, reason_digest, hash FROM audit_entry WHERE chain = %s AND sequence = 5",
            *(uuid4(), CHAIN),
            dropping="audit_entry.entries_are_numbered_by_chain",
        )

        assert (CHAIN, 5, "entries before it are missing or doubled") in differences()

    def test_that_was_moved_to_another_actor_is_found_in_both_chains(self) -> None:
        change(f"chain = '{OTHER_STAFF}', sequence = 6", sequence=5)

        assert {chain for chain, _, _ in differences()} == {CHAIN, str(OTHER_STAFF)}

    def test_that_changed_places_with_another_is_found(self) -> None:
        change("sequence = 99", sequence=2)
        change("sequence = 2", sequence=3)
        change("sequence = 3", sequence=99)

        assert [(number, figure) for _, number, figure in differences()] == [(2, "hash"), (3, "hash"), (4, "hash")]


class TestEntriesThatAreGone:
    def test_at_the_beginning_are_found(self) -> None:
        remove(1)

        assert differences() == [(CHAIN, 2, "entries before it are missing or doubled")]

    def test_in_the_middle_are_found_at_the_next_that_stands(self) -> None:
        remove(2)
        remove(3)

        (found,) = queries.verify_audit()

        assert (found.sequence, found.stands, found.follows) == (4, 4, 2)

    def test_at_the_end_are_found(self) -> None:
        remove(5)

        assert differences() == [(CHAIN, 4, "last number of the chain"), (CHAIN, 4, "head of the chain")]

    def test_at_the_end_are_found_where_only_the_number_was_turned_back(self) -> None:
        remove(5)
        tamper("UPDATE audit_chain SET last_sequence = 4 WHERE name = %s", CHAIN)

        assert differences() == [(CHAIN, 4, "head of the chain")]

    def test_all_of_a_chain_are_found(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM audit_entry WHERE chain = %s", [CHAIN])

        (found,) = queries.verify_audit()

        assert (found.chain, found.figure, found.stands, found.follows) == (CHAIN, "entries of the chain", "missing", 5)

    def test_do_not_hide_behind_a_head_that_is_gone_too(self) -> None:
        tamper("DELETE FROM audit_chain WHERE name = %s", CHAIN)

        assert differences() == [(CHAIN, 5, "head of the chain")]

    def test_with_their_whole_chain_show_in_the_heads_that_were_kept_outside(self) -> None:
        kept = list(queries.audit_heads())
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM audit_entry WHERE chain = %s", [CHAIN])
            cursor.execute("DELETE FROM audit_chain WHERE name = %s", [CHAIN])

        assert differences() == []
        assert [head for head in kept if head not in set(queries.audit_heads())] == [kept[0]]


class TestALongLog:
    @pytest.mark.parametrize("rows", [1, 2, 3, 7])
    def test_is_gone_through_in_pieces(self, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(verify_module, "_ROWS_AT_A_TIME", rows)
        heads = [(head.chain, head.sequence) for head in queries.audit_heads()]
        untouched = differences()
        for sequence in (2, 5):
            change("subject_id = 'm-3'", sequence=sequence)
        tamper(
            "UPDATE audit_entry SET at = %s WHERE chain = %s AND sequence = 5", AT.replace(year=2027), str(OTHER_STAFF)
        )

        assert heads == [(CHAIN, 5), (str(OTHER_STAFF), 5)]
        assert untouched == []
        assert differences() == [(CHAIN, 2, "hash"), (CHAIN, 5, "hash"), (str(OTHER_STAFF), 5, "hash")]

    @pytest.mark.parametrize("rows", [1, 3])
    def test_tells_chains_without_entries_in_pieces_too(self, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(verify_module, "_ROWS_AT_A_TIME", rows)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM audit_entry")

        assert [chain for chain, _, _ in differences()] == [CHAIN, str(OTHER_STAFF)]


def test_a_log_nobody_wrote_to_is_sound() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry")
        cursor.execute("DELETE FROM audit_chain")

    assert differences() == []


def test_values_come_back_as_they_were_written() -> None:
    awkward: dict[str, Any] = {"largest": 2**63 - 1, "least": -(2**63) + 1, "empty": [], "none": {}, "nothing": None}
    do(reason="\u3000改行\n\tと\u200b\U0001f600" * 50, at=AT.replace(microsecond=999_999), **awkward)

    assert differences() == []
