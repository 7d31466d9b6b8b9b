"""What the made-up club consists of and does, worked out from a seed: the same day always brings the same.

Days are counted from the club's first day, which is 14 months before the day it is loaded.
"""

# ruff: noqa: PLR2004 -- How often things happen here is made up on the spot.

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from random import Random

from pointclub.earning.rules.amount import AmountRule, PercentOfPrice, PointsPerUnit
from pointclub.jobs.demo_club.names import FAMILY_NAMES, GIVEN_NAMES, SHOP_NAMES, TRADES
from pointclub.membership.rules.number import with_check_digit

_SEED = "見本"
_FIRST_NUMBER = 90_000_000_000
_OPENS, _CLOSES = 9 * 60, 20 * 60
HANAKO, JIRO, MEI = 0, 1, 2
_SIGNING_IN = ("見本 花子", "見本 次郎", "見本 芽衣")
OWING = frozenset({JIRO, 8, 15, 22, 29})
_BROUGHT_BY_HANAKO = ((0, 320), (3, 540), (14, 5_400), (15, 2_400), (17, 900), (22, 1_800))


@dataclass(frozen=True, slots=True)
class Size:
    """How large the club is, and how many months it looks back on."""

    households: int
    family_members: int
    merchants: int
    months: int


FULL = Size(households=300, family_members=120, merchants=40, months=14)


@dataclass(frozen=True, slots=True)
class PlannedMember:
    """A person with a number."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Household:
    """A primary member with family: when they joined and leave, how often they buy, and what they brought along."""

    index: int
    primary: PlannedMember
    family: tuple[PlannedMember, ...]
    joined: int
    leaves: int | None
    comes_back: int | None
    buys_a_day: float
    shops: tuple[int, ...]
    opening: tuple[tuple[int, int], ...]

    def belongs(self, day: int) -> bool:
        """Return whether they are members all that day."""
        return self.joined < day and (self.leaves is None or day < self.leaves)


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant with its usual prices and its rule."""

    number: str
    name: str
    lowest_yen: int
    highest_yen: int
    rule: AmountRule


@dataclass(frozen=True, slots=True)
class Purchase:
    """One sale of a day; minutes are counted from midnight."""

    household: Household
    buyer: PlannedMember
    shop: Shop
    reference: str
    minute: int
    price_yen: int


