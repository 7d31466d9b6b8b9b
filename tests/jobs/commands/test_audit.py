"""`pointclub audit`, and the log behind the other commands."""

# ruff: noqa: ARG002 -- A fixture asked for its effect.

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from pointclub.audit.queries import ActFilter, search_acts
from pointclub.jobs import output
from pointclub.membership import queries as membership
from pointclub.membership.rules.number import with_check_digit
from pointclub.merchants import queries as merchants
from tests.audit.acts import do
from tests.factories.club import Club, jst
from tests.factories.staff import all_round
from tests.harness.commands import call, run
from tests.harness.databases import FreshDatabase

SetClock = Callable[[dt.datetime], None]
NUMBER = with_check_digit("12345678901")
OTHER_NUMBER = with_check_digit("12345678902")


@pytest.fixture
def sato(set_clock: SetClock, db: None) -> None:
    set_clock(jst("2026-04-10 12:00"))
    all_round("sato")


def done(*words: str, stdin: str = "") -> Any:
    answer = call(*words, "--as", "sato", "--json", stdin=stdin)
    assert answer.code == output.OK, answer
    return answer.json


def found(*words: str) -> list[str]:
    return [row["act"] for row in call("audit", "search", *words, "--as", "sato", "--json").json["acts"]]


@pytest.mark.rule("STF-3")
class TestWhatACommandDoes:
    def test_is_recorded_under_who_called_it(self, sato: None) -> None:
        done("member", "add", "--name", "試験 会員", "--number", NUMBER)
        done("member", "add", "--name", "試験 家族", "--number", OTHER_NUMBER, "--family-of", NUMBER)
        done("merchant", "add", "100001", "--name", "試験商店", "--points-per-yen", "1/100")
        done("accrue", NUMBER, "--merchant", "100001", "--reference", "r", "--yen", "1000")
        done("merchant", "suspend", "100001")
        done("merchant", "resume", "100001")
        done("merchant", "end", "100001")
        done("suspension", "start", "enquiry", "--text-ja", "停止中", "--text-en", "Paused")
        done("suspension", "end", "enquiry")
        done("points", "post")
        done("jobs", "run-through", "2026-04-10")
        done("member", "withdraw", OTHER_NUMBER)
        done("member", "withdraw", NUMBER)
        done("member", "rejoin", NUMBER)

        acts = search_acts(ActFilter(), limit=500).acts

        assert {act.actor for act in acts} == {"system:setup", "staff:sato"}
        assert {act.act for act in acts if act.actor == "system:setup"} == {
            "people.record_person",
            "people.register_user",
        }
        assert {act.act for act in acts if act.actor == "staff:sato"} == {
            "earning.accrue_batch",
            "earning.add_earning_rule",
            "membership.admit",
            "membership.admit_family_member",
            "membership.end_membership",
            "membership.rejoin",
            "membership.release_family_member",
            "merchants.admit_merchant",
            "merchants.end_merchant",
            "merchants.resume_merchant",
            "merchants.suspend_merchant",
            "people.record_person",
            "points.open_account",
            "program.begin_run",
            "program.finish_run",
            "program.record_night",
            "program.resume",
            "program.suspend",
        }

    def test_leaves_nothing_where_it_was_refused(self, sato: None) -> None:
        before = found()

        answer = call("member", "add", "--name", "試験 会員", "--number", "123456789012", "--as", "sato", "--json")

        assert answer.code == output.REFUSED
        assert found() == before


