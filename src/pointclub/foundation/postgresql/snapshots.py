"""Questions of several statements that must see the same instant."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def in_one_snapshot(question: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Let all statements of a question see the database as the first one does, whatever is written meanwhile.

    Within a transaction that has begun, the question sees what that transaction sees.
    """

    @functools.wraps(question)
    def ask(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        if connection.in_atomic_block:
            return question(*args, **kwargs)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return question(*args, **kwargs)

    return ask
