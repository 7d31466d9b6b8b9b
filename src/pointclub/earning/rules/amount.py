"""The number of points for a price (ACC-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PointsPerUnit:
    """So many points for each full unit of price."""

    unit_yen: int
    points_per_unit: int


@dataclass(frozen=True, slots=True)
class PercentOfPrice:
    """A percentage of the price, rounded down."""

    percent: Decimal


AmountRule = PointsPerUnit | PercentOfPrice


@dataclass(frozen=True, slots=True)
class Bonus:
    """What a campaign adds: a multiple of the base points or a number, from a minimum price on."""

    multiplier: Decimal | None
    fixed_points: int | None
    minimum_yen: int


class CapKind(StrEnum):
    """The caps of a campaign, in the order in which they are tried."""

    RECEIPT = "receipt"
    DAY = "day"
    MONTH = "month"
    MEMBER = "member"


# Those that earlier sales use up.
RUNNING_CAPS = frozenset({CapKind.DAY, CapKind.MONTH, CapKind.MEMBER})


@dataclass(frozen=True, slots=True)
class Worked:
    """Points before and after rounding.

    By unit there are whole units and yen left over, by percentage or multiple an exact value, by a number neither.
    """

    points: int
    exact: Decimal | None = None
    full_units: int | None = None
    rest_yen: int | None = None


def work_out_base(eligible_yen: int, rule: AmountRule) -> Worked:
    """Return the points for the whole receipt, rounded down once (3 % of 334 yen is 10.02, so 10)."""
    if isinstance(rule, PointsPerUnit):
        units, rest = divmod(eligible_yen, rule.unit_yen)
        return Worked(units * rule.points_per_unit, full_units=units, rest_yen=rest)
    return _rounded_down(eligible_yen * rule.percent / 100)


def work_out_bonus(eligible_yen: int, points_before_bonus: int, bonus: Bonus) -> Worked:
    """Return a campaign's bonus before caps, computed from the base points before any bonus.

    A price that returns have brought to nothing, or below the minimum, earns none.
    """
    if eligible_yen <= 0 or eligible_yen < bonus.minimum_yen:
        return Worked(0)
    if bonus.fixed_points is not None:
        return Worked(bonus.fixed_points)
    assert bonus.multiplier is not None
    return _rounded_down(points_before_bonus * (bonus.multiplier - 1))


def base_points(eligible_yen: int, rule: AmountRule) -> int:
    """Return the points for the whole receipt."""
    return work_out_base(eligible_yen, rule).points


def bonus_points(eligible_yen: int, points_before_bonus: int, bonus: Bonus) -> int:
    """Return a campaign's bonus before caps."""
    return work_out_bonus(eligible_yen, points_before_bonus, bonus).points


def capped(points: int, room: Mapping[CapKind, int]) -> tuple[int, CapKind | None]:
    """Return the points that the caps let through, and the cap that cut them, the tightest where several do."""
    kind, left = min(room.items(), key=lambda entry: entry[1], default=(None, points))
    return (points, None) if points <= left else (max(0, left), kind)


def _rounded_down(value: Decimal) -> Worked:
    return Worked(int(value.to_integral_value(ROUND_FLOOR)), exact=plain(value))


def plain(value: Decimal) -> Decimal:
    """Return the same number without zeros at its end, as people write it."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()