@pytest.mark.rule("STF-3")
class TestSearch:
    def test_by_member_finds_what_happened_to_account_and_membership(self, sato: None) -> None:
        done("member", "add", "--name", "試験 会員", "--number", NUMBER)
        done("member", "add", "--name", "試験 家族", "--number", OTHER_NUMBER, "--family-of", NUMBER)
        done("member", "add", "--name", "試験 別人")

        of_primary, of_family = found("--member", NUMBER), found("--member", OTHER_NUMBER)

        of_both = ["membership.admit", "points.open_account"]
        assert of_primary == ["membership.admit_family_member", *of_both, "people.record_person"]
        assert of_family == ["membership.admit_family_member", "people.record_person", *of_both]

    def test_by_merchant_actor_act_subject_and_day(self, sato: None, set_clock: SetClock) -> None:
        done("merchant", "add", "100001", "--name", "試験商店", "--percent", "3")
        merchant = merchants.get_merchant("100001").id
        set_clock(jst("2026-04-11 00:00"))
        done("merchant", "suspend", "100001")

        both = ["earning.add_earning_rule", "merchants.admit_merchant"]
        assert found("--merchant", "100001") == ["merchants.suspend_merchant", *both]
        assert found("--subject", f"merchant:{merchant}", "--through", "2026-04-10") == both
        assert found("--actor", "staff:sato", "--from", "2026-04-11") == ["merchants.suspend_merchant"]
        assert found("--act", "merchants") == ["merchants.suspend_merchant", "merchants.admit_merchant"]
        assert found("--act", "merchants.admit_merchant") == ["merchants.admit_merchant"]
        assert found("--actor", "staff:suzuki") == []

    def test_goes_on_where_the_page_before_ended(self, sato: None) -> None:
        for number in range(5):
            do("club.meet", subject=("meeting", str(number)))
        words = ("--act", "club", "--limit", "2", "--as", "sato", "--json")

        first = call("audit", "search", *words).json
        second = call("audit", "search", *words, "--after", first["next_after"]).json
        third = call("audit", "search", *words, "--after", second["next_after"]).json

        pages = [[row["subject"].removeprefix("meeting:") for row in page["acts"]] for page in (first, second, third)]
        assert pages == [["4", "3"], ["2", "1"], ["0"]]
        assert third["next_after"] is None

    def test_shows_people_when_who_what_and_why(self, sato: None) -> None:
        at = jst("2026-04-10 13:00")
        for _ in range(2):
            do(
                "a.b",
                subject=("month", "1"),
                at=at,
                reason="二重",
                points=-20,
                account=None,
                is_it=True,
                kinds=["c", "d"],
            )

        said = " ".join(call("audit", "search", "--limit", "1", "--as", "sato").out.replace("│", " ").split())

        assert "2026-04-10 13:00 staff:tanto-1 a.b month 1; is_it yes; kinds c, d; points -20; 二重" in said
        assert "There is more: --after" in said

    def test_gives_programs_everything(self, sato: None) -> None:
        do("points.reject_change", subject=("change_request", "r-1"), reason="二重", points=-20, account=None)

        (row,) = call("audit", "search", "--act", "points", "--as", "sato", "--json").json["acts"]

        assert row | {"entry": "…"} == {
            "entry": "…",
            "at": "2026-04-01T12:00:00+09:00",
            "actor": "staff:tanto-1",
            "sequence": 1,
            "act": "points.reject_change",
            "subject": "change_request:r-1",
            "details": {"points": -20, "account": None},
            "reason": "二重",
        }

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (("--actor", "sato"), output.USAGE),
            (("--subject", "account"), output.USAGE),
            (("--subject", ":1"), output.USAGE),
            (("--limit", "0"), output.USAGE),
            (("--limit", "501"), output.USAGE),
            (("--from", "yesterday"), output.USAGE),
            (("--after", "last"), output.USAGE),
            (("--after", str(uuid4())), output.NOT_FOUND),
            (("--member", NUMBER), output.NOT_FOUND),
            (("--merchant", "999999"), output.NOT_FOUND),
        ],
    )
    def test_says_what_was_written_wrongly(self, sato: None, words: tuple[str, ...], code: int) -> None:
        assert call("audit", "search", *words, "--as", "sato").code == code


@pytest.mark.rule("STF-3")
class TestVerify:
    def test_counts_chains_and_entries_and_finds_nothing(self, sato: None) -> None:
        done("member", "add", "--name", "試験 会員")

        answer = call("audit", "verify", "--json")

        assert (answer.code, answer.json) == (output.OK, {"chains": 2, "entries": 5, "differences": []})
        assert "differences: none" in call("audit", "verify").out

    @pytest.mark.parametrize("command", ["audit", "ledger"])
    def test_names_an_entry_in_which_the_owner_changed_a_byte(
        self, fresh_database: FreshDatabase, owner_connection: psycopg.Connection, command: str
    ) -> None:
        member = Club().member()
        assert membership.get_member(member.number).number == member.number
        owner_connection.execute("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE sequence = 2")

        answer = run(command, "verify", "--json", database=fresh_database)
        for_people = run(command, "verify", database=fresh_database)

        (difference,) = json.loads(answer.out)["differences"]
        named = {
            "audit": {"chain": "staff:tanto-1", "entry": 2, "what": "hash"},
            "ledger": {"account": None, "what": "audit of staff:tanto-1, entry 2: hash"},
        }
        assert answer.code == for_people.code == output.DIFFERENCE
        assert difference | named[command] == difference
        assert difference["stands"] != difference["follows"]
