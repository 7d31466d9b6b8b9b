"""Business days and months. A day is a day in Japan, whatever zone an instant is written in."""

import calendar
import datetime as dt
import zoneinfo

TOKYO = zoneinfo.ZoneInfo("Asia/Tokyo")


def tokyo_day(at: dt.datetime) -> dt.date:
    """Return the business day that `at` falls in; an instant without a zone is refused, since it names no day."""
    if at.tzinfo is None:
        message = f"{at.isoformat()} has no time zone."
        raise ValueError(message)
    return at.astimezone(TOKYO).date()


def start_of_day(on: dt.date) -> dt.datetime:
    """Return the first instant of that day in Japan, written in UTC."""
    return dt.datetime.combine(on, dt.time.min, tzinfo=TOKYO).astimezone(dt.UTC)


def last_day_of_month(on: dt.date) -> dt.date:
    """Return the last day of the month that `on` lies in."""
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day `months` later, or the last of that month where it has no such day (31 January + 1 month)."""
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    month = month_index + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
