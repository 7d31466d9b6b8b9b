"""The nightly runs, night by night."""

import datetime as dt
from collections.abc import Callable

import pytest

from pointclub.foundation.periods import TOKYO
from pointclub.jobs import nights, output
from pointclub.program import queries as program
from pointclub.program import services as program_services
from tests.factories.club import STAFF, Club, jst, verified
from tests.factories.staff import all_round
from tests.harness.commands import call

pytestmark = pytest.mark.django_db
SetClock = Callable[[dt.datetime], None]
Job = nights.Job


def suspend(starts_at: str, ends_before: str) -> None:
    program_services.suspend(
        activity=program.Activity.ACCRUAL,
        starts_at=jst(starts_at),
        ends_before=jst(ends_before),
        text_ja="停止中",
        text_en="Paused",
        at=jst(starts_at),
        actor=STAFF,
    )


@pytest.mark.rule("ACC-5", "EXP-2")
class TestRunNight:
    def test_lapses_first_and_then_updates(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-04-30": 100}, at=jst("2026-04-10 11:00"))
        club.buy(member, club.merchant(), 700, at=jst("2026-04-30 23:00"))

        lapsed, updated = nights.run_night(dt.date(2026, 5, 1))

        assert (lapsed.job, lapsed.points, lapsed.at) == (Job.LAPSE, 100, jst("2026-05-01 00:05"))
        assert (updated.job, updated.points, updated.at) == (Job.UPDATE, 7, jst("2026-05-01 01:00"))
        assert [program.get_last_night(job) for job in Job] == [dt.date(2026, 5, 1)] * 2
        assert verified() == []

    def test_second_run_finds_nothing(self) -> None:
        club = Club()
        club.open_balance(club.member(), {"2026-04-30": 100}, at=jst("2026-04-10 11:00"))
        nights.run_night(dt.date(2026, 5, 1))

        again = nights.run_night(dt.date(2026, 5, 1))

        assert [done.points for done in again] == [0, 0]

    @pytest.mark.rule("SUS-1")
    def test_update_waits_while_accrual_is_suspended_and_nothing_is_lost(self) -> None:
        club = Club()
        member = club.member()
        club.buy(member, club.merchant(), 700, at=jst("2026-04-30 12:00"))
        suspend("2026-04-30 20:00", "2026-05-02 00:00")

        _, waiting = nights.run_night(dt.date(2026, 5, 1))
        _, done = nights.run_night(dt.date(2026, 5, 2))

        assert (waiting.is_waiting, waiting.points) == (True, 0)
        assert (done.is_waiting, done.points) == (False, 7)
        assert club.lots(member, "2026-05-02") == {"2029-05-31": 7}


class TestRunMissed:
    def test_before_its_time_a_job_does_not_run(self) -> None:
        Club().member()

        assert [done.job for done in nights.run_missed(now=jst("2026-05-01 00:04"))] == []
        assert [done.job for done in nights.run_missed(now=jst("2026-05-01 00:05"))] == [Job.LAPSE]
        assert [done.job for done in nights.run_missed(now=jst("2026-05-01 01:00"))] == [Job.UPDATE]
        assert [done.job for done in nights.run_missed(now=jst("2026-05-01 23:59"))] == []

    @pytest.mark.rule("ACC-5", "EXP-1")
    def test_points_live_from_the_day_on_which_a_late_update_really_ran(self) -> None:
        club = Club()
        member = club.member()
        club.buy(member, club.merchant(), 700, at=jst("2026-04-29 12:00"))

        done = list(nights.run_missed(now=jst("2026-05-03 08:00")))

        assert {each.at for each in done if each.points} == {jst("2026-05-03 08:00")}
        assert club.lots(member, "2026-05-03") == {"2029-05-31": 7}
        assert program.get_last_night(Job.UPDATE) == dt.date(2026, 5, 3)

    @pytest.mark.rule("EXP-2")
    def test_t2_late_lapse_has_its_own_value_day_and_the_day_of_its_recording(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-04-30": 100}, at=jst("2026-04-10 11:00"))

        list(nights.run_missed(now=jst("2026-05-06 08:00")))
        list(nights.run_missed(now=jst("2026-05-06 08:15")))

        all_round("sato")
        entries = call("account", "show", member.number, "--on", "2026-05-06", "--json", "--as", "sato").json["history"]
        assert [(entry["kind"], entry["value_on"], entry["recorded_at"]) for entry in entries] == [
            ("lapse", "2026-05-01", "2026-05-06T08:00:00+09:00"),
            ("opening", "2026-04-10", "2026-04-10T11:00:00+09:00"),
        ]

    def test_what_came_after_the_missed_update_waits_for_its_own_night(self) -> None:
        club = Club()
        member = club.member()
        club.buy(member, club.merchant(), 700, at=jst("2026-05-03 07:00"))

        done = list(nights.run_missed(now=jst("2026-05-03 08:00")))

        assert sum(each.points for each in done) == 0
        assert sum(each.points for each in nights.run_missed(now=jst("2026-05-04 01:00"))) == 7

    @pytest.mark.rule("SUS-1")
    def test_update_that_waited_runs_once_the_suspension_is_over(self) -> None:
        club = Club()
        member = club.member()
        club.buy(member, club.merchant(), 700, at=jst("2026-04-30 12:00"))
        suspend("2026-04-30 20:00", "2026-05-01 10:00")

        before = list(nights.run_missed(now=jst("2026-05-01 09:45")))
        after = list(nights.run_missed(now=jst("2026-05-01 10:00")))

        assert [each.night for each in before if each.is_waiting] == [dt.date(2026, 5, 1)]
        assert sum(each.points for each in after) == 7


class TestRunThrough:
    def test_months_are_gone_through_night_by_night(self, set_clock: SetClock) -> None:
        club = Club()
        member = club.member()
        set_clock(jst("2023-11-20 12:00"))
        club.open_balance(member, {"2023-12-31": 50}, at=jst("2023-11-20 10:00"))
        club.buy(member, club.merchant(), 700, at=jst("2023-11-20 11:00"))

        posted = call("jobs", "run-through", "2023-11-30", "--json").json
        through = call("jobs", "run-through", "2024-01-02", "--json").json

        assert (posted["posted_points"], posted["lapsed_points"]) == (7, 0)
        assert through == {
            "through": "2024-01-02",
            "nights": 33,
            "lapsed_points": 50,
            "posted_points": 0,
            "update_waited_on": [],
        }
        all_round("sato")
        history = call("account", "show", member.number, "--on", "2024-01-02", "--json", "--as", "sato").json["history"]
        assert [(entry["kind"], entry["value_on"], entry["recorded_at"]) for entry in history] == [
            ("lapse", "2024-01-01", "2024-01-01T00:05:00+09:00"),
            ("update", "2023-11-21", "2023-11-21T01:00:00+09:00"),
            ("opening", "2023-11-20", "2023-11-20T10:00:00+09:00"),
        ]

    @pytest.mark.rule("ACC-5")
    def test_t14_late_sale_is_posted_on_the_day_of_the_run(self, set_clock: SetClock) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        set_clock(jst("2026-04-01 12:00"))
        call("jobs", "run-through", "2026-04-01")
        set_clock(jst("2026-05-02 12:00"))
        club.buy(member, shop, 700, at=jst("2026-03-31 12:00"), received_at=jst("2026-05-02 12:00"))

        call("jobs", "run-through", "2026-05-03")

        assert club.lots(member, "2026-05-03") == {"2029-05-31": 7}

    @pytest.mark.rule("SUS-1")
    def test_waiting_update_is_said_and_made_up_for(self, set_clock: SetClock) -> None:
        club = Club()
        set_clock(jst("2026-04-30 12:00"))
        club.buy(club.member(), club.merchant(), 700, at=jst("2026-04-30 11:00"))
        suspend("2026-04-30 20:00", "2026-05-02 00:00")

        waited = call("jobs", "run-through", "2026-05-01", "--json").json
        done = call("jobs", "run-through", "2026-05-02", "--json").json

        assert (waited["update_waited_on"], waited["posted_points"]) == (["2026-05-01"], 0)
        assert (done["update_waited_on"], done["posted_points"]) == (["2026-05-01"], 7)

    def test_people_are_told_that_the_update_waits(self, set_clock: SetClock) -> None:
        club = Club()
        set_clock(jst("2026-04-30 12:00"))
        club.buy(club.member(), club.merchant(), 700, at=jst("2026-04-30 11:00"))
        suspend("2026-04-30 20:00", "2026-05-02 00:00")

        assert "accrual is suspended" in call("jobs", "run-through", "2026-05-01").err

    def test_what_was_gone_through_is_shown(self, set_clock: SetClock) -> None:
        set_clock(jst("2026-05-03 12:00"))
        call("jobs", "run-through", "2026-05-03")
        set_clock(jst("2026-05-05 00:30"))

        assert call("jobs", "nights", "--json").json == {
            "jobs": [
                {"job": "lapse", "last_night": "2026-05-03", "missing_nights": 2},
                {"job": "update", "last_night": "2026-05-03", "missing_nights": 1},
            ]
        }

    def test_day_that_is_none_is_a_mistake_in_writing(self) -> None:
        assert call("jobs", "run-through", "tomorrow").code == output.USAGE


def test_nights_begin_in_japan() -> None:
    assert nights.instant_of(Job.LAPSE, dt.date(2026, 5, 1)) == dt.datetime(2026, 5, 1, 0, 5, tzinfo=TOKYO)
