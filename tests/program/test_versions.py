"""Program versions and suspensions: what holds on which day."""

from __future__ import annotations

import datetime as dt

import pytest

from pointclub.program import queries
from pointclub.program import services as program
from pointclub.program.models import NightRun
from tests.factories.club import STAFF, Club, jst
from tests.factories.program import add_version

pytestmark = pytest.mark.django_db

AT = jst("2026-04-01 12:00")
ONE_MONTH = program.ProgramFigures(validity_months=1, special_expiry_allowed=True, bill_payment_allowed=True)


def add(code: str, effective_from: str, figures: program.ProgramFigures = ONE_MONTH) -> None:
    add_version(code=code, effective_from=dt.date.fromisoformat(effective_from), figures=figures, at=AT)


@pytest.mark.rule("TRM-4")
class TestVersions:
    @pytest.mark.parametrize(
        ("on", "code"), [("2016-04-01", "PO"), ("2022-03-31", "PO"), ("2022-04-01", "P"), ("2030-01-01", "P")]
    )
    def test_the_two_editions_follow_one_another(self, on: str, code: str) -> None:
        assert queries.get_version(on=dt.date.fromisoformat(on)).code == code

    def test_before_the_first_there_is_none(self) -> None:
        with pytest.raises(queries.NoProgramVersionError):
            queries.get_version(on=dt.date(2016, 3, 31))

    @pytest.mark.rule("EXP-4")
    def test_a_new_one_takes_over_on_its_day_and_rewrites_nothing(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        club.buy(member, shop, 1_000, at=AT)
        club.update(at=jst("2026-04-02 01:00"))
        add("2026-05", "2026-05-01")
        club.buy(member, shop, 1_000, at=jst("2026-04-30 12:00"))
        club.update(at=jst("2026-05-01 01:00"))

        assert club.lots(member, "2026-05-01") == {"2029-04-30": 10, "2026-06-30": 10}

    def test_none_can_be_backdated(self) -> None:
        with pytest.raises(program.BackdatedVersionError):
            add("late", "2026-03-31")

    @pytest.mark.parametrize(("code", "day"), [("P", "2026-06-01"), ("other", "2026-05-01")])
    def test_code_and_first_day_are_used_once(self, code: str, day: str) -> None:
        add("first", "2026-05-01")

        with pytest.raises(program.VersionExistsError):
            add(code, day)

    @pytest.mark.parametrize("months", [0, -1, 1201])
    def test_a_validity_that_makes_no_sense_is_refused(self, months: int) -> None:
        with pytest.raises(program.InvalidVersionError):
            add("odd", "2026-05-01", program.ProgramFigures(months, True, True))


@pytest.mark.rule("SUS-1")
class TestSuspensions:
    def pause(self, starts: str, ends: str | None) -> None:
        program.suspend(
            activity=queries.Activity.ENQUIRY,
            starts_at=jst(starts),
            ends_before=jst(ends) if ends else None,
            text_ja="点検中です。",
            text_en="Under maintenance.",
            at=AT,
            actor=STAFF,
        )

    @pytest.mark.parametrize(
        ("at", "paused"),
        [
            ("2026-04-01 23:59", False),
            ("2026-04-02 00:00", True),
            ("2026-04-02 05:59", True),
            ("2026-04-02 06:00", False),
        ],
    )
    def test_a_planned_pause_holds_from_its_start_to_its_end(self, at: str, paused: bool) -> None:
        self.pause("2026-04-02 00:00", "2026-04-02 06:00")

        assert (queries.find_suspension(queries.Activity.ENQUIRY, at=jst(at)) is not None) is paused

    def test_one_activity_is_paused_by_itself(self) -> None:
        self.pause("2026-04-02 00:00", None)

        assert queries.find_suspension(queries.Activity.REDEMPTION, at=jst("2026-04-03 00:00")) is None

    def test_of_two_that_overlap_the_one_that_lasts_longer_is_told(self) -> None:
        self.pause("2026-04-02 00:00", "2026-04-02 06:00")
        self.pause("2026-04-02 00:00", "2026-04-02 09:00")

        found = queries.find_suspension(queries.Activity.ENQUIRY, at=jst("2026-04-02 01:00"))

        assert found is not None
        assert found.ends_before == jst("2026-04-02 09:00")

    def test_a_pause_without_an_end_lasts_longest(self) -> None:
        self.pause("2026-04-02 00:00", "2026-04-02 06:00")
        self.pause("2026-04-02 00:00", None)

        found = queries.find_suspension(queries.Activity.ENQUIRY, at=jst("2026-04-02 01:00"))

        assert found is not None
        assert found.ends_before is None

    def test_none_ends_before_it_starts_or_says_nothing(self) -> None:
        with pytest.raises(program.InvalidSuspensionError):
            self.pause("2026-04-02 06:00", "2026-04-02 06:00")

    def test_what_is_not_paused_cannot_be_resumed(self) -> None:
        with pytest.raises(program.UnknownSuspensionError):
            program.resume(activity=queries.Activity.ENQUIRY, at=AT, actor=STAFF)


def test_a_night_is_recorded_once() -> None:
    for points in (5, 0):
        program.record_night(
            job=NightRun.Job.LAPSE, night=dt.date(2026, 4, 2), accounts=1, points=points, at=AT, actor=STAFF
        )

    assert queries.get_last_night(NightRun.Job.LAPSE) == dt.date(2026, 4, 2)
    assert NightRun.objects.get().points == 5
