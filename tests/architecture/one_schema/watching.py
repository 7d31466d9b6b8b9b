"""Watches what the services send to the database, and who sends it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tests.architecture.one_schema.registry import own_tables, spread_tables
from tests.architecture.one_schema.statements import Judge, Values


def _judge() -> Judge:
    spread = spread_tables()
    return Judge(spread, own_tables() - set(spread))


@dataclass(frozen=True, slots=True)
class Watched:
    """A statement that broke a rule: what is wrong, the function that sent it, and all of ours that led there."""

    what: str
    sender: str
    callers: frozenset[str]
    statement: str
    is_lock: bool

    def __str__(self) -> str:
        """Show who sent what."""
        return f"{self.sender}: {self.what}: {' '.join(self.statement.split())[:300]}"


@dataclass(slots=True)
class Watch:
    """What was seen: the statements that broke a rule, and the functions of ours that sent any."""

    troubles: list[Watched] = field(default_factory=list)
    senders: set[str] = field(default_factory=set)
    statements: int = 0
    _judge: Judge = field(default_factory=_judge)

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Values, many: bool, context: dict[str, Any]
    ) -> Any:
        """Look at a statement on its way."""
        callers = list(_our_callers())
        self.statements += 1
        self.senders.update(callers)
        for trouble in self._judge.judge(sql, params):
            what = f"{trouble.table} {trouble.what}"
            self.troubles.append(
                Watched(what, callers[0] if callers else "a test", frozenset(callers), sql, trouble.is_lock)
            )
        return execute(sql, params, many, context)


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch all statements of this connection for the length of the block."""
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch


def _our_callers() -> Iterator[str]:
    """Yield the project's functions on the stack, the one that sends the statement first."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        module = frame.f_globals.get("__name__", "")
        if module.startswith("pointclub.") and not module.startswith("pointclub.foundation."):
            yield f"{module.removeprefix('pointclub.')}.{frame.f_code.co_qualname}"
