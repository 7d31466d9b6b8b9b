"""Figures of several rounds, and the targets that they are held against."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """What is asked of a figure, or of its ratio to another figure of the same rounds."""

    words: str
    of: str
    to: str | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def bound(self) -> float:
        """The figure or ratio at which it is just met."""
        bound = self.at_most if self.at_least is None else self.at_least
        assert bound is not None
        return bound


@dataclass(frozen=True)
class Judged:
    """A target together with what came of it."""

    words: str
    value: float
    bound: float
    is_met: bool
    # How far it was reached: 1 is just met, whether much or little is asked for.
    reached: float


@dataclass
class Figures:
    """What was measured, round by round, under the name and with the unit of each figure."""

    units: Mapping[str, str]
    rounds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, measured: Mapping[str, float]) -> None:
        """Add a round."""
        for name, value in measured.items():
            assert name in self.units, name
            self.rounds.setdefault(name, []).append(value)

    def medians(self) -> dict[str, float]:
        """Return the median of each figure."""
        return {name: statistics.median(values) for name, values in self.rounds.items()}


def judge(figures: Figures, targets: Sequence[Target]) -> list[Judged]:
    """Hold the medians against the targets."""
    medians = figures.medians()
    judged: list[Judged] = []
    for target in targets:
        value = medians[target.of] / (1 if target.to is None else medians[target.to])
        reached = value / target.bound if target.at_least is not None else target.bound / value
        judged.append(Judged(target.words, value, target.bound, reached >= 1, reached))
    return judged
