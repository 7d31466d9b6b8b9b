"""Advertising that was approved, handed to the outbox as fast as mail leaves it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from pointclub.foundation import actors
from pointclub.notices import queries as notices_queries
from pointclub.notices import services as notices

# So many mails of one mailing lie in the outbox at most, so that stopping it stops nearly all of it.
MOST_WAITING = 2_000


def carry_on_all(*, read_clock: Callable[[], dt.datetime]) -> int:
    """Tell the next people of each mailing that is under way, and return how many; the rest waits for mails to leave.

    What people are told names who approved it.
    """
    told = 0
    for mailing in notices_queries.list_mailings_going_out():
        if notices_queries.count_waiting_mails(mailing.id) >= MOST_WAITING:
            continue
        actor = actors.named(mailing.approved_by)
        for people in notices.carry_on_mailing(mailing_id=mailing.id, at=read_clock(), actor=actor):
            told += people
            if notices_queries.count_waiting_mails(mailing.id) >= MOST_WAITING:
                break
    return told
