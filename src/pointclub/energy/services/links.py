"""Linking a contract to the person who uses the portal for it, and ending the link (REG-1)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction

from pointclub.audit import services as audit
from pointclub.energy.models import ContractLink
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.people.models import Person


class ContractLinkedError(Refusal):
    """Somebody else uses the portal for this contract."""

    code = "contract_linked"


class NotLinkedError(NotFoundError):
    """There is no such link to end."""

    code = "contract_not_linked"


@act
def link_contract(*, contract_id: UUID, person: Person, at: dt.datetime, actor: Actor) -> ContractLink:
    """Let the person use the portal for the contract from now on; who does already goes on.

    Raises:
        ContractLinkedError: somebody else does.
    """
    current = ContractLink.objects.filter(contract_id=contract_id, ended_at__isnull=True).first()
    if current is not None and current.person_id == person.id:
        return current
    try:
        with transaction.atomic():
            link = ContractLink.objects.create(
                contract_id=contract_id, person=person, linked_by=str(actor), linked_at=at
            )
    except IntegrityError as taken:
        message = "This contract is registered to somebody else."
        raise ContractLinkedError(message) from taken
    _record("energy.link_contract", link, at=at, actor=actor)
    return link


@act
def unlink_contract(*, contract_id: UUID, person: Person, at: dt.datetime, actor: Actor) -> None:
    """Let the person use the portal for the contract no longer; that they did stays on file.

    Raises:
        NotLinkedError: they do not.
    """
    links = ContractLink.objects.select_for_update(no_key=True)
    link = links.filter(contract_id=contract_id, person=person, ended_at__isnull=True).first()
    if link is None:
        message = "This person does not use the portal for this contract."
        raise NotLinkedError(message)
    link.ended_at, link.ended_by = at, str(actor)
    link.save(update_fields=["ended_at", "ended_by"])
    _record("energy.unlink_contract", link, at=at, actor=actor)


def _record(name: str, link: ContractLink, *, at: dt.datetime, actor: Actor) -> None:
    details = {"contract": str(link.contract_id)}
    audit.record_act(act=name, actor=actor, subject=audit.Subject("person", link.person_id), at=at, details=details)
