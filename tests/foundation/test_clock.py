"""Business time is the wall clock's, or runs on from an instant that was set."""

import datetime as dt
import time
from collections.abc import Callable

from pointclub.foundation import clock

SetClock = Callable[[dt.datetime], None]


def test_clock_gives_the_real_time_unless_told_otherwise() -> None:
    assert abs(clock.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=2)
    assert clock.now().tzinfo is dt.UTC


def test_set_clock_runs_on_from_its_instant(set_clock: SetClock) -> None:
    set_clock(dt.datetime(2026, 3, 31, 14, 59, tzinfo=dt.UTC))

    earlier = clock.now()
    time.sleep(0.01)
    later = clock.now()

    assert dt.timedelta(0) < later - earlier < dt.timedelta(seconds=5)
    assert clock.today() == dt.date(2026, 3, 31)


def test_today_is_the_day_in_japan(set_clock: SetClock) -> None:
    set_clock(dt.datetime(2026, 3, 31, 15, tzinfo=dt.UTC))

    assert clock.today() == dt.date(2026, 4, 1)
