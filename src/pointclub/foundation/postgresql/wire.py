"""The way to the server for statements that a connection plans once, and of which many go in one go.

The driver's own pipeline sends every statement by itself and makes a cursor for each, which takes several times as long
as most of ours take on the server. So this speaks to libpq, through the driver's wrapper of it: all goes out at once,
and all answers are waited for together.
"""

from __future__ import annotations

import functools
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready, Wait

Row = tuple[Any, ...]
_Answer = TypeVar("_Answer")

_PLANS_KEPT = 100
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|s|%)")
_DONE = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})


def _as_they_are(rows: list[Row]) -> Any:
    return rows


@dataclass(frozen=True, slots=True)
class Question(Generic[_Answer]):
    """A statement with its values, by the driver's placeholders, and how its rows are read: as they are, unless told.

    One that is asked ahead has its values in their order.
    """

    statement: str
    values: tuple[Any, ...] | dict[str, Any]
    read: Callable[[list[Row]], _Answer] = field(default=_as_they_are, compare=False)

    def __hash__(self) -> int:
        """Go by the statement, whose hash Python keeps; hashing the values takes longer than telling a few apart."""
        return hash(self.statement)


class _Plan(NamedTuple):
    """What tells the server's plans apart: the statement, and the types that its values came in."""

    statement: bytes
    types: tuple[int, ...]


class _Made(NamedTuple):
    """A plan that the server was asked to make, and the name by which it knows it."""

    plan: _Plan
    name: bytes


class Message(NamedTuple):
    """A statement as it goes out."""

    plan: _Plan
    values: Sequence[Any] | None = None
    formats: Sequence[Any] | None = None


BEGIN = Message(_Plan(b"BEGIN", ()))
COMMIT = Message(_Plan(b"COMMIT", ()))


class Wire:
    """The way to the server of one connection, with the names of the plans that the server keeps for it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Take a connection; in between, the driver's cursors can use it as well."""
        self._connection = connection
        self._transformer = Transformer(connection)
        self._plans: OrderedDict[_Plan, bytes] = OrderedDict()
        self._plans_made = 0

    def message(self, question: Question[Any]) -> Message:
        """Return the statement ready to go, on this connection only; its values are checked here."""
        statement, names = _numbered(question.statement)
        given = question.values
        values: Sequence[Any] = [given[name] for name in names] if isinstance(given, dict) else given
        if not values:
            return Message(_Plan(statement, ()))
        dumped = self._transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        return Message(_Plan(statement, self._transformer.types or ()), dumped, self._transformer.formats)

    def carry(self, messages: Sequence[Message]) -> list[list[Row]]:
        """Send the statements in one go, after a BEGIN where one is due, and return the rows of each.

        The server goes through them in their order, each as a statement of its own. What it refuses one of them for is
        raised. Those after it were then not carried out, a COMMIT among them included.
        """
        connection, pgconn = self._connection, self._connection.pgconn
        begins = not connection.autocommit and pgconn.transaction_status == TransactionStatus.IDLE
        with connection.lock:
            pgconn.enter_pipeline_mode()
            try:
                dropped, expected = self._drop_plans(), self._send([BEGIN, *messages] if begins else messages)
                results = connection.wait(_exchange(pgconn))
            finally:
                self._leave_pipeline()
        answers = self._answers(results[dropped:], expected)
        return answers[1:] if begins else answers

    def _drop_plans(self) -> int:
        """Give up the plans that were not used for longest; return how many."""
        dropped = max(0, len(self._plans) - _PLANS_KEPT)
        for _ in range(dropped):
            _, name = self._plans.popitem(last=False)
            self._connection.pgconn.send_close_prepared(name)
        return dropped

    def _send(self, messages: Sequence[Message]) -> list[_Made | None]:
        """Put the statements into the buffer; return for each result to come the plan made, or None for an answer."""
        pgconn, making = self._connection.pgconn, dict[_Plan, bytes]()
        expected: list[_Made | None] = []
        for plan, values, formats in messages:
            if plan in self._plans:
                name = self._plans[plan]
                self._plans.move_to_end(plan)
            elif plan in making:
                name = making[plan]
            else:
                name = making[plan] = b"plan_%d" % self._plans_made
                self._plans_made += 1
                pgconn.send_prepare(name, plan.statement, plan.types)
                expected.append(_Made(plan, name))
            pgconn.send_query_prepared(name, values, formats)
            expected.append(None)
        return expected

    def _leave_pipeline(self) -> None:
        if self._connection.closed:
            return
        try:
            self._connection.pgconn.exit_pipeline_mode()
        except psycopg.OperationalError:
            # Something else went wrong midway, and will be raised. Nobody could tell later answers from those to come.
            self._connection.close()

    def _answers(self, results: Sequence[PGresult], expected: Sequence[_Made | None]) -> list[list[Row]]:
        answers: list[list[Row]] = []
        for made, result in zip(expected, results, strict=True):
            if result.status not in _DONE:
                raise error_from_result(result, encoding=self._connection.info.encoding)
            if made is not None:
                self._plans[made.plan] = made.name
            elif result.ntuples:
                self._transformer.set_pgresult(result)
                answers.append(self._transformer.load_rows(0, result.ntuples, tuple))
            else:
                answers.append([])
        return answers


def _exchange(pgconn: PGconn) -> PQGen[list[PGresult]]:
    """Send what is in the buffer and return a result for each, as a generator for the driver to wait by."""
    pgconn.pipeline_sync()
    while pgconn.flush():
        # What the server answers in the meantime is taken in, or it would stop reading.
        if (yield Wait.RW) & Ready.R:
            pgconn.consume_input()
    results: list[PGresult] = []
    while True:
        *_, result = yield from fetch_many(pgconn)
        if result.status == ExecStatus.PIPELINE_SYNC:
            return results
        results.append(result)


@functools.lru_cache(maxsize=512)
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """Return the statement with numbers for placeholders, and the names of its values in the order of their numbers."""
    names: dict[str, int] = {}
    places = 0

    def number(found: re.Match[str]) -> str:
        nonlocal places
        if found[0] == "%%":
            return "%"
        if found[1] is None:
            places += 1
            return f"${places}"
        return f"${names.setdefault(found[1], len(names) + 1)}"

    return _PLACEHOLDER.sub(number, statement).encode(), tuple(names)
