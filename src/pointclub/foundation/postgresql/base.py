"""The backend itself; Django looks for it in a module of this name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from django.db.backends.postgresql import base, features, operations, schema
from django.db.backends.utils import CursorWrapper
from django.db.transaction import TransactionManagementError
from psycopg.pq import TransactionStatus

from pointclub.foundation.postgresql.wire import COMMIT, Message, Question, Row, Wire


class DatabaseOperations(operations.DatabaseOperations):
    """SQL as PostgreSQL's, without deferring."""

    def deferrable_sql(self) -> str:
        """Return nothing, so that each foreign key is checked by the statement that touches it."""
        return ""


class DatabaseFeatures(features.DatabaseFeatures):
    """Tells Django to delete and load rows in the order that immediate keys ask for.

    Django would find out about transactions by making a table, which the application's role may not.
    """

    supports_transactions = True
    can_defer_constraint_checks = False
    supports_forward_references = False


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Migrations without `SET CONSTRAINTS`, which PostgreSQL refuses for a key that is not deferrable."""

    sql_create_column_inline_fk = "CONSTRAINT %(name)s REFERENCES %(to_table)s(%(to_column)s)%(deferrable)s"
    sql_delete_fk = "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose migrations make non-deferrable keys, and on which writes can wait to go in company.

    What waits is sent before anything else is, and with COMMIT at the latest, so the server gets all statements in the
    order in which they were given.
    """

    ops_class = DatabaseOperations
    features_class = DatabaseFeatures
    SchemaEditorClass = DatabaseSchemaEditor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with nothing that waits."""
        super().__init__(*args, **kwargs)
        self._waiting: list[Message] = []
        self._wire: Wire | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection[Any]:
        """Connect; plans are kept by connection."""
        connection: psycopg.Connection[Any] = super().get_new_connection(conn_params)
        self._waiting, self._wire = [], Wire(connection)
        return connection

    def send(self, questions: Sequence[Question[Any]]) -> list[list[Row]]:
        """Send the statements in one go, after what waits, and return the rows of each."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        before = len(self._waiting)
        try:
            for question in questions:
                self.leave_waiting(question)
        except BaseException:
            # One of them cannot be sent; whoever goes on without them goes on with what waited before.
            del self._waiting[before:]
            raise
        return self._carry()[before:]

    def leave_waiting(self, question: Question[Any]) -> None:
        """Let a statement wait for the next; within a transaction only, and what it is refused for is raised then.

        A value that cannot be sent at all is told at once, by whatever error Python or the driver has for it.
        """
        if self.needs_rollback:
            self.validate_no_broken_transaction()
        if self.execute_wrappers:
            CursorWrapper(_Watched(self._put_by), self).execute(question.statement, question.values)
        else:
            self._put_by(question)

    def _put_by(self, question: Question[Any]) -> None:
        assert self._wire is not None
        with self.wrap_database_errors:
            self._waiting.append(self._wire.message(question))

    def _carry(self, *last: Message) -> list[list[Row]]:
        together, self._waiting = [*self._waiting, *last], []
        assert self._wire is not None
        with self.wrap_database_errors:
            return self._wire.carry(together)

    def cursor(self) -> Any:
        """Return a cursor, when what waits is done."""
        self._send_what_waits()
        return super().cursor()

    def chunked_cursor(self) -> Any:
        """Return a cursor that fetches in chunks, when what waits is done."""
        self._send_what_waits()
        return super().chunked_cursor()

    def commit(self) -> None:
        """Commit, in one go with what waits.

        Raises:
            TransactionManagementError: a statement was refused and somebody went on regardless. The server would undo
                everything, and call that a success.
        """
        if self._waiting:
            self.validate_no_atomic_block()
            self._carry(COMMIT)
        elif self.connection is not None and self.connection.info.transaction_status == TransactionStatus.INERROR:
            raise TransactionManagementError("A statement of this transaction was refused, so nothing of it is kept.")
        super().commit()

    def rollback(self) -> None:
        """Undo the transaction, and drop what waits."""
        self._waiting = []
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        """Undo what was done since the savepoint, and drop what waits: all of it was given since."""
        self._waiting = []
        super().savepoint_rollback(sid)

    def close(self) -> None:
        """Close the connection, and drop what waits."""
        self._waiting = []
        super().close()

    def _send_what_waits(self) -> None:
        if self._waiting:
            self._carry()


class _Watched:
    """A cursor for those who watch statements, by which a statement is only put by."""

    def __init__(self, put_by: Callable[[Question[Any]], None]) -> None:
        self._put_by = put_by

    def execute(self, statement: str, values: Any) -> None:
        self._put_by(Question(statement, values))
