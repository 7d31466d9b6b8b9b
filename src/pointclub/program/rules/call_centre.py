"""When the call centre answers (STF-4)."""

from __future__ import annotations

import datetime as dt
from enum import Enum, auto

import jpholiday

from pointclub.foundation.periods import TOKYO, tokyo_day

OPENS = dt.time(9)
CLOSES = dt.time(17)

_YEAR_END = (12, 29)
_NEW_YEAR_THROUGH = (1, 3)
_SATURDAY = 5


class DayOff(Enum):
    """Why nobody answers for a whole day; where several hold, the first counts."""

    YEAR_END = auto()
    HOLIDAY = auto()
    WEEKEND = auto()


def find_day_off(on: dt.date) -> DayOff | None:
    """Return why the call centre is closed all that day, or None on a working day.

    National holidays include substitute holidays and the days between two holidays, as the law has them that year.
    """
    if (on.month, on.day) >= _YEAR_END or (on.month, on.day) <= _NEW_YEAR_THROUGH:
        return DayOff.YEAR_END
    if jpholiday.is_holiday(on):
        return DayOff.HOLIDAY
    return DayOff.WEEKEND if on.weekday() >= _SATURDAY else None


def is_open(at: dt.datetime) -> bool:
    """Return whether somebody answers at that instant: the hour of closing itself does not count."""
    day = tokyo_day(at)
    return find_day_off(day) is None and OPENS <= at.astimezone(TOKYO).time() < CLOSES


def find_next_opening(at: dt.datetime) -> dt.datetime:
    """Return the first opening after that instant; while it is open, that of the next working day."""
    day = tokyo_day(at)
    while find_day_off(day) is not None or _opening(day) <= at:
        day += dt.timedelta(days=1)
    return _opening(day)


def _opening(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, OPENS, tzinfo=TOKYO)
