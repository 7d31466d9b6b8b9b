"""Sending what waits to be sent, until nothing is due."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable

from pointclub.notices import services as notices

_log = logging.getLogger(__name__)


def send_all(*, read_clock: Callable[[], dt.datetime], most: int | None = None) -> Counter[str]:
    """Send every mail that is due, or the first of them, and count what became of each.

    A server that is down is tried again later.
    """
    done: Counter[str] = Counter()
    notices.erase_expired(at=read_clock())
    with notices.open_outlet() as outlet:
        if outlet is None:
            return done
        while most is None or done.total() < most:
            outcome = notices.send_next(outlet, at=read_clock())
            if outcome is None:
                break
            done[outcome.value] += 1
            if outcome is notices.Outcome.SERVER_DOWN:
                _log.warning("The mail server does not answer; what waits is tried again in a minute.")
                break
    return done
