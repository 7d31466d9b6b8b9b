"""One act of the business is one database transaction, tried again where the database asks for it."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

# Deadlock detected; could not serialise. Nothing of the transaction was kept, so it can be done again as it stands.
_TRY_AGAIN = frozenset({"40P01", "40001"})
_TRIES = 5


def act(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Run the function in a transaction; a deadlock is tried again up to four times, then it rises.

    Within another act it is part of that one, which is tried again as a whole.
    """

    @functools.wraps(function)
    def run(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        if connection.in_atomic_block:
            with transaction.atomic():
                return function(*args, **kwargs)
        for tries_left in reversed(range(_TRIES)):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as failure:
                if not tries_left or getattr(failure.__cause__, "sqlstate", None) not in _TRY_AGAIN:
                    raise
                # The other one goes first, and two that met do not meet again at once.
                time.sleep(random.uniform(0.01, 0.1) * (_TRIES - tries_left))  # noqa: S311 -- A pause, not a secret.
        raise AssertionError

    return run
