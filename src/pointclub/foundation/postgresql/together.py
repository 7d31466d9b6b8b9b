"""Several statements on one way to the database and back.

A way takes longer than most look-ups by key, so what a batch is judged by is asked for in one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pointclub.foundation.postgresql import prepared
from pointclub.foundation.postgresql.prepared import send

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Question(Generic[_Answer]):
    """A statement with its parameters in their order, and how its rows are read."""

    statement: str
    parameters: Sequence[Any]
    read: Callable[[list[tuple[Any, ...]]], _Answer]


def ask(question: Question[_Answer]) -> _Answer:
    """Return the answer to one question."""
    answer: _Answer = ask_together([question])[0]
    return answer


def ask_together(questions: Sequence[Question[Any]]) -> list[Any]:
    """Return the answers, each in its place."""
    sent = send(*(prepared.Question(question.statement, tuple(question.parameters)) for question in questions))
    return [question.read(rows) for question, rows in zip(questions, sent, strict=True)]
