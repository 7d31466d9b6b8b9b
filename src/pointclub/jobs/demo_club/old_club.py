"""A member of an old club, whose points wait for somebody who joins with the number and the password."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from pointclub.files.rules.feeds import OLD_MEMBERS
from pointclub.foundation.periods import add_months, last_day_of_month, tokyo_day
from pointclub.jobs.demo_club.desks import actor_at
from pointclub.jobs.demo_club.feeds import file_of
from pointclub.membership import services as membership
from pointclub.people.rules.permissions import Role

# Printed by `pointclub demo`.
OLD_NUMBER, OLD_PASSWORD = "KYU-2045", "mihonkyu5"
_POINTS = ((-1, 180), (2, 640), (14, 1_500))
_ROUNDS = 200_000


def bring_old_club_in(*, at: dt.datetime) -> None:
    """Take in the file that the old club's system would send: points that have lapsed, lapse soon, and lapse late."""
    hashed = PBKDF2PasswordHasher().encode(OLD_PASSWORD, "mihonmihonmihon", iterations=_ROUNDS)
    today = tokyo_day(at)
    rows = [
        (f"E{months}", OLD_NUMBER, hashed, points, last_day_of_month(add_months(today, months)))
        for months, points in _POINTS
    ]
    incoming = file_of(OLD_MEMBERS, rows, sender="old-club", on=today, sums=[sum(points for _, points in _POINTS)])
    for _ in membership.import_old_members(incoming, at=at, actor=actor_at(Role.ACCOUNTING)):
        pass
