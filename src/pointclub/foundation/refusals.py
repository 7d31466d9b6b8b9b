"""The shape of a refusal: how a rule of the business says no."""

from typing import Any, ClassVar


class Refusal(Exception):  # noqa: N818 -- A refusal is an answer, not an error of the program; its subclasses say Error.
    """An act that a rule forbids.

    Each kind is defined beside the act that refuses, with a stable `code` for machines. `details` goes out to
    callers as it stands: ids, figures and field names, never personal data.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotFoundError(Refusal):
    """What the caller named does not exist."""

    code = "not_found"


class UnavailableError(Refusal):
    """Not now: the same request may succeed later."""

    code = "unavailable"
