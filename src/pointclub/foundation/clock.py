"""The only place that reads the wall clock. Entrances ask it once and hand the answer down as `at` or `on`.

Outside production `POINTCLUB_CLOCK` names the instant at which business time starts; from this process's start it runs
on at the pace of the wall clock. A process that starts others hands its own business time down to them.
"""

import datetime as dt

from django.conf import settings

from pointclub.foundation import periods

_PROCESS_BEGAN = dt.datetime.now(dt.UTC)


def now() -> dt.datetime:
    """Return the instant of business time, in UTC."""
    start: dt.datetime | None = settings.BUSINESS_TIME_STARTS_AT
    return (_PROCESS_BEGAN if start is None else start.astimezone(dt.UTC)) + since_process_began()


def since_process_began() -> dt.timedelta:
    """Return for how long business time has been running on."""
    return dt.datetime.now(dt.UTC) - _PROCESS_BEGAN


def today() -> dt.date:
    """Return the business day in Japan."""
    return periods.tokyo_day(now())
