"""Telling somebody something: the outbox row, written with the act that it is about (NTC-1)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from procrastinate.contrib.django import app

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act, leave_to_the_end
from pointclub.notices.models import Channel, Delivery, Notice
from pointclub.notices.queries.wishes import advertised_addresses_of
from pointclub.notices.rules.kinds import FACTS, Facts, Kind, Topic, expires_at, require_values
from pointclub.people import queries as people
from pointclub.people.models import ContactAddress
from pointclub.people.rules.personal_fields import PersonalField

# The worker that sends is one of its own, so that a code never waits for the end of a night's work.
TASK = "send_notices"
QUEUE = "notices"
_ONCE = re.compile(r"[A-Za-z0-9_.:+/-]{1,120}")
LANGUAGES = frozenset({"ja", "en"})


class NotOnceError(ValueError):
    """The key names no act of its own, or one that told somebody else, or something else: a mistake of the program."""


@act
def tell(
    *,
    person_id: UUID,
    kind: Kind,
    values: Mapping[str, str | int],
    once: str,
    at: dt.datetime,
    actor: Actor,
    addresses: Collection[UUID] | None = None,
    language: str | None = None,
) -> UUID:
    """Keep what the person is to be told, and by which ways; it stands or falls with the act that this is part of.

    ``once`` names the act, by ids and codes alone: told again under it, nothing is told again. ``addresses`` are ids of
    contact addresses, replaced or unproved ones too. Without them it goes to those that are proved, do not bounce, and,
    for advertising, were chosen for it.

    Raises:
        WrongValuesError: the kind takes other values.
        NotOnceError: the key is none, or named another notice.
    """
    notice = _notice(person_id, Kind(kind), values, once=once, at=at, actor=actor)
    notice.language = language if language in LANGUAGES else people.language_of(person_id)
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    kept = Notice.objects.get(once=once)
    if kept.id != notice.id:
        if (kept.person_id, kept.kind) != (person_id, notice.kind):
            message = f"The notice {kept.id} has that key."
            raise NotOnceError(message)
        return kept.id
    deliveries = _deliveries(notice, FACTS[Kind(kind)], _addresses_for(notice, addresses), at=at)
    Delivery.objects.bulk_create(deliveries)
    if any(delivery.address_id for delivery in deliveries):
        leave_to_the_end(ring, notice.id)
    return notice.id


def ring(_: Sequence[object]) -> None:
    """Queue one job for all that was told: a bell in the same transaction, and the rows are the truth.

    It takes no queueing lock, for which those who tell at the same time would wait until the first of them is done.
    """
    app.configure_task(TASK, queue=QUEUE).defer(timestamp=0)


def _notice(
    person_id: UUID, kind: Kind, values: Mapping[str, str | int], *, once: str, at: dt.datetime, actor: Actor
) -> Notice:
    if not _ONCE.fullmatch(once):
        message = "What names an act is made of ids and codes: up to 120 of A-Z a-z 0-9 _ . : + / -"
        raise NotOnceError(message)
    wanted = require_values(kind, values)
    notice = Notice(
        person_id=person_id,
        kind=kind.value,
        once=once,
        told_by=str(actor),
        told_at=at,
        expires_at=expires_at(kind, wanted, at=at),
    )
    notice.seal(wanted)
    return notice


def _addresses_for(notice: Notice, chosen: Collection[UUID] | None) -> list[ContactAddress]:
    if chosen is not None:
        return people.get_mail_addresses(chosen)
    current = people.list_mail_addresses(notice.person_id)
    usable = [each for each in current if each.verified_at is not None and each.bounced_at is None]
    if FACTS[Kind(notice.kind)].topic is Topic.ADVERTISING:
        wanted = advertised_addresses_of(notice.person_id)
        usable = [each for each in usable if each.kind in wanted]
    return usable


def _deliveries(
    notice: Notice, facts: Facts, addresses: Sequence[ContactAddress], *, at: dt.datetime
) -> list[Delivery]:
    found = [
        Delivery(notice=notice, channel=address.place.value, address=address, rank=facts.rank, try_at=at)
        for address in addresses
    ]
    if facts.page is not None:
        found.append(
            Delivery(
                notice=notice,
                channel=facts.page.value,
                rank=facts.rank,
                state=Delivery.State.SENT,
                given_at=at,
            )
        )
    if facts.goes_by_letter and not addresses and _has_a_home(notice.person_id):
        found.append(Delivery(notice=notice, channel=Channel.LETTER, rank=facts.rank))
    return found


def _has_a_home(person_id: UUID) -> bool:
    return PersonalField.ADDRESS in people.personal_data_of([person_id]).get(person_id, {})
