"""The only place that reads the wall clock. Entrances ask it once and hand the answer down as `at` or `on`.

Outside production `POINTCLUB_CLOCK` names the instant at which business time starts: the first reading of a process
gives exactly that instant, and from there it runs on at the pace of the wall clock. A process that starts others hands
its own business time down to them.
"""

import datetime as dt

from django.conf import settings

from pointclub.foundation import periods

_first_reading: list[dt.datetime] = []


def now() -> dt.datetime:
    """Return the instant of business time, in UTC."""
    start: dt.datetime | None = settings.BUSINESS_TIME_STARTS_AT
    if start is None:
        return dt.datetime.now(dt.UTC)
    return start.astimezone(dt.UTC) + since_first_reading()


def since_first_reading() -> dt.timedelta:
    """Return for how long business time has been running on."""
    wall = dt.datetime.now(dt.UTC)
    if not _first_reading:
        _first_reading.append(wall)
    return wall - _first_reading[0]


def today() -> dt.date:
    """Return the business day in Japan."""
    return periods.tokyo_day(now())
