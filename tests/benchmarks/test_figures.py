"""What `make bench` makes of its figures; the figures themselves are no matter of tests."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks import page, plot, records, words
from benchmarks.figures import Figures, Target, judge
from benchmarks.records import Record


def measured(*rounds: tuple[float, float]) -> Figures:
    figures = Figures({"yardstick": "1/s", "ours": "1/s"})
    for yardstick, ours in rounds:
        figures.add({"yardstick": yardstick, "ours": ours})
    return figures


def record_of(figures: Figures, *targets: Target, scale: float = 1) -> Record:
    return Record(
        title="a part",
        measured_at="2026-11-20T01:00:00+00:00",
        scale=scale,
        rounds=3,
        machine={"processor": "Z80", "cores": 1, "memory_gib": 1, "system": "CP/M", "python": "3.11"},
        postgresql={"fsync": "on"},
        units=figures.units,
        figures=figures.rounds,
        medians=figures.medians(),
        targets=judge(figures, targets),
    )


AT_LEAST_HALF = Target("at least 1/2", "ours", "yardstick", at_least=0.5)


class TestATarget:
    def test_is_held_against_the_ratio_of_the_medians(self) -> None:
        figures = measured((100, 10), (100, 60), (100, 70))

        (judged,) = judge(figures, [AT_LEAST_HALF])

        assert (judged.value, judged.is_met, judged.reached) == (0.6, True, 1.2)

    def test_is_missed_from_below_where_at_least_so_much_is_asked(self) -> None:
        (judged,) = judge(measured((100, 40)), [AT_LEAST_HALF])

        assert not judged.is_met

    def test_is_missed_from_above_where_at_most_so_much_is_asked(self) -> None:
        (judged,) = judge(measured((100, 40)), [Target("at most 20", "ours", at_most=20)])

        assert (judged.is_met, judged.reached) == (False, 0.5)

    def test_that_is_missed_is_printed_as_missed(self) -> None:
        record = record_of(measured((100, 40)), AT_LEAST_HALF)

        assert "  target at least 1/2: 0.40: MISSED" in list(words.lines("part", record))
        assert "0.40: MISSED" in words.table({"part": record})[2]

    def test_of_a_run_of_another_size_says_nothing(self) -> None:
        record = record_of(measured((100, 60)), AT_LEAST_HALF, scale=0.1)

        assert "TRIED AT SCALE 0.1" in next(words.lines("part", record))


class TestTheFile:
    def test_keeps_the_parts_that_were_not_measured_again(self, tmp_path: Path) -> None:
        file = tmp_path / "bench.json"
        records.keep_record(file, "first", record_of(measured((100, 60)), AT_LEAST_HALF))
        records.keep_record(file, "second", record_of(measured((100, 60))))

        again = record_of(measured((100, 70)), AT_LEAST_HALF)
        kept = records.keep_record(file, "first", again)

        assert records.read_records(file) == kept
        assert (kept["first"], set(kept)) == (again, {"first", "second"})


class TestThePage:
    def test_says_what_was_measured_between_its_marks_and_nothing_else_changes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = page.PAGE.read_text(encoding="utf-8")
        monkeypatch.setattr(page, "PAGE", tmp_path / "benchmarks.md")
        monkeypatch.setattr(page, "PLOT", tmp_path / "benchmarks.svg")
        page.PAGE.write_text(text, encoding="utf-8")

        page.write_page({"part": record_of(measured((100, 60)), AT_LEAST_HALF)})

        written = page.PAGE.read_text(encoding="utf-8")
        assert "| a part | yardstick 100.0 1/s<br>ours 60.0 1/s | at least 1/2 | 0.60: met |" in written
        assert written.partition("<!--")[0] == text.partition("<!--")[0]
        assert written.rpartition("-->")[2] == text.rpartition("-->")[2]
        assert page.PLOT.exists()

    def test_has_a_picture_with_a_bar_for_each_target(self) -> None:
        drawn = plot.draw({"part": record_of(measured((100, 60)), AT_LEAST_HALF, AT_LEAST_HALF)})

        bars = ET.fromstring(drawn).findall("{http://www.w3.org/2000/svg}rect")  # noqa: S314 -- We have just drawn it.
        assert [bar.get("class") for bar in bars] == ["met", "met"]
