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
from django.db.models.base import ModelState

from pointclub.foundation.postgresql.base import DatabaseWrapper
from pointclub.foundation.postgresql.wire import Question, Row

__all__ = ["Question", "Row", "as_model", "as_models", "ask", "asked_ahead", "rows_of", "send", "write"]

_Model = TypeVar("_Model", bound=models.Model)


class _Ahead(threading.local):
    """Answers that came before they were asked for, in this thread."""

    def __init__(self) -> None:
        self.answers: dict[Question, list[Row]] = {}


_ahead = _Ahead()


def ask(*questions: Question) -> list[list[Row]]:
    """Return the rows of each; what was not asked ahead is sent in one go."""
    answers = [_ahead.answers.pop(question, None) for question in questions]
    wanted = [question for question, answer in zip(questions, answers, strict=True) if answer is None]
    if not wanted:
        return cast("list[list[Row]]", answers)
    sent = iter(send(*wanted))
    return [next(sent) if answer is None else answer for answer in answers]


@contextmanager
def asked_ahead(*questions: Question, seldom: Sequence[Question] = ()) -> Iterator[None]:
    """Send several questions in one go, to be asked one by one within the block.

    The server goes through them in their order, each as a statement of its own: what stands after a lock sees what was
    written before the lock was given. Each answer is given once, so what is asked again after a write is sent again.

    Those that seldom find anything come last, and one statement tells which of them do. These are sent when asked.
    """
    if not seldom:
        answers = dict(zip(questions, send(*questions), strict=True))
    else:
        *given, ((*found,),) = send(*questions, _which_find_something(seldom))
        answers = dict(zip(questions, given, strict=True))
        answers.update((question, []) for question, finds in zip(seldom, found, strict=True) if not finds)
    _ahead.answers = answers
    try:
        yield
    finally:
        _ahead.answers = {}


def _which_find_something(questions: Sequence[Question]) -> Question:
    statement = _exist(tuple(question.statement for question in questions))
    return Question(statement, tuple(value for question in questions for value in question.values))


@functools.cache
def _exist(statements: tuple[str, ...]) -> str:
    return f"SELECT {', '.join(f'EXISTS ({statement})' for statement in statements)}"


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
    return [as_model(model, dict(zip(names, row, strict=True))) for row in rows]


def as_model(model: type[_Model], values: dict[str, Any]) -> _Model:
    """Return a row, by the names of all its columns, as an object of its model.

    Django would set value after value, which takes ten times as long.
    """
    one = model.__new__(model)
    one.__dict__ = {"_state": _Kept(), **values}
    return one


class _Kept(ModelState):
    """How Django knows a row that is in the database."""

    db = DEFAULT_DB_ALIAS
    adding = False


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
