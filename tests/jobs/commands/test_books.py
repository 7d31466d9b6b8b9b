"""`pointclub adjust`, `transfer`, `extend`, `points` and `ledger`."""

# ruff: noqa: ARG002 -- A fixture asked for its effect.

import datetime as dt
from collections.abc import Callable

import psycopg
import pytest

from pointclub.jobs import output
from tests.factories.club import Club, jst, redeem
from tests.factories.staff import all_round
from tests.harness.commands import call, run
from tests.harness.databases import FreshDatabase

SetClock = Callable[[dt.datetime], None]


@pytest.fixture
def staff(set_clock: SetClock, db: None) -> None:
    set_clock(jst("2026-04-10 12:00"))
    all_round("sato")
    all_round("suzuki")


@pytest.mark.rule("STF-2", "BAL-3")
class TestFourEyes:
    def test_adjustment_waits_for_another_person(self, staff: None) -> None:
        member = Club().member()
        words = ("--points", "50", "--reason", "誤り", "--as", "sato", "--json")
        asked = call("adjust", "request", member.number, *words).json

        alone = call("adjust", "approve", asked["request"], "--as", "sato", "--json")
        decided = call("adjust", "approve", asked["request"], "--as", "suzuki", "--json")

        assert asked["state"] == "requested"
        assert (alone.code, alone.json["refused"]) == (output.REFUSED, "same_person")
        assert (decided.json["state"], decided.json["decided_by"]) == ("carried_out", "staff:suzuki")
        assert call("account", "show", member.number, "--json", "--as", "sato").json["usable_balance"] == 50

    def test_points_can_be_taken(self, staff: None) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2027-04-30": 80}, at=jst("2026-04-10 11:00"))
        asked = call(
            "adjust", "request", member.number, "--points", "-50", "--reason", "誤り", "--as", "sato", "--json"
        )

        call("adjust", "approve", asked.json["request"], "--as", "suzuki")

        assert call("account", "show", member.number, "--json", "--as", "sato").json["usable_balance"] == 30

    def test_transfer_moves_points_with_their_last_day(self, staff: None) -> None:
        club = Club()
        giver, taker = club.member(), club.member()
        club.open_balance(giver, {"2027-04-30": 80}, at=jst("2026-04-10 11:00"))
        asked = call(
            *("transfer", "request", "--from", giver.number, "--to", taker.number, "--points", "50"),
            *("--reason", "相続", "--as", "sato", "--json"),
        ).json

        call("transfer", "approve", asked["request"], "--as", "suzuki")

        assert (asked["member_number"], asked["to_member_number"]) == (giver.number, taker.number)
        assert club.lots(taker, "2026-04-10") == {"2027-04-30": 50}

    @pytest.mark.rule("EXP-4")
    def test_extension_reaches_every_account_it_selects(self, staff: None) -> None:
        club = Club()
        members = [club.member() for _ in range(3)]
        for member in members:
            club.open_balance(member, {"2026-04-30": 40, "2026-05-31": 5}, at=jst("2026-04-10 11:00"))
        asked = call(
            *("extend", "request", "--lots-from", "2026-04-01", "--lots-through", "2026-04-30"),
            *("--usable-through", "2026-10-31", "--reason", "災害", "--as", "sato", "--json"),
        ).json

        done = call("extend", "approve", asked["request"], "--as", "suzuki", "--json").json

        assert (done["state"], done["moved_points"]) == ("carried_out", 120)
        assert [club.lots(member, "2026-04-10") for member in members] == [{"2026-05-31": 5, "2026-10-31": 40}] * 3

    def test_rejected_request_moves_nothing_and_is_listed(self, staff: None) -> None:
        member = Club().member()
        asked = call(
            "adjust", "request", member.number, "--points", "5", "--reason", "x", "--as", "sato", "--json"
        ).json

        call("adjust", "reject", asked["request"], "--as", "suzuki")

        listed = call("adjust", "list", "--json", "--as", "sato").json["requests"]
        assert [(row["request"], row["state"]) for row in listed] == [(asked["request"], "rejected")]
        assert call("transfer", "list", "--json", "--as", "sato").json == {"requests": []}

    def test_request_of_another_kind_is_not_found(self, staff: None) -> None:
        member = Club().member()
        asked = call(
            "adjust", "request", member.number, "--points", "5", "--reason", "x", "--as", "sato", "--json"
        ).json

        assert call("transfer", "approve", asked["request"], "--as", "suzuki").code == output.NOT_FOUND


