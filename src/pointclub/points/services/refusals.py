"""Why the ledger says no."""

from __future__ import annotations

from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.points.rules.bounds import MAXIMUM_POINTS, is_number_of_points


class InsufficientPointsError(Refusal):
    """The usable balance is below what was asked for; nothing was taken (RED-5)."""

    code = "insufficient_points"

    def __init__(self, *, requested: int, available: int) -> None:
        """Keep by how much it falls short, which the member is told."""
        self.short_by = requested - available
        super().__init__(
            f"{requested} points were asked for and {available} can be used: {self.short_by} are missing. "
            "Nothing was taken.",
            requested=requested,
            available=available,
            short_by=self.short_by,
        )


class InvalidPointsError(Refusal):
    """Points are whole numbers from 1 to 1,000,000,000."""

    code = "invalid_points"


class KeyReusedError(Refusal):
    """The same key came before with other content."""

    code = "key_reused"


class AccountClosedError(Refusal):
    """The membership has ended, so points can no longer be moved by the member."""

    code = "account_closed"


class MonthClosedError(Refusal):
    """The books of that month are closed."""

    code = "month_closed"


class ReturnExceedsLineError(Refusal):
    """More was to come back than the line took and still has not got back."""

    code = "return_exceeds_line"


class ExpiryShortenedError(Refusal):
    """An announcement can only lengthen the life of points already issued (EXP-4)."""

    code = "expiry_shortened"


class SamePersonError(Refusal):
    """Who asked cannot be the one who decides (STF-2)."""

    code = "same_person"


class AlreadyDecidedError(Refusal):
    """The request was decided before."""

    code = "already_decided"


class UnknownRequestError(NotFoundError):
    """There is no such request."""

    code = "unknown_request"


class MonthNotReadyError(Refusal):
    """Update and lapse have not both run through the end of the month."""

    code = "month_not_ready"


def require_points(points: object) -> int:
    """Return the number of points if it is one.

    Raises:
        InvalidPointsError: not a whole number, or out of bounds.
    """
    if not is_number_of_points(points):
        message = f"{points!r} is not a number of points: a whole number from 1 to {MAXIMUM_POINTS:,} is needed."
        raise InvalidPointsError(message)
    return points
