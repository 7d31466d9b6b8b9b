"""The desk: where requests that were understood are handed to the business, away from the event loop.

Each line has a thread and a database connection of its own: one for what is earned, one for corrections and reversals,
one for keys, one for questions. Nobody is told "accepted" before the commit, because the answers leave the thread
after the service has returned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from pointclub.earning import services as earning
from pointclub.earning.rules.requests import AccrualRequest, Correction, Outcome, Reversal, Sending
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


class _Call(NamedTuple):
    """A call for accruals: the digest of the key's secret, the Idempotency-Key, and what was sent under it."""

    digest: bytes
    key: str
    requests: tuple[AccrualRequest, ...]


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

    async def accrue(self, digest: bytes, request: AccrualRequest, key: str) -> Outcome:
        """Take in one sale.

        Raises:
            KeyRefusedError: the key was revoked.
            UnreachableError, QueueFullError, DrainingError: not now.
        """
        return (await self._accruals.ask(_Call(digest, key, (request,))))[0]

    async def accrue_batch(self, digest: bytes, requests: Sequence[AccrualRequest], key: str) -> list[Outcome]:
        """Take in sales of one merchant, each answered in its place; what it raises is as of `accrue`."""
        return await self._accruals.ask(_Call(digest, key, tuple(requests)), weight=len(requests))

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


def _accrue_all(calls: Sequence[_Call]) -> list[list[Outcome] | Exception]:
    def take_in(valid: Sequence[tuple[_Call, UUID]]) -> list[list[Outcome]]:
        sendings = [Sending(merchant_id, call.key, call.requests) for call, merchant_id in valid]
        return earning.accrue_once(sendings, at=clock.now())

    return _answer_valid(calls, lambda valid: answer_by_halves(take_in, valid))


def _change_all(changes: Sequence[_Change]) -> list[earning.Changed | Exception]:
    def one_by_one(valid: Sequence[tuple[_Change, UUID]]) -> list[earning.Changed | Exception]:
        return [answer for change, _ in valid for answer in answer_by_halves(_change, [change])]

    return _answer_valid(changes, one_by_one)


def _change(asked: Sequence[_Change]) -> list[earning.Changed]:
    ((_, key, change),) = asked
    at, actor = clock.now(), actors.merchant(change.merchant_number)
    if isinstance(change, Correction):
        return [earning.correct_once(change, key=key, at=at, actor=actor)]
    return [earning.reverse_once(change, key=key, at=at, actor=actor)]


_Asking = TypeVar("_Asking", _Call, _Change)


def _answer_valid(
    asked: Sequence[_Asking], answer: Callable[[Sequence[tuple[_Asking, UUID]]], Sequence[_Answer | Exception]]
) -> list[_Answer | Exception]:
    """Answer those whose key opens, given with its merchant; looked up with every batch, so revoking works at once."""
    (merchant_ids,) = answer_by_halves(_merchants_of_keys, [{one.digest for one in asked}])
    if isinstance(merchant_ids, Exception):
        return [merchant_ids] * len(asked)
    valid = [(one, merchant_ids[one.digest]) for one in asked if one.digest in merchant_ids]
    answers = iter(answer(valid))
    return [next(answers) if one.digest in merchant_ids else KeyRefusedError() for one in asked]


def _merchants_of_keys(asked: Sequence[set[bytes]]) -> list[dict[bytes, UUID]]:
    return [merchants.merchants_of_keys(digests) for digests in asked]


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
    try:
        return list(answer(asked))
    except (OperationalError, InterfaceError) as error:
        if _is_connection_lost() or len(asked) == 1:
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


def _is_connection_lost() -> bool:
    return connection.connection is None or bool(connection.connection.closed)
