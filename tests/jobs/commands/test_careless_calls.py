"""What careless callers send: refused in words, with nothing kept, and never a traceback."""

import datetime as dt
import os
from collections.abc import Callable

import pytest

from tests.factories.callers import identify
from tests.factories.club import Club, jst
from tests.factories.staff import all_round
from tests.harness.commands import call, run
from tests.harness.databases import FreshDatabase

LONG = "x" * 5_000


@pytest.fixture
def member_number(db: None, set_clock: Callable[[dt.datetime], None]) -> str:
    set_clock(jst("2026-04-10 12:00"))
    all_round("sato")
    return Club().member().number


@pytest.mark.parametrize(
    "words",
    [
        ("redeem", "{member}", "--line", "gift:1:x", "--key", LONG),
        ("redeem", "{member}", "--line", "gift:1:x", "--key", ""),
        ("redeem", "{member}", "--line", "gift:1:x", "--key", "   "),
        ("redeem", "{member}", "--line", "gift:1:\x1b[31m", "--key", "k"),
        ("merchant", "add", "300000", "--name", LONG),
        ("member", "add", "--name", LONG),
        ("member", "add", "--name", "a\nb"),
        ("accrue", "{member}", "--merchant", "300000", "--reference", "   ", "--yen", "100"),
        ("reverse", "--merchant", "000000", "--reference", "r", "--yen", "5", "--key", LONG),
        ("campaign", "add", LONG, "--name", "x", "--from", "2026-04-01", "--through", "2026-04-30", "--points", "1"),
        ("campaign", "add", "  ", "--name", "x", "--from", "2026-04-01", "--through", "2026-04-30", "--points", "1"),
    ],
)
def test_text_that_cannot_be_kept_or_shown_is_refused_in_words(member_number: str, words: tuple[str, ...]) -> None:
    answer = call(*(word.format(member=member_number) for word in words), "--as", "sato", "--json")

    assert answer.code in {2, 3}, answer
    assert answer.err


def test_bytes_that_are_no_text_and_impossible_clocks_end_in_words(fresh_database: FreshDatabase) -> None:
    broken = run("account", "show", os.fsdecode(b"\xff"), "--json", "--as", "sato", database=fresh_database)
    early = run("account", "show", "1", "--as", "sato", database=fresh_database, clock="0001-01-01T00:00:00+14:00")

    assert (broken.code, broken.json["refused"]) == (3, "broken_text")
    assert early.code == 3
    assert "2000 to 2199" in early.err
    assert "Traceback" not in broken.err + early.err


def test_a_file_that_is_not_there_is_told_before_where_its_errors_would_go(fresh_database: FreshDatabase) -> None:
    with_no_name = run("import", "purchases", "", "--as", "nobody", database=fresh_database)
    nowhere = run("import", "purchases", "no/such/file.csv", "--as", "nobody", database=fresh_database)

    assert "Traceback" not in with_no_name.err + nowhere.err
    assert {with_no_name.code, nowhere.code} <= {3, 4}


@pytest.mark.rule("EXP-1")
def test_the_first_reading_of_a_set_clock_is_exactly_the_instant_that_was_set(fresh_database: FreshDatabase) -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-11-30": 100}, at=jst("2026-11-01 12:00"))
    all_round("sato")
    identify(member, by="sato", at=jst("2026-11-30 23:59"))
    words = ("redeem", member.number, "--line", "gift:50", "--as", "sato", "--json")

    last = run(*words, "--key", "a", database=fresh_database, clock="2026-11-30T23:59:59.999999+09:00")
    late = run(*words, "--key", "b", database=fresh_database, clock="2026-12-01T00:00:00+09:00")

    assert last.code == 0
    assert (late.code, late.json["refused"]) == (3, "insufficient_points")
