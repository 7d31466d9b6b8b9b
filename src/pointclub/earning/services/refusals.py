"""Why an accrual, a correction or a reversal is refused."""

from __future__ import annotations

from pointclub.earning.rules.requests import LONGEST_REFERENCE, is_reference
from pointclub.foundation.refusals import NotFoundError, Refusal, UnavailableError

NO_SUCH_ACCRUAL = "There is no such accrual."
KEY_REUSED = "This Idempotency-Key was used before, for another request. Nothing was changed."


class InvalidSaleError(Refusal):
    """The figures of the sale make no sense."""

    code = "invalid_sale"


class InvalidKeyError(Refusal):
    """A key is one line of text."""

    code = "invalid_key"


def require_key(key: str) -> None:
    """Do nothing if the key can be one.

    Raises:
        InvalidKeyError: it is blank, too long, or has control characters.
    """
    if not is_reference(key):
        message = f"A key has 1 to {LONGEST_REFERENCE} characters, none of them a control character."
        raise InvalidKeyError(message)


class MerchantSuspendedError(UnavailableError):
    """The merchant cannot give points now, in whatever way; its file can be imported once it may again (ACC-1)."""

    code = "merchant_suspended"


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


class RequestKeyReusedError(Refusal):
    """The Idempotency-Key came before with another request."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(KEY_REUSED)
