"""Sending the link that proves an e-mail address once more (REG-5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import User
from pointclub.people.rules import address_proofs

_ONE_MAIL_EACH = dt.timedelta(hours=1)


@act
def mail_address_proofs(
    *, user: User, link_to: Callable[[str], str], at: dt.datetime, actor: Actor
) -> dt.datetime | None:
    """Mail the link to every address of the user that waits for its proof, and return when the next mail can be sent.

    Nobody's address can be flooded: within an hour of the clock one mail goes to each, however often it is asked for.
    Nothing is returned where no address waits.
    """
    waiting = [each for each in people_queries.list_mail_addresses(user.person_id) if each.verified_at is None]
    begun_at = at.replace(minute=0, second=0, microsecond=0)
    for address in waiting:
        notices.tell(
            person_id=user.person_id,
            kind=Kind.PROVE_ADDRESS,
            values={
                "link": link_to(people.issue_address_proof(address_id=address.id, at=at)),
                "valid_minutes": int(address_proofs.VALID_FOR.total_seconds()) // 60,
            },
            once=f"prove_again:{address.id}:{begun_at.isoformat()}",
            at=at,
            actor=actor,
            addresses=[address.id],
        )
    return begun_at + _ONE_MAIL_EACH if waiting else None
