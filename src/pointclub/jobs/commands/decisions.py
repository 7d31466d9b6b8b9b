"""Who asked and who decided, as every command shows it that is about a request of two people."""

import datetime as dt
from typing import Any, Protocol

from pointclub.jobs.commands.arguments import in_japan


class DecidedByTwo(Protocol):
    """A request that one person makes and another decides on."""

    @property
    def requested_by(self) -> str:
        """Who asked."""

    @property
    def requested_at(self) -> dt.datetime:
        """When it was asked for."""

    @property
    def decided_by(self) -> str:
        """Who decided; empty before."""

    @property
    def decided_at(self) -> dt.datetime | None:
        """When it was decided."""


def who_and_when(request: DecidedByTwo) -> dict[str, Any]:
    """Return both people and both instants; those of the decision are None before it."""
    return {
        "requested_by": request.requested_by,
        "requested_at": in_japan(request.requested_at),
        "decided_by": request.decided_by or None,
        "decided_at": None if request.decided_at is None else in_japan(request.decided_at),
    }
