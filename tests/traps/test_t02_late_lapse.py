"""T2: the job may be late, early or double; what is true does not wait for it."""

from __future__ import annotations

import datetime as dt

import pytest

from pointclub.membership.models import Member
from pointclub.points import queries
from pointclub.points import services as points
from tests.factories.club import Club, jst, redeem, verified

pytestmark = [pytest.mark.django_db, pytest.mark.rule("EXP-2", "BAL-1")]


@pytest.fixture
def member() -> Member:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-04-30": 100}, at=jst("2026-04-01 12:00"))
    return member


def history(member: Member, on: str) -> list[queries.HistoryEntry]:
    return queries.get_history(member.membership.account_id, on=dt.date.fromisoformat(on))


class TestBeforeTheJobHasRun:
    def test_nothing_can_be_used_although_the_books_still_hold_it(self, member: Member) -> None:
        balance = Club().balance(member, "2026-05-01")

        assert (balance.usable, balance.book) == (0, 100)

    def test_a_redemption_is_refused(self, member: Member) -> None:
        with pytest.raises(points.InsufficientPointsError):
            redeem(member, 1, at=jst("2026-05-01 00:00"))

    def test_the_statement_says_through_which_day_the_points_were_good(self, member: Member) -> None:
        lapse = history(member, "2026-05-03")[0]

        assert (lapse.kind, lapse.points, lapse.recorded_at) == ("lapse", -100, None)
        assert lapse.postings[0].usable_through == dt.date(2026, 4, 30)
        assert lapse.value_on == dt.date(2026, 5, 1)


class TestALateRun:
    def test_is_one_lapse_that_counts_from_its_day_and_says_when_it_was_recorded(self, member: Member) -> None:
        lapsed = Club().lapse(at=jst("2026-05-06 00:05"))

        entry = history(member, "2026-05-06")[0]
        assert lapsed == 100
        assert (entry.kind, entry.points, entry.value_on) == ("lapse", -100, dt.date(2026, 5, 1))
        assert entry.recorded_at == jst("2026-05-06 00:05")
        assert Club().balance(member, "2026-05-06").book == 0

    def test_leaves_the_second_run_nothing_to_do(self, member: Member) -> None:
        Club().lapse(at=jst("2026-05-06 00:05"))

        assert Club().lapse(at=jst("2026-05-06 00:05")) == 0
        assert len(history(member, "2026-05-06")) == 2
        assert verified() == []

    def test_shows_the_same_statement_for_every_day_before_and_after_it(self, member: Member) -> None:
        before = [(entry.kind, entry.points, entry.value_on) for entry in history(member, "2026-05-03")]
        Club().lapse(at=jst("2026-05-06 00:05"))

        assert [(entry.kind, entry.points, entry.value_on) for entry in history(member, "2026-05-03")] == before
        assert Club().balance(member, "2026-05-01").usable == 0
        assert Club().balance(member, "2026-04-30").usable == 100


def test_an_early_run_does_nothing(member: Member) -> None:
    assert Club().lapse(at=jst("2026-04-30 23:59")) == 0
    assert Club().balance(member, "2026-04-30").usable == 100


def test_an_act_on_the_account_records_the_lapse_before_itself(member: Member) -> None:
    club = Club()
    club.open_balance(member, {"2026-06-30": 10}, at=jst("2026-05-02 09:00"))

    kinds = [entry.kind for entry in history(member, "2026-05-02")]
    assert kinds == ["opening", "lapse", "opening"]
