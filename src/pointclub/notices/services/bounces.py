"""Mail that came back (NTC-5)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from django.conf import settings

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.notices.models import Delivery
from pointclub.notices.queries.tokens import read_bounce_token
from pointclub.notices.rules.bounces import Verdict, read_returned
from pointclub.people import services as people


class Taken(StrEnum):
    """What came of a mail at the address of bounces."""

    BOUNCED = "bounced"
    REFUSED = "refused"
    TEMPORARY = "temporary"
    KNOWN_BEFORE = "known_before"
    NOT_OURS = "not_ours"
    NO_BOUNCE = "no_bounce"


@act
def take_bounce(content: bytes, *, at: dt.datetime, actor: Actor) -> Taken:
    """Keep what a mail that came back says of its delivery, and mark the address if there is no such.

    Nobody is sent anything by this, so no mail goes round in a ring. A notice that came back counts as given when it
    was sent (MEM-7); who needs it to have arrived looks at ``bounced_at``.
    """
    returned = read_returned(content, bounce_address=settings.ENVIRONMENT.bounce_address)
    if returned.verdict is Verdict.NO_BOUNCE:
        return Taken.NO_BOUNCE
    named = {read_bounce_token(token) for token in returned.tokens} - {None}
    delivery = Delivery.objects.select_for_update(no_key=True).filter(id__in=named).order_by("id").first()
    if delivery is None or delivery.address_id is None:
        return Taken.NOT_OURS
    if returned.verdict is Verdict.TEMPORARY:
        return Taken.TEMPORARY
    if delivery.state != Delivery.State.SENT:
        return Taken.KNOWN_BEFORE
    delivery.state, delivery.bounced_at = Delivery.State.BOUNCED, at
    delivery.save(update_fields=["state", "bounced_at"])
    if returned.verdict is Verdict.REFUSED:
        return Taken.REFUSED
    people.note_bounce(address_id=delivery.address_id, at=at, actor=actor)
    return Taken.BOUNCED
