"""What the help page says: whether the call centre answers now, how to reach it, and answers."""

import dataclasses
import datetime as dt

from pointclub.foundation.periods import tokyo_day
from pointclub.portal.answers import Answers, answer_all
from pointclub.program import queries as program
from pointclub.program.rules import call_centre


@dataclasses.dataclass(frozen=True)
class HelpPage:
    """Everything on the page; it is the same for everybody, signed in or not."""

    is_open: bool
    opens_at: dt.datetime
    day_off: call_centre.DayOff | None
    answers: tuple[Answers, ...]
    opens: dt.time = call_centre.OPENS
    closes: dt.time = call_centre.CLOSES


def get_help_page(*, at: dt.datetime) -> HelpPage:
    """Return the page at that instant (STF-4)."""
    today = tokyo_day(at)
    return HelpPage(
        is_open=call_centre.is_open(at),
        opens_at=call_centre.find_next_opening(at),
        day_off=call_centre.find_day_off(today),
        answers=answer_all(program.get_version(on=today), on=today),
    )
