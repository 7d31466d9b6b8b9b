"""A member's statement can be checked by anybody, without a database, and nothing in it can be changed."""

# ruff: noqa: ARG002 -- A fixture asked for its effect.

from __future__ import annotations

import copy
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pointclub.jobs import output
from pointclub.membership.models import Member
from pointclub.people.rules.permissions import Role
from pointclub.points import services as points
from pointclub.points.queries import statement
from pointclub.points.rules import signing
from pointclub.points.rules.proof_check import check_proof
from pointclub.points.rules.proof_file import NotAProofError, read_proof
from pointclub.points.rules.root_file import header_from
from tests.factories.club import STAFF, Club, approve, jst, redeem, reverse
from tests.factories.staff import staff
from tests.harness.commands import Called, call
from tests.harness.tampering import tamper

SetClock = Callable[[dt.datetime], None]
Place = tuple[str | int, ...]

pytestmark = pytest.mark.usefixtures("as_owner")

BY_STAFF = ("--as", "jimu")
UNREACHABLE = "postgresql://nobody@127.0.0.1:1/none"
OWN_KEY = signing.public_key_of(b"development root signing".ljust(32, b"."))
FOREIGN_SEED = b"f" * 32


@pytest.fixture
def member(as_owner: None, set_clock: SetClock) -> Member:
    """Live a little among others, with arrears paid, a lapse, and an adjustment whose reason names somebody."""
    set_clock(jst("2026-05-10 12:00"))
    staff(Role.AUDITOR, login_id="jimu")
    club = Club()
    _, member, other = (club.member() for _ in range(3))
    shop = club.merchant()
    club.open_balance(member, {"2026-04-30": 50, "2026-12-31": 100}, at=jst("2026-04-01 12:00"))
    club.open_balance(other, {"2026-12-31": 100}, at=jst("2026-04-01 12:00"))
    club.buy(member, shop, 20_000, at=jst("2026-04-02 12:00"), reference="undone")
    club.update(at=jst("2026-04-03 01:00"))
    redeem(member, 340, at=jst("2026-04-03 12:00"))
    reverse(shop, "undone", at=jst("2026-04-04 12:00"))
    request = points.request_adjustment(
        account_id=of(member),
        points=300,
        usable_through=dt.date(2026, 9, 30),
        reason="試験 花子様への詫び",
        at=jst("2026-04-05 12:00"),
        actor=STAFF,
    )
    approve(request, at=jst("2026-04-05 12:00"))
    club.lapse(at=jst("2026-05-01 00:05"))
    return member


@pytest.fixture
def root(member: Member, tmp_path: Path) -> Path:
    return Path(call("ledger", "root", "--to", str(tmp_path / "roots"), "--json").json["file"])


@pytest.fixture
def proof(member: Member, root: Path, tmp_path: Path) -> Path:
    answer = prove(member, root, tmp_path / "proof.json")
    assert answer.code == output.OK
    return tmp_path / "proof.json"


def prove(member: Member, root: Path, to: Path) -> Called:
    return call("ledger", "prove", member.number, *BY_STAFF, "--root", str(root), "--to", str(to), "--json")


def check(proof: Path, *words: str) -> Called:
    return call("ledger", "check-proof", str(proof), *words, "--json")


def of(member: Member) -> Any:
    return member.membership.account_id


def findings(content: Any, key: bytes | None = OWN_KEY) -> list[str]:
    return [finding.what for finding in check_proof(*read_proof(json.dumps(content).encode()), key=key)]


def places(content: Any, place: Place = ()) -> Iterator[Place]:
    """Yield where every single value stands."""
    if isinstance(content, dict | list):
        for name, below in content.items() if isinstance(content, dict) else enumerate(content):
            yield from places(below, (*place, name))
    else:
        yield place


