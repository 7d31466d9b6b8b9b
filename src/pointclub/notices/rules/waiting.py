"""When a mail that could not be handed over is tried again, and when no more (NTC-1)."""

from __future__ import annotations

import datetime as dt

# While one worker is at a mail, no other takes it up; if it is killed, another one does after that time.
AT_IT = dt.timedelta(minutes=10)
# A server that does not answer is no fault of the mail: it waits, and that is not counted as a try.
SERVER_DOWN = dt.timedelta(minutes=1)
# What waits for a mailing that was stopped is looked at again this late: it is rung for when the mailing goes on.
STOPPED = dt.timedelta(days=1)
# Whoever asked for a trial mail looks for it now.
LAST_OF_A_TRIAL = dt.timedelta(hours=1)
TRIAL_AGAIN = dt.timedelta(minutes=5)
_PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1_440, 1_440))
MOST_TRIES = len(_PAUSES) + 1


def next_try_at(*, tries: int, at: dt.datetime) -> dt.datetime | None:
    """Return when to try again after so many tries that the server put off; after some four days no more."""
    return None if tries >= MOST_TRIES else at + _PAUSES[tries - 1]
