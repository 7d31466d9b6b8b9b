"""What those who can sign in to the made-up club were told, and what everybody is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from pointclub.foundation import actors
from pointclub.foundation.periods import tokyo_day
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.people import queries as people
from pointclub.people.models import Person

_LOADER = actors.system("demo")
_PUBLISHER = actors.system("demo-publisher")
_SHOWN_FOR = dt.timedelta(days=30)
_JAPANESE = notices.Words(
    "デモへようこそ",
    "このクラブの会員、加盟店、お買い物の記録はすべて架空のものです。\n\nご自由にお試しください。",
)
_ENGLISH = notices.Words(
    "Welcome to the demo",
    "The members, merchants and purchases of this club are all made up.\n\nPlease look around as you like.",
)


def tell_members(persons: Iterable[Person], *, at: dt.datetime) -> None:
    """Tell each that the registration is complete, by mail too, and publish a welcome."""
    for person in persons:
        notices.tell(
            person_id=person.id,
            kind=Kind.REGISTERED,
            values={},
            once=f"demo:{person.id}",
            at=at,
            actor=_LOADER,
            addresses=[address.id for address in people.list_mail_addresses(person.id)],
        )
    welcome = notices.request_announcement(
        japanese=_JAPANESE,
        english=_ENGLISH,
        shown_from=tokyo_day(at),
        shown_through=tokyo_day(at) + _SHOWN_FOR,
        at=at,
        actor=_LOADER,
    )
    notices.publish(request_id=welcome.id, at=at, actor=_PUBLISHER)
