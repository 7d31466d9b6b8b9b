"""The line before a thread: who waits is taken together, and everybody is answered."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence

import pytest

from pointclub.merchant_api.line import DrainingError, Line, QueueFullError

# Nothing here waits for anything but its own thread; a line that forgets somebody fails rather than hangs.
_PATIENCE_SECONDS = 10


class _Thread:
    """What the line's thread does: it keeps the batches, and can be made to stand still."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.has_begun = threading.Event()
        self.goes_on = threading.Event()
        self.goes_on.set()

    def double(self, asked: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(asked))
        self.has_begun.set()
        assert self.goes_on.wait(_PATIENCE_SECONDS)
        return [ValueError("a zero") if number == 0 else number * 2 for number in asked]


def _in_line(
    story: Callable[[Line[int, int], _Thread], Awaitable[None]], *, most_at_once: int = 100, most_waiting: int = 100
) -> _Thread:
    thread = _Thread()

    async def tell() -> None:
        line: Line[int, int] = Line("test", thread.double, most_at_once=most_at_once, most_waiting=most_waiting)
        await asyncio.wait_for(story(line, thread), _PATIENCE_SECONDS)
        thread.goes_on.set()
        await asyncio.wait_for(line.drain(), _PATIENCE_SECONDS)

    asyncio.run(tell())
    return thread


class TestBatches:
    def test_what_comes_in_together_goes_together(self) -> None:
        async def story(line: Line[int, int], _: _Thread) -> None:
            assert await asyncio.gather(*(line.ask(number) for number in range(1, 6))) == [2, 4, 6, 8, 10]

        assert _in_line(story).batches == [[1, 2, 3, 4, 5]]

    def test_what_comes_while_the_thread_works_is_the_next_batch(self) -> None:
        async def story(line: Line[int, int], thread: _Thread) -> None:
            thread.goes_on.clear()
            first = asyncio.create_task(line.ask(1))
            await asyncio.to_thread(thread.has_begun.wait, _PATIENCE_SECONDS)
            others = [asyncio.create_task(line.ask(number)) for number in (2, 3, 4)]
            await asyncio.sleep(0)
            thread.goes_on.set()
            assert await asyncio.gather(first, *others) == [2, 4, 6, 8]

        assert _in_line(story).batches == [[1], [2, 3, 4]]

    def test_callers_who_come_back_with_their_answers_are_taken_together_again(self) -> None:
        async def story(line: Line[int, int], _: _Thread) -> None:
            async def caller(number: int) -> None:
                for _ in range(3):
                    await line.ask(number)

            await asyncio.gather(*(caller(number) for number in (1, 2, 3)))

        assert _in_line(story).batches == [[1, 2, 3]] * 3

    def test_no_batch_is_heavier_than_is_taken_at_once_but_for_its_last(self) -> None:
        async def story(line: Line[int, int], _: _Thread) -> None:
            await asyncio.gather(*(line.ask(number, weight=2) for number in (1, 2, 3, 4, 5)))

        assert _in_line(story, most_at_once=3).batches == [[1, 2], [3, 4], [5]]


class TestAnswers:
    def test_an_error_is_the_answer_of_the_one_it_belongs_to(self) -> None:
        async def story(line: Line[int, int], _: _Thread) -> None:
            one, error, other = await asyncio.gather(line.ask(1), line.ask(0), line.ask(2), return_exceptions=True)
            assert (one, str(error), other) == (2, "a zero", 4)

        _in_line(story)

    def test_a_caller_who_has_gone_takes_nobody_elses_answer_along(self) -> None:
        async def story(line: Line[int, int], thread: _Thread) -> None:
            thread.goes_on.clear()
            gone, stays = asyncio.create_task(line.ask(1)), asyncio.create_task(line.ask(2))
            await asyncio.to_thread(thread.has_begun.wait, _PATIENCE_SECONDS)
            gone.cancel()
            thread.goes_on.set()
            assert await stays == 4

        _in_line(story)


class TestBounds:
    def test_who_would_make_it_too_long_is_turned_away_until_others_have_their_answers(self) -> None:
        async def story(line: Line[int, int], thread: _Thread) -> None:
            thread.goes_on.clear()
            waiting = [asyncio.create_task(line.ask(number)) for number in (1, 2)]
            await asyncio.sleep(0)
            with pytest.raises(QueueFullError):
                await line.ask(3)
            thread.goes_on.set()
            await asyncio.gather(*waiting)
            assert await line.ask(3) == 6

        _in_line(story, most_waiting=2)

    def test_draining_answers_all_who_wait_and_takes_nobody_new(self) -> None:
        async def story(line: Line[int, int], thread: _Thread) -> None:
            thread.goes_on.clear()
            waiting = [asyncio.create_task(line.ask(number)) for number in (1, 2, 3)]
            await asyncio.sleep(0)
            draining = asyncio.create_task(line.drain())
            await asyncio.sleep(0)
            with pytest.raises(DrainingError):
                await line.ask(4)
            thread.goes_on.set()
            await draining
            assert [task.result() for task in waiting] == [2, 4, 6]

        _in_line(story, most_at_once=1)

    def test_an_idle_line_drains_at_once(self) -> None:
        async def story(line: Line[int, int], _: _Thread) -> None:
            await line.drain()
            await line.drain()

        assert _in_line(story).batches == []


def test_a_thread_that_answers_too_few_leaves_nobody_waiting() -> None:
    async def tell() -> None:
        line: Line[int, int] = Line("test", lambda asked: asked[1:], most_at_once=100, most_waiting=100)
        for _ in (1, 2):
            answers = await asyncio.gather(line.ask(1), line.ask(2), return_exceptions=True)
            assert [type(answer) for answer in answers] == [RuntimeError, RuntimeError]
        await line.drain()

    asyncio.run(asyncio.wait_for(tell(), _PATIENCE_SECONDS))
