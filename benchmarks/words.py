"""Figures as people read them, on the screen and in the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from benchmarks.figures import Judged
from benchmarks.records import Record

_SMALL = 10


def number(value: float) -> str:
    """Return a figure with as many digits as mean anything."""
    if value >= 100 * _SMALL:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= _SMALL else f"{value:.2f}"


def verdict(target: Judged) -> str:
    """Return what came of a target."""
    return f"{number(target.value)}: {'met' if target.is_met else 'MISSED'}"


def lines(name: str, record: Record) -> Iterator[str]:
    """Yield what is printed of a part."""
    tried = "" if record.scale == 1 else f" -- TRIED AT SCALE {record.scale:g}, says nothing of the targets"
    yield f"{name}: {record.title} (median of {record.rounds}){tried}"
    for figure, median in record.medians.items():
        rounds = ", ".join(number(value) for value in record.figures[figure])
        yield f"  {figure}: {number(median)} {record.units[figure]}   [{rounds}]"
    for target in record.targets:
        yield f"  target {target.words}: {verdict(target)}"


def table(records: Mapping[str, Record]) -> list[str]:
    """Return the rows of the documentation's table."""
    rows = ["| part | figures (medians) | target | reached | measured |", "|---|---|---|---|---|"]
    for record in records.values():
        figures = "<br>".join(
            f"{figure} {number(median)} {record.units[figure]}" for figure, median in record.medians.items()
        )
        asked = "<br>".join(target.words for target in record.targets) or "for the record"
        reached = "<br>".join(verdict(target) for target in record.targets) or "–"
        measured = f"{record.measured_at[:10]}, {record.rounds} rounds"
        rows.append(f"| {record.title} | {figures} | {asked} | {reached} | {measured} |")
    return rows
