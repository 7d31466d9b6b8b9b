"""One act of the business is one database transaction, tried again where the database asks for it."""

from __future__ import annotations

import functools
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_Item = TypeVar("_Item")
_Left = dict[Callable[[Sequence[Any]], None], list[Any]]

# Deadlock detected; could not serialise. Nothing of the transaction was kept, so it can be done again as it stands.
_TRY_AGAIN = frozenset({"40P01", "40001"})
_TRIES = 5


class _GoingOn(threading.local):
    """The acts that are going on in this thread, each within the one before it, with what they leave to the end."""

    def __init__(self) -> None:
        self.acts: list[_Left] = []
        self.stand_together = False


_going_on = _GoingOn()


def act(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Run the function in a transaction; a deadlock is tried again up to four times, then it rises.

    Within another act it is part of that one, which is tried again as a whole.
    """

    @functools.wraps(function)
    def run(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        if _going_on.acts and _going_on.stand_together:
            with _undoing_all():
                return function(*args, **kwargs)
        if connection.in_atomic_block:
            with transaction.atomic(), _one_act():
                return function(*args, **kwargs)
        for tries_left in reversed(range(_TRIES)):
            try:
                with transaction.atomic(), _one_act():
                    return function(*args, **kwargs)
            except OperationalError as failure:
                if not tries_left or getattr(failure.__cause__, "sqlstate", None) not in _TRY_AGAIN:
                    raise
                # The other one goes first, and two that met do not meet again at once.
                time.sleep(random.uniform(0.01, 0.1) * (_TRIES - tries_left))  # noqa: S311 -- A pause, not a secret.
        raise AssertionError

    return run


@contextmanager
def standing_together() -> Iterator[None]:
    """Let the acts called within have no savepoint: what one of them refuses ends the act around it as well.

    Whoever went on after such a refusal would be stopped at the next statement.
    """
    before, _going_on.stand_together = _going_on.stand_together, True
    try:
        yield
    finally:
        _going_on.stand_together = before


@contextmanager
def _undoing_all() -> Iterator[None]:
    """Let nothing stand of the act around where the block fails."""
    try:
        yield
    except BaseException:
        connection.set_rollback(True)
        raise


def leave_to_the_end(handler: Callable[[Sequence[_Item]], None], item: _Item) -> None:
    """Let ``handler`` have the item, with all others left to it, when the outermost act has done everything else.

    That is still within the act's transaction. What an act leaves that then fails is dropped with it. So a lock that
    many acts want is taken last and held shortest, however acts are made up of other acts.
    """
    if not _going_on.acts:
        message = "Only an act can leave something to its end: decorate the service with @act."
        raise RuntimeError(message)
    _going_on.acts[-1].setdefault(handler, []).append(item)


@contextmanager
def _one_act() -> Iterator[None]:
    left: _Left = {}
    _going_on.acts.append(left)
    try:
        yield
    finally:
        _going_on.acts.pop()
    if not _going_on.acts:
        for handler, items in left.items():
            handler(items)
        return
    around = _going_on.acts[-1]
    for handler, items in left.items():
        around.setdefault(handler, []).extend(items)