@dataclass(frozen=True)
class Plan:
    """The whole club."""

    size: Size
    days: int

    @cached_property
    def shops(self) -> tuple[Shop, ...]:
        """The merchants: every trade once under each name, as far as the number goes."""
        kinds = itertools.islice(itertools.product(SHOP_NAMES, TRADES), self.size.merchants)
        return tuple(
            Shop(f"{100_001 + index}", name + trade, lowest, highest, _rule(rule))
            for index, (name, (trade, lowest, highest, rule)) in enumerate(kinds)
        )

    @cached_property
    def households(self) -> tuple[Household, ...]:
        """The members: the first three are those who sign in."""
        draw = Random(_SEED)  # noqa: S311 -- Made-up data, the same each time.
        numbers = (with_check_digit(f"{_FIRST_NUMBER + count}") for count in itertools.count(1))
        # The names of all combinations in an order of their own, so that neighbours differ.
        names = [f"{family} {given}" for family in FAMILY_NAMES for given in GIVEN_NAMES]
        draw.shuffle(names)
        sizes = self._family_sizes(draw)
        return tuple(
            self._household(index, draw, numbers, names, sizes[index]) for index in range(self.size.households)
        )

    @property
    def staying(self) -> tuple[Household, ...]:
        """Those who were there on the first day, owe nothing, stay, and sign in nowhere."""
        return tuple(
            household
            for household in self.households
            if household.index not in {HANAKO, JIRO, MEI, *OWING} and household.leaves is None and household.joined < 0
        )

    def purchases(self, day: int) -> list[Purchase]:
        """Return what is bought on that day, in the order of the hour."""
        draw = Random(f"{_SEED}:{day}")  # noqa: S311 -- Made-up data, the same each time.
        found: list[Purchase] = []
        for household in self.households:
            if not household.belongs(day) or draw.random() >= household.buys_a_day:
                continue
            shop = self.shops[draw.choice(household.shops)]
            buyer = draw.choice((household.primary, household.primary, *household.family))
            price = int(draw.triangular(shop.lowest_yen, shop.highest_yen, shop.lowest_yen * 1.5))
            reference = f"D{day:04d}-{household.index:03d}"
            found.append(Purchase(household, buyer, shop, reference, draw.randrange(_OPENS, _CLOSES), price))
        return sorted(found, key=lambda purchase: (purchase.minute, purchase.reference))

    def chance(self, day: int, of: str) -> Random:
        """Return the draw that decides about one kind of event on one day."""
        return Random(f"{_SEED}:{day}:{of}")  # noqa: S311 -- Made-up data, the same each time.

    def _family_sizes(self, draw: Random) -> list[int]:
        sizes = [0] * self.size.households
        sizes[HANAKO] = min(2, self.size.family_members)
        left = self.size.family_members - sizes[HANAKO]
        while left:
            index = draw.randrange(MEI + 1, self.size.households)
            if sizes[index] < 3:
                sizes[index] += 1
                left -= 1
        return sizes

    def _household(
        self, index: int, draw: Random, numbers: Iterator[str], names: list[str], family_size: int
    ) -> Household:
        name = _SIGNING_IN[index] if index < len(_SIGNING_IN) else names[index % len(names)]
        family_name = name.split()[0]
        primary = PlannedMember(next(numbers), name)
        others = [name for name in GIVEN_NAMES if f"{family_name} {name}" not in _SIGNING_IN]
        family = tuple(PlannedMember(next(numbers), f"{family_name} {draw.choice(others)}") for _ in range(family_size))
        joined = -draw.randrange(200, 1_500) if draw.random() < 0.85 else draw.randrange(1, max(2, self.days - 20))
        leaves = draw.randrange(60, self.days) if draw.random() < 0.03 and self.days > 60 else None
        if leaves is not None and leaves <= joined:
            leaves = None
        shops = tuple(draw.sample(range(self.size.merchants), k=min(6, self.size.merchants)))
        buys_a_day = draw.choice((0.03, 0.07, 0.12, 0.2))
        if index == HANAKO:
            joined, leaves, buys_a_day, shops = -900, None, 0.4, tuple(range(min(10, self.size.merchants)))
        if index == JIRO:
            joined, leaves, buys_a_day = -700, None, 0.15
        if index == MEI:
            joined, leaves, buys_a_day = self.days - 1, None, 0.0
        comes_back = None
        if index == MEI + 1:
            joined, leaves, comes_back = -500, self.days * 6 // 10, self.days * 8 // 10
        opening = self._opening(joined, draw) if index != HANAKO else _BROUGHT_BY_HANAKO
        return Household(index, primary, family, joined, leaves, comes_back, buys_a_day, shops, opening)

    def _opening(self, joined: int, draw: Random) -> tuple[tuple[int, int], ...]:
        """Return what was brought over on the first day: months until the last day, and points."""
        if joined > 0 or draw.random() < 0.4:
            return ()
        months = sorted(draw.sample(range(30), k=2))
        return tuple((month, draw.randrange(30, 1_500)) for month in months)


def first_day(today: dt.date, *, months: int) -> dt.date:
    """Return the day on which a club loaded today began."""
    index = today.year * 12 + today.month - 1 - months
    return dt.date(index // 12, index % 12 + 1, min(today.day, 28))


def _rule(given: tuple[int, int] | str) -> AmountRule:
    if isinstance(given, str):
        return PercentOfPrice(Decimal(given))
    return PointsPerUnit(unit_yen=given[1], points_per_unit=given[0])
