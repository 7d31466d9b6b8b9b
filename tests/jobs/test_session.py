"""A club from nothing by commands alone, each a process of its own, on days that the clock is set to."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from pointclub.jobs import output
from pointclub.membership.rules.number import with_check_digit
from tests.factories.club import jst
from tests.factories.staff import all_round
from tests.harness.commands import call, run
from tests.harness.databases import FreshDatabase

HANAKO = with_check_digit("12345678901")
SetClock = Callable[[dt.datetime], None]


@pytest.mark.rule("ACC-1", "ACC-5", "EXP-1", "RED-1")
def test_purchases_become_points_which_are_used_and_lapse(fresh_database: FreshDatabase) -> None:
    def on(clock: str, *words: str) -> Any:
        answer = run(*words, "--json", database=fresh_database, clock=f"{clock}:00+09:00")
        assert answer.code == output.OK, answer.out + answer.err
        return answer.json

    # The first is administrator, and sits at the other desks of a small club too.
    desks = ("--role", "call_centre", "--role", "merchant_desk")
    call("staff", "add", "sato", "--name", "試験 佐藤", *desks, stdin="a-password-of-sato\n")
    on(
        *("2023-11-29T10:00", "member", "add", "--name", "試験 花子", "--number", HANAKO),
        *("--birth-date", "1980-04-01", "--mobile", "090-0000-0001", "--as", "sato"),
    )
    on(
        *("2023-11-29T10:00", "merchant", "add", "100001", "--name", "試験ベーカリー"),
        *("--points-per-yen", "1/100", "--as", "sato"),
    )
    on(
        *("2023-11-29T12:00", "accrue", HANAKO, "--merchant", "100001", "--reference", "r-1"),
        *("--yen", "1090", "--as", "sato"),
    )
    posted = on("2023-11-29T12:00", "jobs", "run-through", "2023-11-30")
    caller = ("--birth-date", "1980-04-01", "--phone", "09000000001", "--as", "sato")
    on("2026-11-30T23:58", "member", "check", HANAKO, *caller)
    order = on("2026-11-30T23:59", "redeem", HANAKO, "--line", "gift:4:米", "--key", "k", "--as", "sato")
    lapsed = on("2026-12-01T00:05", "points", "lapse")
    shown = on("2026-12-01T00:06", "account", "show", HANAKO, "--as", "sato")
    verified = on("2026-12-01T00:06", "ledger", "verify")

    assert posted["posted_points"] == 10
    assert order["points"] == 4
    assert lapsed["points"] == 6
    assert [(entry["kind"], entry["points"], entry["value_on"]) for entry in shown["history"]] == [
        ("lapse", -6, "2026-12-01"),
        ("redeem", -4, "2026-11-30"),
        ("update", 10, "2023-11-30"),
    ]
    assert verified == {"accounts": 1, "differences": []}


def test_refusals_end_in_words_and_with_their_code(fresh_database: FreshDatabase) -> None:
    all_round("sato")
    unknown = run("account", "show", HANAKO, "--as", "sato", database=fresh_database)
    for_programs = run("account", "show", HANAKO, "--as", "sato", "--json", database=fresh_database)
    wrong = run("points", "lapse", "--on", "yesterday", database=fresh_database)

    assert (unknown.code, unknown.err) == (output.NOT_FOUND, f"No member has the number '{HANAKO}'.\n")
    assert (for_programs.code, for_programs.json["refused"]) == (output.NOT_FOUND, "unknown_member")
    assert wrong.code == output.USAGE
    assert "Traceback" not in wrong.err


@pytest.mark.django_db
def test_nobody_runs_a_night_in_production_before_it_comes(set_clock: SetClock, settings: Settings) -> None:
    set_clock(jst("2026-05-01 00:30"))
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, kind="production")

    refused = call("jobs", "run-through", "2026-05-02", "--json")
    tonight = call("jobs", "run-through", "2026-05-01", "--json")

    assert (refused.code, refused.json["refused"]) == (output.REFUSED, "night_to_come")
    assert tonight.code == output.OK
    assert [row["last_night"] for row in call("jobs", "nights", "--json").json["jobs"]] == ["2026-05-01", None]
