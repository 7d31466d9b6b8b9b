"""Mail that came back (NTC-5)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from django.conf import settings

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.notices.models import Delivery, ListedBounce
from pointclub.notices.queries.tokens import read_bounce_token
from pointclub.notices.rules.bounce_lists import Listed
from pointclub.notices.rules.bounces import Verdict, read_returned
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.personal_data import blind_index


class Taken(StrEnum):
    """What came of a mail at the address of bounces, or of a line of a list."""

    BOUNCED = "bounced"
    REFUSED = "refused"
    TEMPORARY = "temporary"
    KNOWN_BEFORE = "known_before"
    OUTDATED = "outdated"
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


@act
def take_listed_bounce(listed: Listed, *, at: dt.datetime, actor: Actor) -> Taken:
    """Mark the addresses that a line of a list names, whoever has them, if mail to them comes back for good.

    The same line does nothing again, even where a member has said since that mail arrives: a list is sent on and taken
    in more often than once. An address that was proved after the mail came back stays as it is. Which mail it was the
    list does not say, so deliveries stay as they are.
    """
    addresses = people_queries.list_addresses_of(listed.address)
    if not addresses:
        return Taken.NOT_OURS
    if not listed.is_permanent:
        return Taken.TEMPORARY
    digest = blind_index(f"{listed.came_back_at.isoformat()} {listed.address}", of="listed bounce")
    line = ListedBounce(digest=digest, taken_by=str(actor), taken_at=at)
    ListedBounce.objects.bulk_create([line], ignore_conflicts=True)
    if not ListedBounce.objects.filter(id=line.id).exists():
        return Taken.KNOWN_BEFORE
    unproved_since = [each for each in addresses if each.verified_at is None or each.verified_at <= listed.came_back_at]
    if not unproved_since:
        return Taken.OUTDATED
    marked = [people.note_bounce(address_id=each.id, at=at, actor=actor) for each in unproved_since]
    return Taken.BOUNCED if any(marked) else Taken.KNOWN_BEFORE
