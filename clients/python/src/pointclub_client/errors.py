"""What the client raises."""

from __future__ import annotations

from pointclub_client.shapes import FieldError, Problem

# Said after the key was looked up, so nothing was done under it. What is said at the door, or by a code that is not
# known here, may follow a try that did it.
_SAID_OF_THE_KEY = frozenset(
    {
        "reference_conflict",
        "correction_window_over",
        "return_exceeds_sale",
        "already_reversed",
        "idempotency_key_reused",
        "invalid_sale",
        "invalid_points",
        "unknown_accrual",
        "unknown_member",
        "not_a_member_then",
        "membership_ended",
        "sold_in_future",
        "no_earning_rule",
    }
)


class ClientError(Exception):
    """Anything that the client raises by itself."""


class ProblemError(ClientError):
    """The interface said no, and this call has done nothing: sending the same once more is of no use."""

    def __init__(self, problem: Problem, *, retry_after: float | None = None) -> None:
        super().__init__(f"{problem.status} {problem.code}: {problem.title}")
        self.problem = problem
        self.retry_after = retry_after

    @property
    def code(self) -> str:
        """The stable name of the problem."""
        return self.problem.code

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status

    @property
    def title(self) -> str:
        """What it is, in the language that was asked for."""
        return self.problem.title

    @property
    def detail(self) -> str:
        """What can be done about it."""
        return self.problem.detail

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """The fields that have to be mended."""
        return self.problem.errors

    @property
    def settles_the_key(self) -> bool:
        """Whether it also answers for what was sent under the same key by earlier calls: nothing of that was done."""
        return self.code in _SAID_OF_THE_KEY


class UnavailableError(ClientError):
    """Nothing was done, and the time for trying is over; send it later under the same key.

    `problem` is what was answered last, None where nobody answered; `retry_after` the seconds asked for then. Questions
    change nothing, so for them it says no more than that there was no answer.
    """

    def __init__(self, *, key: str | None, problem: Problem | None = None, retry_after: float | None = None) -> None:
        said = "nobody answered" if problem is None else f"{problem.status} {problem.code}".rstrip()
        super().__init__(f"Nothing was done: {said}.")
        self.key = key
        self.problem = problem
        self.retry_after = retry_after


class UnknownOutcomeError(ClientError):
    """It may have been done or not. Send the same again under `key`, until it is answered: it counts once.

    `problem` is what was answered last, if anything was.
    """

    def __init__(self, *, key: str, problem: Problem | None = None, retry_after: float | None = None) -> None:
        super().__init__(f"It is not known whether this was done; send it again under the key {key}.")
        self.key = key
        self.problem = problem
        self.retry_after = retry_after
