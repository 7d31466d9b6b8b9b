"""Proving an e-mail address, and sending the link that does it once more (REG-5, MEM-7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.membership.services.signing_in import tell_of_change
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, SignIn, User
from pointclub.people.rules import address_proofs

CHANGED = {
    ContactAddress.Kind.FIRST: "mail_changed",
    ContactAddress.Kind.SECOND: "second_mail_changed",
}
_ONE_MAIL_EACH = dt.timedelta(hours=1)


@act
def mail_address_proofs(
    *, user: User, link_to: Callable[[str], str], stay: SignIn | None = None, at: dt.datetime, actor: Actor
) -> dt.datetime | None:
    """Mail the link to every address of the user that waits for its proof, and return when the next mail can be sent.

    Nobody's address can be flooded: within an hour of the clock one mail goes to each, however often it is asked for.
    Nothing is returned where no address waits.

    Raises:
        StayEndedError: the stay in which it was asked for has ended.
    """
    if stay is not None:
        people.hold_stay(stay=stay)
    current = people_queries.list_mail_addresses(user.person_id)
    waiting = [each for each in current if each.verified_at is None]
    waiting += people_queries.list_waiting_addresses(user.person_id)
    begun_at = at.replace(minute=0, second=0, microsecond=0)
    for address in waiting:
        mail_proof(
            user=user,
            address_id=address.id,
            link_to=link_to,
            at=at,
            actor=actor,
            once=f"prove_again:{address.id}:{begun_at.isoformat()}",
        )
    return begun_at + _ONE_MAIL_EACH if waiting else None


@act
def prove_address(*, token: str, at: dt.datetime, actor: Actor) -> people.Proved:
    """Note that an e-mail address is read by its owner; where it takes a place by that, tell the old and the new one.

    Raises:
        InvalidProofError: it is no token of ours.
        ExpiredProofError: its time is over.
        ReplacedAddressError: another address has taken the place.
    """
    proved = people.prove_address(token=token, at=at, actor=actor)
    if proved.has_changed:
        user = User.objects.get(person_id=proved.person_id)
        tell_of_mail_change(user, CHANGED[proved.place], also=proved.replaced_id, at=at, actor=actor)
    return proved


def mail_proof(
    *, user: User, address_id: UUID, link_to: Callable[[str], str], at: dt.datetime, actor: Actor, once: str
) -> None:
    """Mail the link that proves an address."""
    notices.tell(
        person_id=user.person_id,
        kind=Kind.PROVE_ADDRESS,
        values={
            "link": link_to(people.issue_address_proof(address_id=address_id, at=at)),
            "valid_minutes": int(address_proofs.VALID_FOR.total_seconds()) // 60,
        },
        once=once,
        at=at,
        actor=actor,
        addresses=[address_id],
    )


def tell_of_mail_change(user: User, what: str, *, at: dt.datetime, actor: Actor, also: UUID | None = None) -> None:
    """Tell every address that is the person's now, and the one that was until now; those that bounce are left out."""
    now = people_queries.list_mail_addresses(user.person_id)
    told = [each for each in now if each.verified_at is not None or each.kind == ContactAddress.Kind.FIRST]
    if also is not None:
        told += people_queries.get_mail_addresses([also])
    tell_of_change(user, what, at=at, actor=actor, addresses={each.id for each in told if each.bounced_at is None})
