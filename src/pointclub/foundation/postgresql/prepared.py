"""Statements that a connection plans once, and of which several go to the server in one go.

For acts that happen many times a second: there, planning anew and waiting for every answer costs more than the work.
Elsewhere Django's own way is as good. Whoever watches statements by Django's wrappers sees these too. Each gives rows.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

Row = tuple[Any, ...]
_Model = TypeVar("_Model", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Question:
    """A statement with its values; one that is asked ahead has them in their order."""

    statement: str
    values: tuple[Any, ...] | Mapping[str, Any]


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
    if not questions:
        return []
    # What the name `connection` stands for is looked up at each use; here that is once.
    current = connections[DEFAULT_DB_ALIAS]
    current.ensure_connection()
    with current.wrap_database_errors, _preparing(current):
        if len(questions) == 1:
            return [_rows(_execute(current, questions[0]))]
        with current.connection.pipeline():
            cursors = [_execute(current, question) for question in questions]
        return [_rows(cursor) for cursor in cursors]


@contextmanager
def _preparing(current: BaseDatabaseWrapper) -> Iterator[None]:
    """Let the connection keep plans for as long as the block, and not those of Django's statements.

    They hold their values, so that each would be a plan of its own, kept with all its text.
    """
    current.connection.prepare_threshold = 0
    try:
        yield
    finally:
        current.connection.prepare_threshold = None


def _rows(cursor: psycopg.Cursor[Row]) -> list[Row]:
    return cursor.fetchall() if cursor.description else []


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


def _execute(current: BaseDatabaseWrapper, question: Question) -> psycopg.Cursor[Row]:
    cursor = psycopg.Cursor(current.connection)
    if current.execute_wrappers:
        CursorWrapper(cursor, current).execute(question.statement, question.values)
    else:
        cursor.execute(question.statement, question.values)
    return cursor
