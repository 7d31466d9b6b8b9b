"""Proving that an e-mail address is read by whom it was registered for: a link, opened in time (REG-5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.core import signing

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.people.models import ContactAddress, Person
from pointclub.people.models.contacts import WAITING
from pointclub.people.rules.address_proofs import is_in_time
from pointclub.people.services.address_changes import take_place

_SALT = "pointclub.people.address_proof"


class UnknownAddressError(NotFoundError):
    """There is no such address."""

    code = "unknown_address"


class InvalidProofError(Refusal):
    """The link was cut off, altered, or is none of ours."""

    code = "invalid_proof"


class ExpiredProofError(Refusal):
    """The link was opened too late; another one can be sent."""

    code = "expired_proof"


class ReplacedAddressError(Refusal):
    """Another address has taken the place of the one that the link was sent to."""

    code = "replaced_address"


@dataclass(frozen=True, slots=True)
class Proved:
    """An address that is proved; not for the first time where its link was opened before.

    One that waited has taken the place of ``replaced_id``, or an empty one.
    """

    address_id: UUID
    person_id: UUID
    is_first: bool
    place: ContactAddress.Kind
    has_changed: bool = False
    replaced_id: UUID | None = None


@act
def issue_address_proof(*, address_id: UUID, at: dt.datetime) -> str:
    """Return what proves the address when it comes back in time; it holds no personal data.

    Raises:
        UnknownAddressError: there is no such address.
        ReplacedAddressError: another one has taken its place.
    """
    address = ContactAddress.objects.filter(id=address_id).first()
    if address is None:
        message = "There is no such address."
        raise UnknownAddressError(message)
    _refuse_replaced(address)
    return signing.Signer(salt=_SALT).sign_object({"address": str(address.id), "issued_at": at.isoformat()})


@act
def prove_address(*, token: str, at: dt.datetime, actor: Actor) -> Proved:
    """Note that mail to the address arrives where it should.

    Opened a second time in time, the same link says so again and changes nothing: mail programs open links too.

    Raises:
        InvalidProofError: it is no token of ours.
        ExpiredProofError: its time is over.
        ReplacedAddressError: another address has taken the place.
    """
    address_id, issued_at = _read(token)
    address = _locked(address_id)
    if not is_in_time(issued_at, at=at):
        message = "This link has expired. Ask for another one."
        raise ExpiredProofError(message)
    if address.kind in WAITING:
        return _prove_waiting(address, at=at, actor=actor)
    _refuse_replaced(address)
    is_first = address.verified_at is None
    if is_first:
        address.verified_at = at
        address.save(update_fields=["verified_at"])
        _record(address, at=at, actor=actor)
    return Proved(address.id, address.person_id, is_first, address.place)


def _prove_waiting(waiting: ContactAddress, *, at: dt.datetime, actor: Actor) -> Proved:
    """Let the address take the place that it waits for; opened again, its link says so as long as it has the place."""
    if waiting.verified_at is None:
        _refuse_replaced(waiting)
        row, replaced_id = take_place(waiting, at=at, actor=actor)
        _record(row, at=at, actor=actor)
        return Proved(row.id, row.person_id, is_first=True, place=row.place, has_changed=True, replaced_id=replaced_id)
    now = ContactAddress.objects.filter(person_id=waiting.person_id, kind=waiting.place, replaced_at__isnull=True)
    row_now = now.first()
    if row_now is None or row_now.value != waiting.value:
        raise _replaced()
    return Proved(row_now.id, row_now.person_id, is_first=False, place=waiting.place)


def _locked(address_id: UUID) -> ContactAddress:
    """Return the address, under the lock of its person, which whoever changes addresses holds as well."""
    person_id = ContactAddress.objects.filter(id=address_id).values_list("person_id", flat=True).first()
    if person_id is None:
        message = "This link is incomplete or not one of ours."
        raise InvalidProofError(message)
    Person.objects.select_for_update(no_key=True).get(id=person_id)
    return ContactAddress.objects.get(id=address_id)


def _record(address: ContactAddress, *, at: dt.datetime, actor: Actor) -> None:
    subject = audit.Subject("person", address.person_id)
    audit.record_act(
        act="people.prove_address", actor=actor, subject=subject, at=at, details={"field": str(address.kind)}
    )


def _read(token: str) -> tuple[UUID, dt.datetime]:
    try:
        said = signing.Signer(salt=_SALT).unsign_object(token)
    except signing.BadSignature as altered:
        message = "This link is incomplete or not one of ours."
        raise InvalidProofError(message) from altered
    return UUID(said["address"]), dt.datetime.fromisoformat(said["issued_at"])


def _refuse_replaced(address: ContactAddress) -> None:
    if address.replaced_at is not None:
        raise _replaced()


def _replaced() -> ReplacedAddressError:
    return ReplacedAddressError("Another address has taken the place of this one.")