class TestAProof:
    def test_holds_and_says_what_the_member_has(self, member: Member, proof: Path) -> None:
        answer = check(proof)

        assert answer.code == output.OK
        assert answer.json["differences"] == []
        assert (answer.json["usable_balance"], answer.json["book_balance"], answer.json["arrears"]) == (110, 110, 0)
        assert answer.json["lots"] == [{"usable_through": "2026-09-30", "points": 110}]
        assert "compare its id" in answer.json["key"]

    def test_agrees_with_the_account(self, member: Member, proof: Path) -> None:
        shown = call("account", "show", member.number, *BY_STAFF, "--json").json

        assert check(proof).json["usable_balance"] == shown["usable_balance"]

    def test_holds_under_the_published_key(self, proof: Path) -> None:
        published = call("ledger", "root-key", "--json").json["public_key"]

        assert check(proof, "--key", published).code == output.OK

    def test_of_a_root_that_another_signed_fails_only_where_the_key_is_given(self, proof: Path) -> None:
        content = json.loads(proof.read_text())
        forged = header_from(content["root"]).signed_with(FOREIGN_SEED)
        content["root"] = forged.fields()

        assert findings(content, key=None) == []
        assert findings(content) == ["root: signed with another key"]

    def test_holds_neither_names_nor_reasons_nor_the_members_number(self, member: Member, proof: Path) -> None:
        text = proof.read_text(encoding="utf-8")

        assert "試験" not in text
        assert "詫び" not in text
        assert "reason_digest" in text
        assert '"actor": "member:' in text  # Who acted is known by number, as everywhere in the books.

    def test_of_an_account_without_transactions_holds_too(self, member: Member, tmp_path: Path) -> None:
        newcomer = Club().member()
        root = Path(call("ledger", "root", "--to", str(tmp_path / "later"), "--json").json["file"])
        prove(newcomer, root, tmp_path / "newcomer.json")

        answer = check(tmp_path / "newcomer.json")

        assert (answer.code, answer.json["usable_balance"], answer.json["lots"]) == (output.OK, 0, [])

    def test_reaches_only_as_far_as_the_root(self, member: Member, root: Path, tmp_path: Path) -> None:
        redeem(member, 10, at=jst("2026-05-10 12:00"))
        prove(member, root, tmp_path / "later.json")

        assert check(tmp_path / "later.json").json["usable_balance"] == 110

    def test_is_the_same_however_many_transactions_are_read_at_once(
        self, member: Member, root: Path, proof: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(statement, "_AT_A_TIME", 2)
        prove(member, root, tmp_path / "again.json")

        assert (tmp_path / "again.json").read_bytes() == proof.read_bytes()

    def test_takes_the_latest_root_of_the_folder_that_the_settings_name(
        self, member: Member, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("POINTCLUB_ROOTS_FOLDER", str(root.parent))
        monkeypatch.chdir(tmp_path)
        (root.parent / "root-2026-04-01.txt").write_text("older")
        (root.parent / "zzz.txt").write_text("something else")

        answer = call("ledger", "prove", member.number, *BY_STAFF, "--json")

        assert (answer.code, answer.json["file"]) == (output.OK, f"proof-{member.number}-2026-05-10.json")
        assert check(tmp_path / answer.json["file"]).code == output.OK


def test_proof_is_checked_without_a_database_and_without_django(proof: Path) -> None:
    script = (
        "import sys; from pointclub.jobs import cli; sys.argv[1:] = ['ledger', 'check-proof', *sys.argv[1:]]\n"
        "try: cli.main()\n"
        "finally: print(any(name.partition('.')[0] in ('django', 'psycopg') for name in sys.modules))"
    )
    done = subprocess.run(  # noqa: S603 -- Our own program.
        [sys.executable, "-c", script, str(proof), "--json"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "DATABASE_URL": UNREACHABLE, "DATABASE_OWNER_URL": UNREACHABLE},
    )

    answer, loaded = done.stdout.splitlines()
    assert (done.returncode, done.stderr, loaded) == (output.OK, "", "False")
    assert json.loads(answer)["usable_balance"] == 110


class TestAProofThatWasChanged:
    @pytest.mark.parametrize(
        ("place", "value", "named"),
        [
            (("transactions", 1, "postings", 0, "points"), 201, ["transaction 2: hash"]),
            (("transactions", 1, "actor"), "system:x", ["transaction 2: hash"]),
            (("transactions", 1, "reason_digest"), "00", ["transaction 2: hash"]),
            (("account", "opened_at"), "2020-01-01T00:00:00.000001+00:00", ["transaction 1: hash"]),
            (("transactions", 3, "sequence"), 9, ["transaction 4: its number", "transaction 4: hash"]),
            (("transactions", 3, "hash"), "0" * 64, ["transaction 4: hash", "transaction 5: hash"]),
            (("account", "head"), "0" * 64, ["path: does not lead from the account to the root", "account: head"]),
            (("index",), 3, ["index: beyond the number of accounts"]),
            (("root", "day"), "2026-05-11", ["root: the signature is not that of this header"]),
        ],
    )
    def test_is_named_by_what_was_changed(self, proof: Path, place: Place, value: Any, named: list[str]) -> None:
        content = json.loads(proof.read_text())
        _set(content, place, value)

        assert findings(content) == named

    def test_in_a_lot_is_named_by_the_transactions_that_touched_it(self, proof: Path) -> None:
        content = json.loads(proof.read_text())
        (lot,) = [lot for lot in content["lots"] if lot["usable_through"] == "2026-09-30"]
        lot["usable_through"] = "2099-09-30"

        assert set(findings(content)) == {"transaction 5: hash"}

    def test_by_leaving_the_last_transaction_out_is_named(self, proof: Path) -> None:
        content = json.loads(proof.read_text())
        removed = content["transactions"].pop()

        assert "account: number of transactions" in findings(content)
        assert "account: head" in findings(content)
        assert removed["sequence"] == len(content["transactions"]) + 1

    def test_by_lots_that_nothing_proves_is_named(self, proof: Path) -> None:
        content = json.loads(proof.read_text())
        content["lots"] += [content["lots"][0], content["lots"][0] | {"id": "0" * 8 + "-0000-0000-0000-" + "0" * 12}]

        assert [what.partition(": ")[2] for what in findings(content)] == ["is there twice", "is named by no posting"]

    def test_in_any_single_value_does_not_hold(self, proof: Path) -> None:
        content = json.loads(proof.read_text())
        everywhere = list(places(content))

        @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
        @given(st.sampled_from(everywhere), st.data())
        def change(place: Place, data: st.DataObject) -> None:
            changed = copy.deepcopy(content)
            before = _get(changed, place)
            _set(changed, place, data.draw(_otherwise(before)))
            try:
                found = findings(changed)
            except NotAProofError:
                return
            assert found

        assert len(everywhere) > 150
        change()

    def test_in_its_path_does_not_hold(self, proof: Path) -> None:
        content = json.loads(proof.read_text())
        path = content["path"]

        for other in (path[::-1], path[1:], [*path, path[0]], []):
            assert findings(content | {"path": other}) == ["path: does not lead from the account to the root"]

    def test_ends_with_the_code_for_a_difference_and_proves_no_balance(self, proof: Path) -> None:
        content = json.loads(proof.read_text())
        content["transactions"][0]["actor"] = "x"
        proof.chmod(0o600)
        proof.write_text(json.dumps(content))

        answer = check(proof)

        assert (answer.code, answer.json["differences"][0]["what"]) == (output.DIFFERENCE, "transaction 1: hash")
        assert "usable_balance" not in answer.json


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda text: text[: len(text) // 2], "cut short"),
        (lambda _: "", "cut short"),
        (lambda _: "[" * 100_000, "cut short"),
        (lambda _: "[]", "format"),
        (lambda text: text.replace("pointclub proof 1", "pointclub proof 2"), "format"),
        (lambda text: text.replace('"index": 1', '"index": true'), "the file.index is no whole number"),
        (lambda text: text.replace('"index": 1', '"index": -1'), "the file.index is below zero"),
        (lambda text: text.replace('"index": 1', '"index": 1, "more": 1'), "too many fields (more)"),
        (lambda text: text.replace('"points": 50', '"points": 50.0'), "transactions[0].postings[0].points"),
        (lambda text: text.replace('"points": 50', f'"points": {2**64}'), "too large"),
        (lambda text: text.replace('"points": 50', f'"points": {"9" * 5_000}'), "cut short"),
        (lambda text: text.replace('"kind": "opening"', '"kind": "\\ud800"'), "transactions[0].kind is no text"),
        (lambda text: text.replace('"usable_through": "2026-12-31"', '"usable_through": "2026-02-30"'), "no day"),
        (lambda text: text.replace("+00:00", "", 1), "in its root, "),
        (lambda text: text.replace('"accounts": 3', '"accounts": 3.0'), "in its root, "),
        (lambda text: text.replace('"opened_at": "20', '"opened_at": "x'), "account.opened_at is no instant"),
        (lambda text: text.replace('"lot_id": "', '"lot_id": "x'), "lot_id is no id"),
    ],
)
def test_file_that_is_no_proof_is_refused_in_words(proof: Path, edit: Callable[[str], str], why: str) -> None:
    proof.chmod(0o600)
    proof.write_text(edit(proof.read_text()))

    answer = check(proof)

    assert (answer.code, answer.json["refused"]) == (output.REFUSED, "not_a_proof")
    assert why in answer.json["message"]


class TestWhatCannotBeProven:
    def test_a_number_that_nobody_has(self, root: Path, tmp_path: Path) -> None:
        answer = call("ledger", "prove", "1", *BY_STAFF, "--root", str(root), "--to", str(tmp_path / "x"), "--json")

        assert (answer.code, answer.json["refused"]) == (output.NOT_FOUND, "unknown_member")

    def test_a_family_members_number(self, member: Member, root: Path, tmp_path: Path) -> None:
        answer = prove(Club().family_member(member), root, tmp_path / "x")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "not_primary")

    def test_an_account_opened_since(self, root: Path, tmp_path: Path) -> None:
        answer = prove(Club().member(), root, tmp_path / "x")

        assert (answer.code, answer.json["refused"]) == (output.NOT_FOUND, "not_sealed")

    def test_what_is_not_in_the_books_any_more(self, member: Member, root: Path, tmp_path: Path) -> None:
        tamper("UPDATE points_posting SET points = 101 WHERE account_id = %s AND points = 100", of(member))

        answer = prove(member, root, tmp_path / "x")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "books_differ")
        assert not (tmp_path / "x").exists()

    def test_by_a_root_that_was_changed(self, member: Member, root: Path, tmp_path: Path) -> None:
        changed = tmp_path / "changed.txt"
        changed.write_bytes(b"".join(root.read_bytes().splitlines(keepends=True)[:-1]))

        answer = prove(member, changed, tmp_path / "x")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "root_changed")

    def test_where_no_root_is(self, member: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        unsaid = call("ledger", "prove", member.number, *BY_STAFF, "--json")
        monkeypatch.setenv("POINTCLUB_ROOTS_FOLDER", str(tmp_path / "none"))
        empty = call("ledger", "prove", member.number, *BY_STAFF, "--json")
        missing = prove(member, tmp_path / "none.txt", tmp_path / "x")

        assert [(answer.code, answer.json["refused"]) for answer in (unsaid, empty, missing)] == [
            (output.REFUSED, "no_folder"),
            (output.NOT_FOUND, "no_root"),
            (output.NOT_FOUND, "file_not_there"),
        ]

    def test_over_a_file_that_is_there(self, member: Member, root: Path, proof: Path) -> None:
        before = proof.read_bytes()

        answer = prove(member, root, proof)

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "file_exists")
        assert proof.read_bytes() == before

    def test_into_a_folder_that_is_not_there(self, member: Member, root: Path, tmp_path: Path) -> None:
        answer = prove(member, root, tmp_path / "none" / "x")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "file_not_writable")

    def test_from_a_file_that_is_not_there(self, member: Member, tmp_path: Path) -> None:
        for place in (tmp_path / "none", tmp_path):
            answer = check(place)
            assert (answer.code, answer.json["refused"]) == (output.NOT_FOUND, "file_not_there")


def _get(content: Any, place: Place) -> Any:
    for name in place:
        content = content[name]
    return content


def _set(content: Any, place: Place, value: Any) -> None:
    _get(content, place[:-1])[place[-1]] = value


def _otherwise(before: Any) -> st.SearchStrategy[Any]:
    """Return other values: of the same look, so that they can be read, or of any."""
    alike: st.SearchStrategy[Any] = st.none() | st.integers() | st.text(max_size=5)
    if isinstance(before, str) and before:
        digits = st.integers(0, len(before) - 1).flatmap(
            lambda at: st.sampled_from("0123456789abcdef").map(lambda one: before[:at] + one + before[at + 1 :])
        )
        alike |= digits
    if isinstance(before, int):
        alike |= st.integers(before - 2, before + 2)
    return alike.filter(lambda value: value != before)
