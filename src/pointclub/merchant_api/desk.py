"""The desk: where requests that were understood are handed to the business, away from the event loop.

Each line has a thread and a database connection of its own: one for what is earned, one for corrections and reversals,
one for keys, one for questions. Nobody is told "accepted" before the commit, because the answers leave the thread
after the service has returned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from django.db import InterfaceError, OperationalError, connection

from pointclub.earning import services as earning
from pointclub.earning.rules.requests import TERMINAL_KEY_CLOSED, Correction, Outcome, Refused, Reversal, Sending
from pointclub.foundation import actors, clock
from pointclub.foundation.refusals import Refusal
from pointclub.merchant_api.line import DrainingError, Line, QueueFullError
from pointclub.merchants import queries as merchants
from pointclub.merchants.queries import KeyStanding

__all__ = ["Desk", "DrainingError", "KeyRefusedError", "QueueFullError", "UnreachableError"]

_T = TypeVar("_T")
_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")

# Requests that go into one transaction: larger batches gain little and let the first one wait longer for the last.
_MOST_AT_ONCE = 256
# Some seconds of work: who comes later is told to try again rather than left waiting until the client gives up.
_MOST_WAITING = 20_000


class KeyRefusedError(Exception):
    """The key was revoked, or never was."""


class UnreachableError(Exception):
    """The database could not do it now; whether a commit under way came through, only the same key again can tell."""


class _Change(NamedTuple):
    """A call for a correction or a reversal."""

    digest: bytes
    key: str
    change: Correction | Reversal


class Desk:
    """The lines of one process; made in its event loop."""

    def __init__(self) -> None:
        self._accruals = Line("accruals", _accrue_all, most_at_once=_MOST_AT_ONCE, most_waiting=_MOST_WAITING)
        self._changes = Line("changes", _change_all, most_at_once=_MOST_AT_ONCE, most_waiting=_MOST_WAITING)
        self._keys = Line("keys", _find_keys, most_at_once=_MOST_AT_ONCE, most_waiting=_MOST_WAITING)
        self._questions: Line[Callable[[], Any], Any] = Line(
            "questions", _answer_questions, most_at_once=1, most_waiting=_MOST_WAITING
        )

    async def find_key(self, digest: bytes) -> KeyStanding | None:
        """Return the key of that digest as it stands in the database."""
        return await self._keys.ask(digest)

    async def accrue(self, sending: Sending) -> list[Outcome]:
        """Take in sales of one merchant, each answered in its place.

        Raises:
            KeyRefusedError: the key was revoked.
            UnreachableError, QueueFullError, DrainingError: not now.
        """
        outcomes = await self._accruals.ask(sending, weight=len(sending.requests))
        if isinstance(outcomes[0], Refused) and outcomes[0].code == TERMINAL_KEY_CLOSED:
            raise KeyRefusedError
        return outcomes

    async def correct(self, digest: bytes, correction: Correction, key: str) -> earning.Changed:
        """Put the right figure in place of a wrong one; a refusal of `earning.correct_once` is raised."""
        return await self._changes.ask(_Change(digest, key, correction))

    async def reverse(self, digest: bytes, reversal: Reversal, key: str) -> earning.Changed:
        """Take back the points of a sale that was undone; a refusal of `earning.reverse_once` is raised."""
        return await self._changes.ask(_Change(digest, key, reversal))

    async def read(self, question: Callable[[], _T]) -> _T:
        """Answer a question in a thread that has a connection."""
        answer: _T = await self._questions.ask(question)
        return answer

    async def drain(self) -> None:
        """Answer everything that waits, and take nothing new."""
        for line in (self._accruals, self._changes, self._keys, self._questions):
            await line.drain()


def _accrue_all(sendings: Sequence[Sending]) -> list[list[Outcome] | Exception]:
    return answer_by_halves(lambda some: earning.accrue_once(some, at=clock.now()), sendings)


def _change_all(changes: Sequence[_Change]) -> list[earning.Changed | Exception]:
    """Answer one after the other; each asks for its key and commits by itself, so revoking works between them."""
    return [answer for change in changes for answer in answer_by_halves(_change, [change])]


def _change(asked: Sequence[_Change]) -> list[earning.Changed]:
    ((digest, key, change),) = asked
    at, actor = clock.now(), actors.merchant(change.merchant_number)
    try:
        if isinstance(change, Correction):
            return [earning.correct_once(change, key=key, at=at, actor=actor, opened_by=digest)]
        return [earning.reverse_once(change, key=key, at=at, actor=actor, opened_by=digest)]
    except earning.TerminalKeyClosedError:
        raise KeyRefusedError from None


def _find_keys(digests: Sequence[bytes]) -> list[KeyStanding | Exception | None]:
    (found,) = answer_by_halves(lambda asked: [merchants.find_keys(each) for each in asked], [set(digests)])
    if isinstance(found, Exception):
        return [found] * len(digests)
    return [found.get(digest) for digest in digests]


def _answer_questions(questions: Sequence[Callable[[], Any]]) -> list[Any]:
    return [answer for question in questions for answer in answer_by_halves(lambda asked: [asked[0]()], [question])]


def answer_by_halves(
    answer: Callable[[Sequence[_Asked]], Sequence[_Answer]], asked: Sequence[_Asked]
) -> list[_Answer | Exception]:
    """Return the answers; where they fail together, by halves, until what makes them fail stands alone.

    Where the database is gone nothing is tried again, because a commit may have come through.
    """
    if not asked:
        return []
    used = None
    try:
        connection.ensure_connection()
        used = connection.connection
        return list(answer(asked))
    except (OperationalError, InterfaceError) as error:
        # By now Django may have replaced the lost connection by one that works.
        if used is None or used.closed or len(asked) == 1:
            connection.close()
            lost = UnreachableError()
            lost.__cause__ = error
            return [lost] * len(asked)
    except Refusal as refusal:
        if len(asked) == 1:
            return [refusal]
    except Exception as error:  # noqa: BLE001 -- It is the answer to whoever stands alone with it.
        if len(asked) == 1:
            return [error]
    middle = len(asked) // 2
    return [*answer_by_halves(answer, asked[:middle]), *answer_by_halves(answer, asked[middle:])]
