"""One operation's tries: after each it is decided whether another follows, when, and what is known if none does.

A try that was refused or never got through has done nothing. One that was sent and not answered may have done it or
not; from then on only what the interface says of the same key settles the matter. An answer that the interface did not
write, such as the page of a proxy or of a network that wants a sign-in, is no answer.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, NoReturn, TypeVar

import httpx

from pointclub_client.calls import Call
from pointclub_client.errors import ProblemError, UnavailableError, UnknownOutcomeError
from pointclub_client.shapes import Problem
from pointclub_client.timing import Patience, Timing

_T = TypeVar("_T")

# Nothing was sent, as there was no connection to send it by.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# The call itself cannot be made; no other try will do better.
_OUR_OWN_FAULT = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
# Said before anything was begun. Other problems with the same statuses may follow a commit whose answer was lost.
_PUT_OFF = frozenset(
    {"request_timeout", "too_many_requests", "too_many_unknown_keys", "queue_full", "stopping", "points_suspended"}
)
_TRIED_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_OUR_TYPE = "urn:pointclub:problem:"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Done(Generic[_T]):
    """The operation is done, with this result."""

    result: _T


@dataclass(frozen=True, slots=True)
class Again:
    """Another try follows after so many seconds."""

    pause_seconds: float


class Tries(Generic[_T]):
    """Begins to count the time when it is made."""

    def __init__(self, call: Call[_T], patience: Patience, timing: Timing) -> None:
        self._call = call
        self._patience = patience
        self._timing = timing
        self._ends_at = timing.clock() + patience.total_seconds
        self._tried = 0
        self._may_be_done = False

    def seconds_for_next(self) -> float:
        """Return how long the next try may take."""
        return max(0.001, min(self._patience.try_seconds, self._ends_at - self._timing.clock()))

    def failed(self, error: httpx.RequestError) -> Again:
        """Go on after a try that brought no answer.

        Raises:
            UnavailableError, UnknownOutcomeError: the time is over.
        """
        if isinstance(error, _OUR_OWN_FAULT):
            raise error
        self._may_be_done |= not isinstance(error, _NEVER_SENT)
        return self._again(error)

    def answered(self, answer: Answer) -> Done[_T] | Again:
        """Take an answer, or go on after one that settles nothing.

        Raises:
            ProblemError: the answer is no.
            UnavailableError, UnknownOutcomeError: the time is over, or the answer is no to this try and says nothing of
                one that was not answered before.
        """
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            try:
                is_repeat = answer.headers.get("idempotent-replayed") == "true"
                return Done(self._call.read(json.loads(answer.content), is_repeat))
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                # Cut short, or written by somebody on the way, such as the page of a network that wants a sign-in.
                self._may_be_done = True
                return self._again(error)
        problem = _problem(answer)
        retry_after = _retry_after(answer.headers, self._timing)
        if not problem.code or answer.status in _TRIED_AGAIN:
            # Whoever answered without a code may have done so after the interface had done its part.
            self._may_be_done |= problem.code not in _PUT_OFF
            return self._again(None, problem=problem, retry_after=retry_after)
        refused = ProblemError(problem, retry_after=retry_after)
        if self._call.key is not None and self._may_be_done and not refused.settles_the_key:
            self._give_up(refused, problem=problem, retry_after=retry_after)
        raise refused

    def _again(
        self, cause: Exception | None, *, problem: Problem | None = None, retry_after: float | None = None
    ) -> Again:
        self._tried += 1
        pause = (retry_after or 0.0) + self._timing.up_to(self._patience.longest_pause(self._tried))
        if self._timing.clock() + pause >= self._ends_at:
            self._give_up(cause, problem=problem, retry_after=retry_after)
        return Again(pause)

    def _give_up(self, cause: Exception | None, *, problem: Problem | None, retry_after: float | None) -> NoReturn:
        key = self._call.key
        if key is not None and self._may_be_done:
            raise UnknownOutcomeError(key=key, problem=problem, retry_after=retry_after) from cause
        raise UnavailableError(key=key, problem=problem, retry_after=retry_after) from cause


def _problem(answer: Answer) -> Problem:
    """Return the problem that was told, or one without a code where the answer is not the interface's own."""
    try:
        body: Any = json.loads(answer.content)
        told = Problem.read(body)
        if body["type"] == _OUR_TYPE + told.code:
            return told
    except (ValueError, LookupError, TypeError, AttributeError):
        pass
    try:
        title = HTTPStatus(answer.status).phrase
    except ValueError:
        title = "Unknown status"
    return Problem(code="", status=answer.status, title=title, detail="")


def _retry_after(headers: Mapping[str, str], timing: Timing) -> float | None:
    """Return the seconds to wait; a day is counted from the day of the answer, for the till's clock may be wrong."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal() and text.isascii():
        return float(text)
    then = _day(text)
    if then is None:
        return None
    since = _day(headers.get("date", "")) or timing.now()
    return max(0.0, (then - since).total_seconds())


def _day(text: str) -> dt.datetime | None:
    try:
        found = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
