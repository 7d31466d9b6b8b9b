"""The part of docs/benchmarks.md that nobody writes by hand."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks import words
from benchmarks.plot import draw
from benchmarks.records import Record
from benchmarks.server import CHECKOUT

PAGE = CHECKOUT / "docs" / "benchmarks.md"
PLOT = CHECKOUT / "docs" / "images" / "benchmarks.svg"
_PICTURE = "![How far each target was reached](images/benchmarks.svg)"
_BEGIN = "<!-- Written by make bench, from here … -->\n"
_END = "<!-- … to here. -->\n"


def write_page(records: Mapping[str, Record]) -> None:
    """Put the records' figures between the marks, and the plot beside the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    told = [_PICTURE, "", *words.table(records), "", *_surroundings(records)]
    PAGE.write_text(before + _BEGIN + "\n".join(["", *told, ""]) + _END + after, encoding="utf-8")
    PLOT.write_text(draw(records), encoding="utf-8")


def _surroundings(records: Mapping[str, Record]) -> list[str]:
    """Return a line for each machine and configuration; parts that were measured alone may have another one."""
    told: dict[str, list[str]] = {}
    for name, record in records.items():
        machine, settings = record.machine, record.postgresql
        words_ = (
            f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}, "
            f"Python {machine['python']}; PostgreSQL "
            + ", ".join(f"{setting} {value}" for setting, value in settings.items())
        )
        told.setdefault(words_, []).append(name)
    if len(told) == 1:
        return [f"| machine and configuration |\n|---|\n| {next(iter(told))} |"]
    rows = [f"| {', '.join(names)} | {where} |" for where, names in told.items()]
    return ["| parts | machine and configuration |", "|---|---|", *rows]
