"""What reaches the log of a fault: where it arose and of what kind it is, never the words of an exception.

The words of an exception hold whatever the program was working on: a value that somebody typed, the row that the
database refused. A log is read, shipped and kept by others than may see those.
"""

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType

import psycopg
from django.db import Error
from django.http import HttpRequest

from pointclub.foundation import addresses

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class QuietFormatter(logging.Formatter):
    """Writes a traceback with the place of every frame, and of each exception its kind alone.

    Django names the address of a request that went wrong; what stands in it is left out.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- Python's name.
        """Return the line, with the address of the request as our own lines tell it."""
        line = super().formatMessage(record)
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest) or addresses.told(request) == request.path:
            return line
        # As Django writes it.
        address = request.path.encode("unicode_escape").decode("ascii")
        return line.replace(address, addresses.told(request))

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 -- Python's name.
        """Return the exceptions from the first cause to the last, each with its frames."""
        error = ei[1]
        if error is None:
            return ""
        told = [f"{_frames(each)}{_kind(each)}" for each in reversed(list(_with_causes(error)))]
        return "\n".join(told)


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception, what it was raised from, and so on, each once."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _frames(error: BaseException) -> str:
    """Write file, line and function of each frame, with the line of source, which is ours and says nothing typed."""
    return "".join(traceback.format_tb(error.__traceback__))


def _kind(error: BaseException) -> str:
    """Name the kind; of the database's refusal its code and the constraint, which is a sentence of ours."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    cause = error.__cause__ if isinstance(error, Error) else error
    if isinstance(cause, psycopg.Error):
        where = ", ".join(part for part in (cause.sqlstate, cause.diag.constraint_name, cause.diag.table_name) if part)
        return f"{name} ({where})" if where else name
    return name
