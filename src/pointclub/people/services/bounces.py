"""Addresses from which mail comes back (NTC-5)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.people.models import ContactAddress, SignIn
from pointclub.people.services.stays import hold_stay


@act
def note_bounce(*, address_id: UUID, at: dt.datetime, actor: Actor) -> bool:
    """Note that mail to the address comes back for good; return whether that was news."""
    is_news = bool(ContactAddress.objects.filter(id=address_id, bounced_at__isnull=True).update(bounced_at=at))
    if is_news:
        _record("people.note_bounce", address_id, at=at, actor=actor)
    return is_news


@act
def forget_bounce(
    *, person_id: UUID, kind: ContactAddress.Kind, stay: SignIn | None = None, at: dt.datetime, actor: Actor
) -> bool:
    """Take it that mail to the person's address arrives again, as they say; return whether it was marked.

    Raises:
        StayEndedError: the stay in which it was asked for has ended.
    """
    if stay is not None:
        hold_stay(stay=stay)
    marked = ContactAddress.objects.filter(
        person_id=person_id, kind=kind, replaced_at__isnull=True, bounced_at__isnull=False
    ).first()
    if marked is None:
        return False
    marked.bounced_at = None
    marked.save(update_fields=["bounced_at"])
    _record("people.forget_bounce", marked.id, at=at, actor=actor)
    return True


def _record(name: str, address_id: UUID, *, at: dt.datetime, actor: Actor) -> None:
    audit.record_act(act=name, actor=actor, subject=audit.Subject("contact_address", address_id), at=at)
