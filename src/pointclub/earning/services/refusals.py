"""Why an accrual, a correction or a reversal is refused."""

from __future__ import annotations

from pointclub.foundation.refusals import NotFoundError, Refusal


class InvalidSaleError(Refusal):
    """The figures of the sale make no sense."""

    code = "invalid_sale"


class UnknownAccrualError(NotFoundError):
    """The merchant has no accrual of that reference; another merchant's looks the same."""

    code = "unknown_accrual"


class ReferenceConflictError(Refusal):
    """The reference, or the key, came before with other content."""

    code = "reference_conflict"


class ReturnExceedsSaleError(Refusal):
    """More is returned than is left of the sale."""

    code = "return_exceeds_sale"


class CorrectionWindowOverError(Refusal):
    """Only the operator can still change an accrual that old (ACC-9)."""

    code = "correction_window_over"


class AlreadyReversedError(Refusal):
    """The sale was undone as a whole; there is nothing left to correct."""

    code = "already_reversed"
