"""Another e-mail address: it waits until it is proved, and till then all mail goes where it went (MEM-7)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import UnavailableError
from pointclub.people.models import ContactAddress, Person
from pointclub.people.rules.contacts import UnreadableValueError, mail_address
from pointclub.people.services.contacts import NEXT, InvalidPersonalDataError, drop_waiting, record_of_place
from pointclub.people.services.open_links import end_open_links

_MOST, _WITHIN = 6, dt.timedelta(hours=1)


class TooManyAddressChangesError(UnavailableError):
    """Each is a mail to an address that may be a stranger's, so there are only so many."""

    code = "too_many_address_changes"


@act
def ask_for_address_change(
    *, person: Person, place: ContactAddress.Kind, address: str, at: dt.datetime, actor: Actor
) -> UUID | None:
    """Let the address wait for its proof, in place of another that waits; return it, if it does so from now on.

    Asked for the address that is there already, it is that one that stays, and none waits any more.

    Raises:
        InvalidPersonalDataError: it is no address.
        TooManyAddressChangesError: so many were asked for that the next one waits.
    """
    try:
        wanted = mail_address(address)
    except UnreadableValueError as unreadable:
        raise InvalidPersonalDataError(str(unreadable), field=str(place)) from None
    Person.objects.select_for_update(no_key=True).get(id=person.id)
    rows = ContactAddress.objects.filter(person=person, kind__in=(place, NEXT[place]), replaced_at__isnull=True)
    now = {row.kind: row for row in rows}
    waiting = now.get(NEXT[place])
    if waiting is not None and waiting.value == wanted:
        return None
    if waiting is not None:
        drop_waiting(person, place, at=at, actor=actor)
    if place in now and now[place].value == wanted:
        return None
    _refuse_too_many(person, at=at)
    row = ContactAddress.of(person.id, NEXT[place], wanted, recorded_by=str(actor), at=at)
    row.save(force_insert=True)
    record_of_place("people.ask_for_address_change", person.id, place, at=at, actor=actor)
    return row.id


@act
def withdraw_address_change(*, person: Person, place: ContactAddress.Kind, at: dt.datetime, actor: Actor) -> bool:
    """Let no address wait for that place any more; return whether one did."""
    Person.objects.select_for_update(no_key=True).get(id=person.id)
    return drop_waiting(person, place, at=at, actor=actor)


def _refuse_too_many(person: Person, *, at: dt.datetime) -> None:
    asked = ContactAddress.objects.filter(person=person, kind__in=NEXT.values(), recorded_at__gt=at - _WITHIN)
    latest = list(asked.order_by("-recorded_at").values_list("recorded_at", flat=True)[:_MOST])
    if len(latest) == _MOST:
        message = "Many other addresses were named within the last hour. Please try again later."
        raise TooManyAddressChangesError(message, retry_at=(latest[-1] + _WITHIN).isoformat())


def take_place(waiting: ContactAddress, *, at: dt.datetime, actor: Actor) -> tuple[ContactAddress, UUID | None]:
    """Put a proved address in the place that it waits for; return its row there, and the one that gave way.

    It is a row of its own, recorded now: from now on it is the person's address, and its ciphertext is bound to its
    place.
    """
    old = ContactAddress.objects.filter(
        person_id=waiting.person_id, kind=waiting.place, replaced_at__isnull=True
    ).first()
    ending = {"replaced_at": at, "replaced_by": str(actor)}
    ContactAddress.objects.filter(id=waiting.id).update(verified_at=at, **ending)
    if old is not None:
        ContactAddress.objects.filter(id=old.id).update(**ending)
        end_open_links(waiting.person_id, at=at)
    row = ContactAddress.of(waiting.person_id, waiting.place, waiting.value, recorded_by=waiting.recorded_by, at=at)
    row.verified_at = at
    row.save(force_insert=True)
    return row, None if old is None else old.id
