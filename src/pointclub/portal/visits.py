"""Who looks at a member's pages, when, and whether there is anything to see."""

import dataclasses
import datetime as dt
from uuid import UUID

from pointclub.foundation.periods import tokyo_day
from pointclub.membership.models import Member
from pointclub.membership.rules.number import grouped
from pointclub.program import queries as program


@dataclasses.dataclass(frozen=True)
class Pause:
    """Enquiry is paused (SUS-1); `until` is None where the end is not known."""

    text: str
    until: dt.datetime | None


@dataclasses.dataclass(frozen=True)
class Visit:
    """One look at one's own points; while `pause` is there, no figure of them is shown."""

    account_id: UUID
    membership_id: UUID
    name: str
    member_number: str
    as_of: dt.datetime
    ended_on: dt.date | None
    pause: Pause | None

    @property
    def on(self) -> dt.date:
        """Return the business day of the visit."""
        return tokyo_day(self.as_of)


def begin_visit(member: Member, *, at: dt.datetime, language: str) -> Visit:
    """Return what every page of a primary member begins with."""
    ended_at = member.membership.ended_at
    suspension = program.find_suspension(program.Activity.ENQUIRY, at=at)
    pause = None
    if suspension is not None:
        pause = Pause(suspension.text_en if language == "en" else suspension.text_ja, suspension.ends_before)
    return Visit(
        account_id=member.membership.account_id,
        membership_id=member.membership_id,
        name=member.person.name,
        member_number=grouped(member.number),
        as_of=at,
        ended_on=tokyo_day(ended_at) if ended_at is not None and ended_at <= at else None,
        pause=pause,
    )
