"""Members who can sign in, each with a history to look at."""

from __future__ import annotations

import datetime as dt

from benchmarks.bench import Bench
from benchmarks.filling.history import fill_history
from pointclub.foundation import actors
from pointclub.membership import services as membership
from pointclub.merchants import services as merchants
from pointclub.people import services as people

PASSWORD = "shikenkaiin1"  # noqa: S105 -- Of people who are made up.
_TRANSACTIONS = 100
_ACTOR = actors.system("benchmark")


def fill_sign_ins(bench: Bench, count: int, *, opened_at: dt.datetime, until: dt.datetime) -> list[str]:
    """Make so many members with a hundred transactions each and return their login IDs; they share one password."""
    shop = merchants.admit_merchant(
        number="100001", name="試験商店", admitted_on=opened_at.date(), at=opened_at, actor=_ACTOR
    )
    names = [f"kaiin-{number}" for number in range(1, count + 1)]
    for name in names:
        person = people.record_person(name=f"試験 {name}", at=opened_at, actor=_ACTOR)
        member = membership.admit(person=person, at=opened_at, actor=_ACTOR)
        people.register_user(person=person, login_id=name, password=PASSWORD, at=opened_at, actor=_ACTOR)
        fill_history(member, shop, transactions=_TRANSACTIONS, until=until)
    bench.say(f"  members who can sign in: {count:,}")
    return names
