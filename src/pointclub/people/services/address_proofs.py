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
from pointclub.people.models import ContactAddress
from pointclub.people.rules.address_proofs import is_in_time

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
    """An address that is proved; not for the first time where its link was opened before."""

    address_id: UUID
    person_id: UUID
    is_first: bool


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
    address = ContactAddress.objects.select_for_update(no_key=True).filter(id=address_id).first()
    if address is None:
        message = "This link is incomplete or not one of ours."
        raise InvalidProofError(message)
    if not is_in_time(issued_at, at=at):
        message = "This link has expired. Ask for another one."
        raise ExpiredProofError(message)
    _refuse_replaced(address)
    is_first = address.verified_at is None
    if is_first:
        address.verified_at = at
        address.save(update_fields=["verified_at"])
        audit.record_act(
            act="people.prove_address",
            actor=actor,
            subject=audit.Subject("person", address.person_id),
            at=at,
            details={"field": address.kind},
        )
    return Proved(address.id, address.person_id, is_first)


def _read(token: str) -> tuple[UUID, dt.datetime]:
    try:
        said = signing.Signer(salt=_SALT).unsign_object(token)
    except signing.BadSignature as altered:
        message = "This link is incomplete or not one of ours."
        raise InvalidProofError(message) from altered
    return UUID(said["address"]), dt.datetime.fromisoformat(said["issued_at"])


def _refuse_replaced(address: ContactAddress) -> None:
    if address.replaced_at is not None:
        message = "Another address has taken the place of this one."
        raise ReplacedAddressError(message)