class TestPoints:
    @pytest.mark.rule("ACC-5", "EXP-1")
    def test_pending_points_live_from_the_day_of_the_update(self, staff: None, set_clock: SetClock) -> None:
        club = Club()
        member = club.member()
        club.buy(member, club.merchant(), 1_000, at=jst("2026-04-10 11:00"))
        set_clock(jst("2026-05-02 09:00"))

        answer = call("points", "post", "--as", "sato", "--json")

        assert answer.json == {"posted_on": "2026-05-02", "accounts": 1, "points": 10}
        assert club.lots(member, "2026-05-02") == {"2029-05-31": 10}

    @pytest.mark.rule("SUS-1")
    def test_update_is_refused_while_accrual_is_suspended(self, staff: None) -> None:
        call("suspension", "start", "accrual", "--text-ja", "停止中", "--text-en", "Paused", "--as", "sato")

        assert call("points", "post").code == output.UNAVAILABLE

    @pytest.mark.rule("EXP-2")
    def test_t2_late_lapse_counts_from_its_day_and_is_recorded_once(self, staff: None, set_clock: SetClock) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-04-30": 100}, at=jst("2026-04-10 11:00"))
        set_clock(jst("2026-05-06 12:00"))

        first = call("points", "lapse", "--json")
        second = call("points", "lapse", "--on", "2026-05-06", "--json")

        entry = call("account", "show", member.number, "--json", "--as", "sato").json["history"][0]
        assert first.json == {"on": "2026-05-06", "accounts": 1, "points": 100}
        assert second.json == {"on": "2026-05-06", "accounts": 0, "points": 0}
        assert entry["value_on"] == "2026-05-01"
        assert entry["recorded_at"].startswith("2026-05-06T12:00")

    @pytest.mark.rule("EXP-2")
    def test_t2_last_minute_of_the_last_day_lapses_nothing(self, staff: None, set_clock: SetClock) -> None:
        club = Club()
        club.open_balance(club.member(), {"2026-04-30": 100}, at=jst("2026-04-10 11:00"))
        set_clock(jst("2026-04-30 23:59"))

        tonight = call("points", "lapse", "--json")
        tomorrow = call("points", "lapse", "--on", "2026-05-01", "--json")

        assert tonight.json["points"] == 0
        assert (tomorrow.code, tomorrow.json["refused"]) == (output.REFUSED, "day_not_over")


class TestLedger:
    def test_books_that_agree_end_with_nothing_to_name(self, staff: None) -> None:
        club = Club()
        club.open_balance(club.member(), {"2027-04-30": 100}, at=jst("2026-04-10 11:00"))

        answer = call("ledger", "verify", "--json")

        assert (answer.code, answer.json) == (output.OK, {"accounts": 1, "differences": []})

    def test_month_moves_and_leaves_outstanding(self, staff: None) -> None:
        club = Club()
        club.open_balance(club.member(), {"2027-04-30": 100}, at=jst("2026-04-10 11:00"))

        assert call("ledger", "month", "2026-04", "--json").json == {
            "month": "2026-04",
            "moved": {"opening": {"in": 100, "out": 0}},
            "outstanding": {"2027-04": 100},
        }

    def test_t14_month_closes_only_after_its_last_night(self, staff: None, set_clock: SetClock) -> None:
        club = Club()
        club.open_balance(club.member(), {"2026-04-30": 100}, at=jst("2026-04-10 11:00"))
        set_clock(jst("2026-05-02 12:00"))

        early = call("ledger", "close-month", "2026-04", "--as", "sato", "--json")
        call("jobs", "run-through", "2026-05-02")
        closed = call("ledger", "close-month", "2026-04", "--as", "sato", "--json")

        assert (early.code, early.json["refused"]) == (output.REFUSED, "month_not_ready")
        assert closed.json["outstanding"] == {"2026-04": 100}
        assert closed.json["closed_by"] == "staff:sato"

    @pytest.mark.parametrize("month", ["2026-13", "2026-4", "April", "2026-04-01"])
    def test_month_that_is_none_is_a_mistake_in_writing(self, staff: None, month: str) -> None:
        assert call("ledger", "month", month).code == output.USAGE


@pytest.mark.parametrize(
    ("tampering", "what"),
    [
        ("UPDATE points_account SET book_balance = book_balance + 1", "balance"),
        ("UPDATE points_lot SET remaining = remaining - 1", "lot"),
        ("UPDATE rewards_redemption_line SET returned_points = 1", "line"),
        ("DELETE FROM rewards_redemption_line", "redeemed without a line"),
        ("UPDATE earning_accrual SET points = points + 1", "accrual"),
    ],
)
def test_ledger_verify_names_what_was_tampered_with(
    fresh_database: FreshDatabase, owner_connection: psycopg.Connection, tampering: str, what: str
) -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2099-04-30": 100}, at=jst("2026-04-10 11:00"))
    club.buy(member, club.merchant(), 1_000, at=jst("2026-04-10 11:00"))
    redeem(member, 30, at=jst("2026-04-10 12:00"))
    owner_connection.execute(tampering.encode())

    answer = run("ledger", "verify", "--json", database=fresh_database)

    assert answer.code == output.DIFFERENCE
    named = answer.json["differences"]
    assert any(what in row["what"] for row in named)
    assert {row["member_number"] for row in named} == {member.number}
