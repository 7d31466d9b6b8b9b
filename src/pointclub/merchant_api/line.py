"""A line before one thread: whatever waits is taken together when the thread comes free.

There is no timer. While the thread works, which for the most part is waiting for a commit, the next batch gathers by
itself: one under light load, many under heavy load. Only rounds of the event loop are counted, which are empty, and
over at once, when nobody else is there.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Generic, NamedTuple, TypeVar

from django.db import connections

_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")


class QueueFullError(Exception):
    """More waits than can be answered in time."""


class DrainingError(Exception):
    """The process is on its way out and takes nothing new."""


class _Waiting(NamedTuple, Generic[_Asked, _Answer]):
    asked: _Asked
    weight: int
    answer: asyncio.Future[_Answer]


# Rounds of the event loop between a batch's answers and the next batch: the answers go out, and the callers who had
# waited for them come back together. Otherwise a batch of one would start while the others are still coming in.
_ROUNDS_BETWEEN = 5


class Line(Generic[_Asked, _Answer]):
    """Hands what is asked in an event loop to a thread, in batches, and the answers back."""

    def __init__(
        self,
        name: str,
        answer_all: Callable[[Sequence[_Asked]], Sequence[_Answer | Exception]],
        *,
        most_at_once: int,
        most_waiting: int,
    ) -> None:
        """Start the thread; ``answer_all`` is called in it and answers each in its place, with an error if need be.

        Weights, which are 1 where none is said, bound what is taken at once and what may wait.
        """
        self._answer_all = answer_all
        self._most_at_once = most_at_once
        self._most_waiting = most_waiting
        self._waiting: deque[_Waiting[_Asked, _Answer]] = deque()
        # Of those who wait, and of those whom the thread is answering.
        self._weight = 0
        self._is_busy = False
        self._is_draining = False
        self._batches: SimpleQueue[Sequence[_Waiting[_Asked, _Answer]] | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._ended = self._loop.create_future()
        # A daemon, so that a thread that hangs in the database cannot keep a process from ending.
        threading.Thread(target=self._work, name=name, daemon=True).start()

    async def ask(self, asked: _Asked, *, weight: int = 1) -> _Answer:
        """Wait in line and return the answer.

        Raises:
            QueueFullError: too much waits already.
            DrainingError: nothing new is taken.
        """
        if self._is_draining:
            raise DrainingError
        if self._weight + weight > self._most_waiting:
            raise QueueFullError
        self._weight += weight
        answer: asyncio.Future[_Answer] = self._loop.create_future()
        self._waiting.append(_Waiting(asked, weight, answer))
        if not self._is_busy:
            self._is_busy = True
            # What came in together goes together: first let the others of this round come to stand in line.
            self._loop.call_soon(self._hand_over)
        return await answer

    async def drain(self) -> None:
        """Take nothing new, and return when everything that waits has its answer."""
        if not self._is_draining:
            self._is_draining = True
            if not self._is_busy:
                self._hand_over()
        await self._ended

    def _hand_over(self, rounds_left: int = 0) -> None:
        """Give the thread what waits; when nothing does, let it rest, or end it."""
        if rounds_left and not self._is_draining:
            self._loop.call_soon(self._hand_over, rounds_left - 1)
            return
        self._is_busy = bool(self._waiting)
        if self._waiting:
            self._batches.put(self._take())
        elif self._is_draining:
            self._batches.put(None)

    def _take(self) -> list[_Waiting[_Asked, _Answer]]:
        batch: list[_Waiting[_Asked, _Answer]] = []
        weight = 0
        while self._waiting and weight < self._most_at_once:
            batch.append(self._waiting.popleft())
            weight += batch[-1].weight
        return batch

    def _work(self) -> None:
        while (batch := self._batches.get()) is not None:
            answers = self._answers([waiting.asked for waiting in batch])
            self._loop.call_soon_threadsafe(self._deliver, batch, answers)
        connections.close_all()
        self._loop.call_soon_threadsafe(self._ended.set_result, None)

    def _answers(self, asked: Sequence[_Asked]) -> Sequence[_Answer | Exception]:
        try:
            answers = self._answer_all(asked)
        except Exception as error:  # noqa: BLE001 -- Whatever it is, somebody waits for an answer, and the line goes on.
            return [error] * len(asked)
        if len(answers) == len(asked):
            return answers
        # Nobody knows whose answers these are.
        return [RuntimeError(f"{len(asked)} asked, and there are {len(answers)} answers.")] * len(asked)

    def _deliver(self, batch: Sequence[_Waiting[_Asked, _Answer]], answers: Sequence[_Answer | Exception]) -> None:
        for waiting, answer in zip(batch, answers, strict=True):
            self._weight -= waiting.weight
            if waiting.answer.done():
                continue
            if isinstance(answer, Exception):
                waiting.answer.set_exception(answer)
            else:
                waiting.answer.set_result(answer)
        self._hand_over(_ROUNDS_BETWEEN)
