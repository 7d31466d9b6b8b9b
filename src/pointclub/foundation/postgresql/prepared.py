"""Statements that a connection plans once, and of which several go to the server in one go.

For acts that happen many times a second: there, planning anew and waiting for every answer costs more than the work.
Elsewhere Django's own way is as good. Whoever watches statements by Django's wrappers sees these too.
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

__all__ = ["Question", "Row", "as_model", "as_models", "ask", "ask_together", "asked_ahead", "models_of", "write"]

_Answer = TypeVar("_Answer")
_Model = TypeVar("_Model", bound=models.Model)


class _Ahead(threading.local):
    """Answers that came before they were asked for, in this thread."""

    def __init__(self) -> None:
        self.answers: dict[Question[Any], Any] = {}


_ahead = _Ahead()
_NOT_THERE = object()


def ask(question: Question[_Answer]) -> _Answer:
    """Return the answer to one question."""
    return cast("_Answer", ask_together(question)[0])


def ask_together(*questions: Question[Any]) -> list[Any]:
    """Return the answers, each in its place; what was not asked ahead is sent in one go."""
    if not _ahead.answers:
        return _send(questions)
    ahead = [_ahead.answers.pop(question, _NOT_THERE) for question in questions]
    missing = [question for question, answer in zip(questions, ahead, strict=True) if answer is _NOT_THERE]
    sent = iter(_send(missing))
    return [next(sent) if answer is _NOT_THERE else answer for answer in ahead]


def _send(questions: Sequence[Question[Any]]) -> list[Any]:
    if not questions:
        return []
    return [question.read(rows) for question, rows in zip(questions, _current().send(questions), strict=True)]


@contextmanager
def asked_ahead(*questions: Question[Any], seldom: Sequence[Question[Any]] = ()) -> Iterator[None]:
    """Send several questions in one go, to be asked one by one within the block.

    The server goes through them in their order, each as a statement of its own: what stands after a lock sees what was
    written before the lock was given. Each answer is given once, so what is asked again after a write is sent again.

    Those that seldom find anything come last, and one statement tells which of them do. These are sent when asked.
    One such block does not stand in another.
    """
    assert not _ahead.answers, "What was asked ahead has not been asked for yet."
    if not seldom:
        answers = dict(zip(questions, _send(questions), strict=True))
    else:
        *given, found = _send([*questions, _which_find_something(seldom)])
        answers = dict(zip(questions, given, strict=True))
        answers.update(
            (question, question.read([])) for question, finds in zip(seldom, found, strict=True) if not finds
        )
    _ahead.answers = answers
    try:
        yield
    finally:
        _ahead.answers = {}


def _which_find_something(questions: Sequence[Question[Any]]) -> Question[Row]:
    statement = _exist(tuple(question.statement for question in questions))
    return Question(statement, tuple(value for question in questions for value in question.values), _only)


def _only(rows: list[Row]) -> Row:
    (row,) = rows
    return row


@functools.cache
def _exist(statements: tuple[str, ...]) -> str:
    return f"SELECT {', '.join(f'EXISTS ({statement})' for statement in statements)}"


def write(question: Question[Any]) -> None:
    """Let a statement whose rows nobody wants go with the next one, or with COMMIT.

    What the database refuses it for is raised there. Outside a transaction it goes at once.
    """
    current = _current()
    if current.in_atomic_block:
        current.leave_waiting(question)
    else:
        current.send([question])


def models_of(model: type[_Model], condition: str, values: tuple[Any, ...]) -> Question[list[_Model]]:
    """Return the question for whole rows of a model, as objects of it."""
    return Question(_select(model, condition), values, functools.partial(as_models, model))


def as_models(model: type[_Model], rows: Sequence[Row]) -> list[_Model]:
    """Return rows of all columns as objects of their model."""
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
