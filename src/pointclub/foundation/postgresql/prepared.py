"""Statements that a connection plans once, and of which several go to the server in one go.

For acts that happen many times a second: there, planning anew and waiting for every answer costs more than the work.
Elsewhere Django's own way is as good. Whoever watches statements by Django's wrappers sees these too. Each gives rows.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections, models

from pointclub.foundation.postgresql.base import DatabaseWrapper
from pointclub.foundation.postgresql.wire import Question, Row

__all__ = ["Question", "Row", "as_models", "ask", "asked_ahead", "rows_of", "send", "write"]

_Model = TypeVar("_Model", bound=models.Model)


class _Ahead(threading.local):
    """Answers that came before they were asked for, in this thread."""

    def __init__(self) -> None:
        self.answers: dict[Question, list[Row]] = {}


_ahead = _Ahead()


def ask(*questions: Question) -> list[list[Row]]:
    """Return the rows of each; what was not asked ahead is sent in one go."""
    known = {question: _ahead.answers.pop(question) for question in questions if question in _ahead.answers}
    wanted = [question for question in questions if question not in known]
    known.update(zip(wanted, send(*wanted), strict=True))
    return [known[question] for question in questions]


@contextmanager
def asked_ahead(*questions: Question) -> Iterator[None]:
    """Send several questions in one go, to be asked one by one within the block.

    The server goes through them in their order, each as a statement of its own: what stands after a lock sees what was
    written before the lock was given. Each answer is given once, so what is asked again after a write is sent again.
    """
    _ahead.answers = dict(zip(questions, send(*questions), strict=True))
    try:
        yield
    finally:
        _ahead.answers = {}


def send(*questions: Question) -> list[list[Row]]:
    """Send the statements in one go and return the rows of each."""
    return _current().send(questions) if questions else []


def write(question: Question) -> None:
    """Let a statement whose rows nobody wants go with the next one, or with COMMIT.

    What the database refuses it for is raised there. Outside a transaction it goes at once.
    """
    current = _current()
    if current.in_atomic_block:
        current.leave_waiting(question)
    else:
        current.send([question])


def rows_of(model: type[models.Model], condition: str, values: tuple[Any, ...]) -> Question:
    """Return the question for whole rows of a model."""
    return Question(_select(model, condition), values)


def as_models(model: type[_Model], rows: Sequence[Row]) -> list[_Model]:
    """Return such rows as objects of their model."""
    names = _names(model)
    return [model.from_db(DEFAULT_DB_ALIAS, names, row) for row in rows]


@functools.cache
def _select(model: type[models.Model], condition: str) -> str:
    columns = ", ".join(f"{model._meta.db_table}.{field.column}" for field in model._meta.concrete_fields)
    return f"SELECT {columns} FROM {model._meta.db_table} {condition}"  # noqa: S608 -- our own names


@functools.cache
def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _current() -> DatabaseWrapper:
    # What the name `connection` stands for is looked up at each use; here that is once.
    return cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS])
