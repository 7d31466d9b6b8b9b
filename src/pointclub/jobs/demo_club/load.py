"""Loading the made-up club. One day is one transaction, so a load that was cut short goes on where it stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.db import transaction

from pointclub.foundation import actors, clock
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.jobs.demo_club.contracts import bring_contracts_in
from pointclub.jobs.demo_club.days import Club
from pointclub.jobs.demo_club.desks import DESKS, hire
from pointclub.jobs.demo_club.founding import found_club
from pointclub.jobs.demo_club.keyword import let_recover
from pointclub.jobs.demo_club.newcomers import apply_to_be_held
from pointclub.jobs.demo_club.old_club import bring_old_club_in
from pointclub.jobs.demo_club.plan import FULL, HANAKO, JIRO, MEI, Plan, Size, first_day
from pointclub.jobs.demo_club.telling import tell_members
from pointclub.jobs.demo_club.waiting import lay_on_desks
from pointclub.jobs.nights import Job
from pointclub.membership import queries as membership
from pointclub.merchants.queries import find_merchants
from pointclub.people import services as people
from pointclub.program import queries as program

Progress = Callable[[str, int, int], None]

# Who, login ID, password: made up like everything else here, and printed by `pointclub demo`.
SIGN_INS: tuple[tuple[str, str, str], ...] = (
    ("見本 花子 (a member with family and a long history)", "hanako", "mihonhanako1"),
    ("見本 次郎 (a member with arrears)", "jiro", "mihonjiro22"),
    ("見本 芽衣 (a new member, nothing yet)", "mei", "mihonmei333"),
    *((f"{desk.name} (staff: {desk.role.words})", desk.login_id, desk.password) for desk in DESKS),
)
_MEMBERS = (HANAKO, JIRO, MEI)
_LOADER = actors.system("demo")


class StrangersThereError(Refusal):
    """There are members already who are not of the made-up club."""

    code = "strangers_there"


def load_demo_club(progress: Progress, *, size: Size = FULL) -> None:
    """Fill the club, or go on filling it; one that is complete is left as it is.

    The sign-ins come last: who can sign in finds everything there.

    Raises:
        StrangersThereError: the database holds a club of its own.
    """
    now = clock.now()
    today = tokyo_day(now)
    if get_user_model().objects.filter(login_id=SIGN_INS[-1][1]).exists():
        return
    began_on = _began_on(today, size)
    plan = Plan(size, days=(_planned_through(began_on, size) - began_on).days)
    if program.get_last_night(Job.UPDATE) is None:
        with transaction.atomic():
            found_club(plan, began_on, progress)
    club = Club(plan, began_on)
    done = program.get_last_night(Job.UPDATE) or began_on
    days = (today - began_on).days
    while done < today:
        done += dt.timedelta(days=1)
        with transaction.atomic():
            club.live_through(done, now=now)
        progress("Days", (done - began_on).days, days)
    with transaction.atomic():
        _add_sign_ins(plan, at=now)
    progress("Sign-ins", len(SIGN_INS), len(SIGN_INS))


def _began_on(today: dt.date, size: Size) -> dt.date:
    first_shop = find_merchants(["100001"]).get("100001")
    if first_shop is not None and program.get_last_night(Job.UPDATE) is not None:
        return first_shop.admitted_on
    if first_shop is not None or membership.count_memberships() or get_user_model().objects.exists():
        message = "There are members or staff already; the made-up club is loaded into an empty database only."
        raise StrangersThereError(message)
    return first_day(today, months=size.months)


def _planned_through(began_on: dt.date, size: Size) -> dt.date:
    """Return the day for which the club was planned, whenever its loading is resumed."""
    return first_day(began_on, months=-size.months)


def _add_sign_ins(plan: Plan, *, at: dt.datetime) -> None:
    persons = [membership.get_member(plan.households[index].primary.number).person for index in _MEMBERS]
    for person, (_, login_id, password) in zip(persons, SIGN_INS, strict=False):
        people.register_user(person=person, login_id=login_id, password=password, at=at, actor=_LOADER)
    hire(at=at)
    hanako, *_ = persons
    let_recover(hanako, at=at)
    lay_on_desks(plan, at=at)
    bring_old_club_in(at=at)
    bring_contracts_in(hanako, at=at)
    tell_members(persons, at=at)
    apply_to_be_held(plan, at=at)
