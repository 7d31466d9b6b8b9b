"""Runs that the clock or staff asked for are carried out by the worker, once, and show what they found."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from pointclub.foundation import actors
from pointclub.jobs import runs
from pointclub.runs import queries
from pointclub.runs import services as asking
from pointclub.runs.models import Run
from tests.factories.club import STAFF, Club, jst
from tests.harness.databases import FreshDatabase

Kind, State = Run.Kind, Run.State


def _clock(at: dt.datetime) -> Callable[[], dt.datetime]:
    return lambda: at


@pytest.mark.django_db
class TestRunThatSomebodyAskedFor:
    @pytest.mark.rule("ACC-5")
    def test_brings_pending_points_into_the_balance(self) -> None:
        club = Club()
        member = club.member()
        club.buy(member, club.merchant(), 700, at=jst("2026-04-01 12:00"))
        run = asking.ask_for_run(kind=Kind.UPDATE, at=jst("2026-04-01 15:00"), actor=STAFF)

        runs.carry_out_all(read_clock=_clock(jst("2026-04-01 15:01")))

        done = queries.get_run(run.id)
        assert (done.state, done.accounts, done.figures) == (State.DONE, 1, {"points": 7})
        assert done.finished_at == jst("2026-04-01 15:01")
        assert club.balance(member, "2026-04-01").usable == 7

    @pytest.mark.rule("EXP-2")
    def test_lapses_what_is_due(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-04-30": 60}, at=jst("2026-04-01 12:00"))
        run = asking.ask_for_run(kind=Kind.LAPSE, at=jst("2026-05-02 15:00"), actor=STAFF)

        runs.carry_out_all(read_clock=_clock(jst("2026-05-02 15:01")))

        assert queries.get_run(run.id).figures == {"points": 60}

    @pytest.mark.parametrize("kind", [Kind.VERIFY, Kind.REPLAY])
    def test_finds_nothing_in_books_that_agree(self, kind: Run.Kind) -> None:
        club = Club()
        club.open_balance(club.member(), {"2026-04-30": 60}, at=jst("2026-04-01 12:00"))
        run = asking.ask_for_run(kind=kind, at=jst("2026-04-01 15:00"), actor=STAFF)

        runs.carry_out_all(read_clock=_clock(jst("2026-04-01 15:01")))

        done = queries.get_run(run.id)
        assert (done.state, done.accounts, done.findings) == (State.DONE, 1, [])
        assert (done.figures["checked"], done.figures["differences"]) == (1, 0)

    @pytest.mark.parametrize("kind", [Kind.VERIFY, Kind.REPLAY])
    def test_names_the_member_whose_figure_differs(self, kind: Run.Kind) -> None:
        member = Club().member()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE points_account SET book_balance = 3 WHERE id = %s", [member.membership.account_id])
        run = asking.ask_for_run(kind=kind, at=jst("2026-04-01 15:00"), actor=STAFF)

        runs.carry_out_all(read_clock=_clock(jst("2026-04-01 15:01")))

        findings = queries.get_run(run.id).findings
        assert {each["member_number"] for each in findings} == {member.number}
        assert any("book_balance" in each["what"] for each in findings)

    def test_is_asked_for_once_until_it_is_done(self) -> None:
        asking.ask_for_run(kind=Kind.VERIFY, at=jst("2026-04-01 15:00"), actor=STAFF)

        with pytest.raises(asking.AlreadyAskedError):
            asking.ask_for_run(kind=Kind.VERIFY, at=jst("2026-04-01 15:00"), actor=actors.staff("other"))
        runs.carry_out_all(read_clock=_clock(jst("2026-04-01 15:01")))

        asking.ask_for_run(kind=Kind.VERIFY, at=jst("2026-04-01 15:02"), actor=STAFF)
        assert [run.state for run in queries.list_runs(limit=9)] == [State.ASKED, State.DONE]

    @pytest.mark.rule("SUS-1")
    def test_says_why_it_failed_while_accrual_is_paused(self) -> None:
        from pointclub.program import services as program
        from pointclub.program.models import Suspension

        club = Club()
        club.buy(club.member(), club.merchant(), 700, at=jst("2026-04-01 12:00"))
        program.suspend(
            activity=Suspension.Activity.ACCRUAL,
            starts_at=jst("2026-04-01 13:00"),
            ends_before=None,
            text_ja="点検中です。",
            text_en="Maintenance.",
            at=jst("2026-04-01 13:00"),
            actor=STAFF,
        )
        run = asking.ask_for_run(kind=Kind.UPDATE, at=jst("2026-04-01 15:00"), actor=STAFF)

        runs.carry_out_all(read_clock=_clock(jst("2026-04-01 15:01")))

        failed = queries.get_run(run.id)
        assert (failed.state, failed.failure) == (State.FAILED, "Maintenance.")


@pytest.mark.django_db
class TestChecksOfTheNight:
    def test_begin_at_two_and_are_asked_for_once(self) -> None:
        runs.ask_for_checks_of_the_night(now=jst("2026-04-01 01:59:59.999999"))
        too_early = queries.list_runs(limit=9)
        for minute in (0, 5):
            runs.ask_for_checks_of_the_night(now=jst(f"2026-04-01 02:0{minute}"))

        assert too_early == []
        assert {run.kind for run in queries.list_runs(limit=9)} == {Kind.VERIFY, Kind.REPLAY}
        assert len(queries.list_runs(limit=9)) == 2

    def test_replay_a_sample_on_weekdays_and_everything_on_sundays(self) -> None:
        runs.ask_for_checks_of_the_night(now=jst("2026-04-04 02:00"))
        runs.ask_for_checks_of_the_night(now=jst("2026-04-05 02:00"))

        percents = {run.night: run.sample_percent for run in queries.list_runs(limit=9) if run.kind == Kind.REPLAY}
        assert percents == {dt.date(2026, 4, 4): runs.SAMPLE_PERCENT, dt.date(2026, 4, 5): 100}


@pytest.mark.django_db
def test_run_of_a_killed_worker_is_taken_up_again_when_it_gives_no_sign_of_life() -> None:
    run = asking.ask_for_run(kind=Kind.VERIFY, at=jst("2026-04-01 15:00"), actor=STAFF)
    asking.take_up_next(at=jst("2026-04-01 15:01"))
    asking.note_progress(run_id=run.id, accounts=5, at=jst("2026-04-01 15:30"))

    too_early = asking.take_up_next(at=jst("2026-04-01 15:40"))
    given_up = asking.take_up_next(at=jst("2026-04-01 15:40:01"))

    assert too_early is None
    assert given_up == run


def test_two_workers_never_take_the_same_run(fresh_database: FreshDatabase) -> None:
    for kind in (Kind.VERIFY, Kind.LAPSE, Kind.UPDATE):
        asking.ask_for_run(kind=kind, at=jst("2026-04-01 15:00"), actor=STAFF)
    taken: list[Run | None] = []

    def work() -> None:
        try:
            taken.append(asking.take_up_next(at=jst("2026-04-01 15:01")))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    # A worker that met another's lock may go away with nothing; the next ring finds what is left.
    assert len({run.id for run in taken if run}) == len([run for run in taken if run]) >= 1
