"""Files and nightly runs in the log: figures, not rows."""

from __future__ import annotations

import datetime as dt

import pytest

from pointclub.audit.queries import ActFilter
from pointclub.audit.services import Subject
from pointclub.jobs import nights
from tests.audit.acts import found
from tests.factories.club import OTHER_STAFF, STAFF, Club, jst
from tests.factories.feed_files import purchase_row
from tests.factories.imports import NO_MEMBER, RECEIVED, file_of, take_in

pytestmark = [pytest.mark.rule("STF-3"), pytest.mark.django_db]

AT = jst("2026-04-01 12:00")


class TestFiles:
    def test_are_told_when_they_come_and_chunk_by_chunk(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        content = file_of(shop, purchase_row("a", member.number), purchase_row("b", NO_MEMBER)).content()
        state = take_in(content)
        take_in(content)

        entries = found(ActFilter(subjects=(Subject("file", str(state.file_id)),)))

        assert [entry.act for entry in entries] == ["files.register_file", "files.take_in"]
        assert entries[1].details == {
            "rows_done": 2,
            "accepted": 1,
            "known_before": 0,
            "bad": 1,
            "points": 10,
            "is_finished": True,
        }
        assert {entry.at for entry in entries} == {RECEIVED}


class TestNights:
    def test_are_one_entry_a_run_with_its_figures(self) -> None:
        club = Club()
        member = club.member()
        club.open_balance(member, {"2026-04-30": 100}, at=AT)
        club.buy(member, club.merchant(), 700, at=jst("2026-04-30 23:00"))

        nights.run_night(dt.date(2026, 5, 1))

        lapsed, updated = found(ActFilter(act="program"))
        assert (lapsed.actor, lapsed.subject, lapsed.details) == (
            "system:lapse",
            ("run", "lapse:2026-05-01"),
            {"accounts": 1, "points": 100},
        )
        assert (updated.actor, updated.details) == ("system:update", {"accounts": 1, "points": 7})

    def test_that_somebody_runs_are_theirs_from_before_anything_changes(self) -> None:
        club = Club()
        club.buy(club.member(), club.merchant(), 700, at=jst("2026-04-30 23:00"))

        nights.run_job(nights.Job.UPDATE, dt.date(2026, 5, 1), by=STAFF)

        assert [(entry.act, entry.actor) for entry in found(ActFilter(act="program"))] == [
            ("program.begin_run", "staff:tanto-1"),
            ("program.record_night", "staff:tanto-1"),
        ]

    def test_runs_by_hand_are_told_even_if_they_are_stopped_midway(self) -> None:
        club = Club()
        for _ in range(2):
            club.open_balance(club.member(), {"2026-04-30": 100}, at=AT)
        day, at = dt.date(2026, 5, 1), jst("2026-05-01 12:00")

        stopped = nights.run_by_hand(nights.Job.LAPSE, on=day, at=at, by=STAFF)
        next(stopped)
        stopped.close()  # type: ignore[attr-defined]  # a generator
        list(nights.run_by_hand(nights.Job.LAPSE, on=day, at=at, by=OTHER_STAFF))

        assert [(entry.act, entry.actor, entry.details) for entry in found(ActFilter(act="program"))] == [
            ("program.begin_run", "staff:tanto-1", {}),
            ("program.begin_run", "staff:tanto-2", {}),
            ("program.finish_run", "staff:tanto-2", {"accounts": 0, "points": 0}),
        ]
