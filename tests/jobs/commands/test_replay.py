"""`pointclub ledger replay` and `pointclub jobs runs`."""

import pytest
from django.db import connection

from pointclub.jobs import output, runs
from pointclub.runs import services as asking
from pointclub.runs.models import Run
from tests.factories.club import STAFF, Club, jst, redeem
from tests.harness.commands import call

pytestmark = pytest.mark.django_db


def _make_an_account_differ() -> str:
    member = Club().member()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE points_account SET book_balance = 3 WHERE id = %s", [member.membership.account_id])
    return member.number


class TestReplay:
    def test_counts_what_it_went_through(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-04-30": 60}, at=jst("2026-04-01 12:00"))
        redeem(member, 10, at=jst("2026-04-02 12:00"))

        today = call("ledger", "replay", "--json")
        before = call("ledger", "replay", "--as-of", "2026-04-01", "--json")

        assert today.json == {"accounts": 1, "postings": 2, "differences": []}
        assert before.json == {"as_of": "2026-04-01", "accounts": 1, "postings": 1, "differences": []}

    def test_ends_with_1_and_names_the_member_where_a_figure_differs(self) -> None:
        number = _make_an_account_differ()

        called = call("ledger", "replay", "--json")

        assert called.code == output.DIFFERENCE
        (difference,) = called.json["differences"]
        assert (difference["member_number"], difference["what"]) == (number, "replay: account book_balance")
        assert (difference["stands"], difference["follows"]) == (3, 0)


class TestRuns:
    def test_are_shown_with_their_figures(self) -> None:
        asking.ask_for_run(kind=Run.Kind.VERIFY, at=jst("2026-04-01 15:00"), actor=STAFF)
        runs.carry_out_all(read_clock=lambda: jst("2026-04-01 15:01"))

        called = call("jobs", "runs", "--json")

        (run,) = called.json["runs"]
        assert called.code == 0
        assert (run["kind"], run["state"], run["asked_by"]) == ("verify", "done", str(STAFF))
        assert run["figures"] == {"checked": 0, "differences": 0}

    def test_count_postings_only_where_they_were_gone_through(self) -> None:
        Club().member()
        asking.ask_for_run(kind=Run.Kind.REPLAY, at=jst("2026-04-01 15:00"), actor=STAFF)
        runs.carry_out_all(read_clock=lambda: jst("2026-04-01 15:01"))

        (run,) = call("jobs", "runs", "--json").json["runs"]

        assert run["figures"] == {"checked": 1, "postings": 0, "differences": 0}

    def test_end_with_1_where_one_of_them_failed(self) -> None:
        run = asking.ask_for_run(kind=Run.Kind.VERIFY, at=jst("2026-04-01 15:00"), actor=STAFF)
        asking.take_up_next(at=jst("2026-04-01 15:01"))
        asking.fail_run(run=run, failure="The disk is full.", at=jst("2026-04-01 15:02"), actor=STAFF)

        assert call("jobs", "runs", "--json").code == output.DIFFERENCE

    def test_end_with_1_where_one_of_them_found_a_difference(self) -> None:
        number = _make_an_account_differ()
        asking.ask_for_run(kind=Run.Kind.VERIFY, at=jst("2026-04-01 15:00"), actor=STAFF)
        runs.carry_out_all(read_clock=lambda: jst("2026-04-01 15:01"))

        in_json, as_table = call("jobs", "runs", "--json"), call("jobs", "runs")

        assert (in_json.code, as_table.code) == (output.DIFFERENCE, output.DIFFERENCE)
        assert {finding["member_number"] for finding in in_json.json["runs"][0]["findings"]} == {number}
        assert "differences: 2" in as_table.out
