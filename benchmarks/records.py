"""The file in which results are kept: a part that is measured again replaces its own, and no other's."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import Figures, Judged
from benchmarks.server import CHECKOUT

_FOLDER = CHECKOUT / "build"
FULL = _FOLDER / "bench.json"
# A run of another size says nothing of the targets and never mixes with one that does.
TRIED = _FOLDER / "bench-tried.json"


@dataclass(frozen=True)
class Record:
    """One part as it was measured last."""

    title: str
    measured_at: str
    scale: float
    rounds: int
    machine: Mapping[str, str | int]
    postgresql: Mapping[str, str]
    units: Mapping[str, str]
    figures: Mapping[str, Sequence[float]]
    medians: Mapping[str, float]
    targets: Sequence[Judged]


def make_record(
    title: str, figures: Figures, judged: Sequence[Judged], *, scale: float, around: tuple[Any, Any], at: dt.datetime
) -> Record:
    """Put together what is kept of a part; ``around`` is the machine and the server's configuration."""
    machine, settings = around
    return Record(
        title=title,
        measured_at=at.isoformat(timespec="seconds"),
        scale=scale,
        rounds=max(len(values) for values in figures.rounds.values()),
        machine=machine,
        postgresql=settings,
        units=dict(figures.units),
        figures=figures.rounds,
        medians=figures.medians(),
        targets=list(judged),
    )


def read_records(file: Path) -> dict[str, Record]:
    """Return what is on file, by part."""
    if not file.exists():
        return {}
    parts: dict[str, dict[str, Any]] = json.loads(file.read_text())
    return {
        name: Record(**{**part, "targets": [Judged(**target) for target in part["targets"]]})
        for name, part in parts.items()
    }


def keep_record(file: Path, name: str, record: Record) -> dict[str, Record]:
    """Write a part's record beside the others' and return all."""
    records = {**read_records(file), name: record}
    file.parent.mkdir(exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps({part: asdict(each) for part, each in records.items()}, indent=1) + "\n")
    draft.replace(file)
    return records
