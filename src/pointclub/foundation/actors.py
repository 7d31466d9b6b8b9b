"""Who did it: every act that writes names its actor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The kinds of caller that can change anything."""

    SYSTEM = "system"
    MEMBER = "member"
    MERCHANT = "merchant"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Actor:
    """Kind and identifier (login ID, member number, merchant number, job name); never a name or an address."""

    kind: ActorKind
    id: str

    def __str__(self) -> str:
        """Show as ``staff:sato``, the way the books keep it."""
        return f"{self.kind}:{self.id}"


def named(written: str) -> Actor:
    """Return the actor that is written so in the books: ``staff:sato``."""
    kind, _, identifier = written.partition(":")
    return Actor(ActorKind(kind), identifier)


def system(job: str) -> Actor:
    """Return the actor of work that nobody asked for by hand."""
    return Actor(ActorKind.SYSTEM, job)


def member(number: str) -> Actor:
    """Return a member as actor."""
    return Actor(ActorKind.MEMBER, number)


def merchant(number: str) -> Actor:
    """Return a merchant as actor."""
    return Actor(ActorKind.MERCHANT, number)


def staff(login_id: str) -> Actor:
    """Return a member of staff as actor."""
    return Actor(ActorKind.STAFF, login_id)
