"""What the commands print, for people and for programs, and how they end.

Exit codes: 0 done; 1 a check found a difference; 2 the command was written wrongly; 3 a rule refused; 4 what was named
does not exist; 5 not now (suspended, or the database cannot be reached).
"""

import dataclasses
import datetime as dt
import enum
import json as json_format
import sys
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console, JustifyMethod
from rich.table import Table

from pointclub.foundation.refusals import NotFoundError, Refusal, UnavailableError

OK = 0
DIFFERENCE = 1
USAGE = 2
REFUSED = 3
NOT_FOUND = 4
UNAVAILABLE = 5
EXIT_CODES = (
    "Exit codes: 0 done; 1 a check found a difference; 2 the command was written wrongly; 3 a rule refused; "
    "4 what was named does not exist; 5 not now (suspended, or the database cannot be reached); 130 stopped by Ctrl-C."
)

Row = Mapping[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON.")]


def emit(result: Row, *, json: bool) -> None:
    """Print a result: one line of JSON, or its fields one a line with lists of rows as tables."""
    if json:
        _write_json(result)
        return
    console = Console(highlight=False)
    for name, value in result.items():
        label = name.replace("_", " ")
        if _is_rows(value):
            console.print(_table(label, value))
        else:
            console.print(f"{label}: {_plain(value)}", markup=False, soft_wrap=True)


def fail(message: str, code: int) -> NoReturn:
    """Say on the error stream what went wrong, and end with that exit code."""
    sys.stderr.write(f"{message}\n")
    raise SystemExit(code)


def refuse(refusal: Refusal, *, json: bool) -> NoReturn:
    """End a command that a rule has refused; a program reads the reason where it would have read the result."""
    if json:
        _write_json({"refused": refusal.code, "message": refusal.message, **refusal.details})
        raise SystemExit(exit_code_of(refusal))
    fail(refusal.message, exit_code_of(refusal))


def exit_code_of(refusal: Refusal) -> int:
    """Return the exit code for this kind of refusal."""
    if isinstance(refusal, NotFoundError):
        return NOT_FOUND
    return UNAVAILABLE if isinstance(refusal, UnavailableError) else REFUSED


def _write_json(content: Row) -> None:
    sys.stdout.write(json_format.dumps(content, ensure_ascii=False, default=_as_json) + "\n")


def _as_json(value: object) -> object:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    message = f"{type(value).__name__} has no form in JSON."
    raise TypeError(message)


def _is_rows(value: object) -> bool:
    return isinstance(value, Sequence) and bool(value) and isinstance(value[0], Mapping)


def _table(title: str, rows: Sequence[Row]) -> Table:
    table = Table(title=title, title_justify="left")
    for name, value in rows[0].items():
        justify: JustifyMethod = "right" if isinstance(value, int | Decimal) else "left"
        # On a narrow terminal a day or an id goes on in the next line: cut short, it would be no answer.
        table.add_column(name.replace("_", " "), justify=justify, overflow="fold")
    for row in rows:
        table.add_row(*(_plain(value) for value in row.values()))
    return table


def _plain(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_plain(each) for each in value) or "none"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value.value) if isinstance(value, enum.Enum) else str(value)
